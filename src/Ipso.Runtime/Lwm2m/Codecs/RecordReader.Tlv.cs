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
                _multipleId = _request.ResourceId;
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
            uint place = (uint)id << 16 | Lwm2mPath.MaxId;
            bool hasContent = true;
            switch (type)
            {
                case RecordWriter.TlvResource when _multipleEnd < 0:
                    break;
                // A request that names a resource may have its instances without the resource around them.
                case RecordWriter.TlvResourceInstance when _multipleEnd >= 0 || _instanceEnd < 0 && _requestDepth >= 3:
                    place = (uint)_multipleId << 16 | id;
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
                        (instanceId, place) = (id, uint.MaxValue);
                        hasContent = false;
                        break;
                    }

                    _instanceId = id;
                    _instanceEnd = end;
                    continue;
                default:
                    return Fail(PayloadFault.Malformed);
            }

            _record.Path = new((ulong)_request.ObjectId << 48 | (ulong)instanceId << 32 | place);
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
        _record.Kind = ValueKind.Tlv;
        if (length is 1 or 2 or 4 or 8)
        {
            long number = (sbyte)value[0] >> 7;
            foreach (byte b in value)
            {
                number = number << 8 | b;
            }

            _record.Kind = ValueKind.TlvNumber;
            _record.Bits = (ulong)number;
        }
    }
}
