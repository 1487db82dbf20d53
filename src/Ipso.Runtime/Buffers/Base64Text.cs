namespace Ipso.Buffers;

/// <summary>Which characters stand for the 62nd and 63rd value.</summary>
internal enum Base64Alphabet : byte
{
    /// <summary>RFC 4648, 4, with padding.</summary>
    Standard,

    /// <summary>RFC 4648, 5, with or without padding.</summary>
    Url,

    /// <summary>Either, with padding: what OMA JSON is taken with.</summary>
    Either,
}

/// <summary>
/// Reads Base64, strictly: no spaces, no padding where none belongs. The platform's decoders have 2 KB of native code for each alphabet, for long
/// texts; the ones here are short, or come in short pieces.
/// </summary>
internal static class Base64Text
{
    // Beside a value: that it is one in the alphabet for URLs or the other one alone, or in none.
    private const byte Url = 1 << ValueBits;
    private const byte Standard = 2 << ValueBits;
    private const byte None = 3 << ValueBits;
    private const int ValueBits = 6;
    private const int GroupLength = 4;

    // The values of the characters from '+' to 'z', those of both alphabets.
    private static ReadOnlySpan<byte> Values =>
    [
        Standard | 62, None, Url | 62, None, Standard | 63,
        52, 53, 54, 55, 56, 57, 58, 59, 60, 61, None, None, None, None, None, None, None,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, None, None, None, None, Url | 63, None,
        26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
    ];

    /// <summary>Whether a text is Base64.</summary>
    internal static bool IsValid(ReadOnlySpan<byte> text, Base64Alphabet alphabet) => TryDecode(text, [], alphabet, out _);

    /// <summary>Decodes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">
    /// Where to: three bytes for each four characters. It may begin where the text does. What there is no room for is counted alone.
    /// </param>
    /// <param name="alphabet">Its alphabet.</param>
    /// <param name="written">The bytes written.</param>
    /// <param name="isFinal">Whether the text ends there; where not, it consists of groups of four characters without padding.</param>
    /// <returns>Whether it is Base64.</returns>
    internal static bool TryDecode(
        ReadOnlySpan<byte> text, Span<byte> destination, Base64Alphabet alphabet, out int written, bool isFinal = true)
    {
        written = 0;
        int length = text.Length;
        if (isFinal && length % GroupLength == 0)
        {
            length -= text is [.., (byte)'=', (byte)'='] ? 2 : text is [.., (byte)'='] ? 1 : 0;
        }

        int rest = length % GroupLength;
        bool isWhole = rest == 0 || isFinal && rest != 1 && (alphabet == Base64Alphabet.Url || text.Length % GroupLength == 0);
        if (!isWhole)
        {
            return false;
        }

        int aliens = 1 << (None >> ValueBits) | alphabet switch
        {
            Base64Alphabet.Standard => 1 << (Url >> ValueBits),
            Base64Alphabet.Url => 1 << (Standard >> ValueBits),
            _ => 0,
        };
        uint bits = 0;
        int place = 0;
        foreach (byte character in text[..length])
        {
            int index = character - '+';
            byte value = (uint)index < (uint)Values.Length ? Values[index] : None;
            if ((aliens >> (value >> ValueBits) & 1) != 0)
            {
                return false;
            }

            bits = bits << ValueBits | value & (1U << ValueBits) - 1;
            if (place != 0)
            {
                if (written < destination.Length)
                {
                    destination[written] = (byte)(bits >> 6 - 2 * place);
                }

                written++;
            }

            place = (place + 1) % GroupLength;
        }

        // What the last character has beyond the last byte is zero.
        return rest == 0 || (bits & (rest == 2 ? 0xFU : 3U)) == 0;
    }
}
