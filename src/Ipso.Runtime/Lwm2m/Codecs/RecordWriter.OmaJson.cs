namespace Ipso.Lwm2m.Codecs;

// OMA JSON (LwM2M TS 1.0, 6.4.4): {"bn":"/3/0/","e":[{"n":"0","sv":"..."},{"n":"9","v":100}]}. Bytes are Base64 in "sv".
internal ref partial struct RecordWriter
{
    private const ulong OmaJsonLabelString = 0x22_3A_22_76_73_22_2C_22; // ","sv":"
    private const ulong OmaJsonLabelBoolean = 0x3A_22_76_62_22_2C_22; // ","bv":
    private const ulong OmaJsonLabelObjectLink = 0x22_3A_22_76_6F_22_2C_22; // ","ov":"

    private void OmaJsonBoolean(ulong key, bool value)
    {
        if (BeginJson(key, OmaJsonLabelBoolean, out int at))
        {
            PutJsonBoolean(at, value);
        }
    }

    private void OmaJsonString(ulong key, string value)
    {
        if (BeginJson(key, OmaJsonLabelString, out int at))
        {
            PutJsonText(at, value);
        }
    }

    private void OmaJsonOpaque(ulong key, ReadOnlySpan<byte> value)
    {
        if (BeginJson(key, OmaJsonLabelString, out int at) && TryPutBase64(at, value))
        {
            CloseJsonString(_position);
        }
    }

    private void OmaJsonObjectLink(ulong key, ObjectLink value)
    {
        if (BeginJson(key, OmaJsonLabelObjectLink, out int at))
        {
            PutJsonObjectLink(at, value);
        }
    }

    private bool PutOmaJsonName(ulong key)
    {
        if (_isBasePending && !TakeOmaJsonBase())
        {
            return false;
        }

        Put(_records == 0 ? "{\"n\":\""u8 : "},{\"n\":\""u8);
        if (_isOneOfSeveral)
        {
            PutDecimal((long)_base.InstanceId);
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
