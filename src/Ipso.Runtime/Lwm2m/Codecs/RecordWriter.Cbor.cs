using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

// SenML CBOR (RFC 8428, 6): an array of maps with integer labels bn -2, n 0, v 2, vs 3, vb 4, vd 8; vlo keeps its name (LwM2M TS Core, 7.4.6).
internal ref partial struct RecordWriter
{
    private const byte CborMapOf2 = 0xA2;
    private const byte CborLabelBaseName = 0x21;
    private const byte CborLabelName = 0x00;
    private const byte CborLabelValue = 0x02;
    private const byte CborLabelString = 0x03;
    private const byte CborLabelBoolean = 0x04;
    private const byte CborLabelData = 0x08;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborInteger(ulong key, long value)
    {
        if (BeginCbor(key, CborLabelValue, out int at))
        {
            PutCborInteger(at, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborUnsigned(ulong key, ulong value)
    {
        if (BeginCbor(key, CborLabelValue, out int at))
        {
            PutCborUnsigned(at, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborFloat(ulong key, double value)
    {
        if (BeginCbor(key, CborLabelValue, out int at))
        {
            PutCborFloat(at, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborBoolean(ulong key, bool value)
    {
        if (BeginCbor(key, CborLabelBoolean, out int at))
        {
            PutCborBoolean(at, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CborString(ulong key, string value)
    {
        if (BeginCbor(key, CborLabelString, out int at))
        {
            PutCborText(at, value);
        }
    }

    private void CborOpaque(ulong key, ReadOnlySpan<byte> value)
    {
        if (BeginCbor(key, CborLabelData, out int at))
        {
            PutCborBytes(at, value);
        }
    }

    private void CborObjectLink(ulong key, ObjectLink value)
    {
        if (BeginCborName(key, out int at))
        {
            "\u0063vlo"u8.CopyTo(_buffer[at..]);
            PutCborObjectLink(at + 4, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool BeginCbor(ulong key, byte label, out int at)
    {
        if (!BeginCborName(key, out at))
        {
            return false;
        }

        At(at++) = label;
        return true;
    }

    /// <summary>Begins a record, up to its name.</summary>
    /// <param name="key">The key, whose text is the name.</param>
    /// <param name="at">Where the value's label goes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool BeginCborName(ulong key, out int at)
    {
        at = _position;
        if (at > _limit)
        {
            bool begun = BeginIrregularCbor(key);
            at = _position;
            return begun;
        }

        // a2 00 <name>: the key is, as it stands, the name's head and characters.
        ref byte record = ref At(at);
        Unchecked.StoreLittle(ref record, (ushort)(CborMapOf2 | CborLabelName << 8));
        Unchecked.StoreLittle(ref Unchecked.At(ref record, 2), key);
        at += 3 + ResourceKey.Length(key);
        _records++;
        return true;
    }

    private bool BeginIrregularCbor(ulong key)
    {
        if (!IsWantedAndFits(key))
        {
            return false;
        }

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
        _records++;
        return true;
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
            return;
        }

        Span<byte> head = stackalloc byte[CborItem.MaxHeadLength];
        int length = CborItem.WriteHead(head, major, (ulong)count);
        _buffer[(at + 1).._position].CopyTo(_buffer[(at + length)..]);
        head[..length].CopyTo(_buffer[at..]);
        _position += extra;
    }
}
