using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// The switch on the format for regular records, which is what generated code calls. These stay calls, for they are longer than what is taken
// into callers (100 bytes of IL; a test holds them to it), where they would be many times as large; only where a profile of the running
// program says that a call is worth it, the JIT takes it in all the same. NoInlining would say it better, but from such a method the JIT does
// not jump into the last thing it calls, which here is the body for a format: each record would have a second frame. Numbers in SenML CBOR stand in line, and nothing is left to do behind a call, so that nothing has to be kept over one.
internal ref partial struct RecordWriter
{
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
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborInteger(key, value); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonInteger(key, value); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvInteger(key, value); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborInteger(key, value); return;
            default: if (CodecSwitches.Json) { JsonInteger(key, value); } return;
        }
    }

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
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborUnsigned(key, value); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonUnsigned(key, value); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvUnsigned(key, value); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborUnsigned(key, value); return;
            default: if (CodecSwitches.Json) { JsonUnsigned(key, value); } return;
        }
    }

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
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborFloat(key, value); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonFloat(key, value); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvFloat(key, value); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborFloat(key, value); return;
            default: if (CodecSwitches.Json) { JsonFloat(key, value); } return;
        }
    }

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
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborBoolean(key, value); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonBoolean(key, value); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvInteger(key, value ? 1 : 0); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborBoolean(key, value); return;
            default: if (CodecSwitches.Json) { OmaJsonBoolean(key, value); } return;
        }
    }

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
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborString(key, value); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonString(key, value); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvString(key, value); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborString(key, value); return;
            default: if (CodecSwitches.Json) { OmaJsonString(key, value); } return;
        }
    }

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
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborOpaque(key, value); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonOpaque(key, value); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvOpaque(key, value); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborOpaque(key, value); return;
            default: if (CodecSwitches.Json) { OmaJsonOpaque(key, value); } return;
        }
    }

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
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborObjectLink(key, value); return;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonObjectLink(key, value); return;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvObjectLink(key, value); return;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborObjectLink(key, value); return;
            default: if (CodecSwitches.Json) { OmaJsonObjectLink(key, value); } return;
        }
    }
}
