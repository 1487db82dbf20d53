using Ipso.Cbor;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// SenML-ETCH (RFC 8790): SenML in which null instead of a number removes what the record names.
internal ref partial struct RecordReader
{
    /// <summary>The format that a SenML-ETCH format is written in, or the format itself.</summary>
    internal static ContentFormat WithoutEtch(ContentFormat format) => format switch
    {
        ContentFormat.SenMLEtchJson => ContentFormat.SenMLJson,
        ContentFormat.SenMLEtchCbor => ContentFormat.SenMLCbor,
        _ => format,
    };

    private void ReadJsonPatchValue()
    {
        if (_json.TryTakeLiteral("null"u8))
        {
            _record.Kind = ValueKind.Removal;
        }
        else
        {
            _record.SetNumber(_json.ReadNumber());
        }
    }

    // A number was expected, and this is none.
    private void ReadCborNoNumber(CborHead head)
    {
        if (_isPatch && head.IsNull)
        {
            _record.Kind = ValueKind.Removal;
        }
        else
        {
            _cbor.Fail();
        }
    }
}
