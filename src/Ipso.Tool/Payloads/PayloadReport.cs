using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Links;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Payloads;

/// <summary>What a payload says, record by record, with names and units of the registry.</summary>
/// <param name="names">The names.</param>
internal sealed class PayloadReport(ObjectNames names)
{
    /// <summary>Reads a payload.</summary>
    /// <param name="path">The path that it belongs to.</param>
    /// <param name="format">Its format.</param>
    /// <param name="payload">Its bytes.</param>
    /// <exception cref="Fault">The format is not known, or the payload is not of it.</exception>
    public IReadOnlyList<RecordText> Read(Lwm2mPath path, ContentFormat format, byte[] payload)
    {
        if (!Representation.CanRead(format))
        {
            throw Fault.Usage($"payloads of the format {FormatNames.Of(format)} cannot be read; there are {FormatNames.All}");
        }

        // Times that are relative are to the present; a recording is read later, but says nothing of when it was made.
        if (!ResourceRecords.TryRead(path, format, payload, TimeProvider.System.GetUtcNow(), out ResourceRecords records, out PayloadError error))
        {
            throw Fault.Usage($"this is no payload of {FormatNames.Of(format)} for {path}: {error}");
        }

        return [.. records.Select(record => new RecordText(record, names.NameOf(record.Path), names.Find(record.Path)))];
    }

    /// <summary>Writes records as a table.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<RecordText> records)
    {
        bool hasTimes = records.Any(static one => one.Record.Time is not null);
        string[] columns = ["Path", "Name", "~Value", "Unit"];
        TextTable table = new(hasTimes ? [.. columns, "Time"] : columns);
        foreach (RecordText one in records)
        {
            string[] cells = [one.Record.Path.ToString(), one.Name, one.Value, one.Unit];
            table.Add(hasTimes ? [.. cells, one.Time] : cells);
        }

        terminal.Draw(table);
    }

    /// <summary>Writes records as a JSON array.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<RecordText> records)
    {
        writer.WriteStartArray();
        foreach (RecordText one in records)
        {
            one.Write(writer);
        }

        writer.WriteEndArray();
    }

    /// <summary>The links of a payload in the CoRE link format, a line for each with what its target is called.</summary>
    /// <exception cref="Fault">They are none.</exception>
    public IReadOnlyList<string> ReadLinks(byte[] payload)
    {
        List<string> lines = [];
        LinkFormatReader reader = new(payload, LinkSyntax.Tolerant);
        while (reader.Next())
        {
            StringBuilder line = new(Encoding.UTF8.GetString(reader.Current.Target));
            string name = Lwm2mPath.TryParse(reader.Current.Target, out Lwm2mPath path) ? names.NameOf(path) : "";
            line.Append(name.Length > 0 ? $" ({name})" : "");
            foreach (LinkParameter parameter in reader.Current.Parameters)
            {
                line.Append($" {Encoding.UTF8.GetString(parameter.Name)}{(parameter.HasValue ? "=" + parameter.GetValue() : "")}");
            }

            lines.Add(line.ToString());
        }

        return reader.Error.Fault == LinkFault.None ? lines : throw Fault.Usage($"these are no links: {reader.Error.Fault} near byte {reader.Error.Offset}");
    }
}
