using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>The options of a response whose values need room: one instance per endpoint, cleared for each response.</summary>
internal sealed class ResponseHead
{
    /// <summary>What the locations may take, headers included.</summary>
    public const int LocationRoom = 90;

    private const int MaxSegment = 255;

    private readonly byte[] _locations = new byte[LocationRoom];
    private readonly byte[] _echo = new byte[EchoValues.Length];
    private int _echoLength;
    private int _pathEnd;
    private int _queryEnd;
    private int _wireLength;

    /// <summary>The entity-tag; none if its length is 0.</summary>
    public CoapETag ETag { get; set; }

    public void Clear()
    {
        ETag = default;
        _echoLength = _pathEnd = _queryEnd = _wireLength = 0;
    }

    public void SetETag(ReadOnlySpan<byte> value)
    {
        if (value.Length is < 1 or > CoapETag.MaxLength)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value.Length, "An entity-tag has 1 to 8 bytes (RFC 7252, 5.10.6).");
        }

        ETag = new CoapETag(value);
    }

    public void SetEcho(ReadOnlySpan<byte> value)
    {
        value.CopyTo(_echo);
        _echoLength = value.Length;
    }

    public void AddLocation(CoapOptionNumber number, ReadOnlySpan<byte> value)
    {
        // What the option will take on the wire; the delta of the first Location-Query, which is a byte more, is in the reserve.
        int cost = value.Length + (value.Length < 13 ? 1 : 2);
        if (value.Length > MaxSegment || _wireLength + cost > LocationRoom)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value.Length, Phrase.Of($"The location does not fit into {LocationRoom} bytes."));
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
    public void Write(ref CoapMessageWriter writer, ContentFormat? format, uint? maxAge, in EngineOptions options)
    {
        CoapETag tag = ETag;
        if (!tag.IsEmpty)
        {
            writer.Option(CoapOptionNumber.ETag, tag.Bytes);
        }

        WriteUInt(ref writer, CoapOptionNumber.Observe, options.Observe);
        if (_pathEnd > 0)
        {
            WriteLocations(ref writer, CoapOptionNumber.LocationPath, _locations.AsSpan(0, _pathEnd));
        }

        WriteUInt(ref writer, CoapOptionNumber.ContentFormat, (uint?)format);
        WriteUInt(ref writer, CoapOptionNumber.MaxAge, maxAge);
        WriteUInt(ref writer, CoapOptionNumber.QBlock1, options.QBlock1?.Value);
        if (_queryEnd > _pathEnd)
        {
            WriteLocations(ref writer, CoapOptionNumber.LocationQuery, _locations.AsSpan(_pathEnd, _queryEnd - _pathEnd));
        }

        WriteUInt(ref writer, CoapOptionNumber.Block2, options.Block2?.Value);
        WriteUInt(ref writer, CoapOptionNumber.Block1, options.Block1?.Value);
        WriteUInt(ref writer, CoapOptionNumber.Size2, options.Size2);
        WriteUInt(ref writer, CoapOptionNumber.QBlock2, options.QBlock2?.Value);
        WriteUInt(ref writer, CoapOptionNumber.Size1, options.Size1);
        if (_echoLength > 0)
        {
            writer.Option(CoapOptionNumber.Echo, _echo.AsSpan(0, _echoLength));
        }
    }

    private static void WriteUInt(ref CoapMessageWriter writer, CoapOptionNumber number, uint? value)
    {
        if (value is { } present)
        {
            writer.Option(number, present);
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

/// <summary>The options of a response that are the engine's to set.</summary>
internal struct EngineOptions
{
    public uint? Observe;
    public BlockOption? Block1;
    public BlockOption? Block2;
    public BlockOption? QBlock1;
    public BlockOption? QBlock2;
    public uint? Size1;
    public uint? Size2;
}
