using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Examination;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Tests.Lwm2m;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// The loops that read formats in their usual form, beside the reader of all forms: what they take it has to take, with the same records. Where
/// the system can do it, their copy of the payload ends where the memory does.
/// </summary>
internal sealed class UsualFormDecoder(ContentFormat format) : Decoder(RepresentationDecoder.NameOf(format) + "-usual", DialectOf(format))
{
    // The first one more often than what lets through only a part of the examples: the whole device, and in TLV, which names no Object
    // Instance around its resources, one.
    private static readonly Lwm2mPath[] s_requests = [Lwm2mPath.Root, new(3), new(3, 0), new(26241), new(26241, 0)];
    private static readonly Lwm2mPath[] s_tlvRequests = [new(3, 0), new(3), new(26241, 0), new(26241), Lwm2mPath.Root];

    private readonly PayloadRecord[] _records = new PayloadRecord[256];
    private readonly byte[] _ordinary = new byte[Mutant.MaxLength + PaddedPayload.Padding];
    private GuardedMemory? _guarded;

    // What is longer than the room for records is in an array out of the pool.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted) =>
        length < _records.Length ? 0 : (long)length * Unsafe.SizeOf<PayloadRecord>();

    internal override string Describe(ulong variant) => RequestOf(variant).ToString();

    // Those in the usual form: from any other no mutation leads there.
    internal override IEnumerable<Example> Examples() =>
        new RepresentationDecoder(format).Examples().Select(static example => new Example(example.Bytes))
            .Where(example => Decode(example.Bytes, 0).IsAccepted);

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        Span<byte> room = RoomFor(input.Length + PaddedPayload.Padding);
        RecordList records = new(_records);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string? violation = UsualForm.Compare(input, format, RequestOf(variant), room, ref records, out bool isTaken);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Digest digest = new();
        foreach (ref readonly PayloadRecord record in isTaken ? records.All : default)
        {
            digest.Add(record.Path.Packed);
            digest.Add((ulong)record.Kind << 32 | (uint)record.End);
        }

        records.Dispose();
        return new() { IsAccepted = isTaken, Allocated = allocated, Digest = digest.Value, Violation = violation };
    }

    private Span<byte> RoomFor(int length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return _ordinary.AsSpan(0, length);
        }

        _guarded ??= new(_ordinary.Length);
        return _guarded.Take(length, atEnd: true);
    }

    private Lwm2mPath RequestOf(ulong variant) =>
        (format == ContentFormat.Tlv ? s_tlvRequests : s_requests)[Math.Max(0, (int)(variant >> 16 & 7) - 3)];

    private static Dialect DialectOf(ContentFormat format) => RepresentationDecoder.DialectOf(format);
}
