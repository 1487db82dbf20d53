using System.Text;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Payloads;

/// <summary>Bytes as somebody hands them to a command: in hexadecimal digits, as text where they are that, in a file, or on the standard input.</summary>
internal static class PayloadInput
{
    /// <summary>Reads them.</summary>
    /// <param name="input">Hexadecimal digits, a file, <c>-</c>, or for a format of text the text itself.</param>
    /// <param name="isText">Whether the payload is text.</param>
    /// <exception cref="Fault">It is none of these.</exception>
    public static byte[] Read(string input, bool isText)
    {
        if (input == "-")
        {
            using Stream stream = Console.OpenStandardInput();
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            return OfFile(bytes.ToArray(), isText);
        }

        if (File.Exists(input))
        {
            try
            {
                return OfFile(File.ReadAllBytes(input), isText);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Fault.Disk($"'{input}' cannot be read", e);
            }
        }

        return TryHex(input) is { } hex && (!isText || input.StartsWith("0x", StringComparison.Ordinal)) ? hex
            : isText ? Encoding.UTF8.GetBytes(input)
            : throw Fault.Usage(
                $"'{Shortened(input)}' is neither a file nor hexadecimal digits; write an even number of them, a file, or - for the standard input");
    }

    /// <summary>Hexadecimal digits as bytes: with blanks, colons or <c>0x</c>, as tools print them; null where they are none.</summary>
    public static byte[]? TryHex(string text)
    {
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        digits = string.Concat(digits.Where(static c => !char.IsWhiteSpace(c) && c != ':'));
        return digits.Length > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }

    // A dump of digits in a file is as usual as the bytes themselves; no format that is not text consists of digits.
    private static byte[] OfFile(byte[] content, bool isText) => isText ? content : TryHex(Encoding.Latin1.GetString(content)) ?? content;

    private static string Shortened(string text) => text.Length > 40 ? text[..40] + "..." : text;
}
