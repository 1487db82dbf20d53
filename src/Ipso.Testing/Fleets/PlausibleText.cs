using System.Globalization;
using System.Text;
using Ipso.Lwm2m.Model;

namespace Ipso.Testing.Fleets;

/// <summary>Texts and bytes as a device might have them.</summary>
internal static class PlausibleText
{
    private const string Digits = "0123456789ABCDEF";

    // By a word of the resource's name; the first that fits counts.
    private static readonly (string Word, string Text)[] s_byName =
    [
        ("Manufacturer", "Example Works"),
        ("Model", "EW-100"),
        ("Version", "1.4.2"),
        ("URI", "coap://192.0.2.1/package"),
        ("URL", "https://example.com/"),
        ("Address", "192.0.2.17"),
        ("UTC Offset", "+01:00"),
        ("Timezone", "Europe/Berlin"),
        ("Binding", "U"),
        ("Colour", "#ffd27f"),
        ("APN", "iot.example"),
        ("Latitude", "52.52"),
        ("Longitude", "13.405"),
        ("Device Type", "sensor"),
        ("Application Type", "Living room"),
        ("Sensor Type", "EW-100"),
    ];

    /// <summary>A text that a String resource takes.</summary>
    internal static string Of(ObjectInfo definition, ResourceInfo resource, string? unit, SeededRandom random) => resource.Range switch
    {
        WordRange words => words.Words[random.Next(words.Words.Count)],
        LengthRange lengths => Fit(Usual(definition, resource, unit, random), LengthIn(lengths, random)),
        _ => Usual(definition, resource, unit, random),
    };

    /// <summary>Bytes that an Opaque resource takes.</summary>
    internal static byte[] Bytes(ResourceInfo resource, SeededRandom random)
    {
        const int UsualLength = 8;
        byte[] bytes = new byte[resource.Range is LengthRange lengths ? Math.Max(LengthIn(lengths, random).Min, 1) : UsualLength];
        random.Fill(bytes);
        return bytes;
    }

    private static string Usual(ObjectInfo definition, ResourceInfo resource, string? unit, SeededRandom random)
    {
        if (resource.Id == 5701)
        {
            return unit ?? "/";
        }

        if (resource.Name.Contains("Serial", StringComparison.OrdinalIgnoreCase) || resource.Name.EndsWith(" ID", StringComparison.Ordinal))
        {
            return Serial(random);
        }

        foreach ((string word, string text) in s_byName)
        {
            if (resource.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return text;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{definition.Name} {1 + random.Next(99)}");
    }

    private static string Serial(SeededRandom random)
    {
        StringBuilder serial = new();
        for (int i = 0; i < 8; i++)
        {
            serial.Append(Digits[random.Next(Digits.Length)]);
        }

        return serial.ToString();
    }

    private static Interval<int> LengthIn(LengthRange lengths, SeededRandom random) => lengths.Intervals[random.Next(lengths.Intervals.Count)];

    // Ours are of ASCII: a character is a byte.
    private static string Fit(string text, Interval<int> length) =>
        text.Length > length.Max ? text[..length.Max] : text.PadRight(length.Min, 'x');
}
