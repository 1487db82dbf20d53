using Ipso.Buffers;
using Ipso.Json;
using Ipso.SenML;
using Field = Ipso.SenML.SenMLField;

namespace Ipso.Lwm2m.Codecs;

// OMA JSON (LwM2M TS 1.0, 6.4.4): {"bn":"/3/0/","e":[{"n":"0","sv":"..."},...]}, members in any order, strict JSON.
internal ref partial struct RecordReader
{
    private enum BaseNamePlace : byte
    {
        /// <summary>There is none: names start at the request's path.</summary>
        Nowhere,
        BeforeEntries,
        BehindEntries,
    }

    private bool NextOmaJson()
    {
        if (!_begun)
        {
            _begun = true;
            // Also in what is skipped (RFC 8259, 8.1).
            if (!Utf8Text.IsValid(_payload) || !BeginOmaJson())
            {
                return Fail(PayloadFault.Malformed);
            }

            if (_json.TryTake((byte)']'))
            {
                return EndOmaJson();
            }
        }
        else if (_json.TryTake((byte)']'))
        {
            return EndOmaJson();
        }
        else
        {
            _json.Expect((byte)',');
        }

        ReadOmaJsonRecord();
        return !_json.Failed && Fault == PayloadFault.None && EndOmaJsonRecord() || Fail(PayloadFault.Malformed);
    }

    // Up to the first entry.
    private bool BeginOmaJson()
    {
        _json.Expect((byte)'{');
        do
        {
            switch (ReadOmaJsonLabel())
            {
                case OmaJsonField.BaseName when _baseNamePlace == BaseNamePlace.Nowhere:
                    _baseNamePlace = BaseNamePlace.BeforeEntries;
                    ReadOmaJsonBaseName();
                    break;
                case OmaJsonField.BaseName:
                    return false;
                case OmaJsonField.BaseTime:
                    _baseTime = _json.ReadNumber().ToDouble();
                    _hasBaseTime = true;
                    break;
                case OmaJsonField.Entries:
                    if (_baseNamePlace == BaseNamePlace.Nowhere)
                    {
                        FindBaseNameBehindEntries();
                    }

                    if (_baseNamePlace == BaseNamePlace.Nowhere)
                    {
                        UseRequestAsBaseName();
                    }

                    _json.Expect((byte)'[');
                    return !_json.Failed;
                default:
                    _json.Skip();
                    break;
            }
        }
        while (_json.TryTake((byte)','));
        return false;
    }

    // The members of an object have no order, and the names in the entries mean nothing without it.
    private void FindBaseNameBehindEntries()
    {
        JsonReader entries = _json;
        _json.Skip();
        while (_json.TryTake((byte)','))
        {
            if (ReadOmaJsonLabel() != OmaJsonField.BaseName)
            {
                _json.Skip();
                continue;
            }

            _baseNamePlace = BaseNamePlace.BehindEntries;
            ReadOmaJsonBaseName();
            break;
        }

        if (!_json.Failed)
        {
            _json = entries;
        }
    }

    private void ReadOmaJsonBaseName() => SetBaseName(ReadJsonText());

    private void UseRequestAsBaseName()
    {
        Span<byte> path = stackalloc byte[Lwm2mPath.MaxTextLength + 1];
        _request.TryFormat(path, out int length);
        if (length > 1)
        {
            path[length++] = (byte)'/';
        }

        _baseName.Feed(path[..length]);
    }

    // From behind the last entry.
    private bool EndOmaJson()
    {
        while (_json.TryTake((byte)','))
        {
            switch (ReadOmaJsonLabel())
            {
                case OmaJsonField.BaseName when _baseNamePlace == BaseNamePlace.BehindEntries:
                    _baseNamePlace = BaseNamePlace.BeforeEntries;
                    _json.ReadString(out _);
                    break;
                case OmaJsonField.BaseName or OmaJsonField.Entries:
                    return Fail(PayloadFault.Malformed);
                case OmaJsonField.BaseTime:
                    LateBaseTime = _json.ReadNumber().ToDouble();
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        _json.Expect((byte)'}');
        return _json.IsAtEnd && !_json.Failed ? false : Fail(PayloadFault.Malformed);
    }

    private void ReadOmaJsonRecord()
    {
        _fields = Field.None;
        _name = default;
        Time = _baseTime;
        if (TryReadUsualOmaJsonFields())
        {
            while (Fault == PayloadFault.None && _json.TryTake((byte)','))
            {
                ReadOmaJsonField();
            }

            _json.Expect((byte)'}');
            return;
        }

        _json.Expect((byte)'{');
        do
        {
            ReadOmaJsonField();
        }
        while (Fault == PayloadFault.None && _json.TryTake((byte)','));
        _json.Expect((byte)'}');
    }

    // {"n":"...","v": or "sv": is how nearly every entry begins; what else there may be in it follows.
    private bool TryReadUsualOmaJsonFields()
    {
        if (!_json.TryTakeLiteral("{\"n\":\""u8))
        {
            return false;
        }

        _fields = Field.Name;
        _name = TextOf(_json.ReadStringContent(out bool nameHasEscapes), nameHasEscapes);
        if (_json.TryTakeLiteral(",\"v\":"u8))
        {
            _fields |= Field.Value;
            _record.SetNumber(_json.ReadNumber());
        }
        else if (_json.TryTakeLiteral(",\"sv\":\""u8))
        {
            _fields |= Field.StringValue;
            Bytes = _json.ReadStringContent(out bool hasEscapes);
            _record.Kind = hasEscapes ? ValueKind.EscapedOmaJsonText : ValueKind.OmaJsonText;
        }

        return true;
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

    private SenMLText ReadJsonText()
    {
        ReadOnlySpan<byte> text = _json.ReadString(out bool hasEscapes);
        return TextOf(text, hasEscapes);
    }

    private static SenMLText TextOf(ReadOnlySpan<byte> text, bool hasEscapes) =>
        new(text, hasEscapes ? SenMLTextForm.Escaped : SenMLTextForm.Plain);

    private void ReadJsonString(ValueKind kind, ValueKind kindWithEscapes)
    {
        Bytes = _json.ReadString(out bool hasEscapes);
        _record.Kind = hasEscapes ? kindWithEscapes : kind;
        if (_record.Kind == ValueKind.None)
        {
            _json.Fail();
        }
    }

    private void ReadOmaJsonField()
    {
        OmaJsonField field = ReadOmaJsonLabel();
        switch (field)
        {
            case OmaJsonField.Name when Note(Field.Name):
                _name = ReadJsonText();
                break;
            case OmaJsonField.Number when Note(Field.Value):
                _record.SetNumber(_json.ReadNumber());
                break;
            case OmaJsonField.Text when Note(Field.StringValue):
                ReadJsonString(ValueKind.OmaJsonText, ValueKind.EscapedOmaJsonText);
                break;
            case OmaJsonField.Boolean when Note(Field.BooleanValue):
                if (!_json.TryTakeBoolean(out bool isTrue))
                {
                    _json.Fail();
                }

                _record.SetBoolean(isTrue);
                break;
            case OmaJsonField.ObjectLink when Note(Field.ObjectLinkValue):
                ReadJsonString(ValueKind.LinkText, ValueKind.None);
                break;
            case OmaJsonField.Time when Note(Field.Time):
                Time = _baseTime + _json.ReadNumber().ToDouble();
                break;
            case OmaJsonField.None or OmaJsonField.BaseName or OmaJsonField.BaseTime or OmaJsonField.Entries:
                _json.Skip();
                break;
            default:
                // Noted before: a fault already.
                break;
        }
    }

    /// <summary>Judges the record: one value, and a name that makes a path of a resource or resource instance.</summary>
    private bool EndOmaJsonRecord()
    {
        Field values = _fields & Field.AnyValue;
        if (values == 0 || (values & values - 1) != 0)
        {
            return false;
        }

        Lwm2mPath path = _request;
        bool isPath = _baseNamePlace != BaseNamePlace.Nowhere ? _baseName.TryResolve(_name, out path)
            : _name.IsEmpty || NameBase().TryResolve(_name, out path);
        _record.Path = path;
        HasTime = _hasBaseTime || (_fields & Field.Time) != 0;
        return isPath;
    }

    // Without a base name a name is the whole path, or what is left of it below the request's.
    private readonly RecordName NameBase() => _name.Raw[0] == '/' ? RecordName.Empty : _baseName;
}
