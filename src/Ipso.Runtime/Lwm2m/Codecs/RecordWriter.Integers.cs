using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// The instances of a multiple Integer resource, the one kind of multiple resource that most objects have: a loop for each format, which keeps
// the position to itself.
internal ref partial struct RecordWriter
{
    /// <summary>Writes Resource Instances as long as their records are regular.</summary>
    /// <param name="key">The key of the resource, which was begun.</param>
    /// <param name="ids">The ids of its instances.</param>
    /// <param name="values">Their values.</param>
    /// <returns>How many were written; the others are to be written one by one.</returns>
    internal int RegularIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        // It tells the loops that neither is left before the other.
        values = values[..ids.Length];
        int count = _format switch
        {
            ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor => CborIntegers(key, ids, values),
            ContentFormat.SenMLJson when CodecSwitches.SenMLJson => JsonIntegers(key, ids, values),
            ContentFormat.Tlv when CodecSwitches.Tlv => TlvIntegers(ids, values),
            ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor => LwM2MCborIntegers(ids, values),
            _ => 0,
        };
        _records += count;
        return count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int CborIntegers(ulong key, ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        int at = _position;
        int i = 0;
        for (; i < ids.Length && at <= _limit && ids[i] < ResourceKey.InstancesInText; i++)
        {
            at = PutCborInteger(PutCborName(at, ResourceKey.OfInstance(key, ids[i]), CborLabelValue), values[i]);
        }

        _position = at;
        return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
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
        return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int TlvIntegers(ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        int at = _position;
        int i = 0;
        for (; i < ids.Length && at <= _limit; i++)
        {
            at = PutTlvNumber(at, TlvResourceInstance, ids[i], (ulong)values[i], TlvLength(values[i]));
        }

        _position = at;
        return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int LwM2MCborIntegers(ReadOnlySpan<ushort> ids, ReadOnlySpan<long> values)
    {
        int at = _position;
        int i = 0;
        for (; i < ids.Length && at <= _limit; i++)
        {
            at = PutCborInteger(PutCborId(at, ids[i]), values[i]);
        }

        _position = at;
        return i;
    }
}
