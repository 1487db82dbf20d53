using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ipso.Coap;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>
/// Generators of payloads in the usual form and just outside of it. Bytes are written as the characters of the same numbers.
/// </summary>
internal static partial class UsualPacks
{
    private const int MaxChanges = 3;

    private static readonly Gen<ulong> s_magnitude =
        from bits in Gen.Choose(int.MinValue, int.MaxValue).Two()
        from shift in Gen.Choose(0, 63)
        select (((ulong)(uint)bits.Item1 << 32) | (uint)bits.Item2) >> shift;

    private static readonly Gen<string> s_id = Gen.Frequency(
        (40, Gen.Choose(0, 99)), (40, Gen.Choose(1000, 9999)), (10, Gen.Choose(100, 999)), (2, Gen.Choose(10_000, 65_535)),
        (1, Gen.Elements(0, 9, 10, 65_534, 65_535, 65_536, 99_999))).Select(Invariant);

    private static readonly Gen<string> s_name =
        from resource in s_id
        from instance in s_id
        from form in Gen.Frequency(
            (24, Gen.Constant("{0}")), (16, Gen.Constant("{0}/{1}")),
            (1, Gen.Elements("0{0}", "{0}/", "/{0}", "{0}/0{1}", "{0}/{1}/1", "")))
        select string.Format(CultureInfo.InvariantCulture, form, resource, instance);

    private static readonly Gen<string> s_baseName =
        from ids in s_id.Two()
        from form in Gen.Frequency(
            (40, Gen.Constant("/{0}/{1}/")), (1, Gen.Elements("/{0}/{1}", "{0}/{1}/", "/{0}/", "//{0}/", "/0{0}/{1}/", "/{0}/{1}/6/")))
        select string.Format(CultureInfo.InvariantCulture, form, ids.Item1, ids.Item2);

    // Pieces of text: of a byte each, of several, with escapes, and what is no UTF-8 or no JSON.
    private static readonly Gen<string> s_ascii = Gen.Choose(0x20, 0x7E).Select(c => c is '"' or '\\' ? "x" : ((char)c).ToString());
    private static readonly Gen<string> s_beyond = Gen.Elements("é", "ÿ", "漢", "\u2028", "\U0001F600", "\u007F").Select(Bytes);
    private static readonly Gen<string> s_odd =
        Gen.Elements("\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\ud800", "\"", "\\", "\0", "\n", "\x1F", "\x80", "\xFF", "\xC3");

    /// <summary>Texts of every length from 0 to 70, most of them as they are everywhere.</summary>
    private static readonly Gen<string> s_text =
        from length in Gen.Frequency((3, Gen.Choose(0, 24)), (4, Gen.Choose(0, 70)))
        from pieces in Gen.Frequency(
            (12, s_ascii), (6, Gen.Frequency((6, s_ascii), (1, s_beyond))), (1, Gen.Frequency((20, s_ascii), (1, s_odd)))).ArrayOf(length)
        select string.Concat(pieces);

    private static readonly Gen<string> s_jsonNumber =
        from sign in Gen.Frequency((3, Gen.Constant("")), (1, Gen.Constant("-")))
        from whole in Gen.Frequency(
            (6, s_magnitude.Select(Invariant)), (30, s_magnitude.Select(magnitude => Invariant(magnitude >> 20))),
            (1, Gen.Elements("", "00", "01")))
        from fraction in Gen.Frequency((24, Gen.Constant("")), (12, Fraction(6)), (2, Fraction(20)), (1, Gen.Constant(".")))
        from exponent in Gen.Frequency((40, Gen.Constant("")), (1, Gen.Elements("e0", "E+3", "e-7", "e400", "e-400", "e", "E+")))
        select sign + whole + fraction + exponent;

    private static readonly Gen<string> s_jsonField = Gen.Frequency(
        (20, s_jsonNumber.Select(number => $"\"v\":{number}")),
        (16, s_text.Select(text => $"\"vs\":\"{text}\"")),
        (3, Gen.Elements("true", "false", "true", "false", "false", "null", "True", "tru", "1").Select(boolean => $"\"vb\":{boolean}")),
        (3, s_text.Select(text => $"\"vd\":\"{text}\"")),
        (3, s_id.Two().Select(ids => $"\"vlo\":\"{ids.Item1}:{ids.Item2}\"")),
        (1, Gen.Elements("\"v\":", "\"vx\":1", "\"t\":5,\"v\":1", "\"v\":1,\"vs\":\"\"",
            "\"v\":null", "\"s\":1", "\"u\":\"Cel\",\"v\":1")));

    private static readonly Gen<string> s_cborField = Gen.Frequency(
        (16, Heads(0, 1).Select(head => "\x02" + head)),
        (10, Floats().Select(number => "\x02" + number)),
        (16, Strings(3).Select(text => "\x03" + text)),
        (3, Gen.Elements("\xF4", "\xF5", "\xF4", "\xF5", "\xF6", "\x01").Select(boolean => "\x04" + boolean)),
        (3, Strings(2).Select(bytes => "\x08" + bytes)),
        (3, s_id.Two().Select(ids => "\x63vlo" + CborText($"{ids.Item1}:{ids.Item2}"))),
        (1, Gen.Elements("\x02\xC1\x05", "\x02\xC4\x82\x20\x05", "\x02\xF7", "\x02\x1C",
            "\x03\x7F\x61" + "a\xFF", "\x18\x02\x01", "\x05\x01")));

    /// <summary>Payloads, of which about half are in the usual form.</summary>
    internal static Arbitrary<byte[]> Of(ContentFormat format) => Changed(format switch
    {
        ContentFormat.SenMLCbor => s_cbor,
        ContentFormat.SenMLJson => s_json,
        ContentFormat.Tlv => Tlv(),
        _ => LwM2MCbor(),
    }).ToArbitrary();

    private static readonly Gen<string> s_json =
        from baseName in s_baseName
        from records in Records(s_jsonField)
        from form in Gen.Frequency((40, Gen.Constant(0)), (1, Gen.Elements(1, 2)))
        let pack = "[{\"bn\":\"" + baseName + "\"," + string.Join(",{", records.Select(record => JsonRecord(record, form))) + "]"
        from spaces in Gen.Frequency((12, Gen.Constant(-1)), (1, Gen.Choose(0, pack.Length)))
        select spaces < 0 ? pack : pack.Insert(spaces, " ");

    private static readonly Gen<string> s_cbor =
        from baseName in s_baseName
        from records in Records(s_cborField)
        from isReversed in Gen.Frequency((40, Gen.Constant(false)), (1, Gen.Constant(true)))
        from wrong in Gen.Frequency((40, Gen.Constant(0)), (1, Gen.Elements(-1, 1, 100)))
        from width in Gen.Frequency((12, Gen.Constant(0)), (1, Gen.Choose(24, 27)))
        let count = (ulong)Math.Max(0, records.Length + wrong)
        let maps = records.Select((record, i) => CborRecord(record, isReversed, i == 0 ? "\x21" + CborText(baseName) : ""))
        select Head(4, count, width) + string.Concat(maps);

    private static string JsonRecord((string Name, string Field) record, int form) => form switch
    {
        0 => $"\"n\":\"{record.Name}\",{record.Field}}}",
        1 => $"{record.Field},\"n\":\"{record.Name}\"}}",
        _ => $"\"\\u006e\":\"{record.Name}\",{record.Field}}}",
    };

    private static string CborRecord((string Name, string Field) record, bool isReversed, string before)
    {
        string name = "\0" + CborText(record.Name);
        return (before.Length == 0 ? "\xA2" : "\xA3") + before + (isReversed ? record.Field + name : name + record.Field);
    }

    private static Gen<(string Name, string Field)[]> Records(Gen<string> field) =>
        from count in Gen.Choose(1, 5)
        from records in (from name in s_name from value in field select (name, value)).ArrayOf(count)
        select records;

    // As it is, or with a few bytes that are others, gone, one more or doubled; or cut.
    private static Gen<byte[]> Changed(Gen<string> packs) =>
        from pack in packs
        from count in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(1, MaxChanges)))
        from changes in Gen.Choose(0, int.MaxValue).Two().ArrayOf(count)
        select ToBytes(changes.Aggregate(pack, (text, change) => Change(text, change.Item1, change.Item2)));

    private static string Change(string text, int kind, int where)
    {
        int at = where % (text.Length + 1);
        string rest = text[at..];
        char other = (char)(kind >> 8 & 0xFF);
        return (kind % 6) switch
        {
            _ when rest.Length == 0 => text + other,
            0 => text[..at] + (char)(rest[0] ^ 1 << (other & 7)) + rest[1..],
            1 => text[..at] + other + rest[1..],
            2 => text[..at] + other + rest,
            3 => text[..at] + rest[1..],
            4 => text[..at] + rest[0] + rest,
            _ => text[..at],
        };
    }

    private static Gen<string> Fraction(int most) =>
        from count in Gen.Choose(1, most)
        from digits in Gen.Choose('0', '9').ArrayOf(count)
        select "." + string.Concat(digits.Select(digit => (char)digit));

    private static Gen<string> Heads(params int[] majors) =>
        from major in Gen.Elements(majors)
        from argument in s_magnitude
        from width in Width
        select Head(major, argument, width);

    private static Gen<string> Strings(int major) =>
        from text in s_text
        from more in Gen.Frequency((12, Gen.Constant(0)), (1, Gen.Choose(150, 300)))
        from width in Width
        let whole = text.PadRight(more, 'p')
        select Head(major, (ulong)whole.Length, width) + whole;

    // Half, single and double precision, whatever the bits.
    private static Gen<string> Floats() =>
        from argument in s_magnitude
        from width in Gen.Choose(25, 27)
        from edge in Gen.Frequency((4, Gen.Constant(0UL)), (1, Gen.Elements(0x7C00UL, 0xFC00UL, 0x7E00UL, 0x8000UL, 0x0001UL)))
        select Head(7, edge == 0 ? argument : edge << (width == 25 ? 0 : width == 26 ? 16 : 48), width);

    private static Gen<int> Width => Gen.Frequency((12, Gen.Constant(0)), (1, Gen.Choose(24, 27)));

    private static string CborText(string text) => Head(3, (ulong)text.Length, 0) + text;

    // The shortest head, or one of a width; an argument that is too wide for it loses its upper bytes.
    private static string Head(int major, ulong argument, int width)
    {
        int information = width > 0 ? width
            : argument < 24 ? (int)argument
            : argument <= byte.MaxValue ? 24
            : argument <= ushort.MaxValue ? 25
            : argument <= uint.MaxValue ? 26 : 27;
        StringBuilder head = new();
        head.Append((char)(major << 5 | information));
        for (int bytes = information < 24 ? 0 : 1 << information - 24; bytes > 0; bytes--)
        {
            head.Append((char)(argument >> 8 * (bytes - 1) & 0xFF));
        }

        return head.ToString();
    }

    private static byte[] ToBytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Bytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static string Invariant<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
