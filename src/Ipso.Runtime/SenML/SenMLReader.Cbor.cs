using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.SenML;

// SenML CBOR (RFC 8428, 6): an array of maps, both of definite or indefinite length, labels in any order.
public ref partial struct SenMLReader
{
    /// <summary>Reads the next record.</summary>
    /// <returns>Whether there is one; where not, <see cref="Fault"/> says whether the pack is over or wrong.</returns>
    internal bool NextCborRecord() => !_ended && TryBeginCborRecord() && ReadCborRecord();

    private bool TryBeginCborRecord()
    {
        BeginCborItem();
        if (!_begun)
        {
            _begun = true;
            _array = _cbor.ReadHead();
            _recordsLeft = _array.Argument;
            if (_cbor.Failed || _array.Major != CborMajor.Array)
            {
                return FailCbor(SenMLReason.ArrayExpected);
            }
        }

        if (_array.IsIndefinite ? !_cbor.TryReadBreak() : _recordsLeft-- > 0)
        {
            return true;
        }

        BeginCborItem();
        return End(_cbor.IsAtEnd);
    }

    private bool ReadCborRecord()
    {
        BeginRecord();
        BeginCborItem();
        CborHead map = _cbor.ReadHead();
        if (_cbor.Failed || map.Major != CborMajor.Map)
        {
            return FailCbor(SenMLReason.RecordExpected);
        }

        for (ulong left = map.Argument; map.IsIndefinite ? !_cbor.TryReadBreak() : left > 0; left--)
        {
            if (!ReadCborField())
            {
                return false;
            }
        }

        return true;
    }

    private bool ReadCborField()
    {
        BeginCborItem();
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
                return (field == SenMLField.None || Note(field)) && ReadCborValue(field);
            default:
                return Fail(SenMLReason.LabelExpected);
        }
    }

    private bool ReadCborNamedField(CborHead head)
    {
        ReadOnlySpan<byte> label = _cbor.ReadString(head, out bool areChunks);
        return _cbor.Failed
            ? Fail(SenMLReason.Malformed)
            : TryTakeLabel(label, areChunks ? SenMLTextForm.Chunks : SenMLTextForm.Plain, out SenMLField field) && ReadCborValue(field);
    }

    private bool ReadCborValue(SenMLField field)
    {
        _itemStart = _cbor.Position;
        CborHead head = _cbor.ReadHead();
        if (IsPassedOver(field))
        {
            _cbor.SkipContent(head);
            return !_cbor.Failed || Fail(SenMLReason.Malformed);
        }

        if ((field & (SenMLField.AnyText | SenMLField.DataValue)) != 0)
        {
            bool isData = field == SenMLField.DataValue;
            return head.Major == (isData ? CborMajor.Bytes : CborMajor.Text)
                ? ReadCborText(field, head)
                : FailCbor(isData ? SenMLReason.DataExpected : SenMLReason.TextExpected);
        }

        switch (field)
        {
            case SenMLField.BooleanValue:
                TakeBoolean(head.Argument == 21);
                return head.IsBoolean || FailCbor(SenMLReason.BooleanExpected);
            case SenMLField.Value when _packKind == SenMLPackKind.Patch && head.IsNull:
                _kind = SenMLValueKind.Removal;
                return true;
            default:
                return SenMLCborNumber.TryRead(ref _cbor, head, out Number number) && !_cbor.Failed
                    ? TakeNumber(field, number)
                    : FailCbor(SenMLReason.NumberExpected);
        }
    }

    // Several chunks stay where they are; a single one is as good as a string of definite length.
    private bool ReadCborText(SenMLField field, CborHead head)
    {
        ReadOnlySpan<byte> text = _cbor.ReadString(head, out bool areChunks);
        if (_cbor.Failed)
        {
            return Fail(SenMLReason.Malformed);
        }

        SenMLTextForm form = areChunks ? SenMLTextForm.Chunks : SenMLTextForm.Plain;
        return (field & SenMLField.AnyValue) == 0 && !IsUtf8(text, form)
            ? Fail(SenMLReason.InvalidText)
            : TakeText(field, text, form);
    }

    // What is no field's value: a record, a label, or what is around them.
    private void BeginCborItem()
    {
        _field = SenMLField.None;
        _itemStart = _cbor.Position;
    }

    private static bool IsUtf8(ReadOnlySpan<byte> text, SenMLTextForm form) =>
        form == SenMLTextForm.Chunks ? CborChunks.AreText(text) : Utf8Text.IsValid(text);

    // Bytes that are no CBOR are nothing else that they could have been.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailCbor(SenMLReason otherwise) => Fail(_cbor.Failed ? SenMLReason.Malformed : otherwise);
}
