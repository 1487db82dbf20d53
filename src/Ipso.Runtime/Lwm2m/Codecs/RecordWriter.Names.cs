namespace Ipso.Lwm2m.Codecs;

// SenML names (RFC 8428, 4.5.1; LwM2M TS Core, 7.4.6): base name and name together are the path of the record.
internal ref partial struct RecordWriter
{
    /// <summary>Whether the base path leaves something for the name to say.</summary>
    private readonly bool HasName(int instance) => _baseDepth < (instance < 0 ? 3 : 4);

    private void PutBaseName(bool namesFollow)
    {
        PutPath(_base);
        if (namesFollow)
        {
            Put((byte)'/');
        }
    }

    private void PutName(ulong key, int instance)
    {
        if (_baseDepth < 3)
        {
            PutDigits(key);
            if (instance < 0)
            {
                return;
            }

            Put((byte)'/');
        }

        PutDecimal((long)instance);
    }
}
