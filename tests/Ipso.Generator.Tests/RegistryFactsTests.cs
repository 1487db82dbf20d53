using System.Xml.Linq;
using Ipso.Generator.Tests.Support;

namespace Ipso.Generator.Tests;

/// <summary>Our files state the registry's facts exactly, in its order; of its words they repeat none.</summary>
public class RegistryFactsTests
{
    // A registry's sentence may be as short as "Serial Number"; what is longer is a sentence of somebody's.
    private const int FewWords = 4;

    public static TheoryData<string> Ours => [.. Directory.GetFiles(Repository.RegistryXml, "*.xml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Ours))]
    public void Every_file_is_an_object_that_describes_all_it_has(string file)
    {
        XElement ours = Load(Repository.RegistryXml, file);

        Assert.Equal(file, ours.Element("ObjectID")!.Value + ".xml");
        Assert.NotEqual("", ours.Element("Description1")!.Value);
        Assert.All(ours.Descendants("Item"), item => Assert.NotEqual("", item.Element("Description")!.Value));
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void Every_fact_is_the_registrys(string file)
    {
        // Without a registry beside the checkout, and for objects that are not registered, there is nothing to compare with.
        if (Theirs(file) is not { } theirs)
        {
            return;
        }

        Assert.Equal(Facts(theirs), Facts(Load(Repository.RegistryXml, file)));
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public void No_description_is_the_registrys(string file)
    {
        if (Theirs(file) is not { } theirs)
        {
            return;
        }

        string text = " " + string.Join(' ', theirs.Descendants().Where(IsDescription).SelectMany(e => Words(e.Value))) + " ";
        foreach (XElement description in Load(Repository.RegistryXml, file).Descendants().Where(IsDescription))
        {
            string[] words = Words(description.Value);
            for (int i = 0; i + FewWords < words.Length; i++)
            {
                string run = string.Join(' ', words.Skip(i).Take(FewWords + 1));
                Assert.False(text.Contains($" {run} ", StringComparison.Ordinal), $"{file}: \"{run}\" stands in the registry");
            }
        }
    }

    private static XElement? Theirs(string file) =>
        Repository.Omna is { } folder && File.Exists(Path.Combine(folder, file)) ? Load(folder, file) : null;

    private static XElement Load(string folder, string file) => XDocument.Load(Path.Combine(folder, file)).Root!.Element("Object")!;

    private static IEnumerable<string> Facts(XElement element) => element.Elements()
        .Where(e => !IsDescription(e))
        .SelectMany(e => e.HasElements
            ? Facts(e).Select(fact => $"{e.Name} {e.Attribute("ID")?.Value} {fact}")
            : [$"{e.Name}={e.Value.Trim()}"]);

    private static bool IsDescription(XElement e) => e.Name.LocalName.StartsWith("Description", StringComparison.Ordinal);

    private static string[] Words(string text) =>
        [.. text.Split().Select(word => new string([.. word.Where(char.IsLetterOrDigit)]).ToUpperInvariant()).Where(word => word.Length > 0)];
}
