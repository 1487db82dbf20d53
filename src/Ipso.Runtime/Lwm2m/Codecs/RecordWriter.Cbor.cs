using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// SenML CBOR (RFC 8428, 6): an array of maps with integer labels bn -2, n 0, v 2, vs 3, vb 4, vd 8; vlo keeps its name (LwM2M TS Core,
// 7.4.6).
internal ref partial struct RecordWriter
{
    private const byte CborMapOf2 = 0xA2;
    private const byte CborLabelBaseName = 0x21;
    private const byte CborLabelName = 0x00;
    private const byte CborLabelValue = 0x02;
    private const byte CborLabelString = 0x03;
    private const byte CborLabelBoolean = 0x04;
    private const byte CborLabelData = 0x08;

    private static ReadOnlySpan<byte> CborLabelObjectLink => "\u0063vlo"u8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborInteger(ulong key, long value)
    {
        ref byte record = ref At(_position);
        int name = WriteCborName(ref record, key, CborLabelValue);
        _position += name + CborItem.WriteInteger(ref Unchecked.At(ref record, name), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborUnsigned(ulong key, ulong value)
    {
        ref byte record = ref At(_position);
        int name = WriteCborName(ref record, key, CborLabelValue);
        _position += name + CborItem.WriteHead(ref Unchecked.At(ref record, name), CborMajor.Unsigned, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborFloat(ulong key, double value)
    {
        ref byte record = ref At(_position);
        int name = WriteCborName(ref record, key, CborLabelValue);
        _position += name + CborItem.WriteFloat(ref Unchecked.At(ref record, name), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborBoolean(ulong key, bool value)
    {
        ref byte record = ref At(_position);
        int name = WriteCborName(ref record, key, CborLabelBoolean);
        _position += name + CborItem.WriteBoolean(ref Unchecked.At(ref record, name), value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CborString(ulong key, string value)
    {
        ref byte record = ref At(_position);
        int name = WriteCborName(ref record, key, CborLabelString);
        PutCborString(ref record, name, value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CborOpaque(ulong key, ReadOnlySpan<byte> value) =>
        _position = PutCborOpaque(_position + WriteCborName(ref At(_position), key, CborLabelData), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CborObjectLink(ulong key, ObjectLink value)
    {
        int at = _position + WriteCborName(ref At(_position), key, CborLabelObjectLink[0]);
        CborLabelObjectLink[1..].CopyTo(_buffer[at..]);
        _position = PutCborObjectLink(at + CborLabelObjectLink.Length - 1, value);
    }

    // a2 00 <name> <label>: the key is, as it stands, the name's head and characters.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteCborName(ref byte record, ulong key, byte label)
    {
        Unchecked.StoreLittle(ref record, (ushort)(CborMapOf2 | CborLabelName << 8));
        Unchecked.StoreLittle(ref Unchecked.At(ref record, 2), key);
        int length = 3 + ResourceKey.Length(key);
        Unchecked.At(ref record, length) = label;
        return length + 1;
    }

    private void BeginSpecialCbor(ulong key, Kind kind)
    {
        bool hasBaseName = _isBasePending && !_isBaseKnown;
        bool hasTime = _isBasePending && HasTime;
        Put((byte)(0xA1 + (hasBaseName ? 1 : 0) + (hasTime ? 1 : 0) + (HasName ? 1 : 0)));
        if (hasBaseName)
        {
            PutCborBaseName();
        }

        if (hasTime)
        {
            PutCborTime();
        }

        if (HasName)
        {
            Put(CborLabelName);
            int head = _position++;
            PutName(key);
            At(head) = (byte)(0x60 + _position - head - 1);
        }

        _isBasePending = false;
        _limit = RegularLimit;
        switch (kind)
        {
            case Kind.Boolean: Put(CborLabelBoolean); break;
            case Kind.String: Put(CborLabelString); break;
            case Kind.Opaque: Put(CborLabelData); break;
            case Kind.ObjectLink: Put(CborLabelObjectLink); break;
            default: Put(CborLabelValue); break;
        }
    }

    private void PutCborBaseName()
    {
        Put(CborLabelBaseName);
        int head = _position++;
        PutBaseName(HasName);
        int length = _position - head - 1;
        if (length < 24)
        {
            At(head) = (byte)(0x60 + length);
            return;
        }

        // Ids of many digits: the head is of two bytes.
        _buffer.Slice(head + 1, length).CopyTo(_buffer[(head + 2)..]);
        _position++;
        At(head) = 0x78;
        At(head + 1) = (byte)length;
    }

    // The number of records is known at the end only: one byte waits for it, and more are made room for in the rare larger pack.
    private void FinishCbor() => PutCborCount(0, CborMajor.Array, _records);

    /// <summary>Writes the head of a container that one byte was left for, and moves what follows where it needs more.</summary>
    private void PutCborCount(int at, CborMajor major, int count)
    {
        int extra = count < 24 ? 0 : count <= byte.MaxValue ? 1 : count <= ushort.MaxValue ? 2 : 4;
        if (Overflowed || _position + extra > _buffer.Length)
        {
            Overflow();
            return;
        }

        if (extra == 0)
        {
            At(at) = (byte)((uint)major << 5 | (uint)count);
        }
        else
        {
            PutLongCborCount(at, major, count);
            _position += extra;
        }
    }

    // Apart: a method with space on its stack has its arguments copied, and so has the one that this would be taken into.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void PutLongCborCount(int at, CborMajor major, int count)
    {
        Span<byte> head = stackalloc byte[CborItem.MaxHeadLength];
        int length = CborItem.WriteHead(head, major, (ulong)count);
        _buffer[(at + 1).._position].CopyTo(_buffer[(at + length)..]);
        head[..length].CopyTo(_buffer[at..]);
    }
}
