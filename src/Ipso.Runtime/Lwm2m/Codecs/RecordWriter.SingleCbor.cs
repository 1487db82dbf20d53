namespace Ipso.Lwm2m.Codecs;

// CBOR (LwM2M TS Core, 7.4.3): one data item, the value.
internal ref partial struct RecordWriter
{
    private void SingleCborInteger(long value)
    {
        if (BeginSingleCbor())
        {
            PutCborInteger(value);
        }
    }

    private void SingleCborUnsigned(ulong value)
    {
        if (BeginSingleCbor())
        {
            CborHead(0x00, value);
        }
    }

    private void SingleCborFloat(double value)
    {
        if (BeginSingleCbor())
        {
            PutCborFloat(value);
        }
    }

    private void SingleCborBoolean(bool value)
    {
        if (BeginSingleCbor())
        {
            PutCborBoolean(value);
        }
    }

    private void SingleCborString(string value)
    {
        if (BeginSingleCbor())
        {
            PutCborText(value);
        }
    }

    private void SingleCborOpaque(ReadOnlySpan<byte> value)
    {
        if (BeginSingleCbor())
        {
            PutCborBytes(value);
        }
    }

    private void SingleCborObjectLink(ObjectLink value)
    {
        if (BeginSingleCbor())
        {
            PutCborObjectLink(value);
        }
    }

    private bool BeginSingleCbor()
    {
        _records++;
        return !NotRepresentable && HasSlack();
    }
}
