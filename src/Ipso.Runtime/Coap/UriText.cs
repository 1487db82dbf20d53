using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>The characters of URIs and their percent-encoding (RFC 3986, 2 and 3).</summary>
internal static class UriText
{
    /// <summary>What a host's name may hold as it is.</summary>
    public static readonly AsciiSet Name = AsciiSet.AlphaDigit.With("-._~!$&'()*+,;="u8);

    /// <summary>What a path segment may hold as it is.</summary>
    public static readonly AsciiSet Segment = Name.With(":@"u8);

    /// <summary>What an argument of a query may hold as it is, all but the separator of arguments.</summary>
    public static readonly AsciiSet Argument = AsciiSet.AlphaDigit.With("-._~!$'()*+,;=:@/?"u8);

    /// <summary>What a piece may hold as it is that becomes an option.</summary>
    public static AsciiSet AllowedIn(CoapOptionNumber number) => number == CoapOptionNumber.UriPath ? Segment : Argument;

    /// <summary>
    /// Decodes a piece of a URI. What is not ASCII is taken as it is: people write it, and what its bytes are is beyond doubt.
    /// </summary>
    /// <param name="text">The piece.</param>
    /// <param name="allowed">The characters that it may hold as they are.</param>
    /// <param name="destination">As long as the piece; may be the same memory.</param>
    /// <param name="written">The length of what the piece means.</param>
    /// <returns>False if there is another character, or a percent sign without two hexadecimal digits.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> text, AsciiSet allowed, Span<byte> destination, out int written)
    {
        written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            byte b = text[i];
            if (b == '%')
            {
                if (text.Length - i < 3 || !char.IsAsciiHexDigit((char)text[i + 1]) || !char.IsAsciiHexDigit((char)text[i + 2]))
                {
                    return false;
                }

                b = (byte)(FromHex(text[i + 1]) << 4 | FromHex(text[i + 2]));
                i += 2;
            }
            else if (b < 0x80 && !allowed.Has(b))
            {
                return false;
            }

            destination[written++] = b;
        }

        return true;
    }

    /// <summary>Whether a segment is <c>.</c> or <c>..</c>, escaped or not: the number of dots, or 0.</summary>
    public static int CountDots(ReadOnlySpan<byte> segment)
    {
        int dots = 0;
        while (!segment.IsEmpty)
        {
            bool isEscaped = segment.Length >= 3 && segment[0] == '%' && segment[1] == '2' && (segment[2] | 0x20) == 'e';
            if ((segment[0] != '.' && !isEscaped) || ++dots > 2)
            {
                return 0;
            }

            segment = segment[(isEscaped ? 3 : 1)..];
        }

        return dots;
    }

    /// <summary>The value of a hexadecimal digit.</summary>
    public static int FromHex(int digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
