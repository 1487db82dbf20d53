using Ipso.Buffers;
using System.Text.Unicode;
using Ipso.Json;

namespace Ipso.SenML;

// SenML JSON (RFC 8428, 5): an array of objects, labels in any order, strict JSON.
public ref partial struct SenMLReader
{
    private bool BeginJsonRecord()
    {
        MarkJsonItem();
        if (!_begun)
        {
            _begun = true;
            // Also in what is skipped (RFC 8259, 8.1).
            if (!Utf8.IsValid(_pack))
            {
                return Fail(SenMLReason.InvalidText, Utf8FaultOffset(_pack));
            }

            if (!_json.TryTake((byte)'['))
            {
                return Fail(SenMLReason.ArrayExpected);
            }

            if (_json.TryTake((byte)']'))
            {
                return EndJson();
            }
        }
        else if (_json.TryTake((byte)']'))
        {
            return EndJson();
        }
        else if (!_json.TryTake((byte)','))
        {
            _field = SenMLField.None;
            return Fail(SenMLReason.Malformed);
        }

        return true;
    }

    private bool EndJson()
    {
        MarkJsonItem();
        return End(_json.IsAtEnd);
    }

    private bool ReadJsonRecord()
    {
        MarkJsonItem();
        _field = SenMLField.None;
        if (!_json.TryTake((byte)'{'))
        {
            return Fail(SenMLReason.RecordExpected);
        }

        if (_json.TryTake((byte)'}'))
        {
            return true;
        }

        do
        {
            if (!ReadJsonField())
            {
                return false;
            }
        }
        while (_json.TryTake((byte)','));

        MarkJsonItem();
        _field = SenMLField.None;
        return _json.TryTake((byte)'}') || Fail(SenMLReason.Malformed);
    }

    private bool ReadJsonField()
    {
        MarkJsonItem();
        _field = SenMLField.None;
        if (_json.Peek() != '"')
        {
            return Fail(SenMLReason.LabelExpected);
        }

        ReadOnlySpan<byte> label = _json.ReadString(out bool hasEscapes);
        _json.Expect((byte)':');
        if (_json.Failed)
        {
            return Fail(SenMLReason.Malformed);
        }

        if (!hasEscapes)
        {
            return ReadJsonField(label);
        }

        // Nobody escapes a label, and yet "\u006e" is "n".
        Span<byte> plain = stackalloc byte[SenMLLabels.MaxSpeltLength];
        if (label.Length > SenMLLabels.MaxSpeltLength)
        {
            // Longer than any label that is known: its last character alone matters, and it may be "_".
            return Fail(SenMLReason.UnknownMandatoryLabel);
        }

        return JsonText.TryUnescape(label, plain, out int length) ? ReadJsonField(plain[..length]) : Fail(SenMLReason.InvalidText);
    }

    private bool ReadJsonField(scoped ReadOnlySpan<byte> label)
    {
        SenMLField field = SenMLLabels.OfText(label);
        if (field == SenMLField.None)
        {
            if (SenMLLabels.MustBeUnderstood(label))
            {
                return Fail(SenMLReason.UnknownMandatoryLabel);
            }

            MarkJsonItem();
            return SkipJsonValue();
        }

        if (!Note(field))
        {
            return false;
        }

        MarkJsonItem();
        return (field & SenMLField.AnyValue) == 0 ? ReadJsonAside(field)
            : _packKind == SenMLPackKind.Fetch ? SkipJsonValue()
            : ReadJsonValue(field);
    }

    private bool SkipJsonValue()
    {
        _json.Skip();
        return !_json.Failed || Fail(SenMLReason.Malformed);
    }

    private bool ReadJsonAside(SenMLField field) =>
        field is SenMLField.BaseName or SenMLField.Name or SenMLField.BaseUnit or SenMLField.Unit
            ? ReadJsonText(field)
            : ReadJsonNumber(field);

    private bool ReadJsonValue(SenMLField field)
    {
        switch (field)
        {
            case SenMLField.Value when _packKind == SenMLPackKind.Patch && _json.TryTakeLiteral("null"u8):
                _kind = SenMLValueKind.Removal;
                return true;
            case SenMLField.Value:
                return ReadJsonNumber(field);
            case SenMLField.BooleanValue:
                bool isTrue = _json.TryTakeLiteral("true"u8);
                TakeBoolean(isTrue);
                return isTrue || _json.TryTakeLiteral("false"u8) || Fail(SenMLReason.BooleanExpected);
            case SenMLField.DataValue:
                return ReadJsonData();
            default:
                return ReadJsonText(field);
        }
    }

    private bool ReadJsonNumber(SenMLField field)
    {
        if (_json.Peek() is not ('-' or (>= '0' and <= '9')))
        {
            return Fail(SenMLReason.NumberExpected);
        }

        JsonNumber number = _json.ReadNumber();
        return _json.Failed ? Fail(SenMLReason.Malformed) : TakeNumber(field, FromJson(number));
    }

    private static SenMLNumber FromJson(JsonNumber number) => new(
        number.Kind switch
        {
            JsonNumberKind.Float => SenMLNumberKind.Float,
            JsonNumberKind.Integer => SenMLNumberKind.Integer,
            _ => SenMLNumberKind.Unsigned,
        },
        number.Bits);

    private bool ReadJsonText(SenMLField field)
    {
        if (_json.Peek() != '"')
        {
            return Fail(SenMLReason.TextExpected);
        }

        ReadOnlySpan<byte> text = _json.ReadString(out bool hasEscapes);
        if (_json.Failed)
        {
            return Fail(SenMLReason.Malformed);
        }

        return hasEscapes && !JsonText.IsWellFormed(text)
            ? Fail(SenMLReason.InvalidText)
            : TakeText(field, new(text, hasEscapes ? SenMLTextForm.Escaped : SenMLTextForm.Plain));
    }

    private static readonly AsciiSet s_base64Url = new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private bool ReadJsonData()
    {
        if (_json.Peek() != '"')
        {
            return Fail(SenMLReason.DataExpected);
        }

        ReadOnlySpan<byte> text = _json.ReadString(out bool hasEscapes);
        if (_json.Failed)
        {
            return Fail(SenMLReason.Malformed);
        }

        return !hasEscapes && IsBase64Url(text)
            ? TakeText(SenMLField.DataValue, new(text, SenMLTextForm.Plain))
            : Fail(SenMLReason.DataExpected);
    }

    // The platform's own look at it passes over spaces, takes "%" for padding, and searches by sets of all kinds: 4 KB of native code.
    private static bool IsBase64Url(ReadOnlySpan<byte> text)
    {
        int length = text.Length;
        while (length > 0 && text.Length - length < 2 && text[length - 1] == '=')
        {
            length--;
        }

        // What the last character has beyond the last byte is zero.
        int spare = (length % 4) switch { 2 => 0xf, 3 => 3, _ => 0 };
        return (length == text.Length || text.Length % 4 == 0) && length % 4 != 1 && s_base64Url.CountIn(text) >= length
            && (spare == 0 || (ValueOf(text[length - 1]) & spare) == 0);
    }

    private static int ValueOf(byte c) => c switch
    {
        >= (byte)'a' => c - 'a' + 26,
        (byte)'_' => 63,
        >= (byte)'A' => c - 'A',
        (byte)'-' => 62,
        _ => c - '0' + 52,
    };

    private void MarkJsonItem()
    {
        _json.Peek();
        _itemStart = _json.Position;
    }

    private static int Utf8FaultOffset(ReadOnlySpan<byte> text)
    {
        int offset = 0;
        while (System.Text.Rune.DecodeFromUtf8(text[offset..], out _, out int used) == System.Buffers.OperationStatus.Done)
        {
            offset += used;
        }

        return offset;
    }
}
