namespace Ipso.Coap.Engine;

/// <summary>The options of a response whose values need room: one instance per endpoint, cleared for each response.</summary>
internal sealed class ResponseHead
{
    /// <summary>What the locations may take, headers included.</summary>
    public const int LocationRoom = 90;

    private const int MaxETag = 8;
    private const int MaxSegment = 255;

    private readonly byte[] _eTag = new byte[MaxETag];
    private readonly byte[] _locations = new byte[LocationRoom];
    private int _eTagLength;
    private int _pathEnd;
    private int _queryEnd;
    private int _wireLength;

    public void Clear() => _eTagLength = _pathEnd = _queryEnd = _wireLength = 0;

    public void SetETag(ReadOnlySpan<byte> value)
    {
        if (value.Length is < 1 or > MaxETag)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value.Length, "An entity-tag has 1 to 8 bytes (RFC 7252, 5.10.6).");
        }

        value.CopyTo(_eTag);
        _eTagLength = value.Length;
    }

    public void AddLocation(CoapOptionNumber number, ReadOnlySpan<byte> value)
    {
        // What the option will take on the wire; the delta of the first Location-Query, which is a byte more, is in the reserve.
        int cost = value.Length + (value.Length < 13 ? 1 : 2);
        if (value.Length > MaxSegment || _wireLength + cost > LocationRoom)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value.Length, $"The location does not fit into {LocationRoom} bytes.");
        }

        if (number == CoapOptionNumber.LocationPath && _queryEnd > _pathEnd)
        {
            throw new InvalidOperationException("The Location-Path comes before the Location-Query.");
        }

        _wireLength += cost;
        _locations[_queryEnd] = (byte)value.Length;
        value.CopyTo(_locations.AsSpan(_queryEnd + 1));
        _queryEnd += 1 + value.Length;
        if (number == CoapOptionNumber.LocationPath)
        {
            _pathEnd = _queryEnd;
        }
    }

    /// <summary>Writes the options of a response in ascending order.</summary>
    public void Write(ref CoapMessageWriter writer, uint? observe, ContentFormat? format, uint? maxAge, uint? size1)
    {
        if (_eTagLength > 0)
        {
            writer.Option(CoapOptionNumber.ETag, _eTag.AsSpan(0, _eTagLength));
        }

        if (observe is { } sequence)
        {
            writer.Option(CoapOptionNumber.Observe, sequence);
        }

        WriteLocations(ref writer, CoapOptionNumber.LocationPath, _locations.AsSpan(0, _pathEnd));
        if (format is { } contentFormat)
        {
            writer.Option(CoapOptionNumber.ContentFormat, (uint)contentFormat);
        }

        if (maxAge is { } seconds)
        {
            writer.Option(CoapOptionNumber.MaxAge, seconds);
        }

        WriteLocations(ref writer, CoapOptionNumber.LocationQuery, _locations.AsSpan(_pathEnd, _queryEnd - _pathEnd));
        if (size1 is { } size)
        {
            writer.Option(CoapOptionNumber.Size1, size);
        }
    }

    private static void WriteLocations(ref CoapMessageWriter writer, CoapOptionNumber number, ReadOnlySpan<byte> encoded)
    {
        while (!encoded.IsEmpty)
        {
            writer.Option(number, encoded.Slice(1, encoded[0]));
            encoded = encoded[(1 + encoded[0])..];
        }
    }
}
