using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Cbor;
using Ipso.Json;

namespace Ipso.SenML;

/// <summary>
/// Reads the records of a SenML Pack, resolved, one after the other (RFC 8428; Fetch and Patch Packs as RFC 8790 has them). It goes over
/// hostile bytes in one pass, without throwing and without allocating; the first fault ends it and stays in <see cref="Fault"/>.
/// </summary>
/// <remarks>
/// A label in CBOR of indefinite length may have one chunk, and unknown fields may nest eight deep; what goes beyond is
/// <see cref="SenMLReason.Malformed"/>. Names may begin with a slash, as those of LwM2M do (LwM2M TS Core, 7.4.6).
/// </remarks>
public ref partial struct SenMLReader
{
    // In the order of how often they are looked at: what lies behind the first 128 bytes takes longer instructions.
    private SenMLFormat _format;
    private SenMLPackKind _packKind;
    private bool _begun;
    private bool _ended;

    // Where the item that is being read begins, and the field that it is of: for faults.
    private int _itemStart;
    private SenMLField _field;

    // The fields of the record that is being read, and the base fields so far.
    private SenMLField _fields;
    private SenMLField _bases;

    private JsonReader _json;
    private CborReader _cbor;

    // The record that is being read.
    private SenMLValueKind _kind;
    private Number _number;
    private double _time;
    private double _sum;
    private double _baseTime;
    private double _baseSum;
    private double _updateTime;
    private SenMLText _name;
    private SenMLText _value;
    private SenMLText _unit;

    // The base fields so far. The base name is at the buffer's start; the name is put behind it.
    private SenMLText _baseName;
    private SenMLText _baseUnit;
    private Number _baseValue;
    private int _baseNameLength;
    private readonly Span<byte> _names;

    // What holds names and values against RFC 8428; null where others judge them.
    private readonly Judgement? _judge;

    private ReadOnlySpan<byte> _pack;
    private CborHead _array;
    private ulong _recordsLeft;
    private int _recordNumber;

    /// <summary>Reads a pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="format">How it is written down.</param>
    /// <param name="nameBuffer">
    /// Where base name and name are put together. A base name has to fit, and a name of two parts, with escapes or in chunks; a longer one
    /// is <see cref="SenMLReason.NameTooLong"/>. Do not touch it while reading.
    /// </param>
    /// <param name="kind">What the records are for.</param>
    public SenMLReader(
        ReadOnlySpan<byte> pack, SenMLFormat format, Span<byte> nameBuffer, SenMLPackKind kind = SenMLPackKind.Values)
    {
        _names = nameBuffer;
        _judge = Judge;
        Open(pack, format, kind);
    }

    /// <summary>Begins with a pack, in place: this is a large struct to copy.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Open(ReadOnlySpan<byte> pack, SenMLFormat format, SenMLPackKind kind)
    {
        _pack = pack;
        _format = format;
        _packKind = kind;
        if (format == SenMLFormat.Json)
        {
            _json = new(pack);
        }
        else
        {
            _cbor = new(pack);
        }
    }

    /// <summary>Why reading ended early; its reason is <see cref="SenMLReason.None"/> while it has not.</summary>
    public SenMLFault Fault { get; private set; }

    /// <summary>Goes to the next record.</summary>
    /// <param name="record">The record.</param>
    /// <returns>Whether there is one; where not, <see cref="Fault"/> says whether the pack is over or wrong.</returns>
    public bool Next(out SenMLRecord record)
    {
        while (NextRaw())
        {
            if (TryResolve(out ReadOnlySpan<byte> name))
            {
                record = Resolved(name);
                return true;
            }
        }

        record = default;
        return false;
    }

    private void BeginRecord()
    {
        _recordNumber++;
        _fields = SenMLField.None;
        _name = default;
        _unit = default;
        _value = default;
        _kind = SenMLValueKind.None;
        _time = _sum = 0;
    }

    /// <summary>Ends reading with a fault at the item that is being read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Fail(SenMLReason reason)
    {
        if (Fault.Reason == SenMLReason.None)
        {
            Fault = new(reason, _itemStart, _recordNumber) { Field = _field, Format = _format };
        }

        _ended = true;
        return false;
    }

    /// <summary>The pack is over, which in a Fetch Pack it may be only after a record.</summary>
    private bool End(bool isAtEnd)
    {
        _ended = true;
        _field = SenMLField.None;
        if (!isAtEnd)
        {
            _recordNumber = 0;
            return Fail(SenMLReason.TrailingBytes);
        }

        if (_packKind == SenMLPackKind.Fetch && _recordNumber == 0)
        {
            _itemStart = 0;
            Fail(SenMLReason.NoRecords);
        }

        return false;
    }

    /// <summary>The field of a label that is a text, as all are in JSON and in CBOR those that have no number.</summary>
    /// <returns>Whether the field may stand there; one that is not known may, unless it has to be.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeLabel(scoped ReadOnlySpan<byte> label, SenMLTextForm form, out SenMLField field)
    {
        if (form != SenMLTextForm.Plain)
        {
            return TryTakeSpeltLabel(label, form, out field);
        }

        // In CBOR an object link alone keeps its name (LwM2M TS Core, 7.4.6).
        field = SenMLLabels.OfText(label) & (_format == SenMLFormat.Json ? ~SenMLField.None : SenMLField.ObjectLinkValue);
        return field != SenMLField.None ? Note(field)
            : !Utf8Text.IsValid(label) ? Fail(SenMLReason.InvalidText)
            : !SenMLLabels.MustBeUnderstood(label) || Fail(SenMLReason.UnknownMandatoryLabel);
    }

    // Nobody escapes a label or cuts it, and yet "\u006e" is "n", and "v" and "lo" are "vlo".
    [SkipLocalsInit]
    private bool TryTakeSpeltLabel(scoped ReadOnlySpan<byte> spelt, SenMLTextForm form, out SenMLField field)
    {
        field = SenMLField.None;
        Span<byte> label = stackalloc byte[SenMLLabels.MaxSpeltLength];
        int length = 0;
        bool isShort = spelt.Length <= label.Length;
        bool isText = isShort && (form == SenMLTextForm.Chunks
            ? CborChunks.TryJoinText(spelt, label, out length)
            : JsonText.TryUnescape(spelt, label, out length));
        // Of one that is longer than any that is known the last character alone matters, and it may be "_".
        return isText ? TryTakeLabel(label[..length], SenMLTextForm.Plain, out field)
            : Fail(isShort ? SenMLReason.InvalidText : SenMLReason.UnknownMandatoryLabel);
    }

    /// <summary>Notes a field; each may stand in a record once, and one value.</summary>
    private bool Note(SenMLField field)
    {
        _field = field;
        if ((_fields & field) != 0)
        {
            return Fail(SenMLReason.DuplicateField);
        }

        if ((field & SenMLField.AnyValue) != 0 && (_fields & SenMLField.AnyValue) != 0
            && _packKind != SenMLPackKind.Fetch)
        {
            return Fail(SenMLReason.SeveralValues);
        }

        _fields |= field;
        _bases |= field & SenMLField.AnyBase;
        return true;
    }

    // An unknown field, and a value that was not asked for.
    private readonly bool IsPassedOver(SenMLField field) =>
        field == SenMLField.None || _packKind == SenMLPackKind.Fetch && (field & SenMLField.AnyValue) != 0;

    private bool TakeText(SenMLField field, ReadOnlySpan<byte> raw, SenMLTextForm form)
    {
        ref SenMLText text = ref _value;
        switch (field)
        {
            case SenMLField.BaseName:
                text = ref _baseName;
                break;
            case SenMLField.Name:
                text = ref _name;
                break;
            case SenMLField.BaseUnit:
                text = ref _baseUnit;
                break;
            case SenMLField.Unit:
                text = ref _unit;
                break;
            default:
                _kind = field == SenMLField.ObjectLinkValue ? SenMLValueKind.ObjectLink
                    : field == SenMLField.DataValue ? SenMLValueKind.Data
                    : SenMLValueKind.Text;
                break;
        }

        text = new(raw, form);
        return _judge is null || _judge(ref this, field, in text, default);
    }

    private bool TakeNumber(SenMLField field, Number number)
    {
        if (_judge is not null && !_judge(ref this, field, in _value, number))
        {
            return false;
        }

        double value = number.ToDouble();
        switch (field)
        {
            case SenMLField.BaseVersion:
                return value < 1 ? Fail(SenMLReason.InvalidVersion)
                    : !(value > SenMLLabels.Version) || Fail(SenMLReason.UnknownVersion);
            case SenMLField.BaseTime:
                _baseTime = value;
                break;
            case SenMLField.BaseSum:
                _baseSum = value;
                break;
            case SenMLField.BaseValue:
                _baseValue = number;
                break;
            case SenMLField.Time:
                _time = value;
                break;
            case SenMLField.UpdateTime:
                _updateTime = value;
                break;
            case SenMLField.Sum:
                _sum = value;
                break;
            default:
                _number = number;
                _kind = SenMLValueKind.Number;
                break;
        }

        return true;
    }

    private void TakeBoolean(bool value)
    {
        _number = Number.Of(value ? 1L : 0);
        _kind = SenMLValueKind.Boolean;
    }

    /// <summary>Works the base fields into the record that was read (RFC 8428, 4.6).</summary>
    /// <returns>Whether it is one to hand out.</returns>
    internal bool TryResolve(out ReadOnlySpan<byte> name)
    {
        name = default;
        _field = SenMLField.None;
        if (_packKind == SenMLPackKind.Fetch)
        {
            _kind = SenMLValueKind.None;
        }
        else if ((_fields & (SenMLField.AnyValue | SenMLField.Sum)) == 0)
        {
            // Base fields alone are no record; what is neither is an empty one.
            return (_fields & ~SenMLField.AnyBase) == 0 && _fields != 0 ? false : Fail(SenMLReason.NoValue);
        }

        if (!TryResolveName(out name))
        {
            return false;
        }

        _time += _baseTime;
        _sum += _baseSum;
        if (_kind == SenMLValueKind.Number && (_bases & SenMLField.BaseValue) != 0)
        {
            _number = Number.Add(_baseValue, _number);
        }

        return double.IsFinite(_time) && double.IsFinite(_sum) && double.IsFinite(_number.ToDouble()) || Fail(SenMLReason.NotFinite);
    }

    // As it is handed out, once it is resolved.
    private readonly SenMLRecord Resolved(ReadOnlySpan<byte> name)
    {
        bool isFetch = _packKind == SenMLPackKind.Fetch;
        bool hasSum = !isFetch && ((_fields & SenMLField.Sum) != 0 || (_bases & SenMLField.BaseSum) != 0);
        return new()
        {
            Name = name,
            Unit = (_fields & SenMLField.Unit) != 0 ? _unit : _baseUnit,
            Kind = _kind,
            Number = _number,
            RawValue = _value.Raw,
            Form = _value.Form,
            IsBase64Url = _format == SenMLFormat.Json,
            HasValueField = (_fields & SenMLField.AnyValue) != 0,
            Time = _time,
            HasTime = HasTime,
            UpdateTime = !isFetch && (_fields & SenMLField.UpdateTime) != 0 ? _updateTime : null,
            Sum = hasSum ? _sum : null,
        };
    }
}
