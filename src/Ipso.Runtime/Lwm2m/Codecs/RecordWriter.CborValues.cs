using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// A value in CBOR (RFC 8949; LwM2M TS Core, Appendix C), the same whatever format is around it. Each method takes the position and
// returns the next.
internal ref partial struct RecordWriter
{
    // Calls: what is longer than a byte takes much code, which regular records of SenML alone have in line.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int PutCborInteger(int at, long value) => at + CborItem.WriteInteger(ref At(at), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int PutCborHead(int at, CborMajor major, ulong argument) => at + CborItem.WriteHead(ref At(at), major, argument);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly int PutCborFloat(int at, double value) => at + CborItem.WriteFloat(ref At(at), value);

    private readonly int PutCborUnsigned(int at, ulong value) => PutCborHead(at, CborMajor.Unsigned, value);

    private readonly int PutCborBoolean(int at, bool value)
    {
        At(at) = value ? (byte)0xF5 : (byte)0xF4;
        return at + 1;
    }

    /// <summary>Ends a record, whose beginning has a length, with a text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PutCborString(ref byte record, int length, string value)
    {
        // Most strings are ASCII: as many bytes as characters, written behind a head of that length at once.
        int text = length + CborItem.WriteHead(ref Unchecked.At(ref record, length), CborMajor.Text, (ulong)value.Length);
        if (value.Length <= RemainingAt(_position + text) && AsciiText.TryWrite(value, ref Unchecked.At(ref record, text)))
        {
            _position += text + value.Length;
        }
        else
        {
            PutCborUtf8(_position + length, value);
        }
    }

    private int PutCborString(int at, string value)
    {
        PutCborString(ref At(_position), at - _position, value);
        return _position;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PutCborUtf8(int at, string value) =>
        _position = PutUtf8(PutCborHead(at, CborMajor.Text, (ulong)Encoding.UTF8.GetByteCount(value)), value);

    private int PutCborOpaque(int at, ReadOnlySpan<byte> value) =>
        PutBytes(PutCborHead(at, CborMajor.Bytes, (ulong)value.Length), value);

    private readonly int PutCborObjectLink(int at, ObjectLink value)
    {
        int end = PutObjectLink(at + 1, value);
        At(at) = (byte)(0x60 + end - at - 1);
        return end;
    }
}
