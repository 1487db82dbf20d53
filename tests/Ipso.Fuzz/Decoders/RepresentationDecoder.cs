using Ipso.Coap;
using Ipso.Fuzz.Corpus;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// <see cref="Representation.TryRead(ObjectInstance, Lwm2mPath, ContentFormat, ReadOnlySpan{byte}, ReadMode, out PayloadError)"/>
/// of one format. A payload that is refused has to leave the object as it was; of one that is taken the content has to come back from its
/// own encoding, and the payload has to change nothing when it comes once more.
/// </summary>
internal sealed class RepresentationDecoder(ContentFormat format, string name, RepresentationDecoder.ReadPayload read)
    : Decoder(name, DialectOf(format))
{
    internal delegate bool ReadPayload(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode, out PayloadError error);

    internal RepresentationDecoder(ContentFormat format)
        : this(format, NameOf(format), Representation.TryRead)
    {
    }

    internal ContentFormat Format => format;

    // A sentence for a person costs more than the refusal that it is about.
    private const int SentenceOneIn = 16;
    private const int MaxExampleLength = 4096;
    private const int WholeExamples = 40;
    private const int PartExamples = 3;

    private readonly byte[] _buffer = Subject.NewBuffer();
    private readonly byte[] _other = Subject.NewBuffer();
    private readonly Dictionary<(SubjectKind Kind, int Recipe), Subject> _subjects = [];

    // A refusal costs nothing. What is taken costs its values, and a multiple resource that had none the space for them. A payload that
    // joins what is there adds instances one by one, each with a copy of those before: up to the 256 that a peer may create, of 18 bytes
    // at most, for an element of 3 bytes.
    internal override long AllocationBound(int length, ulong variant, bool isAccepted)
    {
        bool joins = ModeOf(variant) == ReadMode.WriteUpdate || ScenarioOf(variant).Path.Depth == 4;
        return isAccepted ? 4096 + (joins ? 2048L : 64L) * length : 0;
    }

    internal override string Describe(ulong variant) => $"{ScenarioOf(variant).Path} as {ModeOf(variant)} into object {RecipeOf(variant)}";

    internal override IEnumerable<Example> Examples()
    {
        for (int i = 0; i < Scenario.All.Count; i++)
        {
            Scenario scenario = Scenario.All[i];
            int count = scenario.Path.Depth == 2 ? WholeExamples : PartExamples;
            for (int seed = 1; seed <= count; seed++)
            {
                ObjectInstance instance = scenario.Kind.CreateFilled(seed);
                RepresentationResult result = Representation.Write([instance], scenario.Path, format, _buffer, out int length);
                if (result == RepresentationResult.Written && length <= MaxExampleLength)
                {
                    yield return new(_buffer[..length], i);
                }
            }
        }
    }

    internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant)
    {
        Scenario scenario = ScenarioOf(variant);
        (SubjectKind, int) key = (scenario.Kind, RecipeOf(variant));
        if (!_subjects.TryGetValue(key, out Subject? subject))
        {
            _subjects[key] = subject = new(scenario.Kind, key.Item2, _buffer);
        }

        ReadMode mode = ModeOf(variant);
        bool isKept = false;
        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool isAccepted = read(subject.Instance, scenario.Path, format, input, mode, out PayloadError error);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            ulong content = subject.Content();
            Digest digest = new();
            digest.Add(content);
            digest.Add((ulong)error.Fault << 32 | (uint)error.Position);
            digest.Add(error.Resource?.Id ?? ulong.MaxValue);
            string? violation = isAccepted != (error.Fault == PayloadFault.None) ? "the fault contradicts the result"
                : isAccepted ? JudgeAccepted(subject, content, input, scenario, mode)
                : JudgeRefused(subject, content, error, variant);
            isKept = !isAccepted && violation is null;
            return new()
            {
                IsAccepted = isAccepted,
                Position = error.Position,
                Allocated = allocated,
                Digest = digest.Value,
                Violation = violation,
            };
        }
        finally
        {
            if (!isKept)
            {
                _subjects.Remove(key);
            }
        }
    }

    private static string? JudgeRefused(Subject subject, ulong content, PayloadError error, ulong variant) =>
        content != subject.Before ? $"a payload that was refused ({error}) changed the object"
        : subject.Instance.HasChanges ? $"a payload that was refused ({error}) marked a resource as changed"
        : (variant >> 48) % SentenceOneIn == 0 && error.ToString().Length == 0 ? "a fault without a sentence"
        : null;

    private string? JudgeAccepted(Subject subject, ulong content, ReadOnlySpan<byte> input, Scenario scenario, ReadMode mode)
    {
        subject.TakeChanges();
        if (!read(subject.Instance, scenario.Path, format, input, mode, out PayloadError error))
        {
            return $"the payload is refused ({error}) when it comes once more";
        }

        if (subject.Content() != content)
        {
            return "the payload changes the object when it comes once more";
        }

        if (subject.Instance.HasChanges)
        {
            return "the payload marks a resource as changed when it comes once more";
        }

        return JudgeEncoding(subject.Instance, scenario);
    }

    // To the same format and into an empty object: it has to be as much as there is on the path.
    private string? JudgeEncoding(ObjectInstance instance, Scenario scenario)
    {
        RepresentationResult result = Representation.Write([instance], scenario.Path, format, _buffer, out int length);
        if (result is RepresentationResult.Absent or RepresentationResult.NotRepresentable)
        {
            return null;
        }

        if (result != RepresentationResult.Written)
        {
            return $"the content that was read cannot be written: {result}";
        }

        ObjectInstance copy = scenario.Kind.CreateEmpty();
        if (!read(copy, scenario.Path, format, _buffer.AsSpan(0, length), ReadMode.Mirror, out PayloadError error))
        {
            return $"the content's own encoding is refused: {error}";
        }

        return SameEncoding(instance, copy, scenario, format) ?? SameEncoding(instance, copy, scenario, ContentFormat.SenMLCbor);
    }

    private string? SameEncoding(ObjectInstance one, ObjectInstance other, Scenario scenario, ContentFormat format)
    {
        RepresentationResult first = Representation.Write([one], scenario.Path, format, _buffer, out int length);
        RepresentationResult second = Representation.Write([other], scenario.Path, format, _other, out int otherLength);
        return first == second && _buffer.AsSpan(0, length).SequenceEqual(_other.AsSpan(0, otherLength))
            ? null
            : $"the content comes back as another from its own encoding, as {format} shows";
    }

    internal static Scenario ScenarioOf(ulong variant) => Scenario.All[ScenarioOf(variant, Scenario.All.Count)];

    internal static ReadMode ModeOf(ulong variant) => (ReadMode)((variant >> 16 & 0xFFFF) % 4);

    internal static int RecipeOf(ulong variant) => (int)((variant >> 32 & 0xFFFF) % Subject.Recipes);

    internal static Dialect DialectOf(ContentFormat format)
    {
        string name = format.ToString();
        return name.EndsWith("Cbor", StringComparison.Ordinal) ? Dialect.Cbor
            : name.EndsWith("Json", StringComparison.Ordinal) ? Dialect.Json
            : name.StartsWith("Tlv", StringComparison.Ordinal) ? Dialect.Tlv
            : Dialect.Text;
    }

    // SenMLCbor is senml-cbor, OctetStream octet-stream.
    internal static string NameOf(ContentFormat format) => string.Concat(
        format.ToString().Replace("SenML", "Senml", StringComparison.Ordinal)
            .Select(static (c, i) => char.IsAsciiLetterUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"));
}
