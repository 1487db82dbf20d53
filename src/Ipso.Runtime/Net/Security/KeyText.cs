using System.Security.Cryptography;
using System.Text;

namespace Ipso.Net.Security;

/// <summary>How a key is written as text.</summary>
public enum KeyEncoding
{
    /// <summary>Hexadecimal digits, of either case, perhaps with <c>0x</c> in front of them.</summary>
    Hex,

    /// <summary>Base64 (RFC 4648, 4).</summary>
    Base64,

    /// <summary>The UTF-8 of the text is the key.</summary>
    Text,
}

/// <summary>Keys that are written as text.</summary>
public static class KeyText
{
    /// <summary>Reads a key. White space around it does not count, but for <see cref="KeyEncoding.Text"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encoding">How it is written.</param>
    /// <returns>The key, 1 byte at least. Its owner clears it.</returns>
    /// <exception cref="FormatException">It is not written like that, or empty. The message holds nothing of it.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text, KeyEncoding encoding)
    {
        if (encoding == KeyEncoding.Text)
        {
            return text.IsEmpty ? throw new FormatException("The key is empty.") : GetBytes(text);
        }

        text = text.Trim();
        if (encoding == KeyEncoding.Hex && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            text = text[2..];
        }

        if (text.IsEmpty)
        {
            throw new FormatException("The key is empty.");
        }

        try
        {
            return encoding == KeyEncoding.Hex ? Convert.FromHexString(text) : FromBase64(text, new byte[(text.Length / 4 * 3) + 3]);
        }
        catch (FormatException)
        {
            // The platform's message may say what stands there.
            throw new FormatException($"The key is not written as {encoding}.");
        }
    }

    private static byte[] GetBytes(ReadOnlySpan<char> text)
    {
        byte[] key = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, key);
        return key;
    }

    /// <summary>Reads Base64.</summary>
    /// <param name="text">The text.</param>
    /// <param name="room">Where it is read to, three bytes for each four characters and three more; cleared, whatever comes of it.</param>
    /// <exception cref="FormatException">It is no Base64, or empty.</exception>
    internal static byte[] FromBase64(ReadOnlySpan<char> text, Span<byte> room)
    {
        try
        {
            return Convert.TryFromBase64Chars(text, room, out int length) && length > 0 ? room[..length].ToArray() : throw new FormatException();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(room);
        }
    }
}
