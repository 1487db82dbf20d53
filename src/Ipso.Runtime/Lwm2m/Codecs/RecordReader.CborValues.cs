using Ipso.Buffers;
using Ipso.Cbor;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

// A value in CBOR that no label tells the type of (LwM2M TS Core, Appendix C): its own major type does.
internal ref partial struct RecordReader
{
    /// <summary>Reads the value whose head was read; what is none makes the reader fail.</summary>
    internal static void ReadCborValue(ref CborReader reader, CborHead head, ref PayloadRecord record)
    {
        switch (head.Major)
        {
            case CborMajor.Negative when head.Argument > long.MaxValue:
                // No Integer of LwM2M, and yet a Float.
                record.SetFloat(-1.0 - head.Argument);
                break;
            case CborMajor.Text:
                ReadCborString(ref reader, head, ref record, ValueKind.CborText, ValueKind.CborTextChunks);
                break;
            case CborMajor.Bytes:
                ReadCborString(ref reader, head, ref record, ValueKind.Bytes, ValueKind.CborByteChunks);
                break;
            case CborMajor.Simple when head.IsBoolean:
                record.SetBoolean(head.Argument == 21);
                break;
            case CborMajor.Simple when head.IsNull:
                record.Kind = ValueKind.Null;
                break;
            case CborMajor.Tag when head.Argument == CborTags.DateTimeText:
                CborHead text = reader.ReadHead();
                if (text.Major != CborMajor.Text)
                {
                    reader.Fail();
                }

                ReadCborString(ref reader, text, ref record, ValueKind.CborText, ValueKind.CborTextChunks);
                break;
            default:
                if (!SenMLCborNumber.TryRead(ref reader, head, out Number number))
                {
                    reader.Fail();
                }

                record.SetNumber(number);
                break;
        }
    }

    private static void ReadCborString(
        ref CborReader reader, CborHead head, ref PayloadRecord record, ValueKind kind, ValueKind kindOfChunks)
    {
        int length = reader.ReadString(head, out bool areChunks).Length;
        // A "break" is behind it.
        int end = head.IsIndefinite ? reader.Position - 1 : reader.Position;
        record.SetBytes(areChunks ? kindOfChunks : kind, end - length, length);
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
        ReadCborValue(ref _cbor, _cbor.ReadHead(), ref _record);
        return !_cbor.Failed && _cbor.IsAtEnd || Fail(PayloadFault.Malformed);
    }
}
