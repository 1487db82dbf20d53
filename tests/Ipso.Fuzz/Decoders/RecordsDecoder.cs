using Ipso.Coap;
using Ipso.Fuzz.Corpus;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// <see cref="ResourceRecords.TryRead(Lwm2mPath, ContentFormat, ReadOnlyMemory{byte}, DateTimeOffset, out ResourceRecords, out PayloadError)"/> of
/// one format: what a server reads untyped. It takes what an object takes, and every value gives what is asked for or not, and never throws.
/// </summary>
internal sealed class RecordsDecoder(RepresentationDecoder whole)
    : Decoder(whole.Name + "-records", RepresentationDecoder.DialectOf(whole.Format))
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    // The payload, and for each record, of two bytes or more, its 32, its time, and the room that a list leaves free.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted) => 16384 + 256L * length;

    internal override string Describe(ulong variant) => RepresentationDecoder.ScenarioOf(variant).Path.ToString();

    internal override IEnumerable<Example> Examples() => whole.Examples();

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        Scenario scenario = RepresentationDecoder.ScenarioOf(variant);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isAccepted = ResourceRecords.TryRead(
            scenario.Path, whole.Format, input.ToArray(), s_now, out ResourceRecords records, out PayloadError error);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Digest digest = new();
        digest.Add((ulong)error.Fault << 32 | (uint)error.Position);
        digest.Add((ulong)records.Count);
        foreach (ResourceRecord record in records)
        {
            digest.Add(record.Path.Packed);
            digest.Add(TypesOf(record.Value));
            digest.Add((ulong)(record.Time ?? default).UtcTicks);
        }

        bool isOfObject = Representation.TryRead(
            scenario.Kind.CreateEmpty(), scenario.Path, whole.Format, input, ReadMode.Mirror, out _);
        return new()
        {
            IsAccepted = isAccepted,
            Position = error.Position,
            Allocated = allocated,
            Digest = digest.Value,
            Violation = isAccepted != (error.Fault == PayloadFault.None) ? "the fault contradicts the result"
                : isOfObject && !isAccepted && error.Fault != PayloadFault.NotUnderstood ? $"what an object takes is refused ({error})"
                : records.Count > Math.Max(input.Length, 1) ? "more records than bytes"
                : records.ByTime().Sum(static group => group.Count) != records.Count ? "records are lost between times"
                : records.Any(record => !scenario.Path.Contains(record.Path)) ? "a record lies outside of the path"
                : null,
        };
    }

    // Which types a value can be taken as.
    private static ulong TypesOf(ResourceValue value)
    {
        bool[] all =
        [
            value.TryGet(out long _), value.TryGet(out ulong _), value.TryGet(out double _), value.TryGet(out bool _),
            value.TryGet(out string? _), value.TryGet(out ReadOnlyMemory<byte> _), value.TryGet(out DateTimeOffset _),
            value.TryGet(out ObjectLink _), value.TryGet(out CoreLink _), value.ToString().Length > 0,
        ];
        ulong types = 0;
        foreach (bool one in all)
        {
            types = types << 1 | (one ? 1UL : 0);
        }

        return types;
    }
}
