using System.Runtime.CompilerServices;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// The switch on the format for regular records, which is what generated code calls. It is to stay a call: the JIT would take it into
// generated code otherwise, where it is many times as large. The body for SenML CBOR stands in line.
internal ref partial struct RecordWriter
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Integer(ulong key, long value)
    {
        int at = _position;
        if (at > _limit)
        {
            SpecialInteger(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _position = CborInteger(at, key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _position = JsonInteger(at, key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _position = TlvInteger(at, key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _position = LwM2MCborInteger(at, key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _position = JsonInteger(at, key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Unsigned(ulong key, ulong value)
    {
        int at = _position;
        if (at > _limit)
        {
            SpecialUnsigned(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _position = CborUnsigned(at, key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _position = JsonUnsigned(at, key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _position = TlvUnsigned(at, key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _position = LwM2MCborUnsigned(at, key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _position = JsonUnsigned(at, key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Float(ulong key, double value)
    {
        int at = _position;
        if (at > _limit)
        {
            SpecialFloat(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _position = CborFloat(at, key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _position = JsonFloat(at, key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _position = TlvFloat(at, key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _position = LwM2MCborFloat(at, key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _position = JsonFloat(at, key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Boolean(ulong key, bool value)
    {
        int at = _position;
        if (at > _limit)
        {
            SpecialBoolean(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _position = CborBoolean(at, key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _position = JsonBoolean(at, key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _position = TlvInteger(at, key, value ? 1 : 0); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _position = LwM2MCborBoolean(at, key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _position = OmaJsonBoolean(at, key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void String(ulong key, string value)
    {
        int at = _position;
        if (at > _limit)
        {
            SpecialString(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _position = CborString(at, key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _position = JsonString(at, key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _position = TlvString(at, key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _position = LwM2MCborString(at, key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _position = OmaJsonString(at, key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Opaque(ulong key, ReadOnlySpan<byte> value)
    {
        int at = _position;
        if (at > _limit)
        {
            SpecialOpaque(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _position = CborOpaque(at, key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _position = JsonOpaque(at, key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _position = TlvOpaque(at, key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _position = LwM2MCborOpaque(at, key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _position = OmaJsonOpaque(at, key, value); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ObjectLink(ulong key, ObjectLink value)
    {
        int at = _position;
        if (at > _limit)
        {
            SpecialObjectLink(key, value);
            return;
        }

        _records++;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: _position = CborObjectLink(at, key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: _position = JsonObjectLink(at, key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: _position = TlvObjectLink(at, key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: _position = LwM2MCborObjectLink(at, key, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: _position = OmaJsonObjectLink(at, key, value); break;
        }
    }
}
