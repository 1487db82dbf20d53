using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace Ipso.Generator.Tests.Support;

/// <summary>The ways to damage a definition. Most leave it well-formed: what is not XML is soon refused, and shows little.</summary>
internal static partial class XmlDamage
{
    private static readonly string[] s_encodingNames = ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "utf-7", "no-such-encoding", ""];

    private static readonly string[] s_scraps =
    [
        "<", ">", "</", "/>", "&", "&#x0;", "&#xD800;", "&#x2028;", "&amp;", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE a>", "<?",
        "<?a b?>", "\0", "\uD800",
        "\u0085", "\u2028", "\uFFFF", "\uFEFF", "\"", "..", "-", "9999999999", "<Object>", "</Object>", "<Item ID=\"1\">", "</Item>",
        "<Resources>",
        "<Name>", "", "\r", "\t", "é", "<ObjectID>1</ObjectID>", "xmlns=\"urn:a\"", "a:b",
    ];

    private static readonly string[] s_names =
    [
        "class", "event", "record", "required", "field", "value", "_", "__", "1", "12 34", "1st", "Object", "String", "System", "Ipso",
        "global::Ipso",
        "Equals", "Get Type", "To String", "Has", "Set", "Info", "Keys", "Resource Ids", "Values", "Create", "Definition", "Object Id",
        "Instance Id", "W", "R", "T",
        "get_Info", "@class", "\\u0041", "{0}", "{{", "\"\"\"", "$\"{", "\"", "\\", "*/", "//", "#if", "#pragma", "</summary>",
        "<see cref=\"X\"/>", "]]>", "--", "&lt;",
        "K", "\u212A", "Ω", "\u2126", "Å", "\u212B", "ß", "\u1E9E", "\u0130d", "Id", "\u0131d", "\u01C5", "漢字", "ไทย", "\u0301a",
        "a\u200Db", "a\u00ADb",
        "\U0001D4B3", "\u0661", "a\u0085b", "a\u2028b", "\u007F", "", " ", ".", "Temperature", "Sensor Value", "sensor value",
        "SENSOR VALUE", "Sensor-Value",
        .. new[] { 200, 250, 511, 512, 1020, 1024, 2000 }.Select(length => new string('x', length)), new('é', 600), new('Z', 100_000),
        string.Concat(Enumerable.Repeat("a b ", 25_000)), new('\'', 100_000), new('<', 10_000),
    ];

    private static readonly string[] s_numbers =
    [
        "-1", "0", "1", "5700", "65534", "65535", "65536", "4294967296", "99999999999999999999", "+5", "05", "5.0", " 5 ", "\u0663", "",
        "x", "1.1", "1.1.1",
        "65535.65535", "1.65536", "1.\u0663", "0.0", "1e3", new('9', 100_000),
    ];

    private static readonly string[] s_ranges =
    [
        "..", "0..", "..5", "5..1", "-0..-0", "+1..+2", "0..1e400",
        "0..1" + new string('0', 400), "0..1" + new string('0', 308), "0..1" + new string('0', 305),
        "-1" + new string('0', 305) + "..-0." + new string('0', 400) + "1", "NaN..NaN", "-Infinity..Infinity", "0x0..0xF",
        "0." + new string('0', 100_000) + "1..1",
        "9007199254740992..9007199254740993", "-1..-1", "-5..5", "0..255", "0..18446744073709551615",
        "-9223372036854775808..9223372036854775807", "1,2,3", "0,1",
        "a,b,\"c\"", "0...5", "0.. 5", "0..1..2", "0-255 bytes", "1..64 bytes", "0.1..0.2", "1.5..2.5", "\u0660..\u0669", "1..2 3..4",
        "0..1; 5", "0: off, 1: on",
        new('1', 100_000), string.Join(",", Enumerable.Range(0, 5000)), "\uFF10..\uFF19",
    ];

    private static readonly string[] s_words =
    [
        "", "R", "W", "RW", "E", "RWE", "r w", "N/A", "String", "Integer", "Unsigned Integer", "Float", "Boolean", "Opaque", "Time",
        "Objlnk", "Corelnk", "None",
        "Strıng", "Single", "Multiple", "Mandatory", "Optional", "MULTIPLE", "true",
    ];

    private static readonly string s_bomb = "<!DOCTYPE LWM2M [<!ENTITY lol0 \"lol\">"
        + string.Concat(
            from n in Enumerable.Range(1, 9)
            select $"<!ENTITY lol{n} \"{string.Concat(Enumerable.Repeat($"&lol{n - 1};", 10))}\">")
        + "]>";

    private static readonly (string Name, int Weight, Func<string, Random, XmlFile[], string> Change)[] s_changes =
    [
        ("truncate", 1, static (text, random, _) => text[..random.Next(text.Length + 1)]),
        ("flip characters", 2, static (text, random, _) => Repeat(text, random, 5, FlipCharacter)),
        ("cut", 2, static (text, random, _) => Span(text, random, 200, static (text, at, length) => text.Remove(at, length))),
        ("double a span", 2,
            static (text, random, _) => Span(text, random, 400, static (text, at, length) => text.Insert(at, text.Substring(at, length)))),
        ("insert a scrap", 2, static (text, random, _) => Repeat(text, random, 3, InsertScrap)),
        ("splice", 2, Splice),
        ("entity bomb", 1,
            static (text, _, _) => s_bomb + Declaration().Replace(text, "").Replace("<Name>", "<Name>&lol9;", StringComparison.Ordinal)),
        ("DTD", 1, static (text, _, _) => "<!DOCTYPE LWM2M SYSTEM \"file:///etc/passwd\">" + Declaration().Replace(text, "")),
        ("another declaration", 1,
            static (text, random, _) =>
                $"<?xml version=\"1.{random.Next(3)}\" encoding=\"{Any(random, s_encodingNames)}\"?>" + Declaration().Replace(text, "")),
        ("another text", 12, static (text, random, _) => Repeat(text, random, 6, ReplaceText)),
        ("another attribute", 3,
            static (text, random, _) =>
                Match(text, random, Attribute(), found => $" {found.Groups[1].Value}=\"{Escape(Any(random, s_numbers))}\"")),
        ("double an attribute", 1, static (text, random, _) => Match(text, random, Attribute(), static found => found.Value + found.Value)),
        ("double an element", 4, static (text, random, _) => Match(text, random, Leaf(), static found => found.Value + found.Value)),
        ("delete elements", 4,
            static (text, random, _) => Repeat(text, random, 4, static (text, random) => Match(text, random, Leaf(), static _ => ""))),
        ("rename an element", 2,
            static (text, random, _) =>
                Match(text, random, Leaf(), static found => found.Value.Replace(found.Groups[1].Value, "Other", StringComparison.Ordinal))),
        ("delete an item", 2, static (text, random, _) => Match(text, random, Item(), static _ => "")),
        ("double an item", 2,
            static (text, random, _) => Match(text, random, Item(), found => Items(found.Value, random, random.Next(1, 8)))),
        ("nest", 3, static (text, random, _) => Nest(text, random, random.Next(1, 40))),
        ("nest very deep", 1, static (text, random, _) => random.Next(20) == 0 ? Nest(text, random, 10_000) : Nest(text, random, 200)),
        ("very many items", 1,
            static (text, random, _) => Match(text, random, Item(), found => Items(found.Value, random, random.Next(60) == 0 ? 500 : 20))),
    ];

    private static readonly (string Name, Func<string, Random, byte[]> Encode)[] s_encodings =
    [
        ("as UTF-8 with a mark", static (text, _) => Marked(text, Encoding.UTF8)),
        ("as UTF-16", static (text, _) => Encoding.Unicode.GetBytes(text)),
        ("as UTF-16 with a mark", static (text, _) => Marked(text, Encoding.Unicode)),
        ("as big-endian UTF-16 with a mark", static (text, _) => Marked(text, Encoding.BigEndianUnicode)),
        ("as UTF-32 with a mark", static (text, _) => Marked(text, Encoding.UTF32)),
        ("as Latin-1", static (text, _) => Encoding.Latin1.GetBytes(text)),
        ("as UTF-8 behind the mark of UTF-16", static (text, _) => [0xFF, 0xFE, .. Encoding.UTF8.GetBytes(text)]),
        ("as UTF-16 behind the mark of UTF-8", static (text, _) => [0xEF, 0xBB, 0xBF, .. Encoding.Unicode.GetBytes(text)]),
        ("as UTF-8 with flipped bytes", FlipBytes),
        ("as UTF-8, cut anywhere",
            static (text, random) => Encoding.UTF8.GetBytes(text) is var bytes ? bytes[..random.Next(bytes.Length + 1)] : []),
    ];

    private static readonly int s_totalWeight = s_changes.Sum(change => change.Weight);

    public static (string Name, Func<string, Random, XmlFile[], string> Change) Pick(Random random)
    {
        int at = random.Next(s_totalWeight);
        foreach (var (name, weight, change) in s_changes)
        {
            if ((at -= weight) < 0)
            {
                return (name, change);
            }
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    public static (string Name, Func<string, Random, byte[]> Encode) PickEncoding(Random random) => Any(random, s_encodings);

    /// <summary>Leaves two of the items, neighbours, whichever they are.</summary>
    public static string KeepFewItems(string text, Random random)
    {
        int items = Item().Count(text);
        int first = random.Next(Math.Max(items, 1)), i = 0;
        return Item().Replace(text, found => (i++ - first + items) % items is 0 or 1 ? found.Value : "");
    }

    private static string FlipCharacter(string text, Random random) =>
        Span(text, random, 1, (text, at, length) =>
            text.Remove(at, length).Insert(at, ((char)random.Next(random.Next(2) == 0 ? 128 : 65536)).ToString()));

    private static string InsertScrap(string text, Random random) => text.Insert(random.Next(text.Length + 1), Any(random, s_scraps));

    private static string Splice(string text, Random random, XmlFile[] files)
    {
        string other = Any(random, files).Content;
        if (random.Next(2) == 0)
        {
            return text[..random.Next(text.Length + 1)] + other[random.Next(other.Length)..];
        }

        // At the joints: an item of the other among ours, or the other's object beside ours.
        string guest = random.Next(2) == 0 ? Item().Match(other, random.Next(other.Length)).Value : Object().Match(other).Value;
        string joint = guest.StartsWith("<Item", StringComparison.Ordinal) ? "</Resources>" : "</LWM2M>";
        int host = text.IndexOf(joint, StringComparison.Ordinal);
        return host < 0 ? text : text.Insert(host, guest);
    }

    // A text that suits the element, or does not: other names, numbers, ranges and words than anybody would write.
    private static string ReplaceText(string text, Random random) => Match(text, random, Leaf(), found =>
    {
        string name = found.Groups[1].Value;
        string[] values = random.Next(8) == 0 ? Any(random, [s_names, s_numbers, s_ranges, s_words]) : name switch
        {
            "RangeEnumeration" => s_ranges,
            "ObjectID" or "ObjectVersion" or "LWM2MVersion" => s_numbers,
            "Type" or "Operations" or "MultipleInstances" or "Mandatory" => s_words,
            _ => s_names,
        };
        string value = Any(random, values);

        // What is too long is seldom tried: it teaches the same each time, and costs more.
        value = value.Length > 3000 && random.Next(10) > 0 ? value[..random.Next(3000)] : value;
        return $"<{name}>{(random.Next(20) == 0 ? value : Escape(value))}</{name}>";
    });

    private static string Nest(string text, Random random, int depth) => Match(text, random, Leaf(), found =>
    {
        string name = found.Groups[1].Value;
        string open = string.Concat(Enumerable.Repeat("<b>", depth)), close = string.Concat(Enumerable.Repeat("</b>", depth));
        return $"<{name}>{open}{found.Groups[2].Value}{close}</{name}>";
    });

    private static string Items(string item, Random random, int count) => string.Concat(Enumerable.Repeat(item, count)
        .Select((one, i) => Id().Replace(one, $"ID=\"{(i == 0 ? "$1" : random.Next(65536))}\"", 1)));

    private static byte[] FlipBytes(string text, Random random)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int n = random.Next(1, 5); n > 0 && bytes.Length > 0; n--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private static byte[] Marked(string text, Encoding encoding) => [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];

    private static string Span(string text, Random random, int most, Func<string, int, int, string> change)
    {
        int at = random.Next(text.Length + 1);
        return change(text, at, random.Next(Math.Min(most, text.Length - at) + 1));
    }

    private static string Repeat(string text, Random random, int most, Func<string, Random, string> change)
    {
        for (int n = random.Next(1, most + 1); n > 0; n--)
        {
            text = change(text, random);
        }

        return text;
    }

    private static string Match(string text, Random random, Regex what, Func<Match, string> change)
    {
        Match found = what.Match(text, random.Next(text.Length + 1));
        return found.Success ? text.Remove(found.Index, found.Length).Insert(found.Index, change(found)) : text;
    }

    private static T Any<T>(Random random, T[] items) => items[random.Next(items.Length)];

    private static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>An element without children.</summary>
    [GeneratedRegex(@"<(\w+)\s*(?:/>|>([^<]*)</\1\s*>)")]
    private static partial Regex Leaf();

    [GeneratedRegex(@"<Item\b.*?</Item>", RegexOptions.Singleline)]
    private static partial Regex Item();

    [GeneratedRegex(@"<Object\b.*</Object>", RegexOptions.Singleline)]
    private static partial Regex Object();

    [GeneratedRegex(@"\s(\w+)=""[^""<>]*""")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"ID=""([^""]*)""")]
    private static partial Regex Id();

    [GeneratedRegex(@"^\s*<\?xml.*?\?>", RegexOptions.Singleline)]
    private static partial Regex Declaration();
}
