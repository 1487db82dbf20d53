using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Cbor;
using Ipso.Coap;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// The instances of a multiple Integer resource, the one kind of multiple resource that most objects have: a loop for each format, which
// keeps the position to itself.
internal ref partial struct RecordWriter
{
    /// <summary>
    /// Writes the instances of a multiple resource, as far as they are wanted. It stays a call for the reason that those of one value do
    /// (RecordWriter.Kinds.cs).
    /// </summary>
    /// <param name="key">The resource's key.</param>
    /// <param name="ids">The ids of its instances.</param>
    /// <param name="values">Their values, as many.</param>
    internal void Integers(ulong key, ushort[] ids, long[] values)
    {
        if (_position > _limit || ids.Length == 0)
        {
            IntegersOneByOne(key, ids, values, 0);
            return;
        }

        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborIntegers(key, ids, values); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonIntegers(key, ids, values); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvIntegers(key, ids, values); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborIntegers(key, ids, values); return;
            default: IntegersOneByOne(key, ids, values, 0); return;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void IntegersOneByOne(ulong key, ushort[] ids, long[] values, int from)
    {
        if (!BeginMultiple(key, ids.AsSpan(from)))
        {
            return;
        }

        for (int i = from; i < ids.Length; i++)
        {
            if (IsInstanceWanted(key, ids[i]))
            {
                Integer(KeyOf(key, ids[i]), values[i]);
            }
        }

        EndMultiple(key);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CborIntegers(ulong key, ushort[] ids, long[] values)
    {
        int at = _position;
        int i = 0;
        for (; i < ids.Length && at <= _limit && ids[i] < ResourceKey.InstancesInText; i++)
        {
            at += WriteCborName(ref At(at), ResourceKey.OfInstance(key, ids[i]), CborLabelValue);
            at += CborItem.WriteInteger(ref At(at), values[i]);
        }

        _position = at;
        _records += i;
        if (i < ids.Length)
        {
            IntegersOneByOne(key, ids, values, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonIntegers(ulong key, ushort[] ids, long[] values)
    {
        int at = _position;
        int i = 0;
        for (; i < ids.Length && at <= _limit && ids[i] < ResourceKey.InstancesInText; i++)
        {
            at = PutJsonName(at, ResourceKey.OfInstance(key, ids[i]), JsonLabelValue);
            at += JsonNumberText.Write(ref At(at), values[i]);
        }

        _position = at;
        _records += i;
        if (i < ids.Length)
        {
            IntegersOneByOne(key, ids, values, i);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TlvIntegers(ulong key, ushort[] ids, long[] values)
    {
        if (!TryTlvIntegers(key, ids, values))
        {
            IntegersOneByOne(key, ids, values, 0);
        }
    }

    // Few instances with small ids and values, which most are, have room wherever a record begins. They go behind a length of one byte, and
    // into a word: where all of them take less than that is for, the word is put in its place. Nothing is called in the loop, so that what
    // goes through it stays in registers, and where the next record begins is known without what was read and written here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTlvIntegers(ulong key, ushort[] ids, long[] values)
    {
        const int MostInstances = (Slack - TlvMaxHeader - sizeof(ulong)) / (TlvMinHeader + sizeof(int));
        if (ids.Length > MostInstances || ids.Length > values.Length)
        {
            // That there are as many values is said here so that the loop need not look.
            return false;
        }

        ref byte to = ref At(_position);
        ulong id = ResourceKey.WideId(key);
        ulong head = TlvMultipleResource | 1 << 3;
        nuint end = TlvMinHeader + 1;
        if (id <= byte.MaxValue)
        {
            head += id << 8;
        }
        else
        {
            head += TlvIdIn16Bits + ((ulong)BinaryPrimitives.ReverseEndianness((ushort)id) << 8);
            end++;
        }

        Unchecked.StoreLittle(ref to, (uint)head);
        ulong word = 0;
        nuint bits = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            long value = values[i];
            ulong instance = ids[i];
            if (instance > byte.MaxValue || !TryNarrow(value, out ulong bytes, out nuint length))
            {
                return false;
            }

            ulong record = (bytes << 16) + (instance << 8) + TlvResourceInstance + length;
            Unchecked.StoreLittle(ref Unsafe.Add(ref to, end), record);
            word |= record << (int)bits;
            bits += 8 * (TlvMinHeader + length);
            end += TlvMinHeader + length;
        }

        nuint content = bits / 8;
        if (content < sizeof(ulong))
        {
            end--;
            to ^= (byte)(content | 1 << 3);
            Unchecked.StoreLittle(ref Unsafe.Add(ref to, end - content), word);
        }
        else
        {
            Unsafe.Add(ref to, end - content - 1) = (byte)content;
        }

        _position += (int)end;
        _records += ids.Length;
        return true;
    }

    // All records of a whole Object Instance are regular: where they end early, there is no room.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborIntegers(ulong key, ushort[] ids, long[] values)
    {
        int at = PutLwM2MCborMultiple(_position, key, ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if (at > _limit)
            {
                Overflow();
                return;
            }

            at = PutCborId(at, ids[i]);
            at += CborItem.WriteInteger(ref At(at), values[i]);
        }

        _position = at;
        _records += ids.Length;
    }
}
