using System.CommandLine;
using System.Text;
using System.Text.Unicode;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Payloads;

/// <summary><c>ipso decode</c>.</summary>
internal static class DecodeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string> input = new("INPUT")
        {
            Description = "Hexadecimal digits, a file, or - for the standard input; of a format of text the text itself.",
        };
        Option<string?> path = new("--path", "-p")
        {
            Description = "What the payload is of, by ids or names: /3303/0, /Temperature/0/SensorValue. Else /.",
            HelpName = "PATH",
        };
        Option<string?> format = new("--format", "-f")
        {
            Description = $"Its format: {FormatNames.All}, or the number of a Content-Format.",
            HelpName = "FORMAT",
        };
        Option<bool> coap = new("--coap") { Description = "The input is a CoAP datagram, which says path and format itself where it can." };
        Option<string?> registry = CommonOptions.Registry("The folder of definitions to take names from.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("decode", "Says what a payload, or a CoAP datagram, holds: with the names and units of the registry.")
        {
            input, path, format, coap, registry, json,
        };
        command.SetAction(parsed =>
        {
            ObjectNames names = new(ObjectLookup.For(parsed.GetValue(registry)));
            ContentFormat? named = parsed.GetValue(format) is { } text ? FormatNames.Parse(text) : null;
            if (named is null && !parsed.GetValue(coap))
            {
                throw Fault.Usage($"which format? --format takes {FormatNames.All}, or the number of a Content-Format; --coap is for a CoAP datagram");
            }

            byte[] bytes = PayloadInput.Read(parsed.GetValue(input)!, isText: !parsed.GetValue(coap) && FormatNames.IsText(named!.Value));
            CoapMessageText? message = parsed.GetValue(coap) ? CoapMessageText.Read(bytes) : null;
            Lwm2mPath place = parsed.GetValue(path) is { } given ? names.Parse(given) : message?.Path ?? Lwm2mPath.Root;
            Content content = Content.Of(new PayloadReport(names), place, named ?? message?.Format, message?.Payload ?? bytes);
            if (parsed.GetValue(json))
            {
                WriteJson(terminal, message, content);
            }
            else
            {
                message?.Write(terminal, names);
                content.Write(terminal);
            }

            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void WriteJson(Terminal terminal, CoapMessageText? message, Content content) => terminal.Json(writer =>
    {
        if (message is null)
        {
            content.Write(writer);
            return;
        }

        writer.WriteStartObject();
        message.Write(writer);
        writer.WritePropertyName("payload");
        content.Write(writer);
        writer.WriteEndObject();
    });
}

/// <summary>A payload as it is shown: records, links, or what nobody can say more of.</summary>
/// <param name="Records">Its records, where it is of values.</param>
/// <param name="Lines">Else lines about it.</param>
internal sealed record Content(IReadOnlyList<RecordText>? Records, IReadOnlyList<string> Lines)
{
    /// <summary>What there is to show.</summary>
    public static Content Of(PayloadReport report, Lwm2mPath path, ContentFormat? format, byte[] payload) => format switch
    {
        _ when payload.Length == 0 => new Content(null, []),
        ContentFormat.LinkFormat => new Content(null, report.ReadLinks(payload)),

        // Whatever has no path is no value: a diagnostic message, or an answer without its request.
        ContentFormat.PlainText or ContentFormat.OctetStream or ContentFormat.Cbor when path.Depth < 3 => new Content(null, [Plain(payload)]),
        { } known when Representation.CanRead(known) => new Content(report.Read(path, known, payload), []),
        null => new Content(null, [Plain(payload)]),
        { } other => new Content(null, [$"{FormatNames.Of(other)}, {Plain(payload)}"]),
    };

    /// <summary>Writes it as text.</summary>
    public void Write(Terminal terminal)
    {
        if (Records is not null)
        {
            PayloadReport.Write(terminal, Records);
        }

        foreach (string line in Lines)
        {
            terminal.Line(line);
        }
    }

    /// <summary>Writes it as JSON: an array of records or of lines.</summary>
    public void Write(System.Text.Json.Utf8JsonWriter writer)
    {
        if (Records is not null)
        {
            PayloadReport.Write(writer, Records);
            return;
        }

        writer.WriteStartArray();
        foreach (string line in Lines)
        {
            writer.WriteStringValue(line);
        }

        writer.WriteEndArray();
    }

    /// <summary>Bytes as text where they are that, else as digits.</summary>
    internal static string Plain(byte[] payload) => Utf8.IsValid(payload) && Encoding.UTF8.GetString(payload) is var text && !text.Any(IsOrder)
        ? text.TrimEnd('\n', '\r')
        : Convert.ToHexStringLower(payload);

    // What a device sends must not give a terminal orders; line ends and tabs do no harm.
    private static bool IsOrder(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');
}
