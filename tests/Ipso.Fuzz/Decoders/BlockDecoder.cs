using Ipso.Coap;
using Ipso.Fuzz.Corpus;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// <see cref="InstanceBlockReader"/> of one format, fed in random cuts: a payload has to fare as it does whole, a refusal to leave the
/// object as it was, and each byte to be looked at a fixed number of times. In every other case the object's bytes go to a sink, which has
/// to get what the object gets whole, and to hear the end of it.
/// </summary>
internal sealed class BlockDecoder(RepresentationDecoder whole) : Decoder(whole.Name + "-blocks", whole.Dialect)
{
    // A record is looked at when it is framed and when it is read, and then behind a prefix that says its path or base name: a record of
    // two bytes in LwM2M CBOR behind 14, an entry of 14 bytes in OMA JSON behind 180 at most.
    private const long LooksPerByte = 16;
    private const int MaxCut = 40;

    private static readonly BlockReaderOptions s_options = new() { MaxRecordLength = 1 << 20, MaxStagedBytes = 1 << 24 };

    private readonly byte[] _buffer = Subject.NewBuffer();

    // The reader and what it holds come anew with every payload; their space comes out of the pool.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted) =>
        8192 + 256L * length + (isAccepted ? whole.AllocationBound(length, variant, isAccepted) : 0);

    internal override string Describe(ulong variant) => whole.Describe(variant);

    internal override IEnumerable<Example> Examples() => whole.Examples();

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        Scenario scenario = RepresentationDecoder.ScenarioOf(variant);
        ReadMode mode = RepresentationDecoder.ModeOf(variant);
        int recipe = RepresentationDecoder.RecipeOf(variant);
        Subject one = new(scenario.Kind, recipe, _buffer);
        Subject other = new(scenario.Kind, recipe, _buffer);
        bool isAccepted = Representation.TryRead(one.Instance, scenario.Path, whole.Format, input, mode, out PayloadError error);

        Sink? sink = (variant & 1UL << 40) != 0 ? new() : null;
        BlockReaderOptions options = sink is null ? s_options : sink.OptionsFor(scenario);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using InstanceBlockReader reader = new(other.Instance, scenario.Path, whole.Format, mode, options);
        SplitMix cuts = new(variant);
        for (ReadOnlySpan<byte> rest = input; !rest.IsEmpty;)
        {
            int length = Math.Min(rest.Length, 1 + cuts.Next(MaxCut));
            if (!reader.Feed(rest[..length]))
            {
                break;
            }

            rest = rest[length..];
        }

        bool isTaken = reader.Complete(out PayloadError found);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Digest digest = new();
        digest.Add(other.Content());
        digest.Add((ulong)found.Fault << 32 | (uint)found.Position);
        return new()
        {
            IsAccepted = isTaken,
            Position = Math.Min(found.Position, input.Length),
            Allocated = allocated,
            Digest = digest.Value,
            Violation = isTaken != (found.Fault == PayloadFault.None) ? "the fault contradicts the result"
                : reader.Scanned > LooksPerByte * input.Length ? $"{reader.Scanned} looks at {input.Length} bytes"
                : sink is null ? Judge(one, other, isAccepted, isTaken, error, found)
                : Judge(sink, one, other, isAccepted, isTaken, error, found),
        };
    }

    private static string? Judge(Subject one, Subject other, bool isAccepted, bool isTaken, PayloadError error, PayloadError found) =>
        isAccepted != isTaken ? $"{error} whole, {found} in blocks"
        : one.Content() != other.Content() ? "the content is another in blocks"
        : null;

    private static string? Judge(
        Sink sink, Subject one, Subject other, bool isAccepted, bool isTaken, PayloadError error, PayloadError found)
    {
        // A name that comes behind its value, and says another thing than the one before, is known too late.
        if (isAccepted != isTaken && found.Fault != PayloadFault.TooLarge)
        {
            return $"{error} whole, {found} in blocks with a sink";
        }

        if (!sink.IsSettled(isTaken))
        {
            return "a sink was not told how it ended";
        }

        return !isTaken && other.Content() != other.Before ? "a payload that was refused changed the object"
            : isTaken && !sink.HasWhatIsIn(one.Instance) ? "the sink got other bytes than the object whole"
            : null;
    }

    /// <summary>Takes all bytes of an object.</summary>
    private sealed class Sink : IOpaqueSink
    {
        private readonly List<(Lwm2mPath Path, List<byte> Bytes)> _values = [];
        private int _ended;
        private int _aborted;

        internal BlockReaderOptions OptionsFor(Scenario scenario)
        {
            BlockReaderOptions options = new() { MaxRecordLength = s_options.MaxRecordLength, MaxStagedBytes = s_options.MaxStagedBytes };
            foreach (ResourceInfo resource in scenario.Kind.Info.Resources)
            {
                if (resource.Type == ResourceType.Opaque)
                {
                    options.AddSink(new(scenario.Path.ObjectId, scenario.Path.InstanceId, resource.Id), this);
                }
            }

            return options;
        }

        public bool Begin(Lwm2mPath path, long? length)
        {
            _values.Add((path, []));
            return true;
        }

        public bool Write(ReadOnlySpan<byte> bytes)
        {
            _values[^1].Bytes.AddRange(bytes);
            return true;
        }

        public void End(Lwm2mPath path) => _ended++;

        public void Abort(Lwm2mPath path) => _aborted++;

        internal bool IsSettled(bool isTaken) => (_ended, _aborted) == (isTaken ? _values.Count : 0, isTaken ? 0 : _values.Count);

        // What can be read of an object as bytes is the last value of its path.
        internal bool HasWhatIsIn(ObjectInstance instance)
        {
            byte[] buffer = new byte[64 * 1024];
            foreach ((Lwm2mPath path, List<byte> bytes) in _values)
            {
                Lwm2mPath place = new(path.ObjectId, path.InstanceId, path.ResourceId, path.ResourceInstanceId);
                RepresentationResult result = Representation.Write([instance], place, ContentFormat.OctetStream, buffer, out int length);
                if (result == RepresentationResult.Written && !buffer.AsSpan(0, length).SequenceEqual(bytes.ToArray()))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
