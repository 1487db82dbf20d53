using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// The switch on the format, for each kind of value. The body for SenML CBOR stands in line, the others are jumped to: so nothing may stand
// behind the calls, and nothing here be marked NoInlining, which forbids the runtime to make them jumps.
internal ref partial struct RecordWriter
{
    internal void Integer(ulong key, long value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborInteger(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonInteger(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvInteger(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborInteger(key, value); break;
            default: OtherInteger(key, value); break;
        }
    }

    internal void Unsigned(ulong key, ulong value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborUnsigned(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonUnsigned(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvUnsigned(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborUnsigned(key, value); break;
            default: OtherUnsigned(key, value); break;
        }
    }

    internal void Float(ulong key, double value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborFloat(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonFloat(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvFloat(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborFloat(key, value); break;
            default: OtherFloat(key, value); break;
        }
    }

    internal void Boolean(ulong key, bool value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborBoolean(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonBoolean(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvInteger(key, value ? 1 : 0); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborBoolean(key, value); break;
            default: OtherBoolean(key, value); break;
        }
    }

    internal void String(ulong key, string value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborString(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonString(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvString(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborString(key, value); break;
            default: OtherString(key, value); break;
        }
    }

    internal void Opaque(ulong key, ReadOnlySpan<byte> value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborOpaque(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonOpaque(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvOpaque(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborOpaque(key, value); break;
            default: OtherOpaque(key, value); break;
        }
    }

    internal void ObjectLink(ulong key, ObjectLink value)
    {
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor: CborObjectLink(key, value); break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson: JsonObjectLink(key, value); break;
            case ContentFormat.Tlv when CodecSwitches.Tlv: TlvObjectLink(key, value); break;
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborObjectLink(key, value); break;
            default: OtherObjectLink(key, value); break;
        }
    }

    // What is asked for less often comes after one more jump.
    private void OtherInteger(ulong key, long value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: JsonInteger(key, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborInteger(key, value); break;
            default: TextInteger(key, value); break;
        }
    }

    private void OtherUnsigned(ulong key, ulong value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: JsonUnsigned(key, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborUnsigned(key, value); break;
            default: TextUnsigned(key, value); break;
        }
    }

    private void OtherFloat(ulong key, double value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: JsonFloat(key, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborFloat(key, value); break;
            default: TextFloat(key, value); break;
        }
    }

    private void OtherBoolean(ulong key, bool value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonBoolean(key, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborBoolean(key, value); break;
            default: TextInteger(key, value ? 1 : 0); break;
        }
    }

    private void OtherString(ulong key, string value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonString(key, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborString(key, value); break;
            default: TextString(key, value); break;
        }
    }

    private void OtherOpaque(ulong key, ReadOnlySpan<byte> value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonOpaque(key, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborOpaque(key, value); break;
            case ContentFormat.OctetStream: RawBytes(key, value); break;
            default: TextOpaque(key, value); break;
        }
    }

    private void OtherObjectLink(ulong key, ObjectLink value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonObjectLink(key, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborObjectLink(key, value); break;
            default: TextObjectLink(key, value); break;
        }
    }
}
