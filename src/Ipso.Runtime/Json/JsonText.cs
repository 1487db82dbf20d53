using System.Runtime.Intrinsics;
using System.Text;
using Ipso.Buffers;

namespace Ipso.Json;

/// <summary>Texts with escapes, and how to make them (RFC 8259, 7).</summary>
internal static class JsonText
{
    /// <summary>The longest escape of one UTF-16 unit, <c>\u0041</c>, in bytes.</summary>
    internal const int MaxEscapeLength = 6;

    /// <summary>Writes the UTF-8 of an escaped string whose escapes were checked; it is never longer than the escaped form.</summary>
    /// <param name="escaped">The string.</param>
    /// <param name="destination">Where to, as long as the string is; nothing, where it is only to be looked at.</param>
    /// <param name="written">The bytes written.</param>
    /// <returns>Whether it is well-formed: no lone surrogate, valid UTF-8.</returns>
    internal static bool TryUnescape(ReadOnlySpan<byte> escaped, Span<byte> destination, out int written)
    {
        written = 0;
        while (true)
        {
            int plain = 0;
            while (plain < escaped.Length && escaped[plain] != '\\')
            {
                plain++;
            }

            ReadOnlySpan<byte> piece = escaped[..plain];
            // No escape stands in the midst of a character, so that the pieces between them are text of their own.
            if (!Utf8Text.IsValid(piece))
            {
                return false;
            }

            if (!destination.IsEmpty)
            {
                piece.CopyTo(destination[written..]);
            }

            written += plain;
            if (plain == escaped.Length)
            {
                return true;
            }

            if (!TryUnescapeOne(escaped[plain..], out Rune rune, out int used))
            {
                return false;
            }

            written += destination.IsEmpty ? rune.Utf8SequenceLength : rune.EncodeToUtf8(destination[written..]);
            escaped = escaped[(plain + used)..];
        }
    }

    /// <summary>
    /// Whether an escaped string whose escapes were checked is well-formed, as <see cref="TryUnescape"/> finds; needs no space.
    /// </summary>
    internal static bool IsWellFormed(ReadOnlySpan<byte> escaped) => TryUnescape(escaped, [], out _);

    // The escape at the beginning, or two that are a surrogate pair.
    private static bool TryUnescapeOne(ReadOnlySpan<byte> escaped, out Rune rune, out int used)
    {
        byte escape = escaped[1];
        used = 2;
        char unit = escape == 'u' ? ReadUnit(escaped, ref used) : (char)Unescape(escape);
        bool isRune = Rune.TryCreate(unit, out rune);
        if (!isRune && escaped[used..].StartsWith(@"\u"u8))
        {
            used += 2;
            isRune = Rune.TryCreate(unit, ReadUnit(escaped, ref used), out rune);
        }

        return isRune;
    }

    /// <summary>Whether a text has characters that are escaped: quotation mark, reverse solidus and the control characters.</summary>
    internal static bool NeedsEscapes(ReadOnlySpan<byte> text)
    {
        // By hand: the platform's search for several bytes at once brings its variants for any others into a native program.
        while (text.Length >= Vector128<byte>.Count)
        {
            Vector128<byte> bytes = Vector128.Create(text);
            if ((Vector128.LessThan(bytes, Vector128.Create((byte)0x20))
                | Vector128.Equals(bytes, Vector128.Create((byte)'"'))
                | Vector128.Equals(bytes, Vector128.Create((byte)'\\'))) != Vector128<byte>.Zero)
            {
                return true;
            }

            text = text[Vector128<byte>.Count..];
        }

        foreach (byte b in text)
        {
            if (EscapedLength(b) != 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Escapes a text where it lies: it is widened from its end, so that no second buffer is needed.</summary>
    /// <param name="buffer">The text, and the room behind it.</param>
    /// <param name="length">The length of the text, before and after.</param>
    /// <returns>Whether there was room; where not, nothing is changed.</returns>
    internal static bool TryEscape(Span<byte> buffer, ref int length)
    {
        if (!NeedsEscapes(buffer[..length]))
        {
            return true;
        }

        int extra = 0;
        foreach (byte b in buffer[..length])
        {
            extra += EscapedLength(b) - 1;
        }

        if (extra > buffer.Length - length)
        {
            return false;
        }

        int from = length - 1;
        int to = length += extra;
        for (; from >= 0; from--)
        {
            byte b = buffer[from];
            int escapedLength = EscapedLength(b);
            to -= escapedLength;
            Span<byte> escaped = buffer.Slice(to, escapedLength);
            switch (escapedLength)
            {
                case 1:
                    escaped[0] = b;
                    break;
                case 2:
                    escaped[0] = (byte)'\\';
                    escaped[1] = b;
                    break;
                default:
                    "\\u00"u8.CopyTo(escaped);
                    escaped[4] = (byte)('0' + (b >> 4));
                    escaped[5] = "0123456789abcdef"u8[b & 0xF];
                    break;
            }
        }

        return true;
    }

    private static int EscapedLength(byte b) => b < 0x20 ? 6 : b is (byte)'"' or (byte)'\\' ? 2 : 1;

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
