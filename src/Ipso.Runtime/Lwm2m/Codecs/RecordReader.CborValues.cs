using System.Buffers.Binary;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// A value in CBOR that no label tells the type of (LwM2M TS Core, Appendix C): its own major type does.
internal ref partial struct RecordReader
{
    /// <summary>Looks at a number in one of its plain forms, and takes nothing.</summary>
    /// <param name="window">Its first bytes, the first in the lowest bits: seven at least.</param>
    /// <param name="offset">Where it begins, from the reader's position on; then where it ends, which may be beyond the payload.</param>
    private bool TryReadUsualCborNumber(ulong window, ref int offset)
    {
        byte initial = (byte)window;
        ulong argument = initial & 0x1FU;
        switch (argument)
        {
            case < 24:
                offset += 1;
                break;
            case 24:
                argument = (byte)(window >> 8);
                offset += 2;
                break;
            case 25:
                argument = BinaryPrimitives.ReverseEndianness((ushort)(window >> 8));
                offset += 3;
                break;
            case 26:
                argument = BinaryPrimitives.ReverseEndianness((uint)(window >> 8));
                offset += 5;
                break;
            default:
                argument = BinaryPrimitives.ReverseEndianness(_cbor.Peek64(offset + 1));
                offset += 9;
                break;
        }

        // Of the integers some in eight bytes are none of 64 bits with a sign, and those without argument are none at all.
        if (initial < 0x40)
        {
            _kind = ValueKind.Integer;
            _bits = argument ^ 0UL - (ulong)(initial >> 5);
            return (initial & 0x1F) < 27 || (initial & 0x1F) == 27 && argument <= long.MaxValue;
        }

        _kind = ValueKind.Float;
        switch (initial)
        {
            case 0xF9:
                _bits = BitConverter.DoubleToUInt64Bits((double)BitConverter.UInt16BitsToHalf((ushort)argument));
                return true;
            case 0xFA:
                _bits = BitConverter.DoubleToUInt64Bits(BitConverter.UInt32BitsToSingle((uint)argument));
                return true;
            case 0xFB:
                _bits = argument;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Looks at a text of at most 255 bytes.</summary>
    /// <inheritdoc cref="TryReadUsualCborNumber"/>
    private bool TryReadUsualCborText(ulong window, ref int offset, ValueKind kind)
    {
        int length = (byte)window - 0x60;
        offset += 1;
        if (length == 24)
        {
            length = (byte)(window >> 8);
            offset += 1;
        }
        else if ((uint)length > 23)
        {
            return false;
        }

        int start = _cbor.Position + offset;
        offset += length;
        if (length > _payload.Length - start)
        {
            return false;
        }

        _kind = kind;
        _bytes = _payload.Slice(start, length);
        return true;
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
            _bytes = _cbor.ReadString(head);
            return;
        }

        int start = _cbor.Position;
        int chunks = 0;
        _bytes = default;
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

            _bytes = _cbor.ReadString(chunk);
            chunks++;
        }

        if (chunks > 1)
        {
            _kind = kindOfChunks;
            _bytes = _payload[start..(_cbor.Position - 1)];
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
