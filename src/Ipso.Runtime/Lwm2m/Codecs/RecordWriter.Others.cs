using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// The second half of the switch on the format: what is asked for less often comes after one more call.
internal ref partial struct RecordWriter
{
    private void OtherInteger(ulong key, int instance, long value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborInteger(key, instance, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonInteger(key, instance, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborInteger(value); break;
            case Captured: _captured!.Integer(key, instance, value); break;
            default: TextInteger(value); break;
        }
    }

    private void OtherUnsigned(ulong key, int instance, ulong value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborUnsigned(key, instance, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonUnsigned(key, instance, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborUnsigned(value); break;
            case Captured: _captured!.Unsigned(key, instance, value); break;
            default: TextUnsigned(value); break;
        }
    }

    private void OtherFloat(ulong key, int instance, double value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborFloat(key, instance, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonFloat(key, instance, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborFloat(value); break;
            case Captured: _captured!.Float(key, instance, value); break;
            default: TextFloat(value); break;
        }
    }

    private void OtherBoolean(ulong key, int instance, bool value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborBoolean(key, instance, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonBoolean(key, instance, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborBoolean(value); break;
            case Captured: _captured!.Boolean(key, instance, value); break;
            default: TextInteger(value ? 1 : 0); break;
        }
    }

    private void OtherString(ulong key, int instance, string value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborString(key, instance, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonString(key, instance, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborString(value); break;
            case Captured: _captured!.String(key, instance, value); break;
            default: TextString(value); break;
        }
    }

    private void OtherOpaque(ulong key, int instance, ReadOnlySpan<byte> value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborOpaque(key, instance, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonOpaque(key, instance, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborOpaque(value); break;
            case ContentFormat.OctetStream: RawBytes(value); break;
            default: TextOpaque(value); break;
        }
    }

    private void OtherObjectLink(ulong key, int instance, ObjectLink value)
    {
        switch (_format)
        {
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor: LwM2MCborObjectLink(key, instance, value); break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json: OmaJsonObjectLink(key, instance, value); break;
            case ContentFormat.Cbor when CodecSwitches.Cbor: SingleCborObjectLink(value); break;
            case Captured: _captured!.ObjectLink(key, instance, value); break;
            default: TextObjectLink(value); break;
        }
    }
}
