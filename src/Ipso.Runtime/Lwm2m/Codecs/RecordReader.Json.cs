using System.Text.Unicode;
using Ipso.Json;
using Ipso.SenML;
using Field = Ipso.SenML.SenMLField;

namespace Ipso.Lwm2m.Codecs;

// SenML JSON (RFC 8428, 5): an array of objects, labels in any order, strict JSON.
internal ref partial struct RecordReader
{
    private bool BeginJson()
    {
        _begun = true;
        // Also in what is skipped (RFC 8259, 8.1).
        return Utf8.IsValid(_payload) || Fail(PayloadFault.Malformed);
    }

    private bool NextJson()
    {
        if (_json.Position == 0)
        {
            if (!_begun && !BeginJson())
            {
                return false;
            }

            _json.Expect((byte)'[');
            if (_json.TryTake((byte)']'))
            {
                return EndJson();
            }
        }
        else if (_json.TryTake((byte)']'))
        {
            return EndJson();
        }
        else
        {
            _json.Expect((byte)',');
        }

        while (!ReadJsonRecord())
        {
            if (_json.Failed)
            {
                return Fail(PayloadFault.Malformed);
            }

            if (Fault != PayloadFault.None)
            {
                return false;
            }

            if (_json.TryTake((byte)']'))
            {
                return EndJson();
            }

            _json.Expect((byte)',');
        }

        return true;
    }

    private bool EndJson() => _json.IsAtEnd && !_json.Failed ? false : Fail(PayloadFault.Malformed);

    private bool ReadJsonRecord()
    {
        BeginSenMLRecord();
        if (TryReadFirstJsonField())
        {
            while (Fault == PayloadFault.None && _json.TryTake((byte)','))
            {
                ReadJsonField();
            }

            _json.Expect((byte)'}');
        }

        if (_json.Failed)
        {
            return Fail(PayloadFault.Malformed);
        }

        return Fault == PayloadFault.None && EndSenMLRecord();
    }

    private void ReadJsonValue()
    {
        if (_isPatch)
        {
            ReadJsonPatchValue();
        }
        else
        {
            _record.SetNumber(_json.ReadNumber());
        }
    }

    private bool TryReadFirstJsonField()
    {
        _json.Expect((byte)'{');
        if (_json.TryTake((byte)'}'))
        {
            return false;
        }

        ReadJsonField();
        return true;
    }

    private void ReadJsonField()
    {
        ReadOnlySpan<byte> label = _json.ReadString(out bool hasEscapes);
        _json.Expect((byte)':');
        if (_json.Failed)
        {
            Fail(PayloadFault.Malformed);
        }
        else if (hasEscapes)
        {
            ReadJsonFieldOfEscapedLabel(label);
        }
        else
        {
            ReadJsonField(label);
        }
    }

    // Nobody escapes a label, and yet "\u006e" is "n".
    private void ReadJsonFieldOfEscapedLabel(ReadOnlySpan<byte> escaped)
    {
        Span<byte> label = stackalloc byte[SenMLLabels.MaxSpeltLength];
        if (escaped.Length > SenMLLabels.MaxSpeltLength)
        {
            Fail(PayloadFault.NotUnderstood);
        }
        else if (JsonText.TryUnescape(escaped, label, out int length))
        {
            ReadJsonField(label[..length]);
        }
        else
        {
            _json.Fail();
        }
    }

    private void ReadJsonField(scoped ReadOnlySpan<byte> label)
    {
        Field field = SenMLLabels.OfText(label);
        if (field == Field.None)
        {
            CheckUnknownLabel(label);
            _json.Skip();
            return;
        }

        if (!Note(field))
        {
            return;
        }

        switch (field)
        {
            case Field.BaseName:
                SetBaseName(ReadJsonText());
                break;
            case Field.Name:
                _name = ReadJsonText();
                break;
            case Field.Unit or Field.BaseUnit:
                _json.ReadString(out _);
                break;
            case Field.Value:
                ReadJsonValue();
                break;
            case Field.StringValue:
                ReadJsonString(ValueKind.Text, ValueKind.EscapedText);
                break;
            case Field.DataValue:
                ReadJsonString(ValueKind.Base64Url, ValueKind.None);
                break;
            case Field.ObjectLinkValue:
                ReadJsonString(ValueKind.LinkText, ValueKind.None);
                break;
            case Field.BooleanValue:
                bool isTrue = _json.TryTakeLiteral("true"u8);
                if (!isTrue && !_json.TryTakeLiteral("false"u8))
                {
                    _json.Fail();
                }

                _record.SetBoolean(isTrue);
                break;
            case Field.BaseVersion:
                CheckVersion(_json.ReadNumber().ToDouble());
                break;
            default:
                NoteTime(field, _json.ReadNumber().ToDouble());
                break;
        }
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
}
