namespace Ipso.Buffers;

/// <summary>A few bytes in hexadecimal, for people. The platform's way is for many, and is six times as long in a native program.</summary>
internal static class HexText
{
    /// <summary>Two digits for each byte, in lower case.</summary>
    internal static string Of(ReadOnlySpan<byte> bytes)
    {
        char[] digits = new char[2 * bytes.Length];
        for (int i = 0; i < digits.Length; i++)
        {
            digits[i] = "0123456789abcdef"[(i & 1) == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15];
        }

        return new(digits);
    }
}
