namespace Ipso.Buffers;

/// <summary>
/// A set of ASCII characters, a bit for each. For texts of few bytes, which it looks through one by one: a native program that searches by
/// the platform's SearchValues has its variants for all kinds of sets in it, 8 KB.
/// </summary>
internal readonly struct AsciiSet
{
    private readonly ulong _low;
    private readonly ulong _high;

    /// <summary>A set of some characters.</summary>
    /// <param name="characters">They, in ASCII.</param>
    internal AsciiSet(ReadOnlySpan<byte> characters)
        : this(0, 0, characters)
    {
    }

    private AsciiSet(ulong low, ulong high, ReadOnlySpan<byte> characters)
    {
        foreach (byte character in characters)
        {
            ulong bit = 1UL << (character & 63);
            low |= character < 64 ? bit : 0;
            high |= character < 64 ? 0 : bit;
        }

        _low = low;
        _high = high;
    }

    /// <summary>The letters and digits.</summary>
    internal static AsciiSet AlphaDigit => new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);

    /// <summary>This set with more characters.</summary>
    /// <param name="characters">They, in ASCII.</param>
    // By words, not by sets: a native compiler then has every set that is made of constants ready in the program.
    internal AsciiSet With(ReadOnlySpan<byte> characters) => new(_low, _high, characters);

    /// <summary>Whether a text has no other characters.</summary>
    /// <param name="text">The text, of any bytes.</param>
    internal bool HasAll(ReadOnlySpan<byte> text) => CountIn(text) == text.Length;

    /// <summary>How many of them a text begins with.</summary>
    /// <param name="text">The text, of any bytes.</param>
    internal int CountIn(ReadOnlySpan<byte> text)
    {
        int count = 0;
        while (count < text.Length && Has(text[count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>Whether it has a character.</summary>
    internal bool Has(byte b) => b < 128 && ((b < 64 ? _low : _high) >> (b & 63) & 1) != 0;
}
