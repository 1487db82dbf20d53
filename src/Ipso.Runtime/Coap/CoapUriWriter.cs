using Ipso.Buffers;

namespace Ipso.Coap;

/// <summary>Puts a URI together from options (RFC 7252, 6.5). What there is no room for makes it fail for good.</summary>
internal ref struct CoapUriWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private int _position;
    private bool _hasFailed;

    public readonly bool TryFinish(out int written)
    {
        written = _hasFailed ? 0 : _position;
        return !_hasFailed;
    }

    /// <summary>Scheme, host and port.</summary>
    public void Authority(CoapOptions options, CoapScheme scheme, ReadOnlySpan<byte> address, ushort port)
    {
        Put(scheme.Name);
        Put("://"u8);
        if (options.TryGet(CoapOptionNumber.UriHost, out ReadOnlySpan<byte> host))
        {
            _hasFailed |= host.Length is 0 or > CoapUri.MaxPiece;
            Host(host);
        }
        else
        {
            Address(address);
        }

        if (options.TryGet(CoapOptionNumber.UriPort, out ReadOnlySpan<byte> value))
        {
            _hasFailed |= value.Length > 2;
            port = CoapUInt.TryRead(value, out uint number) ? (ushort)number : (ushort)0;
        }

        if (port != scheme.DefaultPort)
        {
            Put(":"u8);
            Span<byte> digits = stackalloc byte[5];
            DecimalDigits.TryWrite(port, digits, out int length);
            Put(digits[..length]);
        }
    }

    /// <summary>Path and query.</summary>
    public void Path(CoapOptions options, CoapOptionNumber segments, CoapOptionNumber arguments)
    {
        int start = _position;
        foreach (ReadOnlySpan<byte> segment in options.Values(segments))
        {
            // A segment of dots is a step up or none, however it is escaped: the URI would be another (RFC 7252, 5.10.1).
            _hasFailed |= UriText.CountDots(segment) > 0;
            Put("/"u8);
            Escape(segment, UriText.Segment);
        }

        if (_position == start)
        {
            Put("/"u8);
        }

        bool isFirst = true;
        foreach (ReadOnlySpan<byte> argument in options.Values(arguments))
        {
            Put(isFirst ? "?"u8 : "&"u8);
            Escape(argument, UriText.Argument);
            isFirst = false;
        }
    }

    private void Host(ReadOnlySpan<byte> host)
    {
        if (host is [(byte)'[', .., (byte)']'] && IpLiteral.IsIPv6(host[1..^1]))
        {
            Put(host);
        }
        else
        {
            Escape(host, UriText.Name);
        }
    }

    private void Address(ReadOnlySpan<byte> address)
    {
        if (!address.Contains((byte)':'))
        {
            Escape(address, UriText.Name);
            return;
        }

        int percent = address.IndexOf((byte)'%');
        Put("["u8);
        Put(percent < 0 ? address : address[..percent]);
        if (percent >= 0)
        {
            Put("%25"u8);
            Escape(address[(percent + 1)..], UriText.Name);
        }

        Put("]"u8);
    }

    private void Escape(ReadOnlySpan<byte> text, AsciiSet allowed)
    {
        while (!text.IsEmpty)
        {
            int length = allowed.CountIn(text);
            Put(text[..length]);
            if (length == text.Length)
            {
                return;
            }

            Put([(byte)'%', ToHex(text[length] >> 4), ToHex(text[length] & 0xf)]);
            text = text[(length + 1)..];
        }
    }

    private static byte ToHex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);

    private void Put(scoped ReadOnlySpan<byte> text)
    {
        _hasFailed |= !text.TryCopyTo(_destination[_position..]);
        _position += _hasFailed ? 0 : text.Length;
    }
}
