using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Ipso.Json;

/// <summary>A number of RFC 8259: an integer of 64 bits where it is spelled as one and fits, else a double.</summary>
/// <remarks>Two words, so that it is returned in registers.</remarks>
internal readonly record struct JsonNumber(JsonNumberKind Kind, ulong Bits)
{
    internal static JsonNumber OfFloat(double value) => new(JsonNumberKind.Float, BitConverter.DoubleToUInt64Bits(value));

    internal bool IsInteger => Kind != JsonNumberKind.Float;

    internal bool IsAboveInt64 => Kind == JsonNumberKind.Unsigned;

    internal double Float => BitConverter.UInt64BitsToDouble(Bits);

    /// <summary>The number of any kind, rounded where a double is too small for it.</summary>
    internal double ToDouble() => Kind switch
    {
        JsonNumberKind.Float => Float,
        JsonNumberKind.Integer => (long)Bits,
        _ => Bits,
    };
}

internal enum JsonNumberKind : byte
{
    /// <summary>A double in the bits.</summary>
    Float,

    /// <summary>A signed integer in the bits.</summary>
    Integer,

    /// <summary>An unsigned integer above the signed ones in the bits.</summary>
    Unsigned,
}

/// <summary>
/// Reads JSON tokens off a span, strictly as RFC 8259 has them. Failures stick and nothing throws; nesting is limited.
/// </summary>
internal ref struct JsonReader(ReadOnlySpan<byte> source)
{
    /// <summary>How deep a skipped value may nest.</summary>
    private const int MaxDepth = 8;

    private const int MaxShortDigits = 15;

    // An array: unoptimised code builds a span property of doubles anew at each call.
    private static readonly double[] s_powersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];

    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;

    internal bool Failed { get; private set; }

    internal readonly int Position => _position;

    /// <summary>From here on every read fails.</summary>
    internal void Fail()
    {
        Failed = true;
        _position = _source.Length;
    }

    /// <summary>Whether only white space is left.</summary>
    internal bool IsAtEnd => Peek() < 0;

    /// <summary>The first byte of the next token, without taking it; -1 at the end.</summary>
    internal int Peek()
    {
        while ((uint)_position < (uint)_source.Length)
        {
            byte b = _source[_position];
            if (b is not ((byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                return b;
            }

            _position++;
        }

        return -1;
    }

    /// <summary>Takes a structural character where it comes next.</summary>
    internal bool TryTake(byte token)
    {
        if (Peek() != token)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>Takes a structural character, which has to come next.</summary>
    internal void Expect(byte token)
    {
        if (!TryTake(token))
        {
            Fail();
        }
    }

    /// <summary>The content of a string, still escaped. Escapes are checked here; UTF-8 is where the text is used.</summary>
    internal ReadOnlySpan<byte> ReadString(out bool hasEscapes)
    {
        Expect((byte)'"');
        return ReadStringContent(out hasEscapes);
    }

    /// <summary>The content of a string whose first quotation mark was taken.</summary>
    /// <inheritdoc cref="ReadString"/>
    internal ReadOnlySpan<byte> ReadStringContent(out bool hasEscapes)
    {
        hasEscapes = false;
        int start = _position;
        // Byte by byte: names and most values are too short for a vectorized search to pay.
        for (int at = start; (uint)at < (uint)_source.Length; at++)
        {
            byte b = _source[at];
            if (b == '"')
            {
                _position = at + 1;
                return _source[start..at];
            }

            if (b < 0x20)
            {
                break;
            }

            if (b == '\\')
            {
                hasEscapes = true;
                int length = EscapeLength(_source[(at + 1)..]);
                if (length == 0)
                {
                    break;
                }

                at += length;
            }
        }

        Fail();
        return default;
    }

    /// <summary>The next number, or a failure.</summary>
    internal JsonNumber ReadNumber()
    {
        if (Peek() < 0)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> rest = _source[_position..];
        if (TryReadShortNumber(rest, out JsonNumber shortNumber))
        {
            return shortNumber;
        }

        int length = NumberLength(rest, out bool isInteger);
        ReadOnlySpan<byte> text = rest[..length];
        _position += length;

        if (isInteger && Utf8Parser.TryParse(text, out long signed, out int used) && used == length)
        {
            return new(JsonNumberKind.Integer, (ulong)signed);
        }

        if (isInteger && Utf8Parser.TryParse(text, out ulong unsigned, out used) && used == length)
        {
            return new(JsonNumberKind.Unsigned, unsigned);
        }

        if (length > 0 && Utf8Parser.TryParse(text, out double number, out used) && used == length && double.IsFinite(number))
        {
            return JsonNumber.OfFloat(number);
        }

        Fail();
        return default;
    }

    // A number of at most 15 digits without an exponent. Both the digits and the power of ten are doubles exactly, so that the one
    // division rounds correctly. Anything else, right or wrong, is left alone.
    private bool TryReadShortNumber(ReadOnlySpan<byte> rest, out JsonNumber number)
    {
        number = default;
        int start = rest is [(byte)'-', ..] ? 1 : 0;
        int point = -1;
        long digits = 0;
        int at = start;
        for (; (uint)at < (uint)rest.Length && at <= start + MaxShortDigits + 1; at++)
        {
            uint digit = (uint)rest[at] - '0';
            if (digit <= 9)
            {
                digits = digits * 10 + digit;
            }
            else if (rest[at] == '.' && point < 0)
            {
                point = at;
            }
            else
            {
                break;
            }
        }

        int wholeDigits = (point < 0 ? at : point) - start;
        int fractionDigits = point < 0 ? 0 : at - point - 1;
        bool isShort = wholeDigits > 0 && wholeDigits + fractionDigits <= MaxShortDigits
            && (wholeDigits == 1 || rest[start] != '0')
            && (point < 0 || fractionDigits > 0)
            && (at == rest.Length || rest[at] is not ((byte)'e' or (byte)'E' or (byte)'.'));
        if (!isShort)
        {
            return false;
        }

        _position += at;
        if (point < 0)
        {
            number = new(JsonNumberKind.Integer, (ulong)(start == 0 ? digits : -digits));
            return true;
        }

        double value = digits / s_powersOfTen[fractionDigits];
        number = JsonNumber.OfFloat(start == 0 ? value : -value);
        return true;
    }

    /// <summary>Takes these bytes, white space before them aside, where they come next.</summary>
    // In line a comparison with a literal is one or two of words, not a call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool TryTakeLiteral(ReadOnlySpan<byte> literal)
    {
        if (Peek() < 0 || !_source[_position..].StartsWith(literal))
        {
            return false;
        }

        _position += literal.Length;
        return true;
    }

    /// <summary>Goes past one whole value.</summary>
    internal void Skip() => Skip(0);

    private void Skip(int depth)
    {
        int first = Peek();
        if (depth > MaxDepth)
        {
            Fail();
        }
        else if (first == '"')
        {
            ReadString(out _);
        }
        else if (first is '{' or '[')
        {
            SkipItems(first == '{', depth);
        }
        else if (!TryTakeLiteral("true"u8) && !TryTakeLiteral("false"u8) && !TryTakeLiteral("null"u8))
        {
            ReadNumber();
        }
    }

    private void SkipItems(bool isObject, int depth)
    {
        byte close = isObject ? (byte)'}' : (byte)']';
        _position++;
        if (TryTake(close))
        {
            return;
        }

        do
        {
            if (isObject)
            {
                ReadString(out _);
                Expect((byte)':');
            }

            Skip(depth + 1);
        }
        while (!Failed && TryTake((byte)','));
        Expect(close);
    }

    /// <summary>The bytes of an escape behind its backslash; 0 where it is none.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return 0;
        }

        if (rest[0] != 'u')
        {
            return @"""\/bfnrt"u8.Contains(rest[0]) ? 1 : 0;
        }

        return rest.Length > 4 && rest.Slice(1, 4).IndexOfAnyExcept(s_hexDigits) < 0 ? 5 : 0;
    }

    // number = [ "-" ] ( "0" / digit1-9 *DIGIT ) [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]; 0 where there is none.
    private static int NumberLength(ReadOnlySpan<byte> text, out bool isInteger)
    {
        int at = text is [(byte)'-', ..] ? 1 : 0;
        int digits = DigitCount(text, at);
        isInteger = true;
        if (digits == 0 || digits > 1 && text[at] == '0')
        {
            return 0;
        }

        at += digits;
        if (at < text.Length && text[at] == '.')
        {
            isInteger = false;
            digits = DigitCount(text, at + 1);
            if (digits == 0)
            {
                return 0;
            }

            at += 1 + digits;
        }

        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            isInteger = false;
            int sign = at + 1 < text.Length && text[at + 1] is (byte)'+' or (byte)'-' ? 1 : 0;
            digits = DigitCount(text, at + 1 + sign);
            if (digits == 0)
            {
                return 0;
            }

            at += 1 + sign + digits;
        }

        return at;
    }

    private static int DigitCount(ReadOnlySpan<byte> text, int start)
    {
        int end = start;
        while (end < text.Length && char.IsAsciiDigit((char)text[end]))
        {
            end++;
        }

        return end - start;
    }

    private static readonly System.Buffers.SearchValues<byte> s_hexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF"u8);
}

/// <summary>The text that an escaped JSON string stands for (RFC 8259, 7).</summary>
internal static class JsonText
{
    /// <summary>The longest escape of one UTF-16 unit, <c>\u0041</c>, in bytes.</summary>
    internal const int MaxEscapeLength = 6;

    /// <summary>Writes the UTF-8 of an escaped string whose escapes were checked; it is never longer than the escaped form.</summary>
    /// <returns>Whether it is well-formed: no lone surrogate, valid UTF-8.</returns>
    internal static bool TryUnescape(ReadOnlySpan<byte> escaped, Span<byte> destination, out int written)
    {
        written = 0;
        int at = 0;
        while (at < escaped.Length)
        {
            if (escaped[at] != '\\')
            {
                destination[written++] = escaped[at++];
                continue;
            }

            byte escape = escaped[at + 1];
            at += 2;
            if (escape != 'u')
            {
                destination[written++] = Unescape(escape);
                continue;
            }

            char unit = ReadUnit(escaped, ref at);
            Rune rune;
            if (char.IsHighSurrogate(unit) && escaped[at..].StartsWith(@"\u"u8))
            {
                at += 2;
                if (!Rune.TryCreate(unit, ReadUnit(escaped, ref at), out rune))
                {
                    return false;
                }
            }
            else if (!Rune.TryCreate(unit, out rune))
            {
                return false;
            }

            written += rune.EncodeToUtf8(destination[written..]);
        }

        return Utf8.IsValid(destination[..written]);
    }

    private static byte Unescape(byte escape) => escape switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => escape,
    };

    private static char ReadUnit(ReadOnlySpan<byte> escaped, ref int at)
    {
        int unit = 0;
        for (int end = at + 4; at < end; at++)
        {
            unit = unit << 4 | (escaped[at] <= '9' ? escaped[at] - '0' : (escaped[at] | 0x20) - 'a' + 10);
        }

        return (char)unit;
    }
}
