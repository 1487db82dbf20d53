using Ipso.Cbor;
using Ipso.Coap;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// The instances of a multiple Integer resource, the one kind of multiple resource that most objects have: a loop for each format, which
// keeps the position to itself.
internal ref partial struct RecordWriter
{
    /// <summary>Writes the instances of a multiple resource, as long as their records are regular.</summary>
    /// <param name="key">The resource's key.</param>
    /// <param name="ids">The ids of its instances.</param>
    /// <param name="values">Their values.</param>
    /// <returns>How many were written; the others are to be written one by one.</returns>
    internal int RegularIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        if (_position > _limit || ids.IsEmpty || ids.Length != values.Length)
        {
            return 0;
        }

        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: return CborIntegers(key, ids, values);
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: return JsonIntegers(key, ids, values);
            case ContentFormat.Tlv when CodecSwitches.Tlv: return TlvIntegers(key, ids, values);
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: return LwM2MCborIntegers(key, ids, values);
            default: return 0;
        }
    }

    private int CborIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
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
        return i;
    }

    private int JsonIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
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
        return i;
    }

    // In the two others all records of a whole Object Instance are regular: where they end early, there is no room.
    private int TlvIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        int content = _position + TlvHeaderLength(ResourceKey.Id(key), GuessTlvInstances(values));
        int at = content;
        for (int i = 0; i < ids.Length; i++)
        {
            if (at > _limit)
            {
                Overflow();
                return ids.Length;
            }

            at = PutTlvInteger(at, TlvResourceInstance, ids[i], values[i]);
        }

        CloseTlv(_position, content, at, TlvMultipleResource, ResourceKey.Id(key));
        _records += ids.Length;
        return ids.Length;
    }

    private int LwM2MCborIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        int at = PutLwM2MCborMultiple(_position, key, ids.Length);
        for (int i = 0; i < ids.Length; i++)
        {
            if (at > _limit)
            {
                Overflow();
                return ids.Length;
            }

            at = PutCborInteger(PutCborId(at, ids[i]), values[i]);
        }

        _position = at;
        _records += ids.Length;
        return ids.Length;
    }
}
