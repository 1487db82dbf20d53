using Ipso.Benchmarks.Harness;
using Ipso.Coap;

namespace Ipso.Benchmarks.Codecs;

/// <summary>Our codecs against the libraries that .NET has for the same bytes, and against copying the finished payload.</summary>
internal static class CodecSuite
{
    private const string Header = """
        # How to read these lines. Each is of one process, whose contestants took turns; only ratios mean anything on a shared machine.
        # RATIO <object>.<format>.<direction>.vs-<library> N   the library takes N times as long as we do: above 1 we are faster.
        # RATIO <object>.<format>.<direction>.vs-memcpy N      we take N times as long as a copy of the payload: less is better.
        # ALLOC <object>.<format>.<direction> N                bytes allocated for one operation, by us or by the library named.
        # decode: into an object that has the same values already; decode-changed: two payloads by turns whose numbers differ.
        """;

    // What is printed: a contestant against another one.
    private sealed record Duel(string Name, Contestant Numerator, Contestant Denominator);

    private static readonly (ContentFormat Format, string Name)[] s_formats =
    [
        (ContentFormat.SenMLCbor, "senml-cbor"), (ContentFormat.SenMLJson, "senml-json"), (ContentFormat.Tlv, "tlv"),
        (ContentFormat.Lwm2mCbor, "lwm2m-cbor"), (ContentFormat.Lwm2mJson, "lwm2m-json"),
    ];

    internal static bool Run(bool isQuick)
    {
        using JsonBaseline json = new();
        CborBaseline cbor = new();
        LwM2MCborBaseline lwM2MCbor = new();
        Tournament tournament = new();
        List<Duel> duels = [];
        List<Contestant> allocating = [];

        foreach (Subject subject in (Subject[])[Subject.Device(), Subject.Temperature()])
        {
            foreach ((ContentFormat format, string formatName) in s_formats)
            {
                AddFormat(subject, format, $"{subject.Name}.{formatName}");
            }
        }

        int rounds = tournament.Run(TimeSpan.FromSeconds(isQuick ? 8 : 60));

        Console.WriteLine(Header);
        Console.WriteLine($"# Medians over {rounds} rounds.");
        foreach (Contestant contestant in allocating)
        {
            Console.WriteLine($"# {contestant.Name} {contestant.Nanoseconds:0.0} ns");
        }

        foreach (Duel duel in duels)
        {
            Console.WriteLine($"RATIO {duel.Name} {duel.Numerator.RatioTo(duel.Denominator):0.00}");
        }

        foreach (Contestant contestant in allocating)
        {
            Console.WriteLine($"ALLOC {contestant.Name} {contestant.AllocatedBytes():0.##}");
        }

        return true;

        void AddFormat(Subject subject, ContentFormat format, string name)
        {
            byte[] payload = subject.Payload(format);
            byte[] changed = subject.ChangedPayload(format);
            bool fits = payload.Length == changed.Length && !payload.AsSpan().SequenceEqual(changed);
            subject.Require(fits, $"{format}: the payloads to take by turns are not two of the same length");
            byte[] buffer = new byte[1024];

            // Those whose ratio is asked for stand side by side.
            Contestant encode = Ours($"{name}.encode", new Encode(subject.Ours, format, buffer));
            Contestant copy = tournament.Add($"{name}.memcpy", payload.Length, new Copy(payload));
            if (format == ContentFormat.SenMLCbor)
            {
                Against(encode, "cborwriter", new CborEncode(cbor, subject.Plain, buffer));
            }
            else if (format == ContentFormat.SenMLJson)
            {
                Against(encode, "utf8jsonwriter", new JsonEncode(json, subject.Plain, buffer));
            }
            else if (format == ContentFormat.Lwm2mCbor)
            {
                Against(encode, "cborwriter", new LwM2MCborEncode(lwM2MCbor, subject.Plain, buffer));
            }

            Contestant unchanged = Ours($"{name}.decode", new Decode(subject.DecodedByUs(format), format, payload));
            if (format == ContentFormat.SenMLCbor)
            {
                Against(unchanged, "cborreader", new CborDecode(cbor, Baseline.CheckCbor(cbor, subject, payload), payload));
            }
            else if (format == ContentFormat.SenMLJson)
            {
                Against(unchanged, "utf8jsonreader", new JsonDecode(Baseline.CheckJson(json, subject, payload), payload));
            }
            else if (format == ContentFormat.Lwm2mCbor)
            {
                PlainObject plain = Baseline.CheckLwM2MCbor(lwM2MCbor, subject, payload);
                Against(unchanged, "cborreader", new LwM2MCborDecode(lwM2MCbor, plain, payload));
            }

            Contestant alternating = Ours(
                $"{name}.decode-changed", new DecodeChanged(subject.DecodedByUs(format), format, payload, changed));
            if (format == ContentFormat.SenMLCbor)
            {
                PlainObject plain = Baseline.CheckCbor(cbor, subject, payload);
                Against(alternating, "cborreader", new CborDecodeChanged(cbor, plain, payload, changed));
            }
            else if (format == ContentFormat.SenMLJson)
            {
                PlainObject plain = Baseline.CheckJson(json, subject, payload);
                Against(alternating, "utf8jsonreader", new JsonDecodeChanged(plain, payload, changed));
            }
            else if (format == ContentFormat.Lwm2mCbor)
            {
                PlainObject plain = Baseline.CheckLwM2MCbor(lwM2MCbor, subject, payload);
                Against(alternating, "cborreader", new LwM2MCborDecodeChanged(lwM2MCbor, plain, payload, changed));
            }

            duels.Add(new($"{name}.encode.vs-memcpy", encode, copy));
            duels.Add(new($"{name}.decode.vs-memcpy", unchanged, copy));

            Contestant Ours<TOperation>(string contestantName, TOperation operation)
                where TOperation : struct, IOperation
            {
                Contestant contestant = tournament.Add(contestantName, payload.Length, operation);
                allocating.Add(contestant);
                return contestant;
            }

            void Against<TOperation>(Contestant ours, string library, TOperation operation)
                where TOperation : struct, IOperation
            {
                Contestant theirs = Ours($"{ours.Name}.{library}", operation);
                duels.Add(new($"{ours.Name}.vs-{library}", theirs, ours));
            }
        }
    }
}
