using System.Text.Unicode;
using Ipso.Buffers;
using Ipso.Cbor;
using Ipso.SenML;
using Field = Ipso.SenML.SenMLField;

namespace Ipso.Lwm2m.Codecs;

// SenML CBOR (RFC 8428, 6): an array of maps, both of definite or indefinite length, labels in any order.
internal ref partial struct RecordReader
{
    // The head of a map of two, and label 0.
    private const ushort CborMapOf2 = 0x00A2;

    // The head of a map of three, and label -2.
    private const ushort CborFirstMap = 0x21A3;

    private bool NextCbor()
    {
        // Nearly every record is {0: name, 2: number or 3: text}, in this order. What is not is read from its start in the general way.
        if (_packLeft > 0 && TryReadUsualCborRecord(_cbor.Peek64(0), 0))
        {
            _packLeft--;
            return true;
        }

        return NextCborInGeneral();
    }

    private bool BeginCbor()
    {
        _begun = true;
        _pack = _cbor.ReadHead();
        _packLeft = _pack.Argument;
        return !_cbor.Failed && _pack.Major == CborMajor.Array || Fail(PayloadFault.Malformed);
    }

    private bool NextCborInGeneral()
    {
        if (!_begun)
        {
            if (!BeginCbor())
            {
                return false;
            }

            if (_packLeft > 0 && TryReadUsualFirstCborRecord())
            {
                _packLeft--;
                return true;
            }
        }

        while (_pack.IsIndefinite ? !_cbor.TryReadBreak() : _packLeft > 0)
        {
            _packLeft -= _pack.IsIndefinite ? 0UL : 1;
            bool hasValue = ReadCborRecord();
            if (_cbor.Failed)
            {
                return Fail(PayloadFault.Malformed);
            }

            if (Fault != PayloadFault.None)
            {
                return false;
            }

            if (hasValue)
            {
                return true;
            }
        }

        return _cbor.IsAtEnd ? false : Fail(PayloadFault.Malformed);
    }

    private bool ReadCborRecord()
    {
        BeginSenMLRecord();
        CborHead map = _cbor.ReadHead();
        if (map.Major != CborMajor.Map)
        {
            return Fail(PayloadFault.Malformed);
        }

        for (ulong left = map.Argument; map.IsIndefinite ? !_cbor.TryReadBreak() : left > 0; left--)
        {
            ReadCborLabelAndField();
            if (_cbor.Failed || Fault != PayloadFault.None)
            {
                return Fail(PayloadFault.Malformed);
            }
        }

        return EndSenMLRecord();
    }

    // a3 21 6n <base name> 00 6n <name> 02 <number>: as the record of two fields, but for what is in front.
    private bool TryReadUsualFirstCborRecord()
    {
        uint start = (uint)_cbor.Peek64(0);
        int baseLength = (int)(start >> 16 & 0xFF) - 0x60;
        if ((ushort)start != CborFirstMap || (uint)baseLength > 23 || baseLength + 3 > _payload.Length - _cbor.Position)
        {
            return false;
        }

        if (!TryReadUsualBaseName(_cbor.Position + 3, baseLength))
        {
            return false;
        }

        // The base name's last byte stands where the map's head would.
        int offset = baseLength + 2;
        return TryReadUsualCborRecord(_cbor.Peek64(offset) & ~0xFFUL | CborMapOf2, offset);
    }

    // Takes the record, or nothing at all. The start is that of the record: a2 00 6n <name>.
    private bool TryReadUsualCborRecord(ulong start, int offset)
    {
        int nameLength = (int)(start >> 16 & 0xFF) - 0x60;
        if ((ushort)start != CborMapOf2 || (uint)nameLength > ShortName.MaxLength || !_hasInstanceBase
            || _payload.Length < PayloadWindow.MinLength)
        {
            return false;
        }

        long ids = ShortName.Read(_cbor.Peek64(offset + 3), nameLength);
        int end = ids < 0 ? 0 : UsualSenMLCbor.LookAtField(_payload, new(_payload), _cbor.Position + offset + 3 + nameLength, ref _record);
        if (end == 0 || !_cbor.TryMoveTo(end))
        {
            return false;
        }

        _record.Path = new(_instanceBase | (ulong)ids);
        return true;
    }

    private void ReadCborLabelAndField()
    {
        CborHead label = _cbor.ReadHead();
        if (label.Major == CborMajor.Text)
        {
            ReadCborNamedField(_cbor.ReadString(label));
        }
        else if (label.Major is CborMajor.Unsigned or CborMajor.Negative)
        {
            ReadCborField(label);
        }
        else
        {
            _cbor.Fail();
        }
    }

    private void ReadCborNamedField(ReadOnlySpan<byte> label)
    {
        if (SenMLLabels.IsObjectLink(label))
        {
            if (Note(Field.ObjectLinkValue))
            {
                ReadCborString(CborMajor.Text, ValueKind.LinkText, ValueKind.LinkTextChunks);
            }

            return;
        }

        if (!Utf8.IsValid(label))
        {
            _cbor.Fail();
        }

        CheckUnknownLabel(label);
        _cbor.Skip();
    }

    private void ReadCborField(CborHead label)
    {
        Field field = SenMLLabels.OfNumber(label.Major == CborMajor.Negative, label.Argument);
        if (field == Field.None)
        {
            _cbor.Skip();
            return;
        }

        if (!Note(field))
        {
            return;
        }

        switch (field)
        {
            case Field.BaseName:
                SetBaseName(ReadCborText());
                break;
            case Field.Name:
                _name = ReadCborText();
                break;
            case Field.Unit or Field.BaseUnit:
                ReadCborText();
                break;
            case Field.Value:
                ReadCborNumber(_cbor.ReadHead());
                break;
            case Field.StringValue:
                ReadCborString(CborMajor.Text, ValueKind.Text, ValueKind.TextChunks);
                break;
            case Field.DataValue:
                ReadCborString(CborMajor.Bytes, ValueKind.Bytes, ValueKind.CborByteChunks);
                break;
            case Field.BooleanValue:
                CborHead boolean = _cbor.ReadHead();
                if (!boolean.IsBoolean)
                {
                    _cbor.Fail();
                }

                _record.SetBoolean(boolean.Argument == 21);
                break;
            default:
                ReadCborAside(field);
                break;
        }
    }

    // Times, sums, versions: numbers beside the value, which stays as it is.
    private void ReadCborAside(Field field)
    {
        ValueKind kind = _record.Kind;
        ulong bits = _record.Bits;
        ReadCborNumber(_cbor.ReadHead());
        if (_record.IsRemoval)
        {
            // Null stands for a value alone.
            _cbor.Fail();
        }

        if (field == Field.BaseVersion)
        {
            CheckVersion(Value.NumberAsDouble());
        }

        _record.Kind = kind;
        _record.Bits = bits;
    }

    private void ReadCborNumber(CborHead head)
    {
        if (!SenMLCborNumber.TryRead(ref _cbor, head, out SenMLNumber number))
        {
            ReadCborNoNumber(head);
            return;
        }

        // The kinds of numbers stand in the same order in both.
        _record.Kind = ValueKind.Integer + (byte)number.Kind;
        _record.Bits = number.Bits;
    }

    private SenMLText ReadCborText()
    {
        CborHead head = _cbor.ReadHead();
        if (head.Major != CborMajor.Text)
        {
            _cbor.Fail();
        }

        ReadOnlySpan<byte> text = ReadCborString(head, out bool areChunks);
        if (areChunks ? !CborChunks.AreText(text) : !Utf8.IsValid(text))
        {
            _cbor.Fail();
        }

        return new(text, areChunks ? SenMLTextForm.Chunks : SenMLTextForm.Plain);
    }

    private void ReadCborString(CborMajor major, ValueKind kind, ValueKind kindOfChunks)
    {
        CborHead head = _cbor.ReadHead();
        if (head.Major != major)
        {
            _cbor.Fail();
        }

        ReadCborString(head, kind, kindOfChunks);
    }
}
