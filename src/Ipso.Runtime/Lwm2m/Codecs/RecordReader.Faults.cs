using Ipso.Coap;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

// What is wrong, and with which record. A payload that is refused is read once more for it, so that those that are taken pay nothing.
internal ref partial struct RecordReader
{
    // A path in the text form, and the slash of a base name.
    private const int NameLength = 2 * (Lwm2mPath.MaxTextLength + 1);

    /// <summary>
    /// The number of the record that reading ended with, the first being 1; 0 where the format has one value and no records.
    /// </summary>
    internal readonly int CountToPosition()
    {
        if (RecordWriter.IsSingleValue(_format))
        {
            return 0;
        }

        RecordReader again = Rewound();
        int count = 0;
        while (again.Next())
        {
            count++;
            if (again.Position >= Position)
            {
                return count;
            }
        }

        // The one behind the last that can be read.
        return again.Fault == PayloadFault.None ? count : count + 1;
    }

    /// <summary>
    /// Why a payload in SenML is malformed or not understood, in the words of the reader that knows all of RFC 8428; no reason where it
    /// finds nothing wrong, or the payload is in another format.
    /// </summary>
    internal readonly SenMLFault ExplainSenML()
    {
        bool isJson = CodecSwitches.SenMLJson && _format == ContentFormat.SenMLJson;
        bool isSenML = isJson || CodecSwitches.SenMLCbor && _format == ContentFormat.SenMLCbor;
        if (!isSenML || Fault is not (PayloadFault.Malformed or PayloadFault.NotUnderstood))
        {
            return default;
        }

        SenMLFormat format = isJson ? SenMLFormat.Json : SenMLFormat.Cbor;
        SenMLPackKind kind = _isPatch ? SenMLPackKind.Patch : SenMLPackKind.Values;
        SenMLReader reader = new(_payload, format, stackalloc byte[NameLength], kind);
        while (reader.Next(out _))
        {
        }

        return reader.Fault;
    }
}
