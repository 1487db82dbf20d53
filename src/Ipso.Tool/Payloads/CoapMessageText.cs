using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Payloads;

/// <summary>A CoAP datagram, its head and options in words.</summary>
/// <param name="Type">CON, NON, ACK or RST.</param>
/// <param name="Code">The code in numbers and words.</param>
/// <param name="MessageId">The Message ID.</param>
/// <param name="Token">The token in hexadecimal digits.</param>
/// <param name="Options">The options in their order: names and values.</param>
/// <param name="UriPath">The path of a request, <c>/3303/0/5700</c>; empty where there is none.</param>
/// <param name="Format">The payload's format; null where the message does not say.</param>
/// <param name="Payload">The payload.</param>
internal sealed record CoapMessageText(
    string Type,
    string Code,
    ushort MessageId,
    string Token,
    IReadOnlyList<(string Name, string Value)> Options,
    string UriPath,
    ContentFormat? Format,
    byte[] Payload)
{
    /// <summary>Reads a datagram.</summary>
    /// <exception cref="Fault">It is no message.</exception>
    public static CoapMessageText Read(byte[] datagram)
    {
        if (!CoapMessage.TryParse(datagram, out CoapMessage message, out CoapParseError error))
        {
            throw Fault.Usage($"this is no CoAP message over UDP ({error}); of a payload alone say --path and --format");
        }

        List<(string, string)> options = [];
        StringBuilder path = new();
        foreach (CoapOption option in message.Options)
        {
            options.Add((NameOf(message.Code, option.Number), ValueOf(option)));
            if (option.Number == CoapOptionNumber.UriPath)
            {
                path.Append('/').Append(Encoding.UTF8.GetString(option.Value));
            }
        }

        return new CoapMessageText(
            message.Type switch
            {
                CoapType.Confirmable => "CON",
                CoapType.NonConfirmable => "NON",
                CoapType.Acknowledgement => "ACK",
                _ => "RST",
            },
            message.Code.ToString(),
            message.MessageId,
            Convert.ToHexStringLower(message.TokenBytes),
            options,
            path.ToString(),
            message.Options.TryGetUInt(CoapOptionNumber.ContentFormat, out uint format) && format <= ushort.MaxValue ? (ContentFormat)format : null,
            message.Payload.ToArray());
    }

    /// <summary>The path that the payload belongs to, where the request names one.</summary>
    public Lwm2mPath? Path => Lwm2mPath.TryParse(Encoding.UTF8.GetBytes(UriPath), out Lwm2mPath path) ? path : null;

    /// <summary>Writes it as text.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="names">What paths are called.</param>
    public void Write(Terminal terminal, ObjectNames names)
    {
        string token = Token.Length > 0 ? ", token " + Token : "";
        terminal.Line(string.Create(CultureInfo.InvariantCulture, $"{Type} {Code}, Message ID 0x{MessageId:x4}{token}"));
        foreach ((string name, string value) in Options)
        {
            terminal.Line($"  {name}{(value.Length > 0 ? ": " + value : "")}");
        }

        if (Path is { } path && names.NameOf(path) is { Length: > 0 } called)
        {
            terminal.Line($"  {path} is {called}");
        }
    }

    /// <summary>Writes the head and the options into a JSON object that is open.</summary>
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("type", Type);
        writer.WriteString("code", Code);
        writer.WriteNumber("messageId", MessageId);
        writer.WriteString("token", Token);
        writer.WriteStartArray("options");
        foreach ((string name, string value) in Options)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("value", value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string NameOf(CoapCode code, CoapOptionNumber number) =>
        CoapOptionInfo.TryGet(code, number, out CoapOptionInfo info) ? info.Name : $"Option {(int)number}";

    private static string ValueOf(CoapOption option)
    {
        if (option.Number is CoapOptionNumber.Block1 or CoapOptionNumber.Block2 && BlockOption.TryRead(option.Value, out BlockOption block))
        {
            return block.ToString();
        }

        if (option.Number is CoapOptionNumber.ContentFormat or CoapOptionNumber.Accept && CoapUInt.TryRead(option.Value, out uint format))
        {
            return $"{format} ({FormatNames.Of((ContentFormat)format)})";
        }

        CoapOptionFormat form = CoapOptionInfo.TryGet(option.Number, out CoapOptionInfo info) ? info.Format : CoapOptionFormat.Opaque;
        return form switch
        {
            CoapOptionFormat.UInt when CoapUInt.TryRead(option.Value, out uint number) => number.ToString(CultureInfo.InvariantCulture),
            CoapOptionFormat.String when System.Text.Unicode.Utf8.IsValid(option.Value) => Encoding.UTF8.GetString(option.Value),
            _ => Convert.ToHexStringLower(option.Value),
        };
    }
}
