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
    /// <summary>Writes the instances of a multiple resource, as far as they are wanted.</summary>
    /// <param name="key">The resource's key.</param>
    /// <param name="ids">The ids of its instances.</param>
    /// <param name="values">Their values, as many.</param>
    internal void Integers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        if (_position > _limit || ids.IsEmpty)
        {
            IntegersOneByOne(key, ids, values);
            return;
        }

        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborIntegers(key, ids, values); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonIntegers(key, ids, values); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvIntegers(key, ids, values); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborIntegers(key, ids, values); return;
            default: IntegersOneByOne(key, ids, values); return;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void IntegersOneByOne(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        if (!BeginMultiple(key, ids))
        {
            return;
        }

        for (int i = 0; i < ids.Length; i++)
        {
            if (IsInstanceWanted(key, ids[i]))
            {
                Integer(KeyOf(key, ids[i]), values[i]);
            }
        }

        EndMultiple(key);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CborIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
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
            IntegersOneByOne(key, ids[i..], values[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void JsonIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
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
            IntegersOneByOne(key, ids[i..], values[i..]);
        }
    }

    // Few instances with small ids and values, which most are, have room wherever a record begins; their length is found out beforehand, so
    // that nothing is moved. Nothing is called in the loops: what goes through them stays in registers.
    private void TlvIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        const int MostInstances = (Slack - TlvMaxHeader - sizeof(ulong)) / (TlvMinHeader + sizeof(int));
        int content = 0;
        int i = 0;
        for (; i < ids.Length && ids[i] <= byte.MaxValue && values[i] == (int)values[i]; i++)
        {
            content += TlvInstanceLength((int)values[i]);
        }

        if (i < ids.Length || i > MostInstances)
        {
            IntegersOneByOne(key, ids, values);
            return;
        }

        ref byte to = ref At(_position);
        int at = WriteTlvHeader(ref to, TlvMultipleResource, ResourceKey.Id(key), content);
        for (i = 0; i < ids.Length; i++)
        {
            at += PutTlvInstance(ref Unchecked.At(ref to, at), ids[i], (int)values[i]);
        }

        _position += at;
        _records += i;
    }

    // All records of a whole Object Instance are regular: where they end early, there is no room.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LwM2MCborIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        int at = PutLwM2MCborMultiple(_position, key, ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if (at > _limit)
            {
                Overflow();
                return;
            }

            at = PutCborInteger(PutCborId(at, ids[i]), values[i]);
        }

        _position = at;
        _records += ids.Length;
    }
}
