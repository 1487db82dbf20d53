using System.CommandLine;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Net;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Payloads;

namespace Ipso.Tool.Client;

/// <summary><c>ipso coap</c>: a CoAP client for the terminal, which knows the names of objects.</summary>
internal static class CoapCommand
{
    private const double UsualSeconds = 30;
    private const double MostSeconds = 24 * 60 * 60;

    /// <summary>The command with those that it is made of.</summary>
    public static Command Create(Terminal terminal) => ToolCommand.Group(
        "coap",
        "Asks a CoAP server, and shows its answers with the names and units of the registry.",
        Create(terminal, "get", "Reads.", CoapCode.Get, PayloadKind.None),
        Create(terminal, "observe", "Reads, and goes on showing what changes, until Ctrl+C.", CoapCode.Get, PayloadKind.None, isObserving: true),
        Create(terminal, "discover", "Lists what is there: on a path of LwM2M, else by /.well-known/core.", CoapCode.Get, PayloadKind.None, isDiscovering: true),
        Create(terminal, "put", "Replaces a value or an object instance.", CoapCode.Put, PayloadKind.Values),
        Create(terminal, "post", "Updates values, executes a resource, or creates.", CoapCode.Post, PayloadKind.Values),
        Create(terminal, "delete", "Deletes.", CoapCode.Delete, PayloadKind.None),
        Create(terminal, "fetch", "Reads what lies on several paths at once: /3303/0/5700 /Device/0.", CoapCode.Fetch, PayloadKind.Paths),
        Create(terminal, "ipatch", "Writes values on several paths at once: /3311/0/5850=true.", CoapCode.IPatch, PayloadKind.Values));

    private static Command Create(
        Terminal terminal, string name, string description, CoapCode method, PayloadKind kind, bool isObserving = false, bool isDiscovering = false)
    {
        Argument<string> uri = new("URI") { Description = "coap://HOST/PATH, with ids or names: coap://192.0.2.1/Temperature/0/SensorValue." };
        Command command = new(name, description) { uri };
        Argument<string[]> words = new(kind == PayloadKind.Paths ? "PATHS" : "VALUES") { Arity = ArgumentArity.ZeroOrMore };
        Option<string?> format = new("--format", "-f")
        {
            Description = "The format of the payload; else text for one value, and senml-json for several.",
            HelpName = "FORMAT",
        };
        Option<string?> payload = new("--payload")
        {
            Description = "The payload as it is: hexadecimal digits, a file, - or text, in the format that --format names.",
            HelpName = "INPUT",
        };
        if (kind != PayloadKind.None)
        {
            words.Description = kind == PayloadKind.Paths ? "The paths to read." : "NAME=VALUE below the path; of one resource the value alone.";
            command.Arguments.Add(words);
            command.Options.Add(format);
            command.Options.Add(payload);
        }

        Option<string?> accept = new("--accept", "-a")
        {
            Description = $"The format to ask for: {FormatNames.All}, or a number.",
            HelpName = "FORMAT",
        };
        Option<bool> non = new("--non") { Description = "Ask by a Non-confirmable message." };
        Option<double> timeout = new("--timeout", "-t")
        {
            Description = "How many seconds to wait for an answer.",
            HelpName = "SECONDS",
            DefaultValueFactory = static _ => UsualSeconds,
        };
        CommonOptions.DemandNumber(timeout, static seconds => seconds is > 0 and <= MostSeconds, "a number of seconds, above 0 and up to a day");
        Option<int?> count = new("--count", "-n") { Description = "End after so many answers.", HelpName = "N" };
        CommonOptions.DemandNumber(count, static number => number is >= 1 and <= int.MaxValue && number == Math.Floor(number), "a number from 1 on");
        Option<string?> registry = CommonOptions.Registry("The folder of definitions to take names from.");
        Option<string?> identity = new("--identity") { Description = "The identity of the pre-shared key, for coaps.", HelpName = "IDENTITY" };
        Option<string?> key = new("--key") { Description = "The file with that key, in hexadecimal digits.", HelpName = "FILE" };
        Option<string?> trust = new("--trust") { Description = "The certificates to trust over TLS; else those of the system.", HelpName = "FILE" };
        Option<bool> plain = new("--plain") { Description = "Ask for the path as it is: names stay names." };
        Option<bool> json = CommonOptions.Json();
        Option<bool> raw = new("--raw") { Description = "Write the bytes of the payload, as they came." };
        foreach (Option option in (Option[])[accept, non, timeout, identity, key, trust, plain, registry, json, raw])
        {
            command.Options.Add(option);
        }

        if (isObserving)
        {
            command.Options.Add(count);
        }

        uri.Validators.Add(CommonOptions.RefuseOptions);
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(raw))
            {
                result.AddError("--json and --raw ask for different things");
            }
        });
        command.SetAction(async (parsed, cancel) =>
        {
            ObjectNames names = new(ObjectLookup.For(parsed.GetValue(registry)));
            CoapAddress address = CoapAddress.Parse(parsed.GetValue(uri)!, names, parsed.GetValue(plain));
            if (isDiscovering && address.Path is { Depth: 0 })
            {
                // A query filters (RFC 6690, 4.1).
                address = address with { Reference = "/.well-known/core" + address.Reference[1..], Path = null };
            }

            (byte[] bytes, ContentFormat? contentFormat) = kind == PayloadKind.None
                ? ([], null)
                : PayloadOf(names, address, kind, parsed.GetValue(words) ?? [], parsed.GetValue(payload), parsed.GetValue(format));
            CoapClientRequest request = new(method, address.Uri)
            {
                Payload = bytes,
                ContentFormat = contentFormat,
                Accept = parsed.GetValue(accept) is { } text ? FormatNames.Parse(text) : isDiscovering ? ContentFormat.LinkFormat : null,
                Confirmable = !parsed.GetValue(non),
            };
            CoapExchange exchange = new(terminal, new PayloadReport(names), address)
            {
                Credentials = new CredentialChoice(parsed.GetValue(identity), parsed.GetValue(key), parsed.GetValue(trust)),
                Form = parsed.GetValue(json) ? AnswerForm.Json : parsed.GetValue(raw) ? AnswerForm.Raw : AnswerForm.Text,
                Patience = TimeSpan.FromSeconds(parsed.GetValue(timeout)),
            };
            await (isObserving ? exchange.ObserveAsync(request, parsed.GetValue(count) ?? int.MaxValue, cancel) : exchange.AskAsync(request, cancel));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static (byte[] Payload, ContentFormat? Format) PayloadOf(
        ObjectNames names, CoapAddress address, PayloadKind kind, string[] words, string? raw, string? format)
    {
        ContentFormat? named = format is null ? null : FormatNames.Parse(format);
        if (raw is not null)
        {
            return words.Length == 0
                ? (PayloadInput.Read(raw, named is null || FormatNames.IsText(named.Value)), named)
                : throw Fault.Usage("--payload and values ask for different things");
        }

        if (words.Length == 0)
        {
            // A POST without a payload executes.
            return ([], null);
        }

        if (kind == PayloadKind.Paths)
        {
            return named is null or ContentFormat.SenMLJson
                ? (PathPack(names, words), ContentFormat.SenMLJson)
                : throw Fault.Usage("paths are written in senml-json; --payload takes those of another format");
        }

        if (address.Path is not { } path)
        {
            // What is no path of LwM2M takes text as it is.
            return (Encoding.UTF8.GetBytes(string.Join(' ', words)), named ?? ContentFormat.PlainText);
        }

        ContentFormat chosen = named ?? (path.Depth >= 3 && words.Length == 1 ? ContentFormat.PlainText : ContentFormat.SenMLJson);
        return (EncodeCommand.Encode(names, path, chosen, words), chosen);
    }

    // The payload of a Read-Composite: records with a name and nothing else (LwM2M TS Core, 6.3.7).
    private static byte[] PathPack(ObjectNames names, string[] paths)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartArray();
            foreach (string path in paths)
            {
                writer.WriteStartObject();
                writer.WriteString("n", names.Parse(path).ToString());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return stream.ToArray();
    }

    private enum PayloadKind
    {
        None,
        Values,
        Paths,
    }
}
