using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Cbor;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// Makes the bytes of a payload from captured records, one record after the other: each is written by <see cref="RecordWriter"/> into a
/// buffer of its own, but for the content of long texts and bytes, which goes straight to the block. What a format has to say beforehand,
/// counts and lengths, is made of the captured records.
/// </summary>
internal sealed class BlockEncoder(ContentFormat format, int maxRecords) : IDisposable
{
    /// <summary>The longest text, in UTF-16 units, or bytes that are written whole.</summary>
    internal const int MaxShort = 256;

    // A record of a short value, each unit of it escaped, and a piece of a long one.
    private const int OutLength = 4096;

    private readonly ContentFormat _format = RecordReader.WithoutEtch(format);
    private byte[] _out = ArrayPool<byte>.Shared.Rent(OutLength);
    private int _outStart;
    private int _outEnd;
    private LongContent _content;
    private bool _closesString;

    private Lwm2mPath _base = Lwm2mPath.Root;
    private bool _isOneOfSeveral;
    private int _next;
    private int _written;
    private int _writtenOfInstance;

    /// <summary>The records of the Object Instance.</summary>
    internal CapturedRecords Captured { get; } = new(maxRecords);

    /// <summary>Whether all bytes so far have been taken.</summary>
    internal bool IsDrained => _outStart == _outEnd && !_content.IsOpen && !_closesString;

    /// <summary>Whether something is longer than the format can say.</summary>
    internal bool IsTooLarge { get; private set; }

    /// <summary>Whether the format cannot carry something.</summary>
    internal bool IsNotRepresentable { get; private set; }

    public void Dispose()
    {
        Captured.Dispose();
        if (_out.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_out);
            _out = [];
            _outStart = _outEnd = 0;
        }
    }

    /// <summary>Takes bytes that are ready.</summary>
    /// <returns>How many; 0 where more has to be written first.</returns>
    internal int Take(Span<byte> block)
    {
        if (_outStart == _outEnd && !TryRefill(block, out int direct))
        {
            return direct;
        }

        int length = Math.Min(block.Length, _outEnd - _outStart);
        _out.AsSpan(_outStart, length).CopyTo(block);
        _outStart += length;
        return length;
    }

    /// <summary>Writes what stands before all records.</summary>
    /// <param name="records">How many records the payload has.</param>
    /// <param name="objects">How many objects have some.</param>
    internal void BeginPayload(int records, int objects)
    {
        RecordWriter writer = Writer();
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: writer.PutCborHead(CborMajor.Array, records); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: writer.PutCborHead(CborMajor.Map, objects); break;
            default: break;
        }

        Put(in writer);
    }

    /// <summary>Writes what stands before the records of the Object Instance that was captured.</summary>
    /// <param name="basePath">The path that the records' names are relative to: the Object Instance or something below it.</param>
    /// <param name="isOneOfSeveral">Whether the payload has several Object Instances, or could.</param>
    /// <param name="ofObject">How many instances of its object there are, where it is the first; 0 where it is not.</param>
    internal void BeginInstance(Lwm2mPath basePath, bool isOneOfSeveral, int ofObject)
    {
        (_base, _isOneOfSeveral, _next, _writtenOfInstance) = (basePath, isOneOfSeveral, 0, 0);
        RecordWriter writer = Writer();
        if (CodecSwitches.LwM2MCbor && _format == ContentFormat.Lwm2mCbor && Captured.Count > 0)
        {
            if (ofObject > 0)
            {
                writer.PutLwM2MCborMap(basePath.ObjectId, ofObject);
            }

            writer.PutLwM2MCborMap(basePath.InstanceId, ResourceCount());
        }
        else if (CodecSwitches.Tlv && _format == ContentFormat.Tlv && isOneOfSeveral)
        {
            PutTlvHeader(ref writer, RecordWriter.TlvObjectInstance, basePath.InstanceId, MeasureTlv(0, Captured.Records.Length));
        }

        Put(in writer);
    }

    /// <summary>Writes the next record.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool NextRecord()
    {
        if (_next == Captured.Records.Length)
        {
            return false;
        }

        ref readonly CapturedRecord record = ref Captured.Records[_next++];
        RecordWriter writer = Writer();
        if (record.Kind == CapturedKind.Multiple)
        {
            PutMultiple(ref writer, in record);
        }
        else if (LengthOfLong(in record) is var length && length < 0)
        {
            writer.Put(in record);
            CountRecord();
        }
        else
        {
            writer.PutBeforeContent(in record, length);
            _content = LongContent.Of(in record, _format);
            _closesString = _format is ContentFormat.SenMLJson or ContentFormat.Lwm2mJson;
            CountRecord();
        }

        Put(in writer);
        return true;
    }

    /// <summary>Writes what stands behind all records.</summary>
    /// <param name="basePath">The path of the last Object Instance, with records or without, or the root.</param>
    /// <param name="isOneOfSeveral">Whether the payload has several Object Instances, or could.</param>
    internal void EndPayload(Lwm2mPath basePath, bool isOneOfSeveral)
    {
        (_base, _isOneOfSeveral) = (basePath, isOneOfSeveral);
        if (_format is ContentFormat.SenMLJson or ContentFormat.Lwm2mJson)
        {
            RecordWriter writer = Writer();
            writer.Finish();
            Put(in writer);
        }
    }

    private void CountRecord()
    {
        _written++;
        _writtenOfInstance++;
    }

    // The writer of the next record.
    private RecordWriter Writer() => Writer(_out);

    // All records of OMA JSON are below one base name.
    private RecordWriter Writer(Span<byte> buffer) => RecordWriter.OfRecord(
        buffer, _format, _base, _isOneOfSeveral, _format == ContentFormat.Lwm2mJson ? _written == 0 : _writtenOfInstance == 0, _written);

    private void Put(scoped in RecordWriter writer)
    {
        IsTooLarge |= writer.Overflowed;
        IsNotRepresentable |= writer.NotRepresentable;
        _outStart = 0;
        _outEnd = IsTooLarge || IsNotRepresentable ? 0 : writer.Length;
    }

    // False where bytes went to the block directly, or there is nothing.
    private bool TryRefill(Span<byte> block, out int direct)
    {
        direct = 0;
        _outStart = _outEnd = 0;
        if (_content.IsOpen)
        {
            if (_content.TryTakeBytes(block, out direct))
            {
                return false;
            }

            _outEnd = _content.TakePiece(_out);
            return true;
        }

        if (_closesString)
        {
            _closesString = false;
            _out[0] = (byte)'"';
            _outEnd = 1;
        }

        return _outEnd > 0;
    }

    private void PutMultiple(scoped ref RecordWriter writer, scoped in CapturedRecord multiple)
    {
        // A single instance of it is read: TLV has no resource around it then.
        if (CodecSwitches.Tlv && _format == ContentFormat.Tlv && _base.Depth < 4)
        {
            long length = MeasureTlv(_next, _next + multiple.Instance);
            PutTlvHeader(ref writer, RecordWriter.TlvMultipleResource, ResourceKey.Id(multiple.Key), length);
        }
        else if (CodecSwitches.LwM2MCbor && _format == ContentFormat.Lwm2mCbor && multiple.Instance > 0)
        {
            writer.PutLwM2MCborMap(ResourceKey.Id(multiple.Key), multiple.Instance);
        }
    }

    private int ResourceCount()
    {
        int count = 0;
        foreach (ref readonly CapturedRecord record in Captured.Records)
        {
            bool isOfSingle = record.Kind != CapturedKind.Multiple && record.Instance < 0;
            bool isOfInstances = record.Kind == CapturedKind.Multiple && record.Instance > 0;
            count += isOfSingle || isOfInstances ? 1 : 0;
        }

        return count;
    }

    // Bytes of a value that is not written whole; -1 of one that is.
    private static int LengthOfLong(scoped in CapturedRecord record) => record.Kind switch
    {
        CapturedKind.Opaque when record.Bytes.Length > MaxShort => record.Bytes.Length,
        CapturedKind.String when record.Text.Length > MaxShort => Encoding.UTF8.GetByteCount(record.Text),
        _ => -1,
    };

    private long MeasureTlv(int from, int to)
    {
        long length = 0;
        for (int i = from; i < to; i++)
        {
            ref readonly CapturedRecord record = ref Captured.Records[i];
            if (record.Kind != CapturedKind.Multiple)
            {
                length += MeasureTlv(in record);
                continue;
            }

            long instances = MeasureTlv(i + 1, i + 1 + record.Instance);
            i += record.Instance;
            length += MeasureTlvHeader(ResourceKey.Id(record.Key), instances) + instances;
        }

        return length;
    }

    [SkipLocalsInit]
    private long MeasureTlv(scoped in CapturedRecord record)
    {
        RecordWriter writer = Writer(stackalloc byte[RecordWriter.Slack + MaxShort * 3]);
        int length = LengthOfLong(in record);
        if (length < 0)
        {
            writer.Put(in record);
        }
        else
        {
            writer.PutBeforeContent(in record, length);
        }

        IsTooLarge |= writer.Overflowed;
        return writer.Length + Math.Max(length, 0);
    }

    [SkipLocalsInit]
    private int MeasureTlvHeader(ushort id, long length)
    {
        RecordWriter writer = Writer(stackalloc byte[RecordWriter.Slack]);
        PutTlvHeader(ref writer, RecordWriter.TlvMultipleResource, id, length);
        return writer.Length;
    }

    private void PutTlvHeader(scoped ref RecordWriter writer, byte type, ushort id, long length)
    {
        IsTooLarge |= length > RecordWriter.TlvMaxLength;
        if (!IsTooLarge)
        {
            writer.PutTlvHeader(type, id, (int)length);
        }
    }
}
