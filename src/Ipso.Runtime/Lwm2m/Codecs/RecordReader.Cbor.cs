using System.Text.Unicode;
using Ipso.Cbor;
using Ipso.SenML;
using Field = Ipso.SenML.SenMLField;

namespace Ipso.Lwm2m.Codecs;

// SenML CBOR (RFC 8428, 6): an array of maps, both of definite or indefinite length, labels in any order.
internal ref partial struct RecordReader
{
    private bool BeginCbor()
    {
        _begun = true;
        _pack = _cbor.ReadHead();
        _packLeft = _pack.Argument;
        return !_cbor.Failed && _pack.Major == CborMajor.Array || Fail(PayloadFault.Malformed);
    }

    private bool NextCbor()
    {
        if (!_begun)
        {
            if (!BeginCbor())
            {
                return false;
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

    private void ReadCborLabelAndField()
    {
        CborHead label = _cbor.ReadHead();
        if (label.Major == CborMajor.Text)
        {
            ReadCborNamedField(label);
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

    private void ReadCborNamedField(CborHead head)
    {
        ReadOnlySpan<byte> label = _cbor.ReadString(head, out bool areChunks);
        if (!areChunks)
        {
            ReadCborNamedField(label);
        }
        else if (label.Length > SenMLLabels.MaxSpeltLength)
        {
            Fail(PayloadFault.NotUnderstood);
        }
        else
        {
            ReadCborFieldOfLabelInChunks(label);
        }
    }

    // Nobody cuts a label, and yet "v" and "lo" are "vlo".
    private void ReadCborFieldOfLabelInChunks(ReadOnlySpan<byte> chunks)
    {
        Span<byte> label = stackalloc byte[SenMLLabels.MaxSpeltLength];
        if (CborChunks.TryJoinText(chunks, label, out int length))
        {
            ReadCborNamedField(label[..length]);
        }
        else
        {
            _cbor.Fail();
        }
    }

    private void ReadCborNamedField(scoped ReadOnlySpan<byte> label)
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

        NoteTime(field, Value.NumberAsDouble());

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

        _record.Kind = number.Kind switch
        {
            SenMLNumberKind.Integer => ValueKind.Integer,
            SenMLNumberKind.Unsigned => ValueKind.Unsigned,
            _ => ValueKind.Float,
        };
        _record.Bits = number.Bits;
    }

    private SenMLText ReadCborText()
    {
        CborHead head = _cbor.ReadHead();
        if (head.Major != CborMajor.Text)
        {
            _cbor.Fail();
        }

        ReadOnlySpan<byte> text = _cbor.ReadString(head, out bool areChunks);
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
