using System.Text.Unicode;
using Ipso.Cbor;

namespace Ipso.SenML;

// SenML CBOR (RFC 8428, 6): an array of maps, both of definite or indefinite length, labels in any order.
public ref partial struct SenMLReader
{
    private bool BeginCborRecord()
    {
        _itemStart = _cbor.Position;
        if (!_begun)
        {
            _begun = true;
            _array = _cbor.ReadHead();
            _recordsLeft = _array.Argument;
            if (_cbor.Failed || _array.Major != CborMajor.Array)
            {
                return Fail(_cbor.Failed ? SenMLReason.Malformed : SenMLReason.ArrayExpected);
            }
        }

        if (_array.IsIndefinite ? !_cbor.TryReadBreak() : _recordsLeft-- > 0)
        {
            return true;
        }

        _itemStart = _cbor.Position;
        return End(_cbor.IsAtEnd);
    }

    private bool ReadCborRecord()
    {
        _itemStart = _cbor.Position;
        _field = SenMLField.None;
        CborHead map = _cbor.ReadHead();
        if (_cbor.Failed || map.Major != CborMajor.Map)
        {
            return Fail(_cbor.Failed ? SenMLReason.Malformed : SenMLReason.RecordExpected);
        }

        for (ulong left = map.Argument; map.IsIndefinite ? !_cbor.TryReadBreak() : left > 0; left--)
        {
            if (!ReadCborLabelAndField())
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadCborLabelAndField()
    {
        _itemStart = _cbor.Position;
        _field = SenMLField.None;
        CborHead label = _cbor.ReadHead();
        if (_cbor.Failed)
        {
            return Fail(SenMLReason.Malformed);
        }

        switch (label.Major)
        {
            case CborMajor.Text:
                return ReadCborNamedField(label);
            case CborMajor.Unsigned or CborMajor.Negative:
                SenMLField field = SenMLLabels.OfNumber(label.Major == CborMajor.Negative, label.Argument);
                return field == SenMLField.None ? SkipCborValue() : Note(field) && ReadCborField(field);
            default:
                return Fail(SenMLReason.LabelExpected);
        }
    }

    private bool ReadCborNamedField(CborHead head)
    {
        ReadOnlySpan<byte> label = _cbor.ReadString(head, out bool areChunks);
        if (_cbor.Failed)
        {
            return Fail(SenMLReason.Malformed);
        }

        if (!areChunks)
        {
            return ReadCborNamedField(label);
        }

        // Nobody cuts a label, and yet "v" and "lo" are "vlo".
        Span<byte> joined = stackalloc byte[SenMLLabels.MaxSpeltLength];
        if (label.Length > joined.Length)
        {
            return Fail(SenMLReason.UnknownMandatoryLabel);
        }

        return CborChunks.TryJoinText(label, joined, out int length)
            ? ReadCborNamedField(joined[..length])
            : Fail(SenMLReason.InvalidText);
    }

    private bool ReadCborNamedField(scoped ReadOnlySpan<byte> label)
    {
        if (SenMLLabels.IsObjectLink(label))
        {
            return Note(SenMLField.ObjectLinkValue) && ReadCborField(SenMLField.ObjectLinkValue);
        }

        return !Utf8.IsValid(label) ? Fail(SenMLReason.InvalidText)
            : SenMLLabels.MustBeUnderstood(label) ? Fail(SenMLReason.UnknownMandatoryLabel)
            : SkipCborValue();
    }

    private bool SkipCborValue()
    {
        _itemStart = _cbor.Position;
        _cbor.Skip();
        return !_cbor.Failed || Fail(SenMLReason.Malformed);
    }

    private bool ReadCborField(SenMLField field)
    {
        if (_packKind == SenMLPackKind.Fetch && (field & SenMLField.AnyValue) != 0)
        {
            return SkipCborValue();
        }

        _itemStart = _cbor.Position;
        CborHead head = _cbor.ReadHead();
        if (_cbor.Failed)
        {
            return Fail(SenMLReason.Malformed);
        }

        switch (field)
        {
            case SenMLField.BaseName or SenMLField.Name or SenMLField.BaseUnit or SenMLField.Unit
                or SenMLField.StringValue or SenMLField.ObjectLinkValue:
                return head.Major == CborMajor.Text ? ReadCborText(field, head) : Fail(SenMLReason.TextExpected);
            case SenMLField.DataValue:
                return head.Major == CborMajor.Bytes ? ReadCborText(field, head) : Fail(SenMLReason.DataExpected);
            case SenMLField.BooleanValue:
                TakeBoolean(head.Argument == 21);
                return head.IsBoolean || Fail(SenMLReason.BooleanExpected);
            case SenMLField.Value when _packKind == SenMLPackKind.Patch && head.IsNull:
                _kind = SenMLValueKind.Removal;
                return true;
            default:
                return ReadCborNumber(field, head);
        }
    }

    private bool ReadCborText(SenMLField field, CborHead head)
    {
        if (head.IsIndefinite)
        {
            return ReadCborChunks(field, head.Major);
        }

        ReadOnlySpan<byte> text = _cbor.ReadString(head);
        if (_cbor.Failed)
        {
            return Fail(SenMLReason.Malformed);
        }

        return IsValidCborText(head.Major, text) ? TakeText(field, new(text, SenMLTextForm.Plain)) : Fail(SenMLReason.InvalidText);
    }

    // They stay where they are; a single one is as good as a string of definite length. Each is UTF-8 by itself (RFC 8949, 3.2.3).
    private bool ReadCborChunks(SenMLField field, CborMajor major)
    {
        int start = _cbor.Position;
        ReadOnlySpan<byte> chunk = default;
        int chunks = 0;
        for (; !_cbor.TryReadBreak(); chunks++)
        {
            CborHead head = _cbor.ReadHead();
            if (_cbor.Failed || head.Major != major || head.IsIndefinite)
            {
                return Fail(SenMLReason.Malformed);
            }

            chunk = _cbor.ReadString(head);
            if (_cbor.Failed)
            {
                return Fail(SenMLReason.Malformed);
            }

            if (!IsValidCborText(major, chunk))
            {
                return Fail(SenMLReason.InvalidText);
            }
        }

        return TakeText(field, chunks > 1
            ? new(_pack[start..(_cbor.Position - 1)], SenMLTextForm.Chunks)
            : new(chunk, SenMLTextForm.Plain));
    }

    private static bool IsValidCborText(CborMajor major, ReadOnlySpan<byte> text) => major != CborMajor.Text || Utf8.IsValid(text);

    private bool ReadCborNumber(SenMLField field, CborHead head)
    {
        if (SenMLCborNumber.TryRead(ref _cbor, head, out SenMLNumber number))
        {
            return TakeNumber(field, number);
        }

        return Fail(_cbor.Failed ? SenMLReason.Malformed : SenMLReason.NumberExpected);
    }
}
