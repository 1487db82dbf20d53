using Ipso.Benchmarks.Codecs.Baselines;
using Ipso.Benchmarks.Harness;
using Ipso.Coap;

namespace Ipso.Benchmarks.Codecs;

/// <summary>A contestant against another one.</summary>
internal sealed record Duel(string Name, Contestant Numerator, Contestant Denominator);

/// <summary>
/// All who write and read the same payloads: we, the libraries that .NET has for them, and a copy of the finished payload. A name says the
/// object, the format and the direction, and of a library its name behind them.
/// </summary>
internal sealed class CodecField : IDisposable
{
    private static readonly (ContentFormat Format, string Name)[] s_formats =
    [
        (ContentFormat.SenMLCbor, "senml-cbor"), (ContentFormat.SenMLJson, "senml-json"), (ContentFormat.Tlv, "tlv"),
        (ContentFormat.Lwm2mCbor, "lwm2m-cbor"), (ContentFormat.Lwm2mJson, "lwm2m-json"),
    ];

    private readonly JsonBaseline _json = new();
    private readonly LaxJsonBaseline _laxJson = new();
    private readonly Dictionary<ContentFormat, IBaseline[]> _baselines;
    private readonly List<Duel> _duels = [];
    private readonly List<Contestant> _measured = [];

    /// <exception cref="WrongResultException">Somebody's payload or values are not the others'.</exception>
    internal CodecField()
    {
        _baselines = new()
        {
            [ContentFormat.SenMLCbor] = [new CborBaseline(), new LaxCborBaseline()],
            [ContentFormat.SenMLJson] = [_json, _laxJson],
            [ContentFormat.Lwm2mCbor] = [new LwM2MCborBaseline(isLax: false), new LwM2MCborBaseline(isLax: true)],
        };
        foreach (Subject subject in (Subject[])[Subject.Device(), Subject.Temperature()])
        {
            foreach ((ContentFormat format, string formatName) in s_formats)
            {
                AddFormat(subject, format, $"{subject.Name}.{formatName}");
            }
        }
    }

    internal Tournament Tournament { get; } = new();

    /// <summary>The comparisons to make.</summary>
    internal IReadOnlyList<Duel> Duels => _duels;

    /// <summary>All but the copies.</summary>
    internal IReadOnlyList<Contestant> Measured => _measured;

    public void Dispose()
    {
        _json.Dispose();
        _laxJson.Dispose();
    }

    private void AddFormat(Subject subject, ContentFormat format, string name)
    {
        byte[] payload = subject.Payload(format);
        byte[] changed = subject.ChangedPayload(format);
        bool fits = payload.Length == changed.Length && !payload.AsSpan().SequenceEqual(changed);
        subject.Require(fits, $"{format}: the payloads to take by turns are not two of the same length");
        byte[] buffer = new byte[1024];

        // Those whose ratio is asked for stand side by side.
        IBaseline[] baselines = _baselines.GetValueOrDefault(format, []);
        Contestant encode = Ours($"{name}.encode", new Encode(subject.Ours, format, buffer));
        Contestant copy = Tournament.Add($"{name}.memcpy", payload.Length, new Copy(payload));
        foreach (IBaseline baseline in baselines)
        {
            Against(encode, baseline.Writer, new LibraryEncode(baseline, subject.Plain, buffer));
        }

        Contestant unchanged = Ours($"{name}.decode", new Decode(subject.DecodedByUs(format), format, payload));
        foreach (IBaseline baseline in baselines)
        {
            PlainObject plain = BaselineProof.Check(baseline, subject, payload);
            Against(unchanged, baseline.Reader, new LibraryDecode(baseline, plain, payload));
        }

        Contestant alternating = Ours(
            $"{name}.decode-changed", new DecodeChanged(subject.DecodedByUs(format), format, payload, changed));
        foreach (IBaseline baseline in baselines)
        {
            PlainObject plain = BaselineProof.Check(baseline, subject, payload);
            Against(alternating, baseline.Reader, new LibraryDecodeChanged(baseline, plain, payload, changed));
        }

        _duels.Add(new($"{name}.encode.vs-memcpy", encode, copy));
        _duels.Add(new($"{name}.decode.vs-memcpy", unchanged, copy));

        Contestant Ours<TOperation>(string contestantName, TOperation operation)
            where TOperation : struct, IOperation
        {
            Contestant contestant = Tournament.Add(contestantName, payload.Length, operation);
            _measured.Add(contestant);
            return contestant;
        }

        void Against<TOperation>(Contestant ours, string library, TOperation operation)
            where TOperation : struct, IOperation
        {
            Contestant theirs = Ours($"{ours.Name}.{library}", operation);
            _duels.Add(new($"{ours.Name}.vs-{library}", theirs, ours));
        }
    }
}
