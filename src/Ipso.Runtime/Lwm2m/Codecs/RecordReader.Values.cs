using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Ipso.Cbor;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

// The value of a record as each type of LwM2M takes it (LwM2M TS Core, Appendix C). False means: not of that type.
internal ref partial struct RecordReader
{
    private enum ValueKind : byte
    {
        None,

        /// <summary>A signed integer in the bits.</summary>
        Integer,

        /// <summary>An unsigned integer above the signed ones in the bits.</summary>
        Unsigned,

        /// <summary>A double in the bits.</summary>
        Float,
        Boolean,

        /// <summary>UTF-8, not checked yet.</summary>
        Text,

        /// <summary>UTF-8 with JSON escapes, which are checked.</summary>
        EscapedText,

        /// <summary>UTF-8 in several chunks of CBOR, heads included, not checked yet.</summary>
        TextChunks,

        /// <summary>The text of an object link.</summary>
        LinkText,

        /// <summary>The same in several chunks of CBOR, heads included.</summary>
        LinkTextChunks,

        /// <summary>Bytes as they are.</summary>
        Bytes,
        Base64Url,

        /// <summary>The bytes of a TLV value, whatever its type.</summary>
        Tlv,

        /// <summary>The text of a value in plain text, whatever its type.</summary>
        PlainText,

        /// <summary>A multiple resource that has no instances.</summary>
        NoInstances,

        /// <summary>A value that is said not to be there.</summary>
        Null,

        /// <summary>UTF-8 in CBOR, not checked yet, of a text, a link or a time: nothing else tells them apart.</summary>
        CborText,

        /// <summary>The same in several chunks, heads included.</summary>
        CborTextChunks,

        /// <summary>Bytes in several chunks, heads included.</summary>
        CborByteChunks,

        /// <summary>UTF-8 in OMA JSON, not checked yet: a text, or bytes in Base64.</summary>
        OmaJsonText,

        /// <summary>The same with JSON escapes, which are checked.</summary>
        EscapedOmaJsonText,

        /// <summary>Null in SenML-ETCH: what the path names is to be removed.</summary>
        Removal,
    }

    /// <summary>Whether the record stands for a multiple resource without instances, which TLV and LwM2M CBOR can say.</summary>
    internal readonly bool HasNoInstances => _kind == ValueKind.NoInstances;

    /// <summary>Whether the record says that the resource has no value; it is of no type then.</summary>
    internal readonly bool IsNull => _kind == ValueKind.Null;

    internal readonly bool TryInteger(out long value)
    {
        switch (_kind)
        {
            case ValueKind.Integer:
                value = (long)_bits;
                return true;
            case ValueKind.Float:
                // JSON does not tell 1 from 1.0. Beyond 2^53 a double no longer says which integer was meant.
                double number = BitConverter.UInt64BitsToDouble(_bits);
                value = (long)number;
                return number == Math.Truncate(number) && Math.Abs(number) <= 1L << 53;
            case ValueKind.Tlv when CodecSwitches.Tlv:
                return TryTlvInteger(out value);
            case ValueKind.PlainText:
                return Utf8Parser.TryParse(Bytes, out value, out int used) && used == Bytes.Length;
            default:
                value = 0;
                return false;
        }
    }

    internal readonly bool TryUnsigned(out ulong value)
    {
        switch (_kind)
        {
            case ValueKind.Unsigned:
                value = _bits;
                return true;
            case ValueKind.Tlv when CodecSwitches.Tlv:
                return TryTlvUnsigned(out value);
            case ValueKind.PlainText:
                return Utf8Parser.TryParse(Bytes, out value, out int used) && used == Bytes.Length;
            default:
                bool isInteger = TryInteger(out long signed);
                value = (ulong)signed;
                return isInteger && signed >= 0;
        }
    }

    internal readonly bool TryFloat(out double value)
    {
        value = 0;
        switch (_kind)
        {
            case ValueKind.Integer or ValueKind.Unsigned or ValueKind.Float:
                value = NumberAsDouble();
                break;
            case ValueKind.Tlv when Bytes.Length == 4:
                value = BinaryPrimitives.ReadSingleBigEndian(Bytes);
                break;
            case ValueKind.Tlv when Bytes.Length == 8:
                value = BinaryPrimitives.ReadDoubleBigEndian(Bytes);
                break;
            case ValueKind.PlainText when Utf8Parser.TryParse(Bytes, out value, out int used) && used == Bytes.Length:
                break;
            default:
                return false;
        }

        return double.IsFinite(value);
    }

    internal readonly bool TryBoolean(out bool value)
    {
        value = _kind == ValueKind.Boolean ? _bits != 0 : Bytes is [1] or [(byte)'1'];
        return _kind switch
        {
            ValueKind.Boolean => true,
            ValueKind.Tlv => Bytes is [0] or [1],
            ValueKind.PlainText => Bytes is [(byte)'0'] or [(byte)'1'],
            _ => false,
        };
    }

    /// <summary>Whether <see cref="TryString"/> will give a text.</summary>
    internal readonly bool IsString() => _kind switch
    {
        ValueKind.Text or ValueKind.CborText or ValueKind.OmaJsonText or ValueKind.Tlv or ValueKind.PlainText => Utf8.IsValid(Bytes),
        _ => IsAssembled && TryAssembledString(null, out _),
    };

    /// <summary>
    /// Whether the value is a text, and whether it is the current one; one that has to be put together first is not compared.
    /// </summary>
    internal readonly bool IsTextOf(string current, out bool isCurrent)
    {
        isCurrent = IsPlainText && EqualsText(Bytes, current);
        return isCurrent || IsString();
    }

    private readonly bool IsPlainText => _kind
        is ValueKind.Text or ValueKind.CborText or ValueKind.OmaJsonText or ValueKind.Tlv or ValueKind.PlainText;

    /// <summary>Reads a text as UTF-8. It is part of the payload, or of the scratch space where the format has it escaped.</summary>
    /// <param name="scratch">At least as many bytes as the record's.</param>
    /// <param name="value">The text.</param>
    internal readonly bool TryUtf8(Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        value = Bytes;
        if (!IsAssembled)
        {
            return IsString();
        }

        bool isText = TryAssemble(scratch, out int written);
        value = scratch[..written];
        return isText;
    }

    /// <summary>Reads a text; where it equals the current one that is given back, and nothing is allocated.</summary>
    internal readonly bool TryString(string current, out string value)
    {
        value = current;
        if (IsAssembled)
        {
            return TryAssembledString(current, out value);
        }

        if (!IsPlainText)
        {
            return false;
        }

        return EqualsText(Bytes, current) || TryNewString(Bytes, out value);
    }

    /// <summary>Reads bytes. They are part of the payload, or of the scratch space where the format spells them as text.</summary>
    /// <param name="scratch">At least as many bytes as <see cref="ScratchLength"/> says.</param>
    /// <param name="value">The bytes.</param>
    internal readonly bool TryOpaque(Span<byte> scratch, out ReadOnlySpan<byte> value)
    {
        value = Bytes;
        switch (_kind)
        {
            case ValueKind.Bytes or ValueKind.Tlv:
                return true;
            case ValueKind.Base64Url when CodecSwitches.SenMLJson:
                bool isBase64Url = Base64Url.DecodeFromUtf8(Bytes, scratch, out int consumed, out int written) == OperationStatus.Done;
                value = scratch[..written];
                // The platform's decoder passes over spaces and takes "%" for padding.
                return isBase64Url && consumed == Bytes.Length && Bytes.IndexOfAny(" %"u8) < 0;
            case ValueKind.CborByteChunks:
                bool areBytes = CborChunks.TryJoin(Bytes, scratch, out written);
                value = scratch[..written];
                return areBytes;
            case ValueKind.OmaJsonText or ValueKind.EscapedOmaJsonText when CodecSwitches.Json:
                return TryOmaJsonBytes(scratch, out value);
            case ValueKind.PlainText:
                bool isBase64 = Base64.DecodeFromUtf8(Bytes, scratch, out consumed, out written) == OperationStatus.Done;
                value = scratch[..written];
                return isBase64 && consumed == Bytes.Length && Bytes.IndexOfAny(" \t\r\n"u8) < 0;
            default:
                return false;
        }
    }

    /// <summary>The scratch space, in bytes, that <see cref="TryOpaque"/> needs.</summary>
    internal readonly int ScratchLength => _kind switch
    {
        ValueKind.Base64Url or ValueKind.PlainText or ValueKind.CborByteChunks => Bytes.Length,
        ValueKind.OmaJsonText or ValueKind.EscapedOmaJsonText => Bytes.Length,
        _ => 0,
    };

    /// <summary>Reads a time as UTC ticks.</summary>
    internal readonly bool TryTime(out long utcTicks)
    {
        utcTicks = 0;
        if (_kind == ValueKind.Float)
        {
            return Lwm2mTime.TryFromUnixSeconds(NumberAsDouble(), out utcTicks);
        }

        if (_kind is ValueKind.CborText or ValueKind.CborTextChunks)
        {
            return TryShortText(stackalloc byte[DateTimeText.MaxLength], out ReadOnlySpan<byte> text)
                && DateTimeText.TryParse(text, out utcTicks);
        }

        return TryInteger(out long seconds) && Lwm2mTime.TryFromUnixSeconds(seconds, out utcTicks);
    }

    internal readonly bool TryObjectLink(out ObjectLink value)
    {
        value = default;
        switch (_kind)
        {
            case ValueKind.LinkText or ValueKind.PlainText:
                return Lwm2m.ObjectLink.TryParse(Bytes, out value);
            case ValueKind.CborText or ValueKind.CborTextChunks or ValueKind.LinkTextChunks:
                return TryShortText(stackalloc byte[Lwm2m.ObjectLink.MaxTextLength], out ReadOnlySpan<byte> text)
                    && Lwm2m.ObjectLink.TryParse(text, out value);
            case ValueKind.Tlv when Bytes.Length == 4:
                value = new(BinaryPrimitives.ReadUInt16BigEndian(Bytes), BinaryPrimitives.ReadUInt16BigEndian(Bytes[2..]));
                return true;
            default:
                return false;
        }
    }

    // The kinds of numbers stand in the same order in both.
    private static ValueKind KindOf(SenMLNumberKind kind) => ValueKind.Integer + (byte)kind;

    private void SetInteger(long value)
    {
        _kind = ValueKind.Integer;
        _bits = (ulong)value;
    }

    private void SetUnsigned(ulong value)
    {
        _kind = value <= long.MaxValue ? ValueKind.Integer : ValueKind.Unsigned;
        _bits = value;
    }

    private void SetFloat(double value)
    {
        _kind = ValueKind.Float;
        _bits = BitConverter.DoubleToUInt64Bits(value);
    }

    private void SetBoolean(bool value)
    {
        _kind = ValueKind.Boolean;
        _bits = value ? 1UL : 0;
    }

    private readonly double NumberAsDouble() => _kind switch
    {
        ValueKind.Integer => (long)_bits,
        ValueKind.Unsigned => _bits,
        _ => BitConverter.UInt64BitsToDouble(_bits),
    };

    private readonly bool TryTlvInteger(out long value)
    {
        value = Bytes.Length switch
        {
            1 => (sbyte)Bytes[0],
            2 => BinaryPrimitives.ReadInt16BigEndian(Bytes),
            4 => BinaryPrimitives.ReadInt32BigEndian(Bytes),
            8 => BinaryPrimitives.ReadInt64BigEndian(Bytes),
            _ => 0,
        };
        return Bytes.Length is 1 or 2 or 4 or 8;
    }

    private readonly bool TryTlvUnsigned(out ulong value)
    {
        value = Bytes.Length switch
        {
            1 => Bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(Bytes),
            4 => BinaryPrimitives.ReadUInt32BigEndian(Bytes),
            8 => BinaryPrimitives.ReadUInt64BigEndian(Bytes),
            _ => 0,
        };
        return Bytes.Length is 1 or 2 or 4 or 8;
    }

    // Without a current text it is only checked.
    private readonly bool TryAssembledString(string? current, out string value)
    {
        value = current ?? "";
        byte[]? rented = null;
        Span<byte> text = Bytes.Length <= 256 ? stackalloc byte[256] : rented = ArrayPool<byte>.Shared.Rent(Bytes.Length);
        bool isText = TryAssemble(text, out int written)
            && (current is null || EqualsText(text[..written], current) || TryNewString(text[..written], out value));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isText;
    }

    private static bool EqualsText(ReadOnlySpan<byte> utf8, string text)
    {
        if (Ascii.Equals(utf8, text))
        {
            return true;
        }
        // Only text beyond ASCII needs the longer way; UTF-8 has one to three bytes for each UTF-16 unit.
        if (utf8.Length <= text.Length || utf8.Length > text.Length * 3 || !Utf8.IsValid(utf8))
        {
            return false;
        }

        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.DecodeFromUtf8(utf8[at..], out Rune other, out int used) != OperationStatus.Done || other != rune)
            {
                return false;
            }

            at += used;
        }

        return at == utf8.Length;
    }

    private static bool TryNewString(ReadOnlySpan<byte> utf8, out string value)
    {
        bool isValid = Utf8.IsValid(utf8);
        value = isValid ? Encoding.UTF8.GetString(utf8) : "";
        return isValid;
    }
}
