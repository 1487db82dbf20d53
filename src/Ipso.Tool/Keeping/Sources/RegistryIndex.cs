using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Ipso.Generator.Registry;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Keeping.Sources;

/// <summary>The index of OMNA's registry: an item for each object in each version, with the file that defines it.</summary>
internal static class RegistryIndex
{
    /// <summary>Reads one.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="locate">Where a file is that it names; null where it is not to be had.</param>
    /// <exception cref="Fault">It is no index.</exception>
    public static IReadOnlyList<SourceEntry> Read(byte[] content, Uri place, Func<string, string?> locate)
    {
        try
        {
            using MemoryStream stream = new(content);
            using XmlReader reader = XmlReader.Create(stream, RegistryReader.Settings);
            XElement root = XElement.Load(reader);
            SourceEntry[] entries =
            [
                .. root.Elements("Item").Select(item => Entry(item, locate)).OfType<SourceEntry>()
                    .DistinctBy(static entry => (entry.Id, entry.Version))
                    .OrderBy(static entry => entry.Id).ThenBy(static entry => entry.Version),
            ];
            return entries.Length > 0 ? entries : throw Wrong("it names no object", null);
        }
        catch (XmlException e)
        {
            throw Wrong(Fault.ReasonOf(e), e);
        }

        Fault Wrong(string reason, Exception? e) =>
            WebSource.Failed($"'{place}' is no index of a registry ({reason})", e);
    }

    // Ids that are reserved and have no file yet are in it as well.
    private static SourceEntry? Entry(XElement item, Func<string, string?> locate)
    {
        string file = Text("DDF");
        return ushort.TryParse(Text("ObjectID"), NumberStyles.None, CultureInfo.InvariantCulture, out ushort id)
            && ObjectVersion.TryParse(Text("Ver"), out ObjectVersion version)
            && file.Length > 0
            && locate(file) is { } location
            ? new SourceEntry(id, Text("Name"), version, Text("Description"), location)
            : null;

        string Text(string name) => Blanks.Collapse(item.Element(name)?.Value ?? "");
    }
}
