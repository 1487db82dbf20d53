using System.Globalization;
using System.Text;

namespace Ipso.Coap.Engine;

/// <summary>Turns a request of the owner into a message: a URI in pieces becomes options (RFC 7252, 6.4).</summary>
internal static class RequestEncoder
{
    private const int MaxSegment = 255;

    /// <summary>Writes the message; -1 if the buffer is too small.</summary>
    public static int Encode(Span<byte> buffer, ushort messageId, CoapToken token, in CoapRequestHead head, ReadOnlySpan<byte> payload)
    {
        CoapType type = head.NonConfirmable ? CoapType.NonConfirmable : CoapType.Confirmable;
        var writer = new CoapMessageWriter(buffer, type, head.Method, messageId, token);
        if (!head.Host.IsEmpty)
        {
            writer.Option(CoapOptionNumber.UriHost, head.Host);
        }

        if (head.Observe)
        {
            writer.Option(CoapOptionNumber.Observe, (uint)ObserveAction.Register);
        }

        WriteList(ref writer, CoapOptionNumber.UriPath, head.Path.StartsWith('/') ? head.Path[1..] : head.Path, '/');
        if (head.ContentFormat is { } contentFormat)
        {
            writer.Option(CoapOptionNumber.ContentFormat, (uint)contentFormat);
        }

        WriteList(ref writer, CoapOptionNumber.UriQuery, head.Query, '&');
        if (head.Accept is { } accept)
        {
            writer.Option(CoapOptionNumber.Accept, (uint)accept);
        }

        writer.Payload(payload);
        return writer.Finish();
    }

    /// <summary>
    /// Writes the request that ends an observation: the same request with Observe 1, as CON and without payload (RFC 7641, 3.6).
    /// </summary>
    public static int EncodeDeregistration(Span<byte> buffer, ushort messageId, in CoapMessage registration)
    {
        var writer = new CoapMessageWriter(buffer, CoapType.Confirmable, registration.Code, messageId, registration.Token);
        foreach (CoapOption option in registration.Options)
        {
            if (option.Number == CoapOptionNumber.Observe)
            {
                writer.Option(CoapOptionNumber.Observe, (uint)ObserveAction.Deregister);
            }
            else
            {
                writer.Option(option.Number, option.Value);
            }
        }

        writer.Payload(registration.Payload);
        return writer.Finish();
    }

    private static void WriteList(ref CoapMessageWriter writer, CoapOptionNumber number, ReadOnlySpan<char> list, char separator)
    {
        if (list.IsEmpty)
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[MaxSegment];
        while (true)
        {
            int end = list.IndexOf(separator);
            writer.Option(number, bytes[..Decode(end < 0 ? list : list[..end], bytes)]);
            if (end < 0)
            {
                return;
            }

            list = list[(end + 1)..];
        }
    }

    private static int Decode(ReadOnlySpan<char> text, Span<byte> destination)
    {
        int length = 0;
        while (!text.IsEmpty)
        {
            int consumed;
            int written;
            Span<byte> rest = destination[length..];
            if (text[0] == '%')
            {
                if (text.Length < 3 || !byte.TryParse(text.Slice(1, 2), NumberStyles.AllowHexSpecifier, null, out byte value))
                {
                    throw new ArgumentException("A percent sign in a path or query is followed by two hexadecimal digits (RFC 3986, 2.1).");
                }

                written = rest.IsEmpty ? 0 : 1;
                if (written > 0)
                {
                    rest[0] = value;
                }

                consumed = 3;
            }
            else
            {
                Rune.DecodeFromUtf16(text, out Rune rune, out consumed);
                rune.TryEncodeToUtf8(rest, out written);
            }

            if (written == 0)
            {
                throw new ArgumentException($"A path segment or query argument has at most {MaxSegment} bytes (RFC 7252, 5.10.1).");
            }

            length += written;
            text = text[consumed..];
        }

        return length;
    }
}
