using System.Text;
using Ipso.Buffers;
using Ipso.Cbor;
using Ipso.Json;

namespace Ipso.SenML;

/// <summary>
/// Writes a SenML Pack (RFC 8428; Fetch and Patch Packs as RFC 8790 has them): <see cref="BeginRecord"/>, then the record's fields, base
/// fields among them, in any order. Nothing throws and nothing allocates: what does not fit and what is no SenML stick, and
/// <see cref="Finish"/> tells.
/// </summary>
public ref partial struct SenMLWriter
{
    private readonly Span<byte> _buffer;
    private readonly SenMLFormat _format;
    private readonly SenMLPackKind _packKind;
    private int _position;
    private int _records;
    private int _mapHead;
    private SenMLField _fields;

    // The first characters of base name and name, 0 where they are empty: together they make the record's name.
    private byte _baseNameStart;
    private byte _nameStart;

    /// <summary>Writes a pack.</summary>
    /// <param name="destination">Where to; as many bytes as the pack has are enough.</param>
    /// <param name="format">How the pack is written down.</param>
    /// <param name="kind">What the records are for.</param>
    public SenMLWriter(Span<byte> destination, SenMLFormat format, SenMLPackKind kind = SenMLPackKind.Values)
    {
        _buffer = destination;
        _format = format;
        _packKind = kind;
        if (format == SenMLFormat.Cbor)
        {
            // The number of records is known at the end only: one byte waits for it.
            Put([0]);
        }
    }

    /// <summary>Whether the destination was too short.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>
    /// Whether something was written that no pack has: a field twice, two values, none, a name with a character that is not allowed, or
    /// a number that is not finite.
    /// </summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Begins a record.</summary>
    public void BeginRecord()
    {
        EndRecord();
        _fields = SenMLField.None;
        _nameStart = 0;
        _mapHead = _position;
        if (_format == SenMLFormat.Cbor)
        {
            Put([0]);
        }
        else
        {
            Put(_records == 0 ? "[{"u8 : ",{"u8);
        }

        _records++;
    }

    /// <summary>Sets the base name, which the names of this and all later records are put behind.</summary>
    /// <param name="name">The base name, ASCII.</param>
    public void BaseName(scoped ReadOnlySpan<byte> name)
    {
        _baseNameStart = name.IsEmpty ? (byte)0 : name[0];
        PutName(SenMLField.BaseName, name);
    }

    /// <summary>Sets the base time, which is added to the times of this and all later records.</summary>
    /// <param name="seconds">Seconds since 1970 in UTC; below 2^28 relative to now.</param>
    public void BaseTime(double seconds) => PutNumber(SenMLField.BaseTime, seconds);

    /// <summary>Sets the base unit, which records without a unit have.</summary>
    /// <param name="unit">The unit.</param>
    public void BaseUnit(scoped ReadOnlySpan<byte> unit) => PutText(SenMLField.BaseUnit, unit);

    /// <summary>Sets the base value, which is added to the numbers of this and all later records.</summary>
    /// <param name="value">The base value.</param>
    public void BaseValue(double value) => PutNumber(SenMLField.BaseValue, value);

    /// <summary>Sets the base sum, which is added to the sums of this and all later records.</summary>
    /// <param name="sum">The base sum.</param>
    public void BaseSum(double sum) => PutNumber(SenMLField.BaseSum, sum);

    /// <summary>States the version; 10, the one of RFC 8428, needs no statement.</summary>
    /// <param name="version">The version, 1 to 10.</param>
    public void BaseVersion(int version)
    {
        IsInvalid |= version is < 1 or > SenMLLabels.Version;
        PutNumber(SenMLField.BaseVersion, version);
    }

    /// <summary>Writes the name, which is put behind the base name.</summary>
    /// <param name="name">The name, ASCII.</param>
    public void Name(scoped ReadOnlySpan<byte> name)
    {
        _nameStart = name.IsEmpty ? (byte)0 : name[0];
        PutName(SenMLField.Name, name);
    }

    /// <summary>Writes the unit.</summary>
    /// <param name="unit">The unit.</param>
    public void Unit(scoped ReadOnlySpan<byte> unit) => PutText(SenMLField.Unit, unit);

    /// <summary>Writes the time, which is added to the base time.</summary>
    /// <param name="seconds">The time in seconds.</param>
    public void Time(double seconds) => PutNumber(SenMLField.Time, seconds);

    /// <summary>Writes the longest time until the sensor reports again.</summary>
    /// <param name="seconds">The time in seconds.</param>
    public void UpdateTime(double seconds) => PutNumber(SenMLField.UpdateTime, seconds);

    /// <summary>Writes the integrated sum of the values over time.</summary>
    /// <param name="sum">The sum.</param>
    public void Sum(double sum) => PutNumber(SenMLField.Sum, sum);

    /// <summary>Writes a value, a number in its shortest form; in CBOR the shortest float that holds it exactly.</summary>
    /// <param name="value">The value.</param>
    public void Value(double value)
    {
        if (_format == SenMLFormat.Json)
        {
            PutNumber(SenMLField.Value, value);
        }
        else if (BeginNumber(SenMLField.Value, value))
        {
            Span<byte> item = stackalloc byte[CborItem.MaxHeadLength];
            Put(item[..CborItem.WriteFloat(item, value)]);
        }
    }

    /// <summary>Writes a value, an integer.</summary>
    /// <inheritdoc cref="Value(double)"/>
    public void Value(long value)
    {
        if (BeginField(SenMLField.Value))
        {
            PutInteger(value);
        }
    }

    /// <inheritdoc cref="Value(long)"/>
    public void Value(ulong value)
    {
        if (!BeginField(SenMLField.Value))
        {
            return;
        }

        Span<byte> item = stackalloc byte[JsonNumberText.MaxLength];
        Put(item[..(_format == SenMLFormat.Json
            ? JsonNumberText.Write(item, value)
            : CborItem.WriteHead(item, CborMajor.Unsigned, value))]);
    }

    /// <summary>Writes a value, a Boolean.</summary>
    /// <inheritdoc cref="Value(double)"/>
    public void Value(bool value)
    {
        if (BeginField(SenMLField.BooleanValue))
        {
            Put(_format == SenMLFormat.Json
                ? value ? "true"u8 : "false"u8
                : value ? [0xF5] : [0xF4]);
        }
    }

    /// <summary>Writes a value, a text.</summary>
    /// <param name="value">The text in UTF-8.</param>
    public void Text(scoped ReadOnlySpan<byte> value) => PutText(SenMLField.StringValue, value);

    /// <summary>Writes a value, a text.</summary>
    /// <param name="value">The text; half of a surrogate pair becomes U+FFFD.</param>
    public void Text(scoped ReadOnlySpan<char> value)
    {
        if (BeginField(SenMLField.StringValue) && BeginText(Encoding.UTF8.GetByteCount(value)))
        {
            EndText(Encoding.UTF8.TryGetBytes(value, _buffer[_position..], out int written) ? written : -1);
        }
    }

    /// <summary>Writes a value, bytes.</summary>
    /// <param name="value">The bytes.</param>
    public void Data(scoped ReadOnlySpan<byte> value)
    {
        if (BeginField(SenMLField.DataValue))
        {
            PutData(value);
        }
    }

    /// <summary>Writes a value, an object link of LwM2M (LwM2M TS Core, 7.4.6).</summary>
    /// <param name="value">The link's text, for example <c>3303:0</c>.</param>
    public void ObjectLink(scoped ReadOnlySpan<byte> value) => PutText(SenMLField.ObjectLinkValue, value);

    /// <summary>Writes null for the value, which removes what the record names: in a Patch Pack alone.</summary>
    public void Removal()
    {
        IsInvalid |= _packKind != SenMLPackKind.Patch;
        if (BeginField(SenMLField.Value))
        {
            Put(_format == SenMLFormat.Json ? "null"u8 : [0xF6]);
        }
    }

    /// <summary>Ends the pack.</summary>
    /// <returns>Its length in bytes; -1 where <see cref="Overflowed"/> or <see cref="IsInvalid"/>.</returns>
    public int Finish()
    {
        EndRecord();
        IsInvalid |= _packKind == SenMLPackKind.Fetch && _records == 0;
        if (_format == SenMLFormat.Json)
        {
            Put(_records == 0 ? "[]"u8 : "]"u8);
        }
        else
        {
            FinishCbor();
        }

        return Overflowed || IsInvalid ? -1 : _position;
    }

    private void EndRecord()
    {
        // What did not fit is not known to be wrong.
        if (_records == 0 || Overflowed)
        {
            return;
        }

        bool isBaseAlone = _packKind != SenMLPackKind.Fetch && _fields != 0 && (_fields & ~SenMLField.AnyBase) == 0;
        bool hasName = SenMLReader.CanBeginName(_baseNameStart != 0 ? _baseNameStart : _nameStart);
        bool hasValue = _packKind == SenMLPackKind.Fetch || (_fields & (SenMLField.AnyValue | SenMLField.Sum)) != 0;
        IsInvalid |= !isBaseAlone && !(hasName && hasValue);
        if (_format == SenMLFormat.Json)
        {
            Put("}"u8);
        }
        else
        {
            _buffer[_mapHead] = (byte)(0xA0 + System.Numerics.BitOperations.PopCount((uint)_fields));
        }
    }

    /// <summary>Writes a field's label, where the record may have the field and nothing has gone wrong before.</summary>
    private bool BeginField(SenMLField field)
    {
        bool isValue = (field & SenMLField.AnyValue) != 0;
        IsInvalid |= _records == 0
            || (_fields & field) != 0
            || isValue && ((_fields & SenMLField.AnyValue) != 0 || _packKind == SenMLPackKind.Fetch);
        if (IsInvalid || Overflowed)
        {
            return false;
        }

        if (_format == SenMLFormat.Cbor)
        {
            PutCborLabel(field);
        }
        else
        {
            Put(_fields == 0 ? "\""u8 : ",\""u8);
            Put(SenMLLabels.TextOf(field));
            Put("\":"u8);
        }

        _fields |= field;
        return !Overflowed;
    }

    private bool BeginNumber(SenMLField field, double value)
    {
        IsInvalid |= !double.IsFinite(value);
        return BeginField(field);
    }

    // What is no measured value may be an integer in CBOR, which is shorter: times are whole seconds as a rule.
    private void PutNumber(SenMLField field, double value)
    {
        if (!BeginNumber(field, value))
        {
            return;
        }

        bool isWhole = value == Math.Truncate(value) && Math.Abs(value) <= 1L << 53;
        bool isNegativeZero = value == 0 && double.IsNegative(value);
        if (_format == SenMLFormat.Json)
        {
            Span<byte> text = stackalloc byte[JsonNumberText.MaxLength];
            // As an integer it would lose its sign.
            Put(isNegativeZero ? "-0.0"u8 : text[..JsonNumberText.Write(text, value)]);
        }
        else if (isWhole && !isNegativeZero)
        {
            PutInteger((long)value);
        }
        else
        {
            Span<byte> item = stackalloc byte[CborItem.MaxHeadLength];
            Put(item[..CborItem.WriteFloat(item, value)]);
        }
    }

    private void PutInteger(long value)
    {
        Span<byte> item = stackalloc byte[JsonNumberText.MaxLength];
        Put(item[..(_format == SenMLFormat.Json ? JsonNumberText.Write(item, value) : CborItem.WriteInteger(item, value))]);
    }

    private void PutName(SenMLField field, scoped ReadOnlySpan<byte> name)
    {
        IsInvalid |= !SenMLReader.IsOfNameCharacters(name);
        PutText(field, name);
    }

    private void PutText(SenMLField field, scoped ReadOnlySpan<byte> utf8)
    {
        IsInvalid |= !Utf8Text.IsValid(utf8);
        if (BeginField(field) && BeginText(utf8.Length))
        {
            EndText(utf8.TryCopyTo(_buffer[_position..]) ? utf8.Length : -1);
        }
    }

    private bool BeginText(int length)
    {
        if (_format == SenMLFormat.Json)
        {
            Put("\""u8);
        }
        else
        {
            PutCborHead(CborMajor.Text, length);
        }

        return !Overflowed;
    }

    /// <summary>Ends the text that lies at the position; of a negative length where it did not fit.</summary>
    private void EndText(int length)
    {
        bool fits = length >= 0 && (_format == SenMLFormat.Cbor || JsonText.TryEscape(_buffer[_position..], ref length));
        if (!fits)
        {
            Overflow();
            return;
        }

        _position += length;
        if (_format == SenMLFormat.Json)
        {
            Put("\""u8);
        }
    }

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        if (!Overflowed && bytes.TryCopyTo(_buffer[_position..]))
        {
            _position += bytes.Length;
        }
        else
        {
            Overflow();
        }
    }

    // Nothing fits any more, not even what is shorter: what is missing must not look like what was absent.
    private void Overflow()
    {
        Overflowed = true;
        _position = _buffer.Length;
    }
}
