using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// The records that are not regular, among them all of the formats of a single value: what is before the value differs, the value does not.
internal ref partial struct RecordWriter
{
    private void SpecialInteger(ulong key, long value)
    {
        if (!BeginSpecial(key, Kind.Integer))
        {
            return;
        }

        int at = _position;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                _position = PutCborInteger(at, value);
                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                TlvInteger(key, value);
                break;
            case Captured:
                _captured!.Integer(key, _instance, value);
                break;
            default:
                _position = JsonNumberText.Write(ref At(at), value) + at;
                break;
        }
    }

    private void SpecialUnsigned(ulong key, ulong value)
    {
        if (!BeginSpecial(key, Kind.Unsigned))
        {
            return;
        }

        int at = _position;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                _position = PutCborUnsigned(at, value);
                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                TlvUnsigned(key, value);
                break;
            case Captured:
                _captured!.Unsigned(key, _instance, value);
                break;
            default:
                _position = DecimalDigits.Write(ref At(at), value) + at;
                break;
        }
    }

    private void SpecialFloat(ulong key, double value)
    {
        if (!BeginSpecial(key, Kind.Float))
        {
            return;
        }

        int at = _position;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                _position = PutCborFloat(at, value);
                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                TlvFloat(key, value);
                break;
            case Captured:
                _captured!.Float(key, _instance, value);
                break;
            default:
                _position = JsonNumberText.Write(ref At(at), value) + at;
                break;
        }
    }

    private void SpecialBoolean(ulong key, bool value)
    {
        if (!BeginSpecial(key, Kind.Boolean))
        {
            return;
        }

        int at = _position;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                _position = PutCborBoolean(at, value);
                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                TlvInteger(key, value ? 1 : 0);
                break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
            case ContentFormat.Lwm2mJson when CodecSwitches.Json:
                _position = PutJsonBoolean(at, value);
                break;
            case Captured:
                _captured!.Boolean(key, _instance, value);
                break;
            default:
                At(at) = value ? (byte)'1' : (byte)'0';
                _position = at + 1;
                break;
        }
    }

    private void SpecialString(ulong key, string value)
    {
        if (!BeginSpecial(key, Kind.String))
        {
            return;
        }

        int at = _position;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                _position = PutCborString(at, value);
                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                TlvString(key, value);
                break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
            case ContentFormat.Lwm2mJson when CodecSwitches.Json:
                _position = PutJsonString(at, value);
                break;
            case Captured:
                _captured!.String(key, _instance, value);
                break;
            default:
                _position = PutUtf8(at, value);
                break;
        }
    }

    private void SpecialOpaque(ulong key, ReadOnlySpan<byte> value)
    {
        if (!BeginSpecial(key, Kind.Opaque))
        {
            return;
        }

        int at = _position;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                _position = PutCborOpaque(at, value);
                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                TlvOpaque(key, value);
                break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
                _position = PutJsonOpaque(at, value);
                break;
            case ContentFormat.Lwm2mJson when CodecSwitches.Json:
                _position = PutOmaJsonOpaque(at, value);
                break;
            case ContentFormat.OctetStream:
                _position = PutBytes(at, value);
                break;
            default:
                _position = PutBase64(at, value);
                break;
        }
    }

    private void SpecialObjectLink(ulong key, ObjectLink value)
    {
        if (!BeginSpecial(key, Kind.ObjectLink))
        {
            return;
        }

        int at = _position;
        switch (_format)
        {
            case ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor:
            case ContentFormat.Lwm2mCbor when CodecSwitches.LwM2MCbor:
            case ContentFormat.Cbor when CodecSwitches.Cbor:
                _position = PutCborObjectLink(at, value);
                break;
            case ContentFormat.Tlv when CodecSwitches.Tlv:
                TlvObjectLink(key, value);
                break;
            case ContentFormat.SenMLJson when CodecSwitches.SenMLJson:
            case ContentFormat.Lwm2mJson when CodecSwitches.Json:
                _position = PutJsonObjectLink(at, value);
                break;
            case Captured:
                _captured!.ObjectLink(key, _instance, value);
                break;
            default:
                _position = PutObjectLink(at, value);
                break;
        }
    }
}
