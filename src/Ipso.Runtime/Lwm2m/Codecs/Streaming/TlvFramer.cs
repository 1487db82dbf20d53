using System.Runtime.CompilerServices;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// OMA TLV in blocks (LwM2M TS Core, 7.4.5): the elements that enclose others are followed here, and each of the others is read as the
/// only one, on the path that it has by those around it.
/// </summary>
internal sealed class TlvFramer(FramerSettings settings) : RecordFramer(settings)
{
    private const int MaxHeader = 6;

    [InlineArray(MaxHeader)]
    private struct HeaderBytes
    {
        private byte _first;
    }

    private HeaderBytes _header;
    private int _headerCount;
    private int _valueLeft;
    private Lwm2mPath _recordPath;

    // Where the enclosing elements end, -1 outside of them, and what they are.
    private int _instanceEnd = -1;
    private ushort _instanceId;
    private int _multipleEnd = -1;
    private ushort _multipleId;

    protected override int Step(ReadOnlySpan<byte> rest)
    {
        if (_valueLeft > 0)
        {
            int length = Math.Min(rest.Length, _valueLeft);
            TakeValue(rest[..length]);
            return length;
        }

        _header[_headerCount++] = rest[0];
        if (_headerCount == HeaderLength)
        {
            // The header's last byte is being taken.
            TakeHeader(Position + 1);
            _headerCount = 0;
        }

        return 1;
    }

    protected override void Finish()
    {
        if (_headerCount > 0 || _valueLeft > 0 || Position < _instanceEnd || Position < _multipleEnd)
        {
            Fail(PayloadFault.Malformed);
        }
    }

    private int HeaderLength => 2 + ((_header[0] & RecordWriter.TlvIdIn16Bits) != 0 ? 1 : 0) + (_header[0] >> 3 & 0b11);

    private void TakeHeader(int position)
    {
        CloseEnded(position - _headerCount);
        ReadOnlySpan<byte> header = ((ReadOnlySpan<byte>)_header)[.._headerCount];
        byte type = (byte)(header[0] & 0b1100_0000);
        int at = 1;
        ushort id = header[at++];
        if ((header[0] & RecordWriter.TlvIdIn16Bits) != 0)
        {
            id = (ushort)(id << 8 | header[at++]);
        }

        // Bits 2-0 mean nothing where a length field follows.
        int length = at == header.Length ? header[0] & 0b111 : 0;
        for (; at < header.Length; at++)
        {
            length = length << 8 | header[at];
        }

        if (length > int.MaxValue - position)
        {
            FailTooLarge(int.MaxValue);
            return;
        }

        int end = position + length;
        int limit = _multipleEnd >= 0 ? _multipleEnd : _instanceEnd >= 0 ? _instanceEnd : int.MaxValue;
        if (end > limit || id == Lwm2mPath.MaxId)
        {
            Fail(PayloadFault.Malformed);
            return;
        }

        TakeElement(type, id, header, length, end);
    }

    private void CloseEnded(int position)
    {
        if (position == _multipleEnd)
        {
            _multipleEnd = -1;
        }

        if (position == _instanceEnd && _multipleEnd < 0)
        {
            _instanceEnd = -1;
        }
    }

    private void TakeElement(byte type, ushort id, ReadOnlySpan<byte> header, int length, int end)
    {
        // A payload for an Object has its instances around everything.
        bool isInInstance = Request.Depth >= 2 || _instanceEnd >= 0;
        ushort instanceId = Request.Depth >= 2 ? Request.InstanceId : _instanceId;
        switch (type)
        {
            case RecordWriter.TlvResource when _multipleEnd < 0 && isInInstance:
                BeginValue(new(Request.ObjectId, instanceId, id), header, length);
                break;
            case RecordWriter.TlvResourceInstance when _multipleEnd >= 0:
                BeginValue(new(Request.ObjectId, instanceId, _multipleId, id), header, length);
                break;
            // A request that names a resource may have its instances without the resource around them.
            case RecordWriter.TlvResourceInstance when _instanceEnd < 0 && Request.Depth >= 3:
                BeginValue(new(Request.ObjectId, Request.InstanceId, Request.ResourceId, id), header, length);
                break;
            case RecordWriter.TlvMultipleResource when _multipleEnd < 0 && isInInstance && length == 0:
                BeginRecord(header);
                TakeRecord(ContentFormat.Tlv, new(Request.ObjectId, instanceId));
                break;
            case RecordWriter.TlvMultipleResource when _multipleEnd < 0 && isInInstance:
                (_multipleId, _multipleEnd) = (id, end);
                break;
            case RecordWriter.TlvObjectInstance when _instanceEnd < 0 && Request.Depth == 1 && length == 0:
                BeginRecord(header);
                TakeRecord(ContentFormat.Tlv, Request);
                break;
            case RecordWriter.TlvObjectInstance when _instanceEnd < 0 && _multipleEnd < 0 && Request.Depth is 1 or 2:
                if (Request.Depth == 2 && id != Request.InstanceId)
                {
                    Fail(PayloadFault.OutsidePath);
                }

                (_instanceId, _instanceEnd) = (id, end);
                break;
            default:
                Fail(PayloadFault.Malformed);
                break;
        }
    }

    private void BeginValue(Lwm2mPath path, ReadOnlySpan<byte> header, int length)
    {
        _recordPath = path;
        BeginRecord(header);
        if (!TryStream(path, length) && !HasRoom((ulong)length))
        {
            return;
        }

        _valueLeft = length;
        if (length == 0)
        {
            EndValue();
        }
    }

    private void TakeValue(ReadOnlySpan<byte> bytes)
    {
        _valueLeft -= bytes.Length;
        if (IsStreaming)
        {
            Stream(bytes);
        }
        else
        {
            Append(bytes);
        }

        if (_valueLeft == 0)
        {
            EndValue();
        }
    }

    private void EndValue()
    {
        if (HasStreamed)
        {
            EndStream();
            EndStreamedValue();
        }
        else
        {
            // A Resource Instance by itself is of the resource that the request names.
            TakeRecord(ContentFormat.Tlv, new(_recordPath.Packed | (_recordPath.Depth == 4 ? 0xFFFFUL : 0xFFFF_FFFFUL)));
        }
    }
}
