using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;

namespace Ipso.Fuzz.Decoders;

/// <summary>
/// What OSCORE takes from a peer (RFC 8613). The cipher of these contexts takes any tag and hides nothing, so that what is inside is mutated
/// too.
/// </summary>
internal static class OscoreDecoders
{
    private const int TagLength = 8;

    // What fits three times onto the stack; a longer message has nothing that this one cannot have.
    private const int MaxLength = 1152;

    /// <summary>A cipher that takes any tag and hides nothing.</summary>
    internal static AeadProvider OpenCipher { get; } = new Open();

    private static readonly SecurityContext s_server = Make(2, 1);
    private static readonly SecurityContext s_client = Make(1, 2);

    /// <summary>The option's value: what is taken is written again byte for byte.</summary>
    internal static Verdict Option(ReadOnlySpan<byte> input)
    {
        Digest digest = new();
        if (!OscoreOption.TryRead(input, out OscoreOption option))
        {
            return new() { Digest = digest.Value };
        }

        digest.Add(option.Sequence);
        digest.Add(option.Kid);
        digest.Add(option.KidContext);
        Span<byte> again = stackalloc byte[SpanDecoder.StackBytes];
        bool fits = input.Length <= again.Length - 8;
        string? violation = option.PartialIv.Length > OscoreOption.MaxPartialIv || option.Sequence > SenderSequence.Max
            ? "a Partial IV out of range"
            : fits && !again[..option.Write(again)].SequenceEqual(input) ? "the value is written otherwise" : null;
        return new() { IsAccepted = true, Position = input.Length, Digest = digest.Value, Violation = violation };
    }

    /// <summary>
    /// A datagram as a protected request and as a protected response: what comes of it is a message without OSCORE option. And as a response
    /// that is protected: unprotected, it is what it was.
    /// </summary>
    internal static Verdict Message(ReadOnlySpan<byte> input)
    {
        Digest digest = new();
        Span<byte> memory = stackalloc byte[3 * (MaxLength + OscoreMessages.Overhead)];
        int size = input.Length + OscoreMessages.Overhead;
        if (input.Length > MaxLength || !CoapMessage.TryParse(input, out CoapMessage message, out _))
        {
            return new() { Digest = digest.Value };
        }

        Span<byte> workspace = memory[..size], first = memory.Slice(size, size), second = memory.Slice(2 * size, size);
        var binding = new MessageBinding { Context = 1, Number = 20, NumberLength = 1 };
        string? violation = null;
        bool isAccepted = false;
        if (message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value)
            && OscoreOption.TryRead(value, out OscoreOption option))
        {
            OscoreFault fault = OscoreMessages.UnprotectRequest(s_server, message, option, workspace, first, out int length, out _);
            violation = Judge(fault, first, length, isRequest: true, ref digest);
            isAccepted = fault == OscoreFault.None;
            MessageBinding copy = binding;
            fault = OscoreMessages.UnprotectResponse(s_client, message, option, ref copy, workspace, first, out length);
            violation ??= Judge(fault, first, length, isRequest: false, ref digest);
            isAccepted |= fault == OscoreFault.None;
        }
        else if (message.Code.IsResponse)
        {
            violation = ThereAndBack(message, binding, workspace, first, second, ref digest);
        }

        return new() { IsAccepted = isAccepted, Position = input.Length, Digest = digest.Value, Violation = violation };
    }

    /// <summary>A request and a response as these contexts protect them.</summary>
    internal static IEnumerable<byte[]> Examples()
    {
        yield return Example(CoapCode.Post, [0x09, 0x14, 0x01], [0x03, 0xb4, .. "3303"u8, 0xff, 1, 2]);
        yield return Example(CoapCode.Fetch, [0x09, 0x00, 0x01], [0x01, 0x60, 0x54, .. "3303"u8, 0xd1, 0x0a, 0x06]);
        yield return Example(CoapCode.Changed, [], [0x45, 0xc0, 0xff, .. "22.5"u8]);
        yield return Example(CoapCode.Content, [0x02, 1, 0], [0x45, 0x60, 0x61, 0x28, 0xff, .. "22.5"u8]);
        yield return [0x61, 0x45, 1, 2, 3, 0x42, 9, 9, 0x21, 7, 0x60, 0xff, .. "22.5"u8];
    }

    private static byte[] Example(CoapCode code, ReadOnlySpan<byte> option, ReadOnlySpan<byte> plain)
    {
        byte[] buffer = new byte[128];
        CoapMessageWriter writer = new(buffer, CoapType.Confirmable, code, 7, new CoapToken([1, 2]));
        writer.Option(CoapOptionNumber.UriHost, "h"u8);
        writer.Option(CoapOptionNumber.Oscore, option);
        writer.Option(CoapOptionNumber.HopLimit, 9);
        writer.Payload([.. plain, .. new byte[TagLength]]);
        return buffer[..writer.Finish()];
    }

    private static string? Judge(OscoreFault fault, ReadOnlySpan<byte> bytes, int length, bool isRequest, ref Digest digest)
    {
        digest.Add((ulong)fault);
        if (fault != OscoreFault.None)
        {
            return fault is OscoreFault.TooLong ? "what was protected is longer than what came"
                : length > 0 ? "a fault with a message" : null;
        }

        digest.Add(bytes[..length]);
        return !CoapMessage.TryParse(bytes[..length], out CoapMessage inner, out _) ? "what was protected is no message"
            : isRequest != inner.Code.IsRequest || isRequest == inner.Code.IsResponse ? "what was protected is of another kind"
            : inner.Options.TryGet(CoapOptionNumber.Oscore, out _) ? "what was protected is protected again" : null;
    }

    private static string? ThereAndBack(
        in CoapMessage message, MessageBinding binding, Span<byte> workspace, Span<byte> wire, Span<byte> back, ref Digest digest)
    {
        OscoreFault fault = OscoreMessages.ProtectResponse(s_server, message, binding, hasOwnNumber: false, wire, out int length);
        digest.Add((ulong)fault);
        if (fault == OscoreFault.Unprotectable)
        {
            return null;
        }

        if (fault != OscoreFault.None || !CoapMessage.TryParse(wire[..length], out CoapMessage sent, out _)
            || !sent.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value)
            || !OscoreOption.TryRead(value, out OscoreOption option)
            || OscoreMessages.UnprotectResponse(s_client, sent, option, ref binding, workspace, back, out length) != OscoreFault.None
            || !CoapMessage.TryParse(back[..length], out CoapMessage same, out _))
        {
            return "a response does not go there and back";
        }

        // The number of a notification is another matter, and a second value of what goes outside is dropped there.
        return same.Code == message.Code && same.Payload.SequenceEqual(message.Payload) && same.TokenBytes.SequenceEqual(message.TokenBytes)
            ? null
            : "a response comes back as another";
    }

    private static SecurityContext Make(byte sender, byte recipient) => new(new SecurityContextKeys
    {
        MasterSecret = "sixteen bytes ok"u8, SenderId = [sender], RecipientId = [recipient], Aeads = OpenCipher,
    });

    private sealed class Open : AeadProvider
    {
        public override Aead? Create(AeadAlgorithm algorithm, ReadOnlySpan<byte> key) => new Copying();

        private sealed class Copying : Aead
        {
            public override void Encrypt(
                ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associated)
            {
                plaintext.CopyTo(ciphertext);
                ciphertext[plaintext.Length..].Clear();
            }

            public override bool TryDecrypt(
                ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associated)
            {
                ciphertext[..plaintext.Length].CopyTo(plaintext);
                return true;
            }

            protected override void Dispose(bool disposing)
            {
            }
        }
    }
}
