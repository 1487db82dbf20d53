using Ipso.Coap;

namespace Ipso.Fuzz.Decoders;

/// <summary>The reader of CoAP's URIs: what it takes becomes options, and they a URI that means the same.</summary>
internal static class UriDecoder
{
    // What is written of a URI, all of it escaped, with room for its scheme.
    private const int ProvedLength = 400;
    private const int WrittenLength = 3 * ProvedLength + 64;

    internal static Verdict Decode(ReadOnlySpan<byte> input)
    {
        Span<byte> stack = stackalloc byte[SpanDecoder.StackBytes];
        Span<byte> buffer = input.Length <= SpanDecoder.StackBytes ? stack : new byte[input.Length];
        bool isAccepted = CoapUri.TryParse(input, buffer, out CoapUri uri, out CoapUriFault fault);
        Digest digest = new();
        digest.Add((ulong)fault);
        digest.Add((ulong)uri.Port << 8 | (ulong)uri.Scheme);
        digest.Add(uri.Host);
        digest.Add(uri.Path);
        digest.Add(uri.Query);
        return new()
        {
            IsAccepted = isAccepted,
            Digest = digest.Value,
            Violation = isAccepted != (fault == CoapUriFault.None) ? "the fault contradicts the result"
                : isAccepted && input.Length <= ProvedLength ? Prove(uri)
                : null,
        };
    }

    private static string? Prove(CoapUri uri)
    {
        Span<byte> datagram = stackalloc byte[WrittenLength];
        ReadOnlySpan<byte> message = datagram[..Write(uri, datagram)];
        if (!Ipso.Coap.CoapMessage.TryParse(message, out CoapMessage read, out _))
        {
            return "the options of the URI are no message";
        }

        foreach (CoapOption option in read.Options)
        {
            if (!CoapOptionInfo.TryGet(option.Number, out CoapOptionInfo info) || !info.Allows(option.Value.Length))
            {
                return "an option has a length that it may not have";
            }
        }

        Span<byte> text = stackalloc byte[WrittenLength];
        if (!CoapUri.TryFormat(read.Options, uri.Scheme, uri.Host, uri.Scheme.DefaultPort, text, out int written))
        {
            return "the options become no URI";
        }

        Span<byte> buffer = stackalloc byte[WrittenLength];
        if (!CoapUri.TryParse(text[..written], buffer, out CoapUri again, out _))
        {
            return "the URI of the options is none";
        }

        Span<byte> other = stackalloc byte[WrittenLength];
        return !other[..Write(again, other)].SequenceEqual(message) ? "the URI of the options has other options"
            : !again.Host.SequenceEqual(uri.Host) || again.Port != uri.Port || again.Scheme != uri.Scheme ? "the URI is another's"
            : null;
    }

    private static int Write(CoapUri uri, Span<byte> destination)
    {
        CoapMessageWriter writer = new(destination, CoapType.Confirmable, CoapCode.Get, 1);
        uri.WriteHostTo(ref writer);
        uri.WritePortTo(ref writer, uri.Scheme.DefaultPort);
        uri.WritePathTo(ref writer);
        uri.WriteQueryTo(ref writer);
        return writer.Finish();
    }
}
