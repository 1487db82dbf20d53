using Ipso.Cbor;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// Payloads in blocks: records are captured first, all of an Object Instance at once, and written one by one when their turn comes.
internal ref partial struct RecordWriter
{
    /// <summary>The format of records that are kept as they are.</summary>
    private const ContentFormat Captured = (ContentFormat)0xFFFE;

    private RecordWriter(CapturedRecords captured)
    {
        _captured = captured;
        _format = Captured;
        _room = int.MaxValue;
        _limit = _instance = -1;
        _time = double.NaN;
    }

    /// <summary>The bytes written.</summary>
    internal readonly int Length => _position;

    /// <summary>A writer that keeps records as they are.</summary>
    internal static RecordWriter To(CapturedRecords captured) => new(captured);

    /// <summary>A writer of one record and nothing around it.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="format">The format.</param>
    /// <param name="basePath">The path that names are relative to.</param>
    /// <param name="isOneOfSeveral">Whether the payload has several Object Instances, or could.</param>
    /// <param name="isFirst">Whether it brings the base name.</param>
    /// <param name="before">How many records stand before it in the payload.</param>
    internal static RecordWriter OfRecord(
        Span<byte> buffer, ContentFormat format, Lwm2mPath basePath, bool isOneOfSeveral, bool isFirst, int before) =>
        new(buffer, format)
        {
            _position = 0,
            _records = before,
            _base = basePath,
            _baseDepth = (byte)basePath.Depth,
            _isWhole = basePath.Depth == 2,
            _isOneOfSeveral = isOneOfSeveral,
            _isBasePending = isFirst,
        };

    /// <summary>Keeps an Opaque where records are kept: it is not copied.</summary>
    /// <returns>Whether it was; where not, it is to be written.</returns>
    internal bool TryCapture(ulong key, ReadOnlyMemory<byte> value)
    {
        if (_captured is null)
        {
            return false;
        }

        if (BeginSpecial(key, Kind.Opaque))
        {
            _captured.Opaque(key, _instance, value);
        }

        return true;
    }

    /// <summary>Writes a captured record whole.</summary>
    internal void Put(scoped in CapturedRecord record)
    {
        ulong key = BeginCaptured(in record);
        if (CodecSwitches.LwM2MCbor && _format == ContentFormat.Lwm2mCbor)
        {
            PutLwM2MCborEntry(key, in record);
            return;
        }

        switch (record.Kind)
        {
            case CapturedKind.Integer: SpecialInteger(key, (long)record.Bits); break;
            case CapturedKind.Unsigned: SpecialUnsigned(key, record.Bits); break;
            case CapturedKind.Float: SpecialFloat(key, BitConverter.UInt64BitsToDouble(record.Bits)); break;
            case CapturedKind.Boolean: SpecialBoolean(key, record.Bits != 0); break;
            case CapturedKind.String: SpecialString(key, record.Text); break;
            case CapturedKind.Opaque: SpecialOpaque(key, record.Bytes.Span); break;
            default: SpecialObjectLink(key, record.Link); break;
        }
    }

    /// <summary>Writes a captured text or bytes up to its content, of so many bytes of UTF-8 or Opaque.</summary>
    internal void PutBeforeContent(scoped in CapturedRecord record, int length)
    {
        bool isText = record.Kind == CapturedKind.String;
        CborMajor major = isText ? CborMajor.Text : CborMajor.Bytes;
        ulong key = BeginCaptured(in record);
        switch (_format)
        {
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
                PutCborId(ResourceKey.Id(key));
                PutCborHead(major, length);
                return;
            case ContentFormat.Tlv when CodecSwitches.Tlv && length > TlvMaxLength:
                Overflow();
                return;
            default:
                break;
        }

        if (!BeginSpecial(key, isText ? Kind.String : Kind.Opaque))
        {
            return;
        }

        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                PutCborHead(major, length);
                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                _position = PutTlvHeader(key, length);
                break;
            default:
                break;
        }
    }

    /// <summary>Writes the header of an element of TLV that encloses others of so many bytes.</summary>
    internal void PutTlvHeader(byte type, ushort id, int length) => _position += WriteTlvHeader(ref At(_position), type, id, length);

    /// <summary>Writes the head of a container or a string of CBOR.</summary>
    internal void PutCborHead(CborMajor major, int count) => _position = PutCborHead(_position, major, (ulong)count);

    /// <summary>Writes a key of LwM2M CBOR and the head of the map behind it.</summary>
    internal void PutLwM2MCborMap(ushort id, int entries)
    {
        PutCborId(id);
        PutCborHead(CborMajor.Map, entries);
    }

    // The key that the record is written with.
    private ulong BeginCaptured(scoped in CapturedRecord record)
    {
        _instance = record.Instance;
        return record.Instance < 0 ? record.Key : KeyOf(record.Key, (ushort)record.Instance);
    }

    // The maps around it are written by whoever knows how much is in them.
    private void PutLwM2MCborEntry(ulong key, scoped in CapturedRecord record)
    {
        switch (record.Kind)
        {
            case CapturedKind.Integer: LwM2MCborInteger(key, (long)record.Bits); break;
            case CapturedKind.Unsigned: LwM2MCborUnsigned(key, record.Bits); break;
            case CapturedKind.Float: LwM2MCborFloat(key, BitConverter.UInt64BitsToDouble(record.Bits)); break;
            case CapturedKind.Boolean: LwM2MCborBoolean(key, record.Bits != 0); break;
            case CapturedKind.String: LwM2MCborString(key, record.Text); break;
            case CapturedKind.Opaque: LwM2MCborOpaque(key, record.Bytes.Span); break;
            default: LwM2MCborObjectLink(key, record.Link); break;
        }
    }
}
