using System.Buffers.Binary;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// A value in CBOR that no label tells the type of (LwM2M TS Core, Appendix C): its own major type does.
internal ref partial struct RecordReader
{
    /// <summary>Looks at a number in one of its plain forms, and takes nothing.</summary>
    /// <param name="position">Where it begins.</param>
    /// <returns>Where it ends, which may be beyond the payload; 0 where it is none.</returns>
    private int LookAtUsualCborNumber(int position)
    {
        ulong window = SpanWindow.Read64(_payload, position);
        int information = (int)window & 0x1F;
        ulong argument = (uint)information;
        position++;
        if (information >= 24)
        {
            if (information > 27)
            {
                return 0;
            }

            int length = 1 << information - 24;
            argument = BinaryPrimitives.ReverseEndianness(SpanWindow.Read64(_payload, position)) >> 64 - 8 * length;
            position += length;
        }

        switch ((CborMajor)((window >> 5) & 7))
        {
            case CborMajor.Unsigned:
                SetUnsigned(argument);
                return position;
            case CborMajor.Negative when argument <= long.MaxValue:
                SetInteger(~(long)argument);
                return position;
            case CborMajor.Simple when information > 24:
                SetFloat(information switch
                {
                    25 => CborHead.HalfToDouble((ushort)argument),
                    26 => BitConverter.UInt32BitsToSingle((uint)argument),
                    _ => BitConverter.UInt64BitsToDouble(argument),
                });
                return position;
            default:
                return 0;
        }
    }

    /// <summary>Looks at a text of at most 255 bytes.</summary>
    /// <inheritdoc cref="LookAtUsualCborNumber"/>
    private int LookAtUsualCborText(int position)
    {
        uint head = (uint)SpanWindow.Read64(_payload, position);
        int length = (byte)head - 0x60;
        position++;
        if (length == 24)
        {
            length = (byte)(head >> 8);
            position++;
        }
        else if ((uint)length > 23)
        {
            return 0;
        }

        if (length > _payload.Length - position)
        {
            return 0;
        }

        _kind = ValueKind.Text;
        _bytesStart = position;
        _bytesLength = length;
        return position + length;
    }

    private int LookAtUsualCborBoolean(int position)
    {
        int value = (byte)SpanWindow.Read64(_payload, position) - 0xF4;
        SetBoolean(value == 1);
        return (uint)value <= 1 ? position + 1 : 0;
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
