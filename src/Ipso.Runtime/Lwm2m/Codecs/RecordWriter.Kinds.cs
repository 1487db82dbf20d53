using System.Runtime.CompilerServices;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// The switch on the format for regular records, which is what generated code calls. It is to stay a call: the JIT would take it into
// generated code otherwise, where it is many times as large. Numbers in SenML CBOR stand in line, and nothing is left to do behind a call,
// so that nothing has to be kept over one.
internal ref partial struct RecordWriter
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Integer(ulong key, long value)
    {
        if (_position > _limit)
        {
            SpecialInteger(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborInteger(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonInteger(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvInteger(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborInteger(key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: JsonInteger(key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Unsigned(ulong key, ulong value)
    {
        if (_position > _limit)
        {
            SpecialUnsigned(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborUnsigned(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonUnsigned(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvUnsigned(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborUnsigned(key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: JsonUnsigned(key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Float(ulong key, double value)
    {
        if (_position > _limit)
        {
            SpecialFloat(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborFloat(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonFloat(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvFloat(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborFloat(key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: JsonFloat(key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Boolean(ulong key, bool value)
    {
        if (_position > _limit)
        {
            SpecialBoolean(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborBoolean(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonBoolean(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvInteger(key, value ? 1 : 0); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborBoolean(key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonBoolean(key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void String(ulong key, string value)
    {
        if (_position > _limit)
        {
            SpecialString(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborString(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonString(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvString(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborString(key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonString(key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Opaque(ulong key, ReadOnlySpan<byte> value)
    {
        if (_position > _limit)
        {
            SpecialOpaque(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborOpaque(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonOpaque(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvOpaque(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborOpaque(key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonOpaque(key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ObjectLink(ulong key, ObjectLink value)
    {
        if (_position > _limit)
        {
            SpecialObjectLink(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborObjectLink(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonObjectLink(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvObjectLink(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborObjectLink(key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonObjectLink(key, value); break;
        }
    }
}
