using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Ipso.Coap;

namespace Ipso.Testing;

/// <summary>CoAP messages in one line each, for traces and for what a test expects.</summary>
public static class CoapText
{
    private const int MaxHexBytes = 32;

    /// <summary>Describes a datagram.</summary>
    /// <param name="datagram">Any bytes.</param>
    /// <returns>
    /// <c>CON 0x1a2b GET /3303/0/5700 token 4f, Observe 0</c>: type, Message ID, code, path and query, and what else there is, the payload
    /// last: as text in quotes if it is text, in hexadecimal if not. Bytes that are no message: <c>7 bytes 00112233445566
    /// (UnknownVersion)</c>.
    /// </returns>
    public static string Describe(ReadOnlySpan<byte> datagram)
    {
        if (!CoapMessage.TryParse(datagram, out CoapMessage message, out CoapParseError error))
        {
            return $"{Bytes(datagram)} ({error})";
        }

        StringBuilder text = new(TypeName(message.Type));
        text.Append(CultureInfo.InvariantCulture, $" 0x{message.MessageId:x4}");
        if (message.Code.IsEmpty)
        {
            return text.Append(message.Type == CoapType.Confirmable ? " ping" : "").ToString();
        }

        text.Append(' ').Append(message.Code);
        AppendUri(text, message);
        string separator = " ";
        if (message.Token.Length > 0)
        {
            Append(text, ref separator, $"token {message.Token}");
        }

        foreach (CoapOption option in message.Options)
        {
            if (option.Number is not (CoapOptionNumber.UriPath or CoapOptionNumber.UriQuery))
            {
                Append(text, ref separator, Option(option));
            }
        }

        if (!message.Payload.IsEmpty)
        {
            Append(text, ref separator, Payload(message.Payload));
        }

        return text.ToString();
    }

    /// <summary>Bytes with their number, cut off after 32.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <returns>For example <c>3 bytes 83a10c</c>.</returns>
    public static string Bytes(ReadOnlySpan<byte> bytes)
    {
        string count = bytes.Length == 1 ? "1 byte" : string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes");
        string digits = Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, MaxHexBytes)]);
        return bytes.IsEmpty ? count : $"{count} {digits}{(bytes.Length > MaxHexBytes ? "..." : "")}";
    }

    /// <summary>The short name of a message type (RFC 7252, 4).</summary>
    /// <param name="type">The type.</param>
    /// <returns>CON, NON, ACK or RST.</returns>
    public static string TypeName(CoapType type) => type switch
    {
        CoapType.Confirmable => "CON",
        CoapType.NonConfirmable => "NON",
        CoapType.Acknowledgement => "ACK",
        _ => "RST",
    };

    private static void Append(StringBuilder text, ref string separator, string part)
    {
        text.Append(separator).Append(part);
        separator = ", ";
    }

    private static void AppendUri(StringBuilder text, in CoapMessage message)
    {
        if (message.Code.IsRequest)
        {
            text.Append(message.Options.Values(CoapOptionNumber.UriPath).IsEmpty ? " /" : " ");
        }

        foreach (ReadOnlySpan<byte> segment in message.Options.Values(CoapOptionNumber.UriPath))
        {
            text.Append('/').Append(Escaped(segment));
        }

        char mark = '?';
        foreach (ReadOnlySpan<byte> argument in message.Options.Values(CoapOptionNumber.UriQuery))
        {
            text.Append(mark).Append(Escaped(argument));
            mark = '&';
        }
    }

    private static string Payload(ReadOnlySpan<byte> payload) => IsText(payload) ? Quoted(payload) : Bytes(payload);

    private static string Option(CoapOption option)
    {
        string name = Enum.IsDefined(option.Number) ? Hyphenated(option.Number.ToString()) : "Option " + (int)option.Number;
        string value = option.Number switch
        {
            CoapOptionNumber.Block1 or CoapOptionNumber.Block2 or CoapOptionNumber.QBlock1 or CoapOptionNumber.QBlock2
                when CoapUInt.TryRead(option.Value, out uint block) => Block(block),
            CoapOptionNumber.Observe or CoapOptionNumber.UriPort or CoapOptionNumber.ContentFormat or CoapOptionNumber.MaxAge
                or CoapOptionNumber.HopLimit or CoapOptionNumber.Accept or CoapOptionNumber.Size1 or CoapOptionNumber.Size2
                or CoapOptionNumber.NoResponse when CoapUInt.TryRead(option.Value, out uint number) =>
                number.ToString(CultureInfo.InvariantCulture),
            CoapOptionNumber.UriHost or CoapOptionNumber.LocationPath or CoapOptionNumber.LocationQuery or CoapOptionNumber.ProxyUri
                or CoapOptionNumber.ProxyScheme when IsText(option.Value) => Quoted(option.Value),
            _ => Convert.ToHexStringLower(option.Value),
        };
        return value.Length == 0 ? name : $"{name} {value}";
    }

    // NUM/M/size, as the examples of RFC 7959 have it.
    private static string Block(uint value)
    {
        uint exponent = value & 7;
        string size = exponent == 7 ? "reserved" : (16 << (int)exponent).ToString(CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{value >> 4}/{value >> 3 & 1}/{size}");
    }

    // ContentFormat is Content-Format, and ETag is itself.
    private static string Hyphenated(string name)
    {
        StringBuilder text = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1]))
            {
                text.Append('-');
            }

            text.Append(name[i]);
        }

        return text.ToString();
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) =>
        Utf8.IsValid(bytes) && bytes.IndexOfAnyInRange((byte)0, (byte)0x1f) < 0 && !bytes.Contains((byte)0x7f);

    private static string Quoted(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        return '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
    }

    private static string Escaped(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte b in bytes)
        {
            if (b is > 0x20 and < 0x7f and not (byte)'/' and not (byte)'?' and not (byte)'&' and not (byte)'%')
            {
                text.Append((char)b);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
            }
        }

        return text.ToString();
    }
}
