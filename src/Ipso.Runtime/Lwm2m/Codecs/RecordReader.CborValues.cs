using System.Buffers.Binary;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// A value in CBOR that no label tells the type of (LwM2M TS Core, Appendix C): its own major type does.
internal ref partial struct RecordReader
{
    /// <summary>Looks at a number in one of its plain forms, and takes nothing.</summary>
    /// <param name="window">Its first bytes, the first in the lowest bits: five at least.</param>
    /// <param name="offset">Where it begins, from the reader's position on.</param>
    /// <returns>Where it ends, which may be beyond the payload; 0 where it is none.</returns>
    private int LookAtUsualCborNumber(ulong window, int offset)
    {
        byte initial = (byte)window;
        if (initial < 0x40)
        {
            return LookAtUsualCborInteger(window, offset);
        }

        _kind = ValueKind.Float;
        switch (initial)
        {
            case 0xF9:
                Half half = BitConverter.UInt16BitsToHalf(BinaryPrimitives.ReverseEndianness((ushort)(window >> 8)));
                _bits = BitConverter.DoubleToUInt64Bits((double)half);
                return offset + 3;
            case 0xFA:
                float single = BitConverter.UInt32BitsToSingle(BinaryPrimitives.ReverseEndianness((uint)(window >> 8)));
                _bits = BitConverter.DoubleToUInt64Bits(single);
                return offset + 5;
            case 0xFB:
                _bits = BinaryPrimitives.ReverseEndianness(_cbor.Peek64(offset + 1));
                return offset + 9;
            default:
                return 0;
        }
    }

    private int LookAtUsualCborInteger(ulong window, int offset)
    {
        _kind = ValueKind.Integer;
        // All bits where the major type is 1: then the argument stands for -1 - argument.
        ulong sign = 0UL - (window >> 5 & 1);
        switch (window & 0x1F)
        {
            case < 24:
                _bits = window & 0x1F ^ sign;
                return offset + 1;
            case 24:
                _bits = (byte)(window >> 8) ^ sign;
                return offset + 2;
            case 25:
                _bits = BinaryPrimitives.ReverseEndianness((ushort)(window >> 8)) ^ sign;
                return offset + 3;
            case 26:
                _bits = BinaryPrimitives.ReverseEndianness((uint)(window >> 8)) ^ sign;
                return offset + 5;
            case 27:
                ulong argument = BinaryPrimitives.ReverseEndianness(_cbor.Peek64(offset + 1));
                _bits = argument ^ sign;
                return argument <= long.MaxValue ? offset + 9 : 0;
            default:
                return 0;
        }
    }

    /// <summary>Looks at a text of at most 255 bytes.</summary>
    /// <inheritdoc cref="LookAtUsualCborNumber"/>
    private int LookAtUsualCborText(ulong window, int offset)
    {
        int length = (byte)window - 0x60;
        int start = offset + 1;
        if (length == 24)
        {
            length = (byte)(window >> 8);
            start++;
        }
        else if ((uint)length > 23)
        {
            return 0;
        }

        if (length > _payload.Length - _cbor.Position - start)
        {
            return 0;
        }

        _kind = ValueKind.Text;
        _bytesStart = _cbor.Position + start;
        _bytesLength = length;
        return start + length;
    }

    /// <summary>Reads the value whose head was read; what is none makes the CBOR reader fail.</summary>
    private void ReadCborValue(CborHead head)
    {
        switch (head.Major)
        {
            case CborMajor.Unsigned:
                SetUnsigned(head.Argument);
                break;
            case CborMajor.Negative when head.Argument <= long.MaxValue:
                SetInteger(~(long)head.Argument);
                break;
            case CborMajor.Negative:
                // No Integer of LwM2M, and yet a Float.
                SetFloat(-1.0 - head.Argument);
                break;
            case CborMajor.Text:
                ReadCborString(head, ValueKind.CborText, ValueKind.CborTextChunks);
                break;
            case CborMajor.Bytes:
                ReadCborString(head, ValueKind.Bytes, ValueKind.CborByteChunks);
                break;
            case CborMajor.Simple when head.IsFloat:
                SetFloat(head.Float);
                break;
            case CborMajor.Simple when head.IsBoolean:
                SetBoolean(head.Argument == 21);
                break;
            case CborMajor.Simple when head.IsNull:
                _kind = ValueKind.Null;
                break;
            case CborMajor.Tag when head.Argument is CborTags.EpochTime or CborTags.DecimalFraction:
                ReadCborNumber(head);
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
                _cbor.Fail();
                break;
        }
    }

    // A string of indefinite length stays in its chunks: as a rule there is one, and nothing to join.
    private void ReadCborString(CborHead head, ValueKind kind, ValueKind kindOfChunks)
    {
        _kind = kind;
        if (!head.IsIndefinite)
        {
            Bytes = _cbor.ReadString(head);
            return;
        }

        int start = _cbor.Position;
        int chunks = 0;
        Bytes = default;
        while (!_cbor.TryReadBreak())
        {
            CborHead chunk = _cbor.ReadHead();
            if (chunk.Major != head.Major || chunk.IsIndefinite)
            {
                _cbor.Fail();
            }

            if (_cbor.Failed)
            {
                return;
            }

            Bytes = _cbor.ReadString(chunk);
            chunks++;
        }

        if (chunks > 1)
        {
            _kind = kindOfChunks;
            Bytes = _payload[start..(_cbor.Position - 1)];
        }
    }

    // CBOR (LwM2M TS Core, 7.4.3): one data item, the value.
    private bool NextSingleCbor()
    {
        if (_begun)
        {
            return false;
        }

        _begun = true;
        Path = _request;
        ReadCborValue(_cbor.ReadHead());
        return !_cbor.Failed && _cbor.IsAtEnd || Fail(PayloadFault.Malformed);
    }
}
