using System.Buffers;
using System.Text.Unicode;

namespace Ipso.Coap;

/// <summary>Takes a URI apart and brings it into normal form, in the memory that it stands in (RFC 3986, 3, 5.2.4 and 6.2.2).</summary>
internal static class CoapUriReader
{
    /// <summary>The longest form of a piece that is not too long: every byte escaped.</summary>
    public const int MaxEncodedPiece = 3 * CoapUri.MaxPiece;

    /// <summary>Puts a text as UTF-8 into a buffer.</summary>
    public static CoapUriFault Encode(ReadOnlySpan<char> text, Span<byte> buffer, out int length)
    {
        OperationStatus status = Utf8.FromUtf16(text, buffer, out _, out length, replaceInvalidSequences: false);
        return status switch
        {
            OperationStatus.Done => CoapUriFault.None,
            OperationStatus.DestinationTooSmall => CoapUriFault.BufferTooSmall,
            _ => CoapUriFault.Character,
        };
    }

    /// <summary>Reads a URI, or a path with a query; a fault of before stays one.</summary>
    public static bool TryRead(Span<byte> text, bool isRelative, out CoapUri uri, scoped ref CoapUriFault fault)
    {
        uri = default;
        CoapScheme scheme = default;
        Span<byte> host = default;
        bool isAddress = false;
        ushort port = 0;
        if (fault == CoapUriFault.None && text.Contains((byte)'#'))
        {
            fault = CoapUriFault.Fragment;
        }

        if (fault == CoapUriFault.None && !isRelative)
        {
            fault = ReadScheme(ref text, out scheme);
            if (fault == CoapUriFault.None)
            {
                int end = text.IndexOfAny((byte)'/', (byte)'?');
                Span<byte> authority = end < 0 ? text : text[..end];
                text = text[authority.Length..];
                port = scheme.DefaultPort;
                fault = ReadAuthority(authority, out host, out isAddress, ref port);
            }
        }

        int mark = text.IndexOf((byte)'?');
        Span<byte> path = mark < 0 ? text : text[..mark];
        Span<byte> query = mark < 0 ? default : text[(mark + 1)..];
        if (fault == CoapUriFault.None)
        {
            fault = NormalizePath(ref path);
        }

        if (fault == CoapUriFault.None && mark >= 0)
        {
            fault = CheckQuery(query);
        }

        if (fault != CoapUriFault.None)
        {
            return false;
        }

        uri = new CoapUri
        {
            Scheme = scheme,
            Host = host,
            IsAddress = isAddress,
            Port = port,
            Path = path,
            Query = query,
            HasQuery = mark >= 0,
        };
        return true;
    }

    private static CoapUriFault ReadScheme(ref Span<byte> text, out CoapScheme scheme)
    {
        int colon = text.IndexOf((byte)':');
        for (scheme = CoapScheme.Coap; colon > 0 && scheme <= CoapScheme.CoapsWs; scheme++)
        {
            if (IsScheme(text[..colon], scheme.Name) && text[(colon + 1)..].StartsWith("//"u8))
            {
                text = text[(colon + 3)..];
                return CoapUriFault.None;
            }
        }

        return CoapUriFault.Scheme;
    }

    private static bool IsScheme(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        bool isSame = text.Length == name.Length;
        for (int i = 0; isSame && i < name.Length; i++)
        {
            isSame = (char.IsAsciiLetter((char)text[i]) ? text[i] | 0x20 : text[i]) == name[i];
        }

        return isSame;
    }

    private static CoapUriFault ReadAuthority(Span<byte> authority, out Span<byte> host, out bool isAddress, scoped ref ushort port)
    {
        host = default;
        isAddress = false;
        if (authority.Contains((byte)'@'))
        {
            return CoapUriFault.UserInfo;
        }

        bool isBracketed = !authority.IsEmpty && authority[0] == '[';
        int end = authority.IndexOf(isBracketed ? (byte)']' : (byte)':');
        if (isBracketed && end < 0)
        {
            return CoapUriFault.Host;
        }

        host = isBracketed ? authority[1..end] : end < 0 ? authority : authority[..end];
        CoapUriFault fault = isBracketed ? ReadAddress(ref host) : ReadName(ref host);
        isAddress = isBracketed || IpLiteral.IsIPv4(host);
        Span<byte> rest = isBracketed ? authority[(end + 1)..] : end < 0 ? default : authority[end..];
        return fault != CoapUriFault.None || rest.IsEmpty ? fault
            : rest[0] != ':' ? CoapUriFault.Host
            : ReadPort(rest[1..], ref port);
    }

    // The name is the same however it is spelled: percent-encoding and case are taken away.
    private static CoapUriFault ReadName(ref Span<byte> name)
    {
        if (!UriText.TryDecode(name, UriText.Name, name, out int length))
        {
            return CoapUriFault.Character;
        }

        name = name[..length];
        foreach (ref byte b in name)
        {
            b = b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
        }

        // A name that begins with a bracket would come back as an address.
        return length is 0 or > CoapUri.MaxPiece || name[0] == '[' ? CoapUriFault.Host : CoapUriFault.None;
    }

    // A zone is behind a percent sign, which RFC 6874 wants escaped and people do not.
    private static CoapUriFault ReadAddress(ref Span<byte> address)
    {
        int percent = address.IndexOf((byte)'%');
        if (!IpLiteral.IsIPv6(percent < 0 ? address : address[..percent]))
        {
            return CoapUriFault.Host;
        }

        if (percent < 0)
        {
            return CoapUriFault.None;
        }

        Span<byte> zone = address[(percent + 1)..];
        Span<byte> text = zone.StartsWith("25"u8) && zone.Length > 2 ? zone[2..] : zone;
        if (!UriText.TryDecode(text, UriText.Name, zone, out int length))
        {
            return CoapUriFault.Character;
        }

        address = address[..(percent + 1 + length)];
        return length == 0 || address.Length > CoapUri.MaxPiece ? CoapUriFault.Host : CoapUriFault.None;
    }

    private static CoapUriFault ReadPort(ReadOnlySpan<byte> digits, ref ushort port)
    {
        if (digits.IsEmpty)
        {
            return CoapUriFault.None;
        }

        int value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit) || (value = 10 * value + digit - '0') > ushort.MaxValue)
            {
                return CoapUriFault.Port;
            }
        }

        port = (ushort)value;
        return value == 0 ? CoapUriFault.Port : CoapUriFault.None;
    }

    // RFC 3986, 5.2.4. What is written is never longer than what has been read.
    private static CoapUriFault NormalizePath(ref Span<byte> path)
    {
        int written = 0;
        for (int position = 0; position < path.Length;)
        {
            int start = position + 1;
            int length = path[start..].IndexOf((byte)'/');
            bool isLast = length < 0;
            Span<byte> segment = isLast ? path[start..] : path.Slice(start, length);
            position = start + segment.Length;
            int dots = UriText.CountDots(segment);
            if (dots == 0)
            {
                CoapUriFault fault = CheckPiece(segment, CoapOptionNumber.UriPath);
                if (fault != CoapUriFault.None)
                {
                    return fault;
                }

                path[written] = (byte)'/';
                segment.CopyTo(path[(written + 1)..]);
                written += 1 + segment.Length;
                continue;
            }

            if (dots == 2)
            {
                written = Math.Max(path[..written].LastIndexOf((byte)'/'), 0);
            }

            if (isLast)
            {
                path[written++] = (byte)'/';
            }
        }

        path = path[..written];
        return CoapUriFault.None;
    }

    private static CoapUriFault CheckQuery(ReadOnlySpan<byte> query)
    {
        while (true)
        {
            int end = query.IndexOf((byte)'&');
            CoapUriFault fault = CheckPiece(end < 0 ? query : query[..end], CoapOptionNumber.UriQuery);
            if (fault != CoapUriFault.None || end < 0)
            {
                return fault;
            }

            query = query[(end + 1)..];
        }
    }

    private static CoapUriFault CheckPiece(ReadOnlySpan<byte> piece, CoapOptionNumber number)
    {
        if (piece.Length > MaxEncodedPiece)
        {
            return CoapUriFault.TooLong;
        }

        Span<byte> decoded = stackalloc byte[MaxEncodedPiece];
        return !UriText.TryDecode(piece, UriText.AllowedIn(number), decoded, out int length) ? CoapUriFault.Character
            : length > CoapUri.MaxPiece ? CoapUriFault.TooLong
            : CoapUriFault.None;
    }
}
