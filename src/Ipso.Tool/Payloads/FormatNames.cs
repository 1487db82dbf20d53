using System.Globalization;
using Ipso.Coap;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Payloads;

/// <summary>What Content-Formats are called on a command line.</summary>
internal static class FormatNames
{
    private static readonly (string Name, ContentFormat Format)[] s_formats =
    [
        ("text", ContentFormat.PlainText),
        ("links", ContentFormat.LinkFormat),
        ("opaque", ContentFormat.OctetStream),
        ("cbor", ContentFormat.Cbor),
        ("senml-json", ContentFormat.SenMLJson),
        ("senml-cbor", ContentFormat.SenMLCbor),
        ("senml-etch-json", ContentFormat.SenMLEtchJson),
        ("senml-etch-cbor", ContentFormat.SenMLEtchCbor),
        ("tlv", ContentFormat.Tlv),
        ("json", ContentFormat.Lwm2mJson),
        ("lwm2m-cbor", ContentFormat.Lwm2mCbor),
    ];

    /// <summary>All names, for a help text.</summary>
    public static string All { get; } = string.Join(", ", s_formats.Select(static one => one.Name));

    /// <summary>Reads a name or a number.</summary>
    /// <exception cref="Fault">It is neither.</exception>
    public static ContentFormat Parse(string text)
    {
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            return (ContentFormat)number;
        }

        foreach ((string name, ContentFormat format) in s_formats)
        {
            if (Resemblance.Plain(name) == Resemblance.Plain(text))
            {
                return format;
            }
        }

        string? meant = Resemblance.Closest(text, s_formats.Select(static one => one.Name));
        throw Fault.Usage($"'{text}' is no format; {(meant is null ? $"there are {All}, and numbers" : $"did you mean {meant}?")}");
    }

    /// <summary>The name of a format, or its number.</summary>
    public static string Of(ContentFormat format) =>
        Array.Find(s_formats, one => one.Format == format).Name ?? ((int)format).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether its payloads are text.</summary>
    public static bool IsText(ContentFormat format) => format is ContentFormat.PlainText or ContentFormat.LinkFormat or ContentFormat.SenMLJson
        or ContentFormat.SenMLEtchJson or ContentFormat.Lwm2mJson or ContentFormat.JsonBefore10;
}
