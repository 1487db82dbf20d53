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
        _instanceStart = _multipleStart = -1;
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
            _baseDepth = basePath.Depth,
            _isOneOfSeveral = isOneOfSeveral,
            _basePending = isFirst,
        };

    /// <summary>Keeps an Opaque where records are kept: it is not copied.</summary>
    /// <returns>Whether it was; where not, it is to be written.</returns>
    internal readonly bool TryCapture(ulong key, int instance, ReadOnlyMemory<byte> value)
    {
        if (_captured is null)
        {
            return false;
        }

        _captured.Opaque(key, instance, value);
        return true;
    }

    /// <summary>Writes a captured record whole.</summary>
    internal void Put(scoped in CapturedRecord record)
    {
        if (CodecSwitches.LwM2MCbor && _format == ContentFormat.Lwm2mCbor)
        {
            PutLwM2MCborEntry(in record);
            return;
        }

        switch (record.Kind)
        {
            case CapturedKind.Integer: Integer(record.Key, record.Instance, (long)record.Bits); break;
            case CapturedKind.Unsigned: Unsigned(record.Key, record.Instance, record.Bits); break;
            case CapturedKind.Float: Float(record.Key, record.Instance, BitConverter.UInt64BitsToDouble(record.Bits)); break;
            case CapturedKind.Boolean: Boolean(record.Key, record.Instance, record.Bits != 0); break;
            case CapturedKind.String: String(record.Key, record.Instance, record.Text); break;
            case CapturedKind.Opaque: Opaque(record.Key, record.Instance, record.Bytes.Span); break;
            default: ObjectLink(record.Key, record.Instance, record.Link); break;
        }
    }

    /// <summary>Writes a captured text or bytes up to its content, of so many bytes of UTF-8 or Opaque.</summary>
    internal void PutBeforeContent(scoped in CapturedRecord record, int length)
    {
        bool isText = record.Kind == CapturedKind.String;
        byte major = isText ? (byte)0x60 : (byte)0x40;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
                BeginCbor(record.Key, record.Instance, isText ? CborLabelString : CborLabelData);
                CborHead(major, (ulong)length);
                break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
                BeginJson(record.Key, record.Instance);
                Put(isText ? "\"vs\":\""u8 : "\"vd\":\""u8);
                break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json:
                if (BeginOmaJson(record.Key, record.Instance))
                {
                    Put("\"sv\":\""u8);
                }

                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                TlvHeader(record.Key, record.Instance, length);
                break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
                PutCborId(IdOf(in record));
                CborHead(major, (ulong)length);
                break;
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                CborHead(major, (ulong)length);
                break;
            case ContentFormat.OctetStream:
                NotRepresentable |= isText;
                break;
            default:
                break;
        }
    }

    /// <summary>Writes the header of an element of TLV that encloses others of so many bytes.</summary>
    internal void PutTlvHeader(byte type, ushort id, int length) => TlvHeader(type, id, length);

    /// <summary>Writes the head of an array or a map of CBOR.</summary>
    internal void PutCborHead(byte major, int count) => CborHead(major, (ulong)count);

    /// <summary>Writes a key of LwM2M CBOR and the head of the map behind it.</summary>
    internal void PutLwM2MCborMap(ushort id, int entries)
    {
        PutCborId(id);
        CborHead(0xA0, (ulong)entries);
    }

    private static ushort IdOf(scoped in CapturedRecord record) =>
        record.Instance < 0 ? ResourceKey.Id(record.Key) : (ushort)record.Instance;

    // The maps around it are written by whoever knows how much is in them.
    private void PutLwM2MCborEntry(scoped in CapturedRecord record)
    {
        PutCborId(IdOf(in record));
        switch (record.Kind)
        {
            case CapturedKind.Integer: PutCborInteger((long)record.Bits); break;
            case CapturedKind.Unsigned: CborHead(0x00, record.Bits); break;
            case CapturedKind.Float: PutCborFloat(BitConverter.UInt64BitsToDouble(record.Bits)); break;
            case CapturedKind.Boolean: PutCborBoolean(record.Bits != 0); break;
            case CapturedKind.String: PutCborText(record.Text); break;
            case CapturedKind.Opaque: PutCborBytes(record.Bytes.Span); break;
            default: PutCborObjectLink(record.Link); break;
        }
    }
}
