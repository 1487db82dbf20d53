using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ipso.Coap;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;
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
        new SpanDecoder("planted-glance", Dialect.Cbor, static input => new() { Position = Math.Min(0, (int)Overread(input).Digest) }),
        new SpanDecoder("planted-overflow", Dialect.Cbor, Overflow),
        new SpanDecoder("planted-hoard", Dialect.Cbor, Hoard),
        new SpanDecoder("planted-position", Dialect.Cbor, static input => new() { Position = input is [.., 0xFF] ? input.Length + 1 : 0 }),
        new RepresentationDecoder(ContentFormat.Tlv, "planted-partial", TakePart),
        new RepresentationDecoder(ContentFormat.SenMLJson, "planted-count", Count),
        new RepresentationDecoder(ContentFormat.PlainText, "planted-loss", Lose),
    ];

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

    private static Verdict Overflow(ReadOnlySpan<byte> input) =>
        new() { Digest = (ulong)Nesting(input[Math.Max(0, input.IndexOf((byte)0x81))..]) };

    private static int Nesting(ReadOnlySpan<byte> input)
    {
        Span<byte> frame = stackalloc byte[16 * 1024];
        frame[0] = 1;
        return input is [0x81, ..] ? frame[0] + Nesting(input[1..]) : frame[1];
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
}
