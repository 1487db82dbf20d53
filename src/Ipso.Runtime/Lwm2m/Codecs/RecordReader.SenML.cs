using Ipso.Coap;
using Ipso.SenML;
using Field = Ipso.SenML.SenMLField;

namespace Ipso.Lwm2m.Codecs;

// SenML (RFC 8428), SenML-ETCH too (RFC 8790): its own reader reads it, and here its records become those of resources.
internal ref partial struct RecordReader
{
    // A sum has no place in a resource, and a base value would change every number: refused rather than read wrongly.
    private const Field NotForResources = Field.BaseSum | Field.BaseValue | Field.Sum;

    /// <summary>The format that a SenML-ETCH format is written in, or the format itself.</summary>
    internal static ContentFormat WithoutEtch(ContentFormat format) => format switch
    {
        ContentFormat.SenMLEtchJson => ContentFormat.SenMLJson,
        ContentFormat.SenMLEtchCbor => ContentFormat.SenMLCbor,
        _ => format,
    };

    private readonly SenMLPackKind PackKind => _isPatch ? SenMLPackKind.Patch : SenMLPackKind.Values;

    private bool NextSenML()
    {
        while (NextRecordOf(ref _senML))
        {
            if (TakeSenMLRecord())
            {
                return true;
            }

            if (Fault != PayloadFault.None)
            {
                return false;
            }
        }

        return Fail(PathPack.FaultOf(_senML.Fault.Reason));
    }

    private readonly bool NextRecordOf(scoped ref SenMLReader pack) => _format switch
    {
        ContentFormat.SenMLJson when CodecSwitches.SenMLJson => pack.NextJsonRecord(),
        ContentFormat.SenMLCbor when CodecSwitches.SenMLCbor => pack.NextCborRecord(),
        _ => false,
    };

    /// <summary>Judges the record that was read.</summary>
    /// <returns>Whether it gives a value; a record of base fields alone gives none and is no fault.</returns>
    private bool TakeSenMLRecord()
    {
        Field fields = _senML.Fields;
        if ((fields & Field.BaseName) != 0)
        {
            SetBaseName(in _senML.BaseName);
        }

        Field values = fields & Field.AnyValue;
        if (values == 0 && (fields & (Field.Name | Field.Sum)) == 0)
        {
            return false;
        }

        // A link is never spelt with escapes.
        bool isPlainLink = values != Field.ObjectLinkValue || _senML.Value.Form != SenMLTextForm.Escaped;
        if (isPlainLink && (fields & NotForResources) != 0)
        {
            return Fail(PayloadFault.NotUnderstood);
        }

        if (values == 0)
        {
            _senML.Refuse(SenMLReason.NoValue);
            return Fail(PayloadFault.Malformed);
        }

        if (!_baseName.TryResolve(in _senML.Name, out Lwm2mPath path))
        {
            _senML.RefuseName();
            return Fail(PayloadFault.Malformed);
        }

        if (!isPlainLink)
        {
            return Fail(PayloadFault.Malformed);
        }

        _record.Path = path;
        _record.SetNumber(_senML.Number);
        _record.Kind = KindOfSenML(_record.Kind);
        Bytes = _senML.Value.Raw;
        HasTime = _senML.HasTime;
        Time = _senML.Time;
        return true;
    }

    private void SetBaseName(scoped in SenMLText text) => _baseName = RecordName.Of(in text);

    private readonly ValueKind KindOfSenML(ValueKind number)
    {
        SenMLTextForm form = _senML.Value.Form;
        return _senML.Kind switch
        {
            SenMLValueKind.Number => number,
            SenMLValueKind.Boolean => ValueKind.Boolean,
            SenMLValueKind.Text => form == SenMLTextForm.Plain ? ValueKind.Text
                : form == SenMLTextForm.Escaped ? ValueKind.EscapedText
                : ValueKind.TextChunks,
            SenMLValueKind.ObjectLink => form == SenMLTextForm.Plain ? ValueKind.LinkText : ValueKind.LinkTextChunks,
            SenMLValueKind.Data when _format == ContentFormat.SenMLJson => ValueKind.Base64Url,
            SenMLValueKind.Data => form == SenMLTextForm.Plain ? ValueKind.Bytes : ValueKind.CborByteChunks,
            _ => ValueKind.Removal,
        };
    }
}
