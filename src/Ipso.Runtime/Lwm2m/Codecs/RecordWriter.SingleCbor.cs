namespace Ipso.Lwm2m.Codecs;

// CBOR (LwM2M TS Core, 7.4.3): one data item, the value.
internal ref partial struct RecordWriter
{
    private void SingleCborInteger(ulong key, long value)
    {
        if (BeginSingleCbor(key))
        {
            PutCborInteger(_position, value);
        }
    }

    private void SingleCborUnsigned(ulong key, ulong value)
    {
        if (BeginSingleCbor(key))
        {
            PutCborUnsigned(_position, value);
        }
    }

    private void SingleCborFloat(ulong key, double value)
    {
        if (BeginSingleCbor(key))
        {
            PutCborFloat(_position, value);
        }
    }

    private void SingleCborBoolean(ulong key, bool value)
    {
        if (BeginSingleCbor(key))
        {
            PutCborBoolean(_position, value);
        }
    }

    private void SingleCborString(ulong key, string value)
    {
        if (BeginSingleCbor(key))
        {
            PutCborText(_position, value);
        }
    }

    private void SingleCborOpaque(ulong key, ReadOnlySpan<byte> value)
    {
        if (BeginSingleCbor(key))
        {
            PutCborBytes(_position, value);
        }
    }

    private void SingleCborObjectLink(ulong key, ObjectLink value)
    {
        if (BeginSingleCbor(key))
        {
            PutCborObjectLink(_position, value);
        }
    }

    private bool BeginSingleCbor(ulong key) => TakeSingleValue(key) && !NotRepresentable && Fits();
}
