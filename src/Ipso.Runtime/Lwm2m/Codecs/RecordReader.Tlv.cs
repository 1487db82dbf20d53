using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

// OMA TLV (LwM2M TS Core, 7.4.5). Nesting is at most Object Instance, multiple resource, resource instance.
internal ref partial struct RecordReader
{
    private bool NextTlv()
    {
        while (true)
        {
            if (_tlv.Position == _multipleEnd)
            {
                _multipleEnd = -1;
            }

            if (_tlv.Position == _instanceEnd && _multipleEnd < 0)
            {
                _instanceEnd = -1;
                _instanceId = _request.InstanceId;
            }

            if (_tlv.IsAtEnd)
            {
                return _tlv.Failed && Fail(PayloadFault.Malformed);
            }

            byte type = ReadTlvHeader(out ushort id, out int length);
            int end = _tlv.Position + length;
            int limit = _multipleEnd >= 0 ? _multipleEnd : _instanceEnd >= 0 ? _instanceEnd : _payload.Length;
            if (_tlv.Failed || end > limit || id == Lwm2mPath.MaxId)
            {
                return Fail(PayloadFault.Malformed);
            }

            ushort instanceId = _instanceId;
            ushort resourceId = id;
            ushort resourceInstanceId = Lwm2mPath.MaxId;
            bool hasContent = true;
            switch (type)
            {
                case RecordWriter.TlvResource when _multipleEnd < 0:
                    break;
                case RecordWriter.TlvResourceInstance when _multipleEnd >= 0:
                    (resourceId, resourceInstanceId) = (_multipleId, id);
                    break;
                // A request that names a resource may have its instances without the resource around them.
                case RecordWriter.TlvResourceInstance when _instanceEnd < 0 && _requestDepth >= 3:
                    (resourceId, resourceInstanceId) = (_request.ResourceId, id);
                    break;
                case RecordWriter.TlvMultipleResource when _multipleEnd < 0 && length == 0:
                    hasContent = false;
                    break;
                case RecordWriter.TlvMultipleResource when _multipleEnd < 0:
                    _multipleId = id;
                    _multipleEnd = end;
                    continue;
                case RecordWriter.TlvObjectInstance when _instanceEnd < 0 && _multipleEnd < 0 && _requestDepth is 1 or 2:
                    if (_requestDepth == 2 && id != _request.InstanceId)
                    {
                        return Fail(PayloadFault.OutsidePath);
                    }

                    if (_requestDepth == 1 && length == 0)
                    {
                        (instanceId, resourceId) = (id, Lwm2mPath.MaxId);
                        hasContent = false;
                        break;
                    }

                    _instanceId = id;
                    _instanceEnd = end;
                    continue;
                default:
                    return Fail(PayloadFault.Malformed);
            }

            _record.Path = new(_request.ObjectId, instanceId, resourceId, resourceInstanceId);
            if (hasContent)
            {
                SetTlvValue(length);
            }
            else
            {
                _record.Kind = ValueKind.NoInstances;
            }

            return true;
        }
    }

    private byte ReadTlvHeader(out ushort id, out int length)
    {
        byte type = _tlv.ReadByte();
        id = (ushort)_tlv.ReadUInt((type & RecordWriter.TlvIdIn16Bits) != 0 ? 2 : 1);
        int lengthOfLength = type >> 3 & 0b11;
        // Bits 2-0 mean nothing where a length field follows.
        length = lengthOfLength == 0 ? type & 0b111 : (int)_tlv.ReadUInt(lengthOfLength);
        return (byte)(type & 0b1100_0000);
    }

    private void SetTlvValue(int length)
    {
        ReadOnlySpan<byte> value = _tlv.Take((ulong)length);
        Bytes = value;
        _record.Kind = length is 1 or 2 or 4 or 8 ? ValueKind.TlvNumber : ValueKind.Tlv;
        if (_record.Kind == ValueKind.TlvNumber)
        {
            // From the top down again, the sign goes with it.
            int unused = 64 - 8 * length;
            _record.Bits = (ulong)((long)(new SpanReader(value).ReadUInt(length) << unused) >> unused);
        }
    }
}
