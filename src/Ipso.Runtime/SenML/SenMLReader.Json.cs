using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.SenML;

// SenML JSON (RFC 8428, 5): an array of objects, labels in any order, strict JSON.
public ref partial struct SenMLReader
{
    /// <summary>Reads the next record.</summary>
    /// <returns>Whether there is one; where not, <see cref="Fault"/> says whether the pack is over or wrong.</returns>
    internal bool NextJsonRecord() => !_ended && TryBeginJsonRecord() && ReadJsonRecord();

    private bool TryBeginJsonRecord()
    {
        BeginJsonItem();
        bool isFirst = !_begun;
        if (isFirst && !TryBeginJsonPack())
        {
            return false;
        }

        if (_json.TryTake((byte)']'))
        {
            BeginJsonItem();
            return End(_json.IsAtEnd);
        }

        return isFirst || _json.TryTake((byte)',') || Fail(SenMLReason.Malformed);
    }

    private bool TryBeginJsonPack()
    {
        _begun = true;
        // Also in what is skipped (RFC 8259, 8.1).
        if (!Utf8Text.IsValid(_pack))
        {
            _itemStart = Utf8FaultOffset(_pack);
            return Fail(SenMLReason.InvalidText);
        }

        return _json.TryTake((byte)'[') || Fail(SenMLReason.ArrayExpected);
    }

    private bool ReadJsonRecord()
    {
        BeginRecord();
        BeginJsonItem();
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

        BeginJsonItem();
        return _json.TryTake((byte)'}') || Fail(SenMLReason.Malformed);
    }

    private bool ReadJsonField()
    {
        BeginJsonItem();
        if (!TryReadJsonString(SenMLReason.LabelExpected, out ReadOnlySpan<byte> label, out bool hasEscapes))
        {
            return false;
        }

        return !_json.TryTake((byte)':')
            ? Fail(SenMLReason.Malformed)
            : TryTakeLabel(label, hasEscapes ? SenMLTextForm.Escaped : SenMLTextForm.Plain, out SenMLField field) && ReadJsonValue(field);
    }

    private bool ReadJsonValue(SenMLField field)
    {
        MarkJsonItem();
        if (IsPassedOver(field))
        {
            _json.Skip();
            return !_json.Failed || Fail(SenMLReason.Malformed);
        }

        if ((field & (SenMLField.AnyText | SenMLField.DataValue)) != 0)
        {
            return ReadJsonText(field);
        }

        if (field == SenMLField.BooleanValue)
        {
            bool isBoolean = _json.TryTakeBoolean(out bool value);
            TakeBoolean(value);
            return isBoolean || Fail(SenMLReason.BooleanExpected);
        }

        if (field == SenMLField.Value && _packKind == SenMLPackKind.Patch && _json.TryTakeNull())
        {
            _kind = SenMLValueKind.Removal;
            return true;
        }

        return ReadJsonNumber(field);
    }

    private bool ReadJsonNumber(SenMLField field)
    {
        if (_json.Peek() is not ('-' or (>= '0' and <= '9')))
        {
            return Fail(SenMLReason.NumberExpected);
        }

        Number number = _json.ReadNumber();
        return _json.Failed ? Fail(SenMLReason.Malformed) : TakeNumber(field, number);
    }

    private bool ReadJsonText(SenMLField field)
    {
        bool isData = field == SenMLField.DataValue;
        if (!TryReadJsonString(isData ? SenMLReason.DataExpected : SenMLReason.TextExpected, out ReadOnlySpan<byte> text, out bool hasEscapes))
        {
            return false;
        }

        return isData && hasEscapes
            ? Fail(SenMLReason.DataExpected)
            : TakeText(field, text, hasEscapes ? SenMLTextForm.Escaped : SenMLTextForm.Plain);
    }

    private bool TryReadJsonString(SenMLReason otherwise, out ReadOnlySpan<byte> text, out bool hasEscapes)
    {
        if (_json.Peek() != '"')
        {
            text = default;
            hasEscapes = false;
            return Fail(otherwise);
        }

        text = _json.ReadString(out hasEscapes);
        return !_json.Failed || Fail(SenMLReason.Malformed);
    }

    // What is no field's value: a record, a label, or what is around them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginJsonItem()
    {
        _field = SenMLField.None;
        MarkJsonItem();
    }

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
