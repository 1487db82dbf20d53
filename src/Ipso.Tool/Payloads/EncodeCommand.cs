using System.CommandLine;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Payloads;

/// <summary><c>ipso encode</c>.</summary>
internal static class EncodeCommand
{
    private const int FirstBuffer = 4096;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> values = new("VALUES")
        {
            Description = "NAME=VALUE, by name or id below the path: SensorValue=21.5, 5700=21.5, 6/0=1; of one resource the value alone.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> path = new("--path", "-p")
        {
            Description = "What the payload is for, by ids or names: /3303/0, /Temperature/0/SensorValue. Else /.",
            HelpName = "PATH",
        };
        Option<string> format = new("--format", "-f")
        {
            Description = $"Its format: {FormatNames.All}, or the number of a Content-Format.",
            HelpName = "FORMAT",
            Required = true,
        };
        Option<bool> raw = new("--raw") { Description = "Write the bytes themselves, for a file or another program." };
        Option<string?> registry = CommonOptions.Registry("The folder of definitions to take names, types and ranges from.");
        Command command = new("encode", "Makes a payload of values, and prints it in hexadecimal digits.") { values, path, format, raw, registry };
        command.SetAction(parsed =>
        {
            ObjectNames names = new(ObjectLookup.For(parsed.GetValue(registry)));
            Lwm2mPath place = parsed.GetValue(path) is { } given ? names.Parse(given) : Lwm2mPath.Root;
            byte[] payload = Encode(names, place, FormatNames.Parse(parsed.GetValue(format)!), parsed.GetValue(values)!);
            if (parsed.GetValue(raw))
            {
                using Stream output = Console.OpenStandardOutput();
                output.Write(payload);
            }
            else
            {
                terminal.Line(Convert.ToHexStringLower(payload));
            }

            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>Makes a payload.</summary>
    /// <param name="names">What names mean.</param>
    /// <param name="path">What the payload is for.</param>
    /// <param name="format">Its format.</param>
    /// <param name="texts">The values.</param>
    /// <exception cref="Fault">A value is wrong, or the format cannot carry them.</exception>
    public static byte[] Encode(ObjectNames names, Lwm2mPath path, ContentFormat format, string[] texts)
    {
        ResourceWrites values = new();
        foreach (string text in texts)
        {
            Add(names, path, text, values);
        }

        if (!values.Supports(path, format))
        {
            string what = values.Count == 1 ? "this value" : $"these {values.Count} values";
            throw Fault.Usage(!Representation.Supports(format) || Representation.IsPatch(format)
                ? $"payloads of the format {FormatNames.Of(format)} cannot be made of values"
                : $"{FormatNames.Of(format)} cannot carry {what} for {path}; senml-cbor and lwm2m-cbor can");
        }

        for (int size = FirstBuffer; ; size *= 4)
        {
            byte[] buffer = new byte[size];
            RepresentationResult result = values.Write(path, format, buffer, out int written);
            if (result != RepresentationResult.TooLarge)
            {
                return result == RepresentationResult.Written ? buffer[..written] : throw Fault.Usage($"{FormatNames.Of(format)} cannot carry this value");
            }
        }
    }

    private static void Add(ObjectNames names, Lwm2mPath path, string text, ResourceWrites values)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        bool isAlone = path.Depth == 4 || (path.Depth == 3 && !IsInstance(text, equals));
        if (!isAlone && equals < 0)
        {
            throw Fault.Usage($"'{text}' is no value for {path}; write it like SensorValue=21.5, with what it is a value of");
        }

        Lwm2mPath place = isAlone ? path : names.Append(path, text[..equals].TrimStart('/'), text);
        if (place.Depth < 3)
        {
            throw Fault.Usage($"'{text}' names no resource; a value is of a resource, as in /3303/0/5700");
        }

        ValueReader.Add(values, place, names.Find(place), isAlone ? text : text[(equals + 1)..]);
    }

    // Of a multiple resource 0=value names an instance; of a single one all of it is the value.
    private static bool IsInstance(string text, int equals) => equals > 0 && text.AsSpan(0, equals).IndexOfAnyExceptInRange('0', '9') < 0;
}
