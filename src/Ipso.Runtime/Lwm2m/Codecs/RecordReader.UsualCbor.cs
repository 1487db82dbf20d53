using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// SenML CBOR in the forms that nearly all have. Each length is a constant behind a branch: the processor guesses it and goes on with the
// next record, where it would have to wait for one that is calculated.
internal ref partial struct RecordReader
{
    // a3 21 6n <base name> 00 6n <name>
    private void ExpectCbor()
    {
        uint start;
        if (!BeginCbor() || (ushort)(start = (uint)_cbor.Peek64(0)) != CborFirstMap)
        {
            return;
        }

        int length = (int)(byte)(start >> 16) - 0x60;
        int position = _cbor.Position + 3;
        if (_packLeft > 0 && TryReadUsualBaseName(position, length) && IsOfRequest(_instanceBase))
        {
            ulong name = SpanWindow.Read64(_payload, position + length);
            if ((byte)name == 0)
            {
                ExpectName(name >> 16, (byte)(name >> 8) - 0x60, position + length + 2);
            }
        }
    }

    // a2 00 6n <name>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ExpectNextCbor(int position)
    {
        ulong start = SpanWindow.Read64(_payload, position);
        if ((ushort)start == CborMapOf2 && _packLeft > 0)
        {
            ExpectName(start >> 24, (byte)(start >> 16) - 0x60, position + 3);
        }
        else
        {
            _next = 0;
        }
    }

    // From behind the name on: takes the record, or nothing at all. In line where it is called from, with what it calls: a record more costs
    // one call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeCbor(int position, Lwm2mPath path)
    {
        int end = LookAtUsualCborField(position);
        if (end == 0 || !_cbor.TryMoveTo(end))
        {
            return false;
        }

        Path = path;
        _packLeft--;
        ExpectNextCbor(end);
        return true;
    }

    private bool TryTakeCborText(int position, string text)
    {
        int start = position + 2;
        if (text.Length > 23 || text.Length > _payload.Length - start || _payload[position] != 3
            || _payload[position + 1] != 0x60 + text.Length || !UnescapedAscii.IsAt(text, _payload.Slice(start, text.Length)))
        {
            return false;
        }

        int end = start + text.Length;
        _cbor.TryMoveTo(end);
        _packLeft--;
        ExpectNextCbor(end);
        return true;
    }

    /// <summary>Looks at a value behind its label, which is a number, a text or a boolean, and takes nothing.</summary>
    /// <param name="position">Where the label is.</param>
    /// <returns>Where the value ends, which may be beyond the payload; 0 where it is none of these.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int LookAtUsualCborField(int position)
    {
        ulong window = SpanWindow.Read64(_payload, position);
        if ((byte)window != 2)
        {
            return LookAtOtherCborField(window, position);
        }

        window >>= 8;
        switch ((byte)window)
        {
            case < 0x18:
                SetInteger((byte)window);
                return position + 2;
            case 0x18:
                SetInteger((byte)(window >> 8));
                return position + 3;
            case 0x19:
                SetInteger(BinaryPrimitives.ReverseEndianness((ushort)(window >> 8)));
                return position + 4;
            case 0x1A:
                SetInteger(BinaryPrimitives.ReverseEndianness((uint)(window >> 8)));
                return position + 6;
            case 0xF9:
                SetFloat(CborHead.HalfToDouble(BinaryPrimitives.ReverseEndianness((ushort)(window >> 8))));
                return position + 4;
            case 0xFA:
                SetFloat(BitConverter.UInt32BitsToSingle(BinaryPrimitives.ReverseEndianness((uint)(window >> 8))));
                return position + 6;
            default:
                return LookAtLongCborNumber((byte)window, position + 1);
        }
    }

    // What needs eight bytes, and what is negative.
    private int LookAtLongCborNumber(byte initial, int position)
    {
        int information = initial & 0x1F;
        if (information > 27)
        {
            return 0;
        }

        int length = information < 24 ? 0 : 1 << information - 24;
        ulong argument = information < 24
            ? (ulong)information
            : BinaryPrimitives.ReverseEndianness(SpanWindow.Read64(_payload, position + 1)) >> 64 - 8 * length;
        switch ((CborMajor)(initial >> 5))
        {
            case CborMajor.Unsigned:
                SetUnsigned(argument);
                break;
            case CborMajor.Negative when argument <= long.MaxValue:
                SetInteger(~(long)argument);
                break;
            case CborMajor.Simple when information == 27:
                SetFloat(BitConverter.UInt64BitsToDouble(argument));
                break;
            default:
                return 0;
        }

        return position + 1 + length;
    }

    private int LookAtOtherCborField(ulong window, int position)
    {
        byte initial = (byte)(window >> 8);
        if ((byte)window == 4)
        {
            SetBoolean(initial == 0xF5);
            return initial is 0xF4 or 0xF5 ? position + 2 : 0;
        }

        int length = initial - 0x60;
        int start = position + 2;
        if (length == 24)
        {
            length = (byte)(window >> 16);
            start++;
        }
        else if ((uint)length > 23)
        {
            return 0;
        }

        if ((byte)window != 3 || length > _payload.Length - start)
        {
            return 0;
        }

        _kind = ValueKind.Text;
        _bytesStart = start;
        _bytesLength = length;
        return start + length;
    }
}
