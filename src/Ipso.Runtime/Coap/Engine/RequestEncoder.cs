using System.Text;
using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>Turns a request of the owner into a message: a URI in pieces becomes options (RFC 7252, 6.4).</summary>
internal static class RequestEncoder
{
    private const int MaxSegment = 255;

    /// <summary>Writes the message; -1 if the buffer is too small.</summary>
    public static int Encode(
        Span<byte> buffer, ushort messageId, CoapToken token, in CoapRequestHead head, BlockOption? block2, BlockOption? qBlock2,
        ReadOnlySpan<byte> payload)
    {
        // RFC 9177, 4.1: whether the server knows robust transfer shows in the answer to a Confirmable message alone.
        CoapType type = head.NonConfirmable && qBlock2 is null ? CoapType.NonConfirmable : CoapType.Confirmable;
        var writer = new CoapMessageWriter(buffer, type, head.Method, messageId, token);
        if (!head.IfMatch.IsEmpty)
        {
            writer.Option(CoapOptionNumber.IfMatch, head.IfMatch);
        }

        if (!head.Host.IsEmpty)
        {
            writer.Option(CoapOptionNumber.UriHost, head.Host);
        }

        if (!head.ETag.IsEmpty)
        {
            writer.Option(CoapOptionNumber.ETag, head.ETag);
        }

        if (head.IfNoneMatch)
        {
            writer.Option(CoapOptionNumber.IfNoneMatch, default(ReadOnlySpan<byte>));
        }

        if (head.Observe || head.Deregister is not null)
        {
            writer.Option(CoapOptionNumber.Observe, (uint)(head.Observe ? ObserveAction.Register : ObserveAction.Deregister));
        }

        if (head.Port is { } port)
        {
            writer.Option(CoapOptionNumber.UriPort, port);
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

        if (block2 is { } block)
        {
            writer.Option(CoapOptionNumber.Block2, block.Value);
        }

        if (qBlock2 is { } offer)
        {
            writer.Option(CoapOptionNumber.QBlock2, offer.Value);
        }

        if (!head.ProxyScheme.IsEmpty)
        {
            writer.Option(CoapOptionNumber.ProxyScheme, head.ProxyScheme);
        }

        if (head.NoResponse is { } classes)
        {
            writer.Option(CoapOptionNumber.NoResponse, classes);
        }

        writer.Payload(payload);
        return writer.Finish();
    }

    /// <summary>
    /// Writes a message anew with other values for the options that are the engine's to set. Those that the edit does not mention are left
    /// out, except for Echo and Request-Tag, which stay; all others are copied.
    /// </summary>
    /// <returns>The length; -1 if the buffer is too small.</returns>
    public static int Rewrite(
        Span<byte> buffer, CoapType type, ushort messageId, CoapToken token, in CoapMessage original, in MessageEdit edit,
        ReadOnlySpan<byte> payload)
    {
        var writer = new CoapMessageWriter(buffer, type, original.Code, messageId, token);
        CoapOptionNumber done = 0;
        foreach (CoapOption option in original.Options)
        {
            if (IsEngines(option.Number, edit))
            {
                continue;
            }

            edit.Write(ref writer, done, option.Number);
            done = option.Number;
            writer.Option(option.Number, option.Value);
        }

        edit.Write(ref writer, done, (CoapOptionNumber)ushort.MaxValue);
        writer.Payload(payload);
        return writer.Finish();
    }

    private static bool IsEngines(CoapOptionNumber number, in MessageEdit edit) => number switch
    {
        CoapOptionNumber.Observe or CoapOptionNumber.Block1 or CoapOptionNumber.Block2
            or CoapOptionNumber.QBlock1 or CoapOptionNumber.QBlock2
            or CoapOptionNumber.Size1 or CoapOptionNumber.Size2 => true,
        CoapOptionNumber.Echo => !edit.Echo.IsEmpty,
        CoapOptionNumber.RequestTag => edit.RequestTag is not null,
        _ => false,
    };

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
                if (text.Length < 3 || !char.IsAsciiHexDigit(text[1]) || !char.IsAsciiHexDigit(text[2]))
                {
                    throw new ArgumentException("A percent sign in a path or query is followed by two hexadecimal digits (RFC 3986, 2.1).");
                }

                written = rest.IsEmpty ? 0 : 1;
                if (written > 0)
                {
                    rest[0] = (byte)(UriText.FromHex(text[1]) << 4 | UriText.FromHex(text[2]));
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
                throw new ArgumentException(Phrase.Of($"A path segment or query argument has at most {MaxSegment} bytes (RFC 7252, 5.10.1)."));
            }

            length += written;
            text = text[consumed..];
        }

        return length;
    }
}

/// <summary>The options that <see cref="RequestEncoder.Rewrite"/> sets.</summary>
internal ref struct MessageEdit
{
    public uint? Observe;
    public BlockOption? Block2;
    public BlockOption? Block1;
    public BlockOption? QBlock1;
    public ReadOnlySpan<uint> QBlock2;
    public uint? Size1;
    public ReadOnlySpan<byte> Echo;
    public uint? RequestTag;

    /// <summary>Whether the request goes out again because of new keys.</summary>
    public bool IsRenewal;

    /// <summary>Writes the options whose numbers lie above one and not above another.</summary>
    public readonly void Write(ref CoapMessageWriter writer, CoapOptionNumber after, CoapOptionNumber upTo)
    {
        Write(ref writer, CoapOptionNumber.Observe, Observe, after, upTo);
        Write(ref writer, CoapOptionNumber.QBlock1, QBlock1?.Value, after, upTo);
        Write(ref writer, CoapOptionNumber.Block2, Block2?.Value, after, upTo);
        Write(ref writer, CoapOptionNumber.Block1, Block1?.Value, after, upTo);
        foreach (uint value in QBlock2)
        {
            Write(ref writer, CoapOptionNumber.QBlock2, value, after, upTo);
        }

        Write(ref writer, CoapOptionNumber.Size1, Size1, after, upTo);
        if (!Echo.IsEmpty && CoapOptionNumber.Echo > after && CoapOptionNumber.Echo <= upTo)
        {
            writer.Option(CoapOptionNumber.Echo, Echo);
        }

        Write(ref writer, CoapOptionNumber.RequestTag, RequestTag, after, upTo);
    }

    private static void Write(
        ref CoapMessageWriter writer, CoapOptionNumber number, uint? value, CoapOptionNumber after, CoapOptionNumber upTo)
    {
        if (value is { } present && number > after && number <= upTo)
        {
            writer.Option(number, present);
        }
    }
}
