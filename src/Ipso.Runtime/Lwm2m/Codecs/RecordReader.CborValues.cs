using Ipso.Buffers;
using Ipso.Cbor;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

// A value in CBOR that no label tells the type of (LwM2M TS Core, Appendix C): its own major type does.
internal ref partial struct RecordReader
{
    /// <summary>Reads the value whose head was read; what is none makes the CBOR reader fail.</summary>
    private void ReadCborValue(CborHead head)
    {
        switch (head.Major)
        {
            case CborMajor.Negative when head.Argument > long.MaxValue:
                // No Integer of LwM2M, and yet a Float.
                _record.SetFloat(-1.0 - head.Argument);
                break;
            case CborMajor.Text:
                ReadCborString(head, ValueKind.CborText, ValueKind.CborTextChunks);
                break;
            case CborMajor.Bytes:
                ReadCborString(head, ValueKind.Bytes, ValueKind.CborByteChunks);
                break;
            case CborMajor.Simple when head.IsBoolean:
                _record.SetBoolean(head.Argument == 21);
                break;
            case CborMajor.Simple when head.IsNull:
                _record.Kind = ValueKind.Null;
                break;
            case CborMajor.Tag when head.Argument == CborTags.DateTimeText:
                CborHead text = _cbor.ReadHead();
                if (text.Major != CborMajor.Text)
                {
                    _cbor.Fail();
                }

                ReadCborString(text, ValueKind.CborText, ValueKind.CborTextChunks);
                break;
            default:
                if (!SenMLCborNumber.TryRead(ref _cbor, head, out Number number))
                {
                    _cbor.Fail();
                }

                _record.SetNumber(number);
                break;
        }
    }

    private void ReadCborString(CborHead head, ValueKind kind, ValueKind kindOfChunks)
    {
        Bytes = _cbor.ReadString(head, out bool areChunks);
        _record.Kind = areChunks ? kindOfChunks : kind;
    }

    // CBOR (LwM2M TS Core, 7.4.3): one data item, the value.
    private bool NextSingleCbor()
    {
        if (_begun)
        {
            return false;
        }

        _begun = true;
        _record.Path = _request;
        ReadCborValue(_cbor.ReadHead());
        return !_cbor.Failed && _cbor.IsAtEnd || Fail(PayloadFault.Malformed);
    }
}
