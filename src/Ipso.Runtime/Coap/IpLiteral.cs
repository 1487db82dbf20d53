namespace Ipso.Coap;

/// <summary>Tells addresses from names in the host of a URI (RFC 3986, 3.2.2).</summary>
internal static class IpLiteral
{
    /// <summary>Whether a text is four decimal numbers from 0 to 255 without leading zeros, with dots between.</summary>
    public static bool IsIPv4(ReadOnlySpan<byte> text)
    {
        int numbers = 0;
        while (true)
        {
            int dot = text.IndexOf((byte)'.');
            ReadOnlySpan<byte> digits = dot < 0 ? text : text[..dot];
            if (digits.Length is 0 or > 3 || (digits.Length > 1 && digits[0] == '0'))
            {
                return false;
            }

            int number = 0;
            foreach (byte digit in digits)
            {
                if (!char.IsAsciiDigit((char)digit))
                {
                    return false;
                }

                number = 10 * number + digit - '0';
            }

            if (number > 255 || ++numbers > 4)
            {
                return false;
            }

            if (dot < 0)
            {
                return numbers == 4;
            }

            text = text[(dot + 1)..];
        }
    }

    /// <summary>
    /// Whether a text is an address of IPv6, without brackets: up to eight groups of hexadecimal digits, one run of zero groups left out,
    /// the last two perhaps an address of IPv4.
    /// </summary>
    public static bool IsIPv6(ReadOnlySpan<byte> text)
    {
        int gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return CountGroups(text, mayEndInIPv4: true) == 8;
        }

        // Before and behind the gap; it stands for one group at least.
        int before = CountGroups(text[..gap], mayEndInIPv4: false);
        int behind = CountGroups(text[(gap + 2)..], mayEndInIPv4: true);
        return before >= 0 && behind >= 0 && before + behind <= 7;
    }

    // -1 where what is there is no list of groups.
    private static int CountGroups(ReadOnlySpan<byte> text, bool mayEndInIPv4)
    {
        int groups = 0;
        if (text.IsEmpty)
        {
            return groups;
        }

        while (true)
        {
            int colon = text.IndexOf((byte)':');
            ReadOnlySpan<byte> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && mayEndInIPv4 && group.Contains((byte)'.'))
            {
                return IsIPv4(group) ? groups + 2 : -1;
            }

            if (group.Length is 0 or > 4 || ++groups > 8)
            {
                return -1;
            }

            foreach (byte digit in group)
            {
                if (!char.IsAsciiHexDigit((char)digit))
                {
                    return -1;
                }
            }

            if (colon < 0)
            {
                return groups;
            }

            text = text[(colon + 1)..];
        }
    }
}
