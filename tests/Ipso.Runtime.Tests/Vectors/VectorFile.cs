using System.Text.Json;

namespace Ipso.Tests.Vectors;

/// <summary>The wire vectors of tests/vectors: one file per format, one case per id. IPSO_VECTORS names another folder.</summary>
internal static class VectorFile
{
    private static readonly Dictionary<string, Dictionary<string, JsonElement>> s_files = [];

    /// <summary>The ids of the cases of some kinds, one test case each.</summary>
    public static TheoryData<string> Ids(string file, params string[] kinds)
    {
        var ids = new TheoryData<string>();
        foreach (string id in Names(file, kinds))
        {
            ids.Add(id);
        }

        return ids;
    }

    /// <summary>The same ids by themselves.</summary>
    public static IEnumerable<string> Names(string file, params string[] kinds) =>
        Load(file).Where(entry => kinds.Contains(entry.Value.GetProperty("kind").GetString())).Select(static entry => entry.Key);

    public static JsonElement Get(string file, string id) => Load(file)[id];

    public static byte[] Hex(this JsonElement element, string property) =>
        Convert.FromHexString(element.GetProperty(property).GetString()!);

    /// <summary>Every kind that occurs in a file, so that a test can prove that none is overlooked.</summary>
    public static IReadOnlySet<string> Kinds(string file) => Load(file).Values.Select(c => c.GetProperty("kind").GetString()!).ToHashSet();

    private static Dictionary<string, JsonElement> Load(string file)
    {
        lock (s_files)
        {
            if (!s_files.TryGetValue(file, out Dictionary<string, JsonElement>? cases))
            {
                using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(), file)));
                cases = document.RootElement.GetProperty("cases").EnumerateArray()
                    .ToDictionary(c => c.GetProperty("id").GetString()!, c => c.Clone());
                s_files[file] = cases;
            }

            return cases;
        }
    }

    internal static string Folder()
    {
        if (Environment.GetEnvironmentVariable("IPSO_VECTORS") is { Length: > 0 } folder)
        {
            return folder;
        }

        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Ipso.sln")))
            {
                return Path.Combine(directory.FullName, "tests", "vectors");
            }
        }

        throw new DirectoryNotFoundException("No Ipso.sln above the test assembly; set IPSO_VECTORS.");
    }
}
