using Ipso.Cbor;
using Ipso.Coap;

namespace Ipso.Lwm2m.Codecs;

// SenML-ETCH (RFC 8790): SenML in which null instead of a number removes what the record names.
internal ref partial struct RecordReader
{
    /// <summary>Whether the record removes what its path names.</summary>
    internal readonly bool IsRemoval => _kind == ValueKind.Removal;

    /// <summary>Whether the record is about all instances of a multiple resource at once: there are none, or they are to go.</summary>
    internal readonly bool IsOfAllInstances => HasNoInstances || IsRemoval && Path.Depth == 3;

    /// <summary>The format that a SenML-ETCH format is written in, or the format itself.</summary>
    internal static ContentFormat WithoutEtch(ContentFormat format) => format switch
    {
        ContentFormat.SenMLEtchJson => ContentFormat.SenMLJson,
        ContentFormat.SenMLEtchCbor => ContentFormat.SenMLCbor,
        _ => format,
    };

    /// <summary>Takes a null for a removal: LwM2M CBOR has it in a Write-Composite (LwM2M TS Core, 6.3.9).</summary>
    internal void TakeNullAsRemoval()
    {
        if (_kind == ValueKind.Null)
        {
            _kind = ValueKind.Removal;
        }
    }

    private void ReadJsonPatchValue()
    {
        if (_json.TryTakeLiteral("null"u8))
        {
            _kind = ValueKind.Removal;
        }
        else
        {
            SetNumber(_json.ReadNumber());
        }
    }

    // A number was expected, and this is none.
    private void ReadCborNoNumber(CborHead head)
    {
        if (_isPatch && head.IsNull)
        {
            _kind = ValueKind.Removal;
        }
        else
        {
            _cbor.Fail();
        }
    }
}
