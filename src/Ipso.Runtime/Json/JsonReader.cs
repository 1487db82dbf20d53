using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.Json;

/// <summary>
/// Reads JSON tokens off a span, strictly as RFC 8259 has them. Failures stick and nothing throws; nesting is limited.
/// </summary>
internal ref struct JsonReader(ReadOnlySpan<byte> source)
{
    /// <summary>How deep a skipped value may nest.</summary>
    private const int MaxDepth = 8;

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
    [MethodImpl(MethodImplOptions.NoInlining)]
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

    /// <summary>Takes true or false, where one comes next.</summary>
    internal bool TryTakeBoolean(out bool value)
    {
        value = TryTakeWord("true"u8);
        return value || TryTakeWord("false"u8);
    }

    /// <summary>Takes null, where it comes next.</summary>
    internal bool TryTakeNull() => TryTakeWord("null"u8);

    // For what comes seldom, and is not there three times for it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeWord(ReadOnlySpan<byte> word) => TryTakeLiteral(word);

    /// <summary>The next number, or a failure.</summary>
    internal Number ReadNumber()
    {
        Peek();
        int length = DecimalText.Read(_source[_position..], isJson: true, out Number number);
        if (length == 0)
        {
            Fail();
            return default;
        }

        _position += length;
        return number;
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
        else if (!TryTakeBoolean(out _) && !TryTakeNull())
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

        return rest.Length > 4 && s_hexDigits.HasAll(rest.Slice(1, 4)) ? 5 : 0;
    }

    private static readonly AsciiSet s_hexDigits = new("0123456789abcdefABCDEF"u8);
}
