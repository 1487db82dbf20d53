using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Writes resource records in one of the formats: a switch on the format, then straight code for it. Each kind of value has one method
/// here and one body in each of the format's files. A record is (key, Resource Instance id or -1, value); overflow sticks.
/// </summary>
internal ref partial struct RecordWriter
{
    /// <summary>
    /// The space that a record without its string or bytes may need: base path, name, labels and a number. A record is begun only where as
    /// much is left, so that its parts go unchecked.
    /// </summary>
    internal const int Slack = 96;

    /// <summary>
    /// How much longer than what it is to hold a buffer must be for writing to be sure of success: the slack of the last record, and
    /// the room that two open TLV headers keep and may not need.
    /// </summary>
    internal const int MaxExcess = Slack + 2 * TlvMaxHeader;

    private readonly Span<byte> _buffer;
    private readonly ContentFormat _format;
    private int _position;
    private int _records;
    private Lwm2mPath _base;
    private int _baseDepth;
    private bool _basePending;
    private bool _isOneOfSeveral;

    // The time of the records, NaN where they have none, and whether their base name was written already.
    private double _time;
    private bool _isBaseKnown;
    private bool _isSingleValue;

    // TLV: where the headers of what is open wait, -1 where nothing is.
    private int _instanceStart;
    private int _multipleStart;

    // LwM2M CBOR: the maps that are open, each called by what its entries are. Only the outermost begins at 0, and is there from the start.
    private CborMap _objects;
    private CborMap _objectInstances;
    private CborMap _resources;
    private CborMap _resourceInstances;

    // LwM2M CBOR: the Object Instance whose maps are open. OMA JSON: what "bn" says, an Object Instance or an Object.
    private Lwm2mPath _opened;

    // Where records go that are kept as they are, to be written later.
    private readonly CapturedRecords? _captured;

    internal RecordWriter(Span<byte> buffer, ContentFormat format)
    {
        Debug.Assert(Supports(format));
        _buffer = buffer;
        _format = RecordReader.WithoutEtch(format);
        _instanceStart = _multipleStart = -1;
        _time = double.NaN;
        if (_format is ContentFormat.SenMLCbor or ContentFormat.Lwm2mCbor)
        {
            // The head of the array or map, whose count is known at the end.
            _position = 1;
        }
    }

    /// <summary>How many records were written.</summary>
    internal readonly int Count => _records;

    /// <summary>Whether the buffer was too short.</summary>
    internal bool Overflowed { get; private set; }

    /// <summary>Whether something was written that the format cannot carry, such as a second value in plain text.</summary>
    internal bool NotRepresentable { get; private set; }

    internal static bool Supports(ContentFormat format) => format switch
    {
        ContentFormat.PlainText or ContentFormat.OctetStream => true,
        ContentFormat.SenMLJson or ContentFormat.SenMLEtchJson => CodecSwitches.SenMLJson,
        ContentFormat.SenMLCbor or ContentFormat.SenMLEtchCbor => CodecSwitches.SenMLCbor,
        ContentFormat.Tlv => CodecSwitches.Tlv,
        ContentFormat.Lwm2mCbor => CodecSwitches.LwM2MCbor,
        ContentFormat.Cbor => CodecSwitches.Cbor,
        ContentFormat.Lwm2mJson => CodecSwitches.Json,
        _ => false,
    };

    /// <summary>Whether the format carries one value and no ids.</summary>
    internal static bool IsSingleValue(ContentFormat format) =>
        format is ContentFormat.PlainText or ContentFormat.OctetStream or ContentFormat.Cbor;

    /// <summary>Begins the records of an Object Instance.</summary>
    /// <param name="basePath">The path that the records' names are relative to: an Object Instance or something below it.</param>
    /// <param name="wrap">Whether the records are one of several instances: TLV wraps them (LwM2M TS Core, 7.4.5).</param>
    internal void BeginInstance(Lwm2mPath basePath, bool wrap)
    {
        _isOneOfSeveral = wrap;
        _base = basePath;
        _baseDepth = basePath.Depth;
        _basePending = true;
        _isBaseKnown = _isSingleValue = false;
        NotRepresentable |= _baseDepth < 3 && IsSingleValue(_format);
        if (wrap && CodecSwitches.Tlv && _format == ContentFormat.Tlv)
        {
            _instanceStart = ReserveTlvHeader();
        }
    }

    internal void EndInstance()
    {
        if (CodecSwitches.Tlv && _instanceStart >= 0)
        {
            CloseTlv(ref _instanceStart, TlvObjectInstance, _base.InstanceId);
        }
    }

    /// <summary>Begins a multiple resource; its records follow, each with a Resource Instance id.</summary>
    internal void BeginMultiple(ulong key)
    {
        _captured?.BeginMultiple(key);
        NotRepresentable |= _baseDepth < 4 && IsSingleValue(_format);
        // A single instance of it is read: TLV has a Resource Instance record then, and no resource around it.
        if (CodecSwitches.Tlv && _format == ContentFormat.Tlv && _baseDepth < 4)
        {
            _multipleStart = ReserveTlvHeader();
        }
    }

    internal void EndMultiple(ulong key)
    {
        if (CodecSwitches.Tlv && _multipleStart >= 0)
        {
            CloseTlv(ref _multipleStart, TlvMultipleResource, ResourceKey.Id(key));
        }

        if (CodecSwitches.LwM2MCbor && _resourceInstances.IsOpen)
        {
            CloseCborMap(ref _resourceInstances);
        }
    }

    internal void Integer(ulong key, int instance, long value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborInteger(key, instance, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonInteger(key, instance, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvInteger(key, instance, value); break;
            default: OtherInteger(key, instance, value); break;
        }
    }

    internal void Unsigned(ulong key, int instance, ulong value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborUnsigned(key, instance, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonUnsigned(key, instance, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvUnsigned(key, instance, value); break;
            default: OtherUnsigned(key, instance, value); break;
        }
    }

    internal void Float(ulong key, int instance, double value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborFloat(key, instance, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonFloat(key, instance, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvFloat(key, instance, value); break;
            default: OtherFloat(key, instance, value); break;
        }
    }

    internal void Boolean(ulong key, int instance, bool value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborBoolean(key, instance, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonBoolean(key, instance, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvInteger(key, instance, value ? 1 : 0); break;
            default: OtherBoolean(key, instance, value); break;
        }
    }

    internal void String(ulong key, int instance, string value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborString(key, instance, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonString(key, instance, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvString(key, instance, value); break;
            default: OtherString(key, instance, value); break;
        }
    }

    internal void Opaque(ulong key, int instance, ReadOnlySpan<byte> value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborOpaque(key, instance, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonOpaque(key, instance, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvOpaque(key, instance, value); break;
            default: OtherOpaque(key, instance, value); break;
        }
    }

    internal void ObjectLink(ulong key, int instance, ObjectLink value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborObjectLink(key, instance, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonObjectLink(key, instance, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvObjectLink(key, instance, value); break;
            default: OtherObjectLink(key, instance, value); break;
        }
    }

    /// <summary>Ends the payload.</summary>
    /// <returns>Its length in bytes; -1 where the buffer was too short or the format cannot carry what was written.</returns>
    internal int Finish()
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: FinishCbor(); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: FinishJson(); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: FinishLwM2MCbor(); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: FinishOmaJson(); break;
            default:
                // A resource that is read but not there is for the caller to notice; text has nothing to say of it.
                NotRepresentable |= IsSingleValue(_format) && _records != 1;
                break;
        }

        return Overflowed || NotRepresentable ? -1 : _position;
    }

    private bool HasSlack()
    {
        if (_position <= _buffer.Length - Slack)
        {
            return true;
        }

        Overflowed = true;
        // Nothing fits any more, not even a shorter record: what is missing must not look like what was absent.
        _position = _buffer.Length;
        return false;
    }

    private bool Overflow()
    {
        Overflowed = true;
        _position = _buffer.Length;
        return false;
    }

    private void Put(byte value) => _buffer[_position++] = value;

    // Where the bytes are a literal it is a store or two instead of a call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[_position..]);
        _position += bytes.Length;
    }

    private void PutUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_position..], value);
        _position += 2;
    }

    private void PutUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[_position..], value);
        _position += 4;
    }

    private void PutUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer[_position..], value);
        _position += 8;
    }

    private void PutDigits(ulong key)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer[_position..], ResourceKey.Digits(key));
        _position += ResourceKey.DigitCount(key);
    }

    private void PutDecimal(long value)
    {
        // Instance ids and states are small as a rule: no call for them.
        if ((ulong)value < 10)
        {
            Put((byte)('0' + value));
            return;
        }

        _position += JsonNumberText.Write(_buffer[_position..], value);
    }

    private void PutDecimal(ulong value) => _position += JsonNumberText.Write(_buffer[_position..], value);

    private void PutDecimal(double value) => _position += JsonNumberText.Write(_buffer[_position..], value);

    private void PutPath(Lwm2mPath path)
    {
        path.TryFormat(_buffer[_position..], out int written);
        _position += written;
    }

    private bool PutUtf8(string value)
    {
        if (!System.Text.Encoding.UTF8.TryGetBytes(value, _buffer[_position..], out int written))
        {
            return Overflow();
        }

        _position += written;
        return true;
    }
}
