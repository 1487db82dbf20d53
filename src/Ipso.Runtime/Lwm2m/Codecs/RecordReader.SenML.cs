using Ipso.SenML;
using Field = Ipso.SenML.SenMLField;

namespace Ipso.Lwm2m.Codecs;

// What SenML JSON and SenML CBOR have in common: a record's fields, and what a record must be made of (RFC 8428, 4).
internal ref partial struct RecordReader
{
    // A sum has no place in a resource, and a base value would change every number: refused rather than read wrongly.
    private const Field NotForResources = Field.BaseSum | Field.BaseValue | Field.Sum;

    private void BeginSenMLRecord()
    {
        _fields = Field.None;
        _name = default;
        _recordTime = 0;
        _record.Kind = ValueKind.None;
    }

    // Whoever reads into an object passes times over; a list of records keeps them.
    private void NoteTime(Field field, double seconds)
    {
        if (field == Field.Time)
        {
            _recordTime = seconds;
        }
        else if (field == Field.BaseTime)
        {
            _baseTime = seconds;
            _hasBaseTime = true;
        }
    }

    /// <summary>Notes a field; each may stand in a record once.</summary>
    private bool Note(Field field)
    {
        if ((_fields & field) != 0)
        {
            return Fail(PayloadFault.Malformed);
        }

        _fields |= field;
        return true;
    }

    private void SetBaseName(SenMLText text)
    {
        _baseName = RecordName.Empty;
        _baseName.Feed(text);
    }

    // RFC 8428, 4.1: a positive integer; 4.4: a later version than ours is not to be used.
    private void CheckVersion(double version)
    {
        if (version > SenMLLabels.Version)
        {
            Fail(PayloadFault.NotUnderstood);
        }
        else if (version < 1)
        {
            Fail(PayloadFault.Malformed);
        }
    }

    // RFC 8428, 4.4: a label that ends in "_" must be understood; all other unknown ones are skipped.
    private void CheckUnknownLabel(scoped ReadOnlySpan<byte> label)
    {
        if (SenMLLabels.MustBeUnderstood(label))
        {
            Fail(PayloadFault.NotUnderstood);
        }
    }

    /// <summary>Judges the record that was read.</summary>
    /// <returns>Whether it gives a value; a record of base fields alone gives none and is no fault.</returns>
    private bool EndSenMLRecord()
    {
        Field values = _fields & Field.AnyValue;
        if (values == 0 && (_fields & (Field.Name | Field.Sum)) == 0)
        {
            return false;
        }

        if ((_fields & NotForResources) != 0)
        {
            return Fail(PayloadFault.NotUnderstood);
        }

        if (values == 0 || (values & values - 1) != 0)
        {
            return Fail(PayloadFault.Malformed);
        }

        if (!_baseName.TryResolve(_name, out Lwm2mPath path))
        {
            return Fail(PayloadFault.Malformed);
        }

        _record.Path = path;
        return true;
    }
}
