using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Coap;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Scripts;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Fuzz.Tests;

/// <summary>Decoders with a fault each that the fuzzer has to find: one for everything that it says it would see.</summary>
internal static class PlantedFaults
{
    internal static IReadOnlyList<Decoder> Create() =>
    [
        new SpanDecoder("planted-throw", Dialect.Cbor, Throw),
        new SpanDecoder("planted-overread", Dialect.Cbor, Overread),
        new Rare("planted-glance", 64, Glance),
        new Rare("planted-overflow", 512, static input => new() { Digest = (ulong)Descend(input) }),
        new SpanDecoder("planted-hoard", Dialect.Cbor, Hoard),
        new SpanDecoder("planted-position", Dialect.Cbor, static input => new() { Position = input is [.., 0xFF] ? input.Length + 1 : 0 }),
        new RepresentationDecoder(ContentFormat.Tlv, "planted-partial", TakePart),
        new RepresentationDecoder(ContentFormat.SenMLJson, "planted-count", Count),
        new RepresentationDecoder(ContentFormat.PlainText, "planted-loss", Lose),
        Endpoint("planted-garble", PlantedFault.Garbles),
        Endpoint("planted-repetition", PlantedFault.Repeats),
        Endpoint("planted-deadline", PlantedFault.Stays),
        Endpoint("planted-difference", PlantedFault.Differs),
    ];

    private static EndpointDecoder Endpoint(string name, PlantedFault fault)
    {
        int made = 0;
        return new(name, new DatagramScript(endpoint => new PlantedProtocol(endpoint, fault, made++)), ScriptExamples.Datagrams);
    }

    private static Verdict Throw(ReadOnlySpan<byte> input) =>
        input.Contains((byte)0xA5) ? throw new InvalidOperationException("planted") : default;

    // The length of a string that is taken at its word, for its last byte.
    private static Verdict Overread(ReadOnlySpan<byte> input)
    {
        int at = input.IndexOf((byte)0x63);
        return at < 0
            ? default
            : new() { IsAccepted = true, Digest = Unsafe.Add(ref MemoryMarshal.GetReference(input), at + 3) };
    }

    // The byte behind the input is read and does not show.
    private static Verdict Glance(ReadOnlySpan<byte> input) => input.IsEmpty
        ? default
        : new() { Position = Math.Min(0, (int)Unsafe.Add(ref MemoryMarshal.GetReference(input), input.Length)) };

    private static int Descend(ReadOnlySpan<byte> input)
    {
        Span<byte> frame = stackalloc byte[1024];
        frame[0] = 1;
        return input.Length == int.MaxValue ? frame[0] : frame[0] + Descend(input);
    }

    private static Verdict Hoard(ReadOnlySpan<byte> input) =>
        new() { Digest = input is [.., 0xFF] ? (ulong)new byte[1_000_000].Length : 0 };

    // What stands before the fault is kept.
    private static bool TakePart(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode, out PayloadError error)
    {
        bool taken = Representation.TryRead(instance, path, format, payload, mode, out error);
        if (!taken && !payload.IsEmpty)
        {
            Representation.TryRead(instance, path, format, payload[..^1], mode, out _);
        }

        return taken;
    }

    private static bool Count(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode, out PayloadError error)
    {
        bool taken = Representation.TryRead(instance, path, format, payload, mode, out error);
        if (taken && instance is AllTypes { Natural: < ulong.MaxValue } counted)
        {
            counted.Natural++;
        }

        return taken;
    }

    // "7" is read as 70, and "07" as 7: which is written as "7".
    private static bool Lose(
        ObjectInstance instance, Lwm2mPath path, ContentFormat format, ReadOnlySpan<byte> payload, ReadMode mode, out PayloadError error) =>
        Representation.TryRead(instance, path, format, payload.Length == 1 ? [payload[0], (byte)'0'] : payload, mode, out error);

    // What kills the process is met in few cases, and in the same ones whatever the examples are.
    private sealed class Rare(string name, uint oneIn, DecodeSpan decode) : Decoder(name, Dialect.Cbor)
    {
        internal override Verdict Decode(ReadOnlySpan<byte> input, ulong variant) =>
            (uint)(variant >> 16) % oneIn == 0 ? decode(input) : default;
    }
}
