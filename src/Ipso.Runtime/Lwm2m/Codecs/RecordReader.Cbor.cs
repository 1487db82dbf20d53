using System.Text.Unicode;
using Ipso.Cbor;
using Ipso.SenML;
using Field = Ipso.SenML.SenMLField;

namespace Ipso.Lwm2m.Codecs;

// SenML CBOR (RFC 8428, 6): an array of maps, both of definite or indefinite length, labels in any order.
internal ref partial struct RecordReader
{
    private bool NextCbor()
    {
        if (!_begun)
        {
            _pack = _cbor.ReadHead();
            _packLeft = _pack.Argument;
            if (_cbor.Failed || _pack.Major != CborMajor.Array)
            {
                return Fail(PayloadFault.Malformed);
            }
        }

        while (_pack.IsIndefinite ? !_cbor.TryReadBreak() : _packLeft-- > 0)
        {
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

        _packLeft = 0;
        return _cbor.IsAtEnd ? false : Fail(PayloadFault.Malformed);
    }

    private bool ReadCborRecord()
    {
        BeginSenMLRecord();
        if (TryReadUsualCborRecord())
        {
            return _cbor.Failed || Fault != PayloadFault.None ? Fail(PayloadFault.Malformed) : EndSenMLRecord();
        }

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

    // {0: name, 2: number or 3: text}, in this order and with heads of one byte, is what nearly every record is.
    private bool TryReadUsualCborRecord()
    {
        if (!_cbor.TryTake([0xA2, 0x00]))
        {
            return false;
        }

        _fields = Field.Name;
        _name = ReadCborText();
        if (_cbor.TryTake([0x02]))
        {
            _fields |= Field.Value;
            ReadCborNumber(_cbor.ReadHead());
        }
        else if (_cbor.TryTake([0x03]))
        {
            _fields |= Field.StringValue;
            ReadCborString(CborMajor.Text, ValueKind.Text);
        }
        else
        {
            ReadCborLabelAndField();
        }

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
                ReadCborString(CborMajor.Text, ValueKind.LinkText);
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
                SetBaseName(ReadCborText(), hasEscapes: false);
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
                ReadCborString(CborMajor.Text, ValueKind.Text);
                break;
            case Field.DataValue:
                ReadCborString(CborMajor.Bytes, ValueKind.Bytes);
                break;
            case Field.BooleanValue:
                CborHead boolean = _cbor.ReadHead();
                if (!boolean.IsBoolean)
                {
                    _cbor.Fail();
                }

                SetBoolean(boolean.Argument == 21);
                break;
            default:
                ReadCborAside(field);
                break;
        }
    }

    // Times, sums, versions: numbers beside the value, which stays as it is.
    private void ReadCborAside(Field field)
    {
        ValueKind kind = _kind;
        ulong bits = _bits;
        ReadCborNumber(_cbor.ReadHead());
        if (IsRemoval)
        {
            // Null stands for a value alone.
            _cbor.Fail();
        }

        if (field == Field.BaseVersion)
        {
            CheckVersion(NumberAsDouble());
        }

        _kind = kind;
        _bits = bits;
    }

    private void ReadCborNumber(CborHead head)
    {
        if (!SenMLCborNumber.TryRead(ref _cbor, head, out SenMLNumber number))
        {
            ReadCborNoNumber(head);
            return;
        }

        _kind = KindOf(number.Kind);
        _bits = number.Bits;
    }

    private ReadOnlySpan<byte> ReadCborText()
    {
        CborHead head = _cbor.ReadHead();
        if (head.Major != CborMajor.Text)
        {
            _cbor.Fail();
        }

        ReadOnlySpan<byte> text = _cbor.ReadString(head);
        if (!Utf8.IsValid(text))
        {
            _cbor.Fail();
        }

        return text;
    }

    private void ReadCborString(CborMajor major, ValueKind kind)
    {
        CborHead head = _cbor.ReadHead();
        if (head.Major != major)
        {
            _cbor.Fail();
        }

        _kind = kind;
        _bytes = _cbor.ReadString(head);
    }
}
