using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ipso.Generator.Registry;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Keeping;

/// <summary>An object that is kept in a folder.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name as registered.</param>
/// <param name="Version">The version that is there.</param>
/// <param name="IsPinned">Whether that version was asked for, so that an update leaves it.</param>
/// <param name="File">The file in the folder.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Sha256">The SHA-256 of the file as it came, in hexadecimal digits.</param>
internal sealed record LockedObject(ushort Id, string Name, ObjectVersion Version, bool IsPinned, string File, string Source, string Sha256);

/// <summary>The file that says what is kept in a folder, and where it came from: <c>ipso.lock.json</c>.</summary>
/// <param name="Objects">The objects by id.</param>
internal sealed record LockFile(IReadOnlyDictionary<ushort, LockedObject> Objects)
{
    /// <summary>Its name.</summary>
    public const string FileName = "ipso.lock.json";

    private const int Format = 1;

    /// <summary>The hash that stands for a file's content.</summary>
    public static string HashOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Reads that of a folder; where there is none, nothing is kept.</summary>
    /// <exception cref="Fault">It is no such file.</exception>
    public static LockFile Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return new LockFile(new Dictionary<ushort, LockedObject>());
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new LockFile(Read(document.RootElement));
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new Fault(
                ExitCode.Usage, $"'{path}' is no lock file ({Fault.ReasonOf(e)}); take back what was done to it, or remove it and add the objects again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault.Disk($"'{path}' cannot be read", e);
        }
    }

    /// <summary>The lock file with some objects put in or replaced, and others taken out.</summary>
    public LockFile With(IEnumerable<LockedObject> put, IEnumerable<ushort> removed)
    {
        Dictionary<ushort, LockedObject> objects = new(Objects);
        foreach (ushort id in removed)
        {
            objects.Remove(id);
        }

        foreach (LockedObject one in put)
        {
            objects[one.Id] = one;
        }

        return new LockFile(objects);
    }

    /// <summary>Its content: by id and with a line for each fact, so that a change reads well in a review.</summary>
    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> buffer = new();
        JsonWriterOptions options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", Format);
            writer.WriteStartArray("objects");
            foreach (LockedObject one in Objects.Values.OrderBy(static one => one.Id))
            {
                writer.WriteStartObject();
                writer.WriteNumber("id", one.Id);
                writer.WriteString("name", one.Name);
                writer.WriteString("version", one.Version.ToString());
                if (one.IsPinned)
                {
                    writer.WriteBoolean("pinned", true);
                }

                writer.WriteString("file", one.File);
                writer.WriteString("source", one.Source);
                writer.WriteString("sha256", one.Sha256);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static Dictionary<ushort, LockedObject> Read(JsonElement root)
    {
        int format = root.GetProperty("format").GetInt32();
        if (format != Format)
        {
            throw new FormatException($"its format is {format}, and this ipso knows {Format}");
        }

        Dictionary<ushort, LockedObject> objects = [];
        foreach (JsonElement item in root.GetProperty("objects").EnumerateArray())
        {
            LockedObject one = ReadObject(item);
            if (!objects.TryAdd(one.Id, one))
            {
                throw new FormatException($"object {one.Id} is in it twice");
            }
        }

        return objects;
    }

    private static LockedObject ReadObject(JsonElement item)
    {
        string file = Text(item, "file");

        // It becomes a path to write to: what leads out of the folder is not for us.
        if (file != Path.GetFileName(file) || !file.EndsWith(".xml", StringComparison.OrdinalIgnoreCase) || file.Contains('\\', StringComparison.Ordinal))
        {
            throw new FormatException($"'{file}' is no .xml file in the folder");
        }

        string version = Text(item, "version");
        return new LockedObject(
            item.GetProperty("id").GetUInt16(),
            Text(item, "name"),
            ObjectVersion.TryParse(version, out ObjectVersion read) ? read : throw new FormatException($"'{version}' is no version"),
            item.TryGetProperty("pinned", out JsonElement pinned) && pinned.GetBoolean(),
            file,
            Text(item, "source"),
            Text(item, "sha256"));
    }

    private static string Text(JsonElement item, string name) =>
        item.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");
}
