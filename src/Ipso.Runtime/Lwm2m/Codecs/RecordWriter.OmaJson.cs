using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Codecs;

// OMA JSON (LwM2M TS 1.0, 6.4.4): {"bn":"/3/0/","e":[{"n":"0","sv":"..."},{"n":"9","v":100}]}. Bytes are Base64 in "sv".
internal ref partial struct RecordWriter
{
    private const ulong OmaJsonLabelString = 0x22_3A_22_76_73_22_2C_22; // ","sv":"
    private const ulong OmaJsonLabelBoolean = 0x3A_22_76_62_22_2C_22; // ","bv":
    private const ulong OmaJsonLabelObjectLink = 0x3A_22_76_6F_22_2C_22; // ","ov":

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OmaJsonBoolean(ulong key, bool value) =>
        _position = PutJsonBoolean(PutJsonName(_position, key, OmaJsonLabelBoolean), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OmaJsonString(ulong key, string value) =>
        _position = PutJsonString(PutJsonName(_position, key, OmaJsonLabelString), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OmaJsonOpaque(ulong key, ReadOnlySpan<byte> value) =>
        _position = PutOmaJsonOpaque(PutJsonName(_position, key, OmaJsonLabelString), value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OmaJsonObjectLink(ulong key, ObjectLink value) =>
        _position = PutJsonObjectLink(PutJsonName(_position, key, OmaJsonLabelObjectLink), value);

    private int PutOmaJsonOpaque(int at, ReadOnlySpan<byte> value)
    {
        int end = PutBase64(at, value);
        return Overflowed ? at : CloseJsonString(end);
    }

    private bool BeginSpecialOmaJson(ulong key, Kind kind)
    {
        if (_isBasePending && !TakeOmaJsonBase())
        {
            return false;
        }

        if (_records > 0)
        {
            Put("},"u8);
        }

        Put("{\"n\":\""u8);
        if (_isOneOfSeveral)
        {
            PutDecimal(_base.InstanceId);
            Put((byte)'/');
        }

        PutCharacters(key);
        if (_instance >= 0)
        {
            Put((byte)'/');
            PutDecimal(_instance);
        }

        Put("\","u8);
        _limit = _isOneOfSeveral ? -1 : RegularLimit;
        PutJsonLabel(kind switch
        {
            Kind.Boolean => OmaJsonLabelBoolean,
            Kind.String or Kind.Opaque => OmaJsonLabelString,
            Kind.ObjectLink => OmaJsonLabelObjectLink,
            _ => JsonLabelValue,
        });
        return true;
    }

    // All records of a payload lie below one base name.
    private bool TakeOmaJsonBase()
    {
        _isBasePending = false;
        if (_records == 0)
        {
            PutOmaJsonHead();
        }

        NotRepresentable |= !_opened.Contains(_base) || _isOneOfSeveral != (_opened.Depth == 1);
        return !NotRepresentable;
    }

    private void PutOmaJsonHead()
    {
        // Of an object without instances there is nothing to name.
        if (_baseDepth == 0)
        {
            Put("{\"e\":["u8);
            return;
        }

        _opened = new(_base.ObjectId, _isOneOfSeveral ? Lwm2mPath.MaxId : _base.InstanceId);
        Put("{\"bn\":\""u8);
        PutPath(_opened);
        Put("/\",\"e\":["u8);
    }

    private void FinishOmaJson()
    {
        if (_records > 0)
        {
            EndJson("}]}"u8);
        }
        else if (Fits())
        {
            PutOmaJsonHead();
            EndJson("]}"u8);
        }
    }
}
