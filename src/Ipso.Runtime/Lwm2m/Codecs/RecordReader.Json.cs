using System.Text.Unicode;
using Ipso.Json;
using Ipso.SenML;
using Field = Ipso.SenML.SenMLField;

namespace Ipso.Lwm2m.Codecs;

// SenML JSON (RFC 8428, 5): an array of objects, labels in any order, strict JSON.
internal ref partial struct RecordReader
{
    private const int MaxEscapedLabel = 256;

    // What the usual record has around its name and its value, the first character in the lowest bits.
    private const ulong UsualJsonBaseStart = 0x223A_226E_6222_7B5B; // [{"bn":"
    private const ulong UsualJsonNameStart = 0x22_3A22_6E22_2C22; // ","n":"
    private const ulong UsualJsonStart = 0x22_3A22_6E22_7B2C; // ,{"n":"
    private const ulong UsualJsonNumberStart = 0x3A22_7622_2C22; // ","v":
    private const ulong UsualJsonStringStart = 0x223A_2273_7622_2C22; // ","vs":"

    private bool NextJson()
    {
        // Nearly every record is ,{"n":"5700","v":21.5}, in this order. What is not is read from its start in the general way.
        ulong start = _json.Peek64(0);
        return _begun && (start & 0xFF_FFFF_FFFF_FFFF) == UsualJsonStart && TryReadUsualJsonRecord(7) || NextJsonInGeneral();
    }

    private bool BeginJson()
    {
        _begun = true;
        // Also in what is skipped (RFC 8259, 8.1).
        return Utf8.IsValid(_payload) || Fail(PayloadFault.Malformed);
    }

    private bool NextJsonInGeneral()
    {
        if (_json.Position == 0)
        {
            if (!_begun && !BeginJson())
            {
                return false;
            }

            if (TryReadUsualFirstJsonRecord())
            {
                return true;
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

    // [{"bn":"/3/0/","n":"0", and so on.
    private bool TryReadUsualFirstJsonRecord()
    {
        int nameOffset = LookAtUsualJsonBaseName();
        return nameOffset > 0 && TryReadUsualJsonRecord(nameOffset);
    }

    // Where the name begins; 0 where the pack does not begin with a base name and a name.
    private int LookAtUsualJsonBaseName()
    {
        if (_json.Peek64(0) != UsualJsonBaseStart)
        {
            return 0;
        }

        // As long as a path is, and at most two windows for nearly all.
        int length = 0;
        int windowed;
        do
        {
            windowed = ShortName.IndexOf(_json.Peek64(8 + length), (byte)'"');
            length += windowed;
        }
        while (windowed == 8 && length < Lwm2mPath.MaxTextLength);

        if (windowed == 8 || length > _payload.Length - 8)
        {
            return 0;
        }

        SetBaseName(_payload.Slice(8, length), hasEscapes: false);
        return (_json.Peek64(8 + length) & 0xFF_FFFF_FFFF_FFFF) == UsualJsonNameStart ? 8 + length + 7 : 0;
    }

    // From behind the name's first quotation mark on: takes the record with its closing brace, or nothing at all.
    private bool TryReadUsualJsonRecord(int offset)
    {
        ulong name = _json.Peek64(offset);
        int nameLength = ShortName.IndexOf(name, (byte)'"');
        long ids = ShortName.Read(name, nameLength);
        if (!_hasInstanceBase || ids < 0)
        {
            return false;
        }

        return TryTakeUsualJsonValue(offset + nameLength, (ulong)ids);
    }

    // From the name's last quotation mark on.
    private bool TryTakeUsualJsonValue(int offset, ulong ids)
    {
        ulong label = _json.Peek64(offset);
        if ((label & 0xFFFF_FFFF_FFFF) == UsualJsonNumberStart)
        {
            offset += 6;
            if (!_json.TryLookAtNumber(ref offset, out JsonNumber number))
            {
                return false;
            }

            SetNumber(number);
        }
        else if (label == UsualJsonStringStart)
        {
            int start = _json.Position + offset + 8;
            int length = _json.LookAtPlainText(offset + 8);
            offset += 8 + length + 1;
            if (length < 0)
            {
                return false;
            }

            _kind = ValueKind.Text;
            _bytesStart = start;
            _bytesLength = length;
        }
        else
        {
            return false;
        }

        if ((byte)_json.Peek64(offset) != '}')
        {
            return false;
        }

        _json.Advance(offset + 1);
        Path = new(_instanceBase | ids);
        return true;
    }

    private void ReadJsonValue()
    {
        if (_isPatch)
        {
            ReadJsonPatchValue();
        }
        else
        {
            SetNumber(_json.ReadNumber());
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
        Span<byte> label = stackalloc byte[MaxEscapedLabel];
        if (escaped.Length > MaxEscapedLabel)
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
                SetBaseName(_json.ReadString(out bool hasEscapes), hasEscapes);
                break;
            case Field.Name:
                _name = _json.ReadString(out _nameHasEscapes);
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

                SetBoolean(isTrue);
                break;
            case Field.BaseVersion:
                CheckVersion(_json.ReadNumber().ToDouble());
                break;
            default:
                _json.ReadNumber();
                break;
        }
    }

    private void ReadJsonString(ValueKind kind, ValueKind kindWithEscapes)
    {
        Bytes = _json.ReadString(out bool hasEscapes);
        _kind = hasEscapes ? kindWithEscapes : kind;
        if (_kind == ValueKind.None)
        {
            _json.Fail();
        }
    }

    private void SetNumber(JsonNumber number)
    {
        if (!number.IsInteger)
        {
            SetFloat(number.Float);
        }
        else if (number.IsAboveInt64)
        {
            SetUnsigned(number.Bits);
        }
        else
        {
            SetInteger((long)number.Bits);
        }
    }
}
