using System.Numerics;
using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>The options of a response: one instance per endpoint, cleared for each response.</summary>
internal sealed class ResponseHead
{
    /// <summary>What the locations may take, headers included.</summary>
    public const int LocationRoom = 90;

    private const int MaxSegment = 255;
    private const CoapOptionNumber LastNumber = CoapOptionNumber.Size1;

    // What a handler sets.
    private const ulong OfHandler =
        1UL << (int)CoapOptionNumber.ETag | 1UL << (int)CoapOptionNumber.LocationPath | 1UL << (int)CoapOptionNumber.LocationQuery;

    private const ulong OfBody =
        1UL << (int)CoapOptionNumber.Observe | 1UL << (int)CoapOptionNumber.Block2 | 1UL << (int)CoapOptionNumber.QBlock2
        | 1UL << (int)CoapOptionNumber.Size2;

    // A bit for each option that the response has, by its number; Echo alone has a greater one. Of those that are numbers, their values.
    private ulong _present;
    private readonly uint[] _values = new uint[(int)LastNumber + 1];
    private CoapETag _tag;
    private readonly byte[] _locations = new byte[LocationRoom];
    private readonly byte[] _echo = new byte[EchoValues.Length];
    private int _echoLength;
    private int _pathEnd;
    private int _queryEnd;
    private int _wireLength;

    /// <summary>The entity-tag; none if its length is 0.</summary>
    public CoapETag ETag
    {
        get => _tag;
        set
        {
            _tag = value;
            Mark(CoapOptionNumber.ETag, !value.IsEmpty);
        }
    }

    /// <summary>The value of Observe; null if the response does not have it.</summary>
    public uint? Observe => (_present >> (int)CoapOptionNumber.Observe & 1) != 0 ? _values[(int)CoapOptionNumber.Observe] : null;

    /// <summary>Clears all, for another response.</summary>
    public void Begin()
    {
        Clear();
        _present = 0;
    }

    /// <summary>Clears what the handler has set.</summary>
    public void Clear()
    {
        _present &= ~OfHandler;
        _tag = default;
        _echoLength = _pathEnd = _queryEnd = _wireLength = 0;
    }

    /// <summary>Sets an option that is a number, or removes it.</summary>
    public void Set(CoapOptionNumber number, uint? value)
    {
        _values[(int)number] = value.GetValueOrDefault();
        Mark(number, value.HasValue);
    }

    /// <summary>Sets an option that is a number.</summary>
    public void Set(CoapOptionNumber number, uint value)
    {
        _values[(int)number] = value;
        _present |= 1UL << (int)number;
    }

    /// <summary>Removes what the engine says of a body that is not sent after all.</summary>
    public void RemoveOfBody() => _present &= ~OfBody;

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
        Mark(number, isPresent: true);
        if (number == CoapOptionNumber.LocationPath)
        {
            _pathEnd = _queryEnd;
        }
    }

    /// <summary>Writes the options of a response in ascending order.</summary>
    public void Write(ref CoapMessageWriter writer, ContentFormat? format, uint? maxAge)
    {
        ulong left = _present;
        if (format is { } f)
        {
            _values[(int)CoapOptionNumber.ContentFormat] = (uint)f;
            left |= 1UL << (int)CoapOptionNumber.ContentFormat;
        }

        if (maxAge is { } age)
        {
            _values[(int)CoapOptionNumber.MaxAge] = age;
            left |= 1UL << (int)CoapOptionNumber.MaxAge;
        }

        for (; left != 0; left &= left - 1)
        {
            var number = (CoapOptionNumber)BitOperations.TrailingZeroCount(left);
            switch (number)
            {
                case CoapOptionNumber.ETag:
                    writer.Option(number, _tag.Bytes);
                    break;
                case CoapOptionNumber.LocationPath:
                    WriteLocations(ref writer, number, _locations.AsSpan(0, _pathEnd));
                    break;
                case CoapOptionNumber.LocationQuery:
                    WriteLocations(ref writer, number, _locations.AsSpan(_pathEnd, _queryEnd - _pathEnd));
                    break;
                default:
                    writer.Option(number, _values[(int)number]);
                    break;
            }
        }

        if (_echoLength > 0)
        {
            writer.Option(CoapOptionNumber.Echo, _echo.AsSpan(0, _echoLength));
        }
    }

    private void Mark(CoapOptionNumber number, bool isPresent)
    {
        ulong bit = 1UL << (int)number;
        _present = isPresent ? _present | bit : _present & ~bit;
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
