using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Ipso.Generator.Registry;

// What people write for a unit, and what they will have meant.
internal static partial class SenMLUnits
{
    // Signs and abbreviations, where the letter case tells one from another.
    private static readonly Dictionary<string, string> s_signs = new(StringComparer.Ordinal)
    {
        ["°"] = "deg", ["°C"] = "Cel", ["℃"] = "Cel", ["c"] = "Cel", ["Ω"] = "Ohm", ["\u2126"] = "Ohm", ["‰"] = "/1000",
        ["a"] = "A", ["k"] = "K", ["v"] = "V", ["w"] = "W", ["j"] = "J", ["n"] = "N", ["M"] = "m", ["L"] = "l",
        ["b"] = "bit", ["b/s"] = "bit/s", ["bps"] = "bit/s", ["Bps"] = "B/s",
        ["KB"] = "KiB", ["kB"] = "KiB", ["Mb/s"] = "Mbit/s", ["Mbps"] = "Mbit/s", ["MBps"] = "MB/s",
    };

    // Words in the singular, in any letter case.
    private static readonly Dictionary<string, string> s_words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["meter"] = "m", ["metre"] = "m", ["millimeter"] = "mm", ["millimetre"] = "mm", ["centimeter"] = "cm", ["centimetre"] = "cm",
        ["kilometer"] = "km", ["kilometre"] = "km", ["kmh"] = "km/h", ["kph"] = "km/h", ["kmph"] = "km/h", ["mps"] = "m/s",
        ["kilogram"] = "kg", ["gram"] = "g", ["liter"] = "l", ["litre"] = "l",
        ["sec"] = "s", ["second"] = "s", ["min"] = "min", ["minute"] = "min", ["hr"] = "h", ["hour"] = "h",
        ["msec"] = "ms", ["millisecond"] = "ms", ["hertz"] = "Hz", ["megahertz"] = "MHz",
        ["amp"] = "A", ["ampere"] = "A", ["milliamp"] = "mA", ["milliampere"] = "mA", ["volt"] = "V", ["millivolt"] = "mV",
        ["watt"] = "W", ["kilowatt"] = "kW", ["ohm"] = "Ohm", ["coulomb"] = "C", ["farad"] = "F", ["joule"] = "J",
        ["celsius"] = "Cel", ["centigrade"] = "Cel", ["degC"] = "Cel", ["degreeCelsius"] = "Cel", ["degreesCelsius"] = "Cel",
        ["kelvin"] = "K", ["degree"] = "deg", ["radian"] = "rad", ["latitude"] = "lat", ["longitude"] = "lon",
        ["pascal"] = "Pa", ["hectopascal"] = "hPa", ["mbar"] = "hPa", ["newton"] = "N", ["lux"] = "lx", ["lumen"] = "lm",
        ["candela"] = "cd", ["db"] = "dB", ["decibel"] = "dB", ["dbm"] = "dBm", ["dbw"] = "dBW",
        ["percent"] = "/100", ["percentage"] = "/100", ["pct"] = "/100", ["permille"] = "/1000", ["ratio"] = "/",
        ["byte"] = "B", ["octet"] = "B", ["kilobyte"] = "KiB", ["kibibyte"] = "KiB", ["gigabyte"] = "GB",
        ["Mbit"] = "Mbit/s", ["counts"] = "count", ["rpm"] = "1/min", ["bpm"] = "beat/min",
    };

    /// <summary>The symbol that somebody will have meant.</summary>
    /// <returns>A registered symbol; null where the given one is registered, or where no single one suggests itself.</returns>
    public static string? Suggest(string wrong)
    {
        if (s_bySymbol.ContainsKey(wrong))
        {
            return null;
        }

        string plain = Plain(wrong);
        if (s_bySymbol.ContainsKey(plain))
        {
            return plain;
        }

        if (s_signs.TryGetValue(plain, out string symbol)
            || s_words.TryGetValue(plain, out symbol)
            || s_words.TryGetValue(Singular(plain), out symbol))
        {
            return symbol;
        }

        string[] alike = [.. s_bySymbol.Keys.Where(known => DiffersInCaseOnly(plain, known))];
        return alike.Length == 1 ? alike[0] : null;
    }

    // Without blanks, dots and hats, and with the registry's letters for superscripts and micro.
    private static string Plain(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            switch (c)
            {
                case '.' or '·' or '^' or '_':
                    break;
                case '²':
                    result.Append('2');
                    break;
                case '³':
                    result.Append('3');
                    break;
                case '\u00B5' or '\u03BC':
                    result.Append('u');
                    break;
                default:
                    result.Append(char.IsWhiteSpace(c) ? "" : c.ToString());
                    break;
            }
        }

        return result.ToString();
    }

    private static string Singular(string word) =>
        word.EndsWith("s", StringComparison.OrdinalIgnoreCase) ? word.Substring(0, word.Length - 1) : word;

    // By case alone differ milli from mega, second from siemens and bit from byte: there a guess would be a wrong quantity.
    private static bool DiffersInCaseOnly(string text, string known)
    {
        if (known.Length < 2 || !string.Equals(text, known, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        for (int i = 0; i < known.Length; i++)
        {
            if (text[i] != known[i] && (known[i] is 's' or 'S' or 'b' or 'B' || i == 0 && known[i] is 'm' or 'M'))
            {
                return false;
            }
        }

        return true;
    }
}
