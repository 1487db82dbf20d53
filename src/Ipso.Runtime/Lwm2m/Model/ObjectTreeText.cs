using System.Text;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>Shows an object tree to people.</summary>
internal static class ObjectTreeText
{
    /// <summary>More than an instance usually needs; one that needs more is shown without its values.</summary>
    private const int BufferSize = 64 * 1024;

    internal static string Format(ObjectTree objects)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[BufferSize], value = new byte[BufferSize];
        ObjectInfo? previous = null;
        foreach (ObjectInstance instance in objects.Instances)
        {
            ObjectInfo definition = instance.Definition;
            if (CoreObjects.IsForBootstrapOnly(definition.ObjectId))
            {
                // Keys are not for the eyes of whoever reads a log.
                continue;
            }

            if (definition.ObjectId != previous?.ObjectId)
            {
                text.Append(Phrase.Of($"/{definition.ObjectId} {definition.Name} {definition.Version}\n"));
            }

            previous = definition;
            text.Append(Phrase.Of($"  /{instance.InstanceId}\n"));
            Append(text, instance, buffer, value);
        }

        return text.ToString();
    }

    // What is present, and under which Resource Instance ids, the instance's own encoding tells.
    private static void Append(StringBuilder text, ObjectInstance instance, byte[] buffer, byte[] value)
    {
        ObjectInfo definition = instance.Definition;
        Lwm2mPath path = new(definition.ObjectId, instance.InstanceId);
        // Where no format is left that carries more than one value, nothing is written, and the values are not shown.
        ContentFormat format = Representation.Smallest;
        Representation.Write(instance, format, buffer, out int length);
        foreach (ResourceInfo resource in definition.Resources)
        {
            if (resource.IsExecutable && instance.FindHandler(resource.Id) is not null)
            {
                text.Append(Phrase.Of($"    /{resource.Id} {resource.Name} (execute)\n"));
            }

            RecordReader records = new(buffer.AsSpan(0, length), format, path);
            while (records.Next())
            {
                if (records.Path.ResourceId == resource.Id && !records.Record.HasNoInstances)
                {
                    Append(text, instance, resource, records.Path, value);
                }
            }
        }
    }

    private static void Append(StringBuilder text, ObjectInstance instance, ResourceInfo resource, Lwm2mPath path, byte[] buffer)
    {
        Representation.Write([instance], path, ContentFormat.PlainText, buffer, out int length);
        string value = resource.Type switch
        {
            ResourceType.Boolean => length == 1 && buffer[0] == '1' ? "true" : "false",
            ResourceType.Time when DecimalText.TryParse(buffer.AsSpan(0, length), out long seconds) =>
                DateTimeText.Format(DateTimeOffset.FromUnixTimeSeconds(seconds)),
            ResourceType.ObjectLink when buffer.AsSpan(0, length).IndexOf((byte)':') is >= 0 and int colon =>
                Phrase.Of($"-> /{Encoding.UTF8.GetString(buffer, 0, colon)}/{Encoding.UTF8.GetString(buffer, colon + 1, length - colon - 1)}"),
            _ => Encoding.UTF8.GetString(buffer, 0, length),
        };

        string id = path.Depth == 4 ? Phrase.Of($"{path.ResourceId}/{path.ResourceInstanceId}") : Phrase.Of($"{path.ResourceId}");
        string unit = resource.Unit?.Symbol switch
        {
            null => "",
            "/100" => " %",
            { } symbol => " " + symbol,
        };
        text.Append(Phrase.Of($"    /{id} {resource.Name} = {value}{unit}\n"));
    }
}
