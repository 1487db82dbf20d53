using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.Lwm2m.Codecs;

/// <summary>
/// The value of a record as each type of LwM2M takes it (LwM2M TS Core, Appendix C). False means: not of that type.
/// </summary>
/// <param name="payload">What the record was read from.</param>
/// <param name="record">The record.</param>
internal readonly ref partial struct RecordValue(ReadOnlySpan<byte> payload, ref readonly PayloadRecord record)
{
    private readonly ReadOnlySpan<byte> _payload = payload;
    private readonly ref readonly PayloadRecord _record = ref record;

    private ReadOnlySpan<byte> Bytes
    {
        // Asked for in many places: the bounds are held against the payload in one.
        [MethodImpl(MethodImplOptions.NoInlining)]
        get => _record.BytesIn(_payload);
    }

    /// <summary>Whether the record says that the resource has no value; it is of no type then.</summary>
    internal bool IsNull => _record.Kind == ValueKind.Null;

    /// <summary>Whether the value was judged before, and is a word of its resource's type.</summary>
    internal bool TryJudged(out ulong word)
    {
        word = _record.Bits;
        return _record.Kind == ValueKind.Word;
    }

    internal bool TryInteger(out long value)
    {
        switch (_record.Kind)
        {
            case ValueKind.Integer or ValueKind.TlvNumber:
                value = (long)_record.Bits;
                return true;
            case ValueKind.Float:
                // JSON does not tell 1 from 1.0.
                return new Number(NumberKind.Float, _record.Bits).TryInteger(out value);
            case ValueKind.PlainText:
                return DecimalText.TryParse(Bytes, out value);
            default:
                value = 0;
                return false;
        }
    }

    internal bool TryUnsigned(out ulong value)
    {
        switch (_record.Kind)
        {
            case ValueKind.Unsigned:
                value = _record.Bits;
                return true;
            case ValueKind.TlvNumber:
                value = _record.Bits & ulong.MaxValue >> 64 - 8 * _record.Length;
                return true;
            case ValueKind.PlainText:
                return DecimalText.TryParse(Bytes, out value);
            default:
                bool isInteger = TryInteger(out long signed);
                value = (ulong)signed;
                return isInteger && signed >= 0;
        }
    }

    internal bool TryFloat(out double value)
    {
        value = 0;
        switch (_record.Kind)
        {
            case ValueKind.Integer or ValueKind.Unsigned or ValueKind.Float:
                value = NumberAsDouble();
                break;
            case ValueKind.TlvNumber when CodecSwitches.Tlv:
                value = _record.TlvFloat;
                break;
            case ValueKind.PlainText when DecimalText.TryParse(Bytes, out value):
                break;
            default:
                return false;
        }

        return double.IsFinite(value);
    }

    internal bool TryBoolean(out bool value)
    {
        if (_record.Kind == ValueKind.PlainText)
        {
            ReadOnlySpan<byte> text = Bytes;
            value = text is [(byte)'1'];
            return value || text is [(byte)'0'];
        }

        value = _record.Bits != 0;
        return _record.Kind == ValueKind.Boolean || _record.Kind == ValueKind.TlvNumber && _record.Length == 1 && _record.Bits <= 1;
    }

    /// <summary>Whether <see cref="TryString"/> will give a text.</summary>
    internal bool IsString() => TryString(null, out _);

    /// <summary>
    /// Whether the value is a text, and whether it is the current one; one that has to be put together first is not compared.
    /// </summary>
    internal bool IsTextOf(string current, out bool isCurrent)
    {
        isCurrent = _record.IsPlainText && EqualsText(Bytes, current);
        return isCurrent || IsString();
    }

    /// <summary>Reads a text as UTF-8. It is part of the payload, or of the scratch space where the format has it escaped.</summary>
    /// <param name="scratch">At least as many bytes as the record's.</param>
    /// <param name="value">The text.</param>
    internal bool TryUtf8(Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        value = default;
        return (IsAssembled || IsString()) && TryText(scratch, out value);
    }

    /// <summary>
    /// Reads a text; where it equals the current one that is given back, and nothing is allocated. Without a current one it is only checked.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TryString(string? current, out string value)
    {
        value = current ?? "";
        byte[]? rented = IsAssembled ? SpareBytes.Rent(Bytes.Length) : null;
        bool isText = (rented is not null || _record.IsPlainText) && TryText(rented, out ReadOnlySpan<byte> text)
            && (current is null ? Utf8Text.IsValid(text) : EqualsText(text, current) || TryNewString(text, out value));
        if (rented is not null)
        {
            SpareBytes.Return(rented);
        }

        return isText;
    }

    /// <summary>Reads bytes. They are part of the payload, or of the scratch space where the format spells them as text.</summary>
    /// <param name="scratch">At least as many bytes as <see cref="ScratchLength"/> says.</param>
    /// <param name="value">The bytes.</param>
    internal bool TryOpaque(Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        ValueKind kind = _record.Kind;
        if (kind is ValueKind.Bytes or ValueKind.Tlv or ValueKind.TlvNumber)
        {
            value = Bytes;
            return true;
        }

        int written = 0;
        bool areBytes = kind switch
        {
            ValueKind.Base64Url or ValueKind.PlainText => Base64Text.TryDecode(
                Bytes, scratch, kind == ValueKind.PlainText ? Base64Alphabet.Standard : Base64Alphabet.Url, out written),
            ValueKind.CborByteChunks => CborChunks.TryJoin(Bytes, scratch, out written),
            ValueKind.OmaJsonText or ValueKind.EscapedOmaJsonText when CodecSwitches.Json => TryOmaJsonBytes(scratch, out written),
            _ => false,
        };
        value = scratch[..written];
        return areBytes;
    }

    /// <summary>The scratch space, in bytes, that <see cref="TryOpaque"/> needs.</summary>
    internal int ScratchLength => _record.Kind switch
    {
        ValueKind.Base64Url or ValueKind.PlainText or ValueKind.CborByteChunks => Bytes.Length,
        ValueKind.OmaJsonText or ValueKind.EscapedOmaJsonText => Bytes.Length,
        _ => 0,
    };

    /// <summary>Reads a time as UTC ticks.</summary>
    /// <param name="scratch">Room for its text, where that comes in pieces.</param>
    /// <param name="utcTicks">The time.</param>
    internal bool TryTime(Span<byte> scratch, out long utcTicks)
    {
        utcTicks = 0;
        if (_record.Kind == ValueKind.Float)
        {
            return Lwm2mTime.TryFromUnixSeconds(NumberAsDouble(), out utcTicks);
        }

        if (_record.Kind is ValueKind.CborText or ValueKind.CborTextChunks)
        {
            return TryText(scratch, out ReadOnlySpan<byte> text) && DateTimeText.TryParse(text, out utcTicks);
        }

        return TryInteger(out long seconds) && Lwm2mTime.TryFromUnixSeconds(seconds, out utcTicks);
    }

    /// <inheritdoc cref="TryTime"/>
    internal bool TryObjectLink(Span<byte> scratch, out ObjectLink value)
    {
        value = default;
        switch (_record.Kind)
        {
            case ValueKind.LinkText or ValueKind.LinkTextChunks or ValueKind.PlainText or ValueKind.CborText or ValueKind.CborTextChunks:
                return TryText(scratch, out ReadOnlySpan<byte> text) && Lwm2m.ObjectLink.TryParse(text, out value);
            case ValueKind.TlvNumber when _record.Length == 4:
                value = new((ushort)(_record.Bits >> 16), (ushort)_record.Bits);
                return true;
            default:
                return false;
        }
    }

    internal double NumberAsDouble() => _record.Kind switch
    {
        ValueKind.Integer => (long)_record.Bits,
        ValueKind.Unsigned => _record.Bits,
        _ => BitConverter.UInt64BitsToDouble(_record.Bits),
    };

    private static bool EqualsText(ReadOnlySpan<byte> utf8, string text)
    {
        if (AsciiText.IsAt(text, utf8))
        {
            return true;
        }

        // Only other text needs the longer way; UTF-8 has one to three bytes for each UTF-16 unit.
        int most = text.Length * 3;
        if (utf8.Length < text.Length || utf8.Length > most)
        {
            return false;
        }

        byte[] rented = SpareBytes.Rent(most);
        bool isEqual = utf8.SequenceEqual(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        SpareBytes.Return(rented);
        return isEqual;
    }

    private static bool TryNewString(ReadOnlySpan<byte> utf8, out string value)
    {
        bool isValid = Utf8Text.IsValid(utf8);
        value = isValid ? Encoding.UTF8.GetString(utf8) : "";
        return isValid;
    }
}
