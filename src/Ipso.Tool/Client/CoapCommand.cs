using System.CommandLine;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Net;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Payloads;

namespace Ipso.Tool.Client;

/// <summary><c>ipso coap</c>: a CoAP client for the terminal, which knows the names of objects.</summary>
internal static class CoapCommand
{
    private const int UsualSeconds = 30;

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
        Option<int> timeout = new("--timeout")
        {
            Description = "How many seconds to wait for an answer.",
            HelpName = "SECONDS",
            DefaultValueFactory = static _ => UsualSeconds,
        };
        Option<int?> count = new("--count", "-n") { Description = "End after so many answers.", HelpName = "N" };
        Option<string?> registry = CommonOptions.Registry("The folder of definitions to take names from.");
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (Option[])[accept, non, timeout, registry, json])
        {
            command.Options.Add(option);
        }

        if (isObserving)
        {
            command.Options.Add(count);
        }

        command.SetAction(async (parsed, cancel) =>
        {
            ObjectNames names = new(ObjectLookup.For(parsed.GetValue(registry)));
            CoapAddress address = CoapAddress.Parse(parsed.GetValue(uri)!, names);
            string target = isDiscovering && address.Path is not { Depth: > 0 } ? Core(address.Uri) : address.Uri;
            (byte[] bytes, ContentFormat? contentFormat) = kind == PayloadKind.None
                ? ([], null)
                : PayloadOf(names, address, kind, parsed.GetValue(words) ?? [], parsed.GetValue(payload), parsed.GetValue(format));
            CoapClientRequest request = new(method, target)
            {
                Payload = bytes,
                ContentFormat = contentFormat,
                Accept = parsed.GetValue(accept) is { } text ? FormatNames.Parse(text) : isDiscovering ? ContentFormat.LinkFormat : null,
                Confirmable = !parsed.GetValue(non),
            };
            CoapExchange exchange = new(terminal, new PayloadReport(names), address.Path ?? Lwm2mPath.Root, parsed.GetValue(json));
            TimeSpan patience = TimeSpan.FromSeconds(Math.Max(1, parsed.GetValue(timeout)));
            await (isObserving
                ? exchange.ObserveAsync(request, parsed.GetValue(count) ?? int.MaxValue, patience, cancel)
                : exchange.AskAsync(request, patience, cancel));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static string Core(string uri)
    {
        int start = uri.IndexOf('/', uri.IndexOf("://", StringComparison.Ordinal) + 3);
        return (start < 0 ? uri : uri[..start]) + "/.well-known/core";
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
