using System.Runtime.CompilerServices;

namespace Ipso.Generator.Tests.Support;

/// <summary>Where things lie in the checkout.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../.."));

    public static string Tests { get; } = Path.Combine(Root, "tests/Ipso.Generator.Tests");

    /// <summary>Our own definitions.</summary>
    public static string RegistryXml { get; } = Path.Combine(Root, "registry-xml");

    /// <summary>The copy of OMNA's registry, or null where there is none.</summary>
    public static string? Omna { get; } = FindOmna();

    /// <summary>The object definitions of a folder as AdditionalFiles, in ordinal order.</summary>
    public static XmlFile[] Files(string folder, SearchOption depth = SearchOption.TopDirectoryOnly) =>
        [.. Directory.GetFiles(folder, "*.xml", depth).Order(StringComparer.Ordinal).Select(path => new XmlFile(path, File.ReadAllText(path)))];

    /// <summary>All that is registered, older versions too; without a copy of OMNA's registry our own definitions.</summary>
    public static XmlFile[] WholeRegistry() => Omna is { } folder ? Files(folder, SearchOption.AllDirectories) : Files(RegistryXml);

    /// <summary>The definition of one of our objects.</summary>
    public static XmlFile Definition(string id)
    {
        string path = Path.Combine(RegistryXml, id + ".xml");
        return new(path, File.ReadAllText(path));
    }

    private static string? FindOmna()
    {
        string folder = Environment.GetEnvironmentVariable("IPSO_REGISTRY") is { Length: > 0 } named
            ? named
            : Path.Combine(Root, "../shared/omna-registry");
        return Directory.Exists(folder) ? folder : null;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
