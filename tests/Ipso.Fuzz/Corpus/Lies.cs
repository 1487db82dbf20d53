using System.Text;

namespace Ipso.Fuzz.Corpus;

/// <summary>Pieces that a decoder trips over if it trips: of each dialect what opens, closes, counts and claims.</summary>
internal static class Lies
{
    private static readonly byte[][] s_numbers = Texts(
        "0", "00", "1", "255", "256", "65534", "65535", "65536", "2147483648", "4294967295", "4294967296", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "1e308",
        "1e309", "253402300800");

    private static readonly byte[][] s_text =
        [.. s_numbers, .. Texts(
            "/", "//", ":", ",", "'", "='", "0='", "\"", "<", ">", ";", "=", "\0", "+", "-", "-0", "-0.0", "0.", ".5", "NaN", "Infinity",
            "-62135596801", "\u00e9", "\ud7ff", "AA==", "A", " ")];

    private static readonly byte[][] s_json =
        [.. s_numbers, .. Texts(
            "[", "]", "{", "}", "\"", "\\", "\\\"", "\\u", "\\u0000", "\\u00", "\\ud800", "\\ud83d\\ude00", "\\udc00", "\\n", "\\x", ",",
            ":", ",,", "null", "true", "false", "tru", "-", "-0.0", "0", "01", "1e999", "1e-999", "1E+5", "9007199254740993",
            "18446744073709551616", "-9223372036854775809", "0.1e1", "0.", ".5", "123456789012345678901234567890", "{}", "[]", "{\"",
            "\":", "\"n\":", "\"bn\":\"/", "\"v\":", "\"vs\":", "\"vd\":\"", "\"vlo\":\"", "\"vb\":", "\"bver\":11", "\"x_\":1",
            "\"e\":[", "\"u\":1", "\n", "\t", "\u2028", "\0")];

    private static readonly byte[][] s_cbor = Hexes(
        "ff", "9f", "bf", "5f", "7f", "80", "81", "98ff", "99ffff", "9affffffff", "9bffffffffffffffff", "9b7fffffffffffffff", "a0",
        "a1", "b8ff", "baffffffff", "bbffffffffffffffff", "bb8000000000000000", "40", "41", "58ff", "59ffff", "5a7fffffff",
        "5affffffff", "5bffffffffffffffff", "60", "78ff", "7a80000000", "7b7fffffffffffffff", "7bffffffffffffffff", "00", "17",
        "18ff", "1800", "19ffff", "1affffffff", "1bffffffffffffffff", "1b7fffffffffffffff", "20", "3bffffffffffffffff",
        "3b7fffffffffffffff", "c0", "c1", "c4", "c482", "c48200", "d9d9f7", "f4", "f5", "f6", "f7", "f800", "f820", "f97e00",
        "f97c00", "f9fc00", "fa7fc00000", "fb7ff0000000000000", "fb7fefffffffffffff", "fb0000000000000001", "1c", "3e", "5d", "fc",
        "fe", "0002", "03", "04", "08", "21", "a20064", "a10363", "63766c6f", "61ff");

    private static readonly byte[][] s_tlv = Hexes(
        "00", "07", "08", "10", "18", "1f", "20", "38", "40", "47", "48", "58", "78", "80", "87", "88", "98", "a0", "b8", "c0", "c1",
        "c7", "c8", "d8", "e0", "f8", "ff", "c8ffff", "e8ffffff", "d800ffff", "d80000", "d8000001", "f8ffffffffff", "f80000ffffff",
        "08000000", "0800ff", "88ffff", "8800ff", "8600", "8065", "4100", "41ff01", "ffff", "ffffff", "7fffffff", "80000000",
        "c00000", "c40041", "8000", "a800ff", "28ffffff");

    private static readonly byte[][] s_coap = Hexes(
        "40", "41", "48", "4f", "50", "60", "70", "80", "ff", "00", "01", "0f", "d0", "d000", "d0ff", "dd", "ddffff", "e0", "e00000",
        "e0ffff", "ee", "eeffffffff", "eefeeffeef", "f0", "0d", "0dff", "0e", "0effff", "0e0000", "b1", "b161", "c2ffff", "60",
        "6103", "ffff", "ff00", "44", "7f");

    private static readonly byte[][] s_openers =
        [.. Texts("[", "{\"a\":", "[{", "\"", "\\", "'", "/", "/1", "(", "0", "9", "1,"), .. Hexes(
            "81", "9f", "bf", "a100", "bf00", "c1", "c4", "5f", "7f", "d9ffff", "a1", "80", "880008", "080001", "00", "ff", "dd0000",
            "10", "e1")];

    /// <summary>Pieces of a dialect.</summary>
    internal static ReadOnlySpan<byte[]> Of(Dialect dialect) => dialect switch
    {
        Dialect.Json => s_json,
        Dialect.Cbor => s_cbor,
        Dialect.Tlv => s_tlv,
        Dialect.Coap => s_coap,
        _ => s_text,
    };

    /// <summary>Pieces that may stand in themselves: repeated they nest, or look as if they did.</summary>
    internal static ReadOnlySpan<byte[]> Openers => s_openers;

    /// <summary>Decimal numbers at the edges of what holds them.</summary>
    internal static ReadOnlySpan<byte[]> Numbers => s_numbers;

    private static byte[][] Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    private static byte[][] Hexes(params string[] texts) => [.. texts.Select(Convert.FromHexString)];
}
