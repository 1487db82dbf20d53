using System.Xml.Linq;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>Our files state the registry's facts exactly, in its order; of its words they repeat none.</summary>
public class RegistryFactsTests
{
    // A registry's sentence may be as short as "Serial Number"; what is longer is a sentence of somebody's.
    private const int FewWords = 4;

    public static TheoryData<string> Ours => [.. OurFiles];

    private static IEnumerable<string> OurFiles => Directory.GetFiles(Repository.RegistryXml, "*.xml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    // OMA's objects for managing a device, all of IPSO's that are registered from 3200 to 3350, and the sample's own.
    private static readonly int[] s_wanted =
    [
        0, 1, 2, 3, 4, 5, 6, 7, 9, 16, 19, 21, 25,
        3200, 3201, 3202, 3203,
        .. Enumerable.Range(3300, 7), 3308,
        .. Enumerable.Range(3310, 41),
        26300,
    ];

    [Fact]
    public void Every_object_that_is_wanted_is_there() =>
        Assert.Equal(s_wanted.Select(id => $"{id}.xml").Order(StringComparer.Ordinal), OurFiles);

    [Fact]
    public void The_whole_folder_compiles_without_a_word()
    {
        var run = GeneratorRun.Of(Repository.Files(Repository.RegistryXml)).CompilesCleanly();

        Assert.Equal(s_wanted.Length, run.Sources.Count);
        Assert.All(run.Diagnostics, d => Assert.Equal(DiagnosticSeverity.Info, d.Severity));
        // The registry has lengths among its ranges, a Colour with a Colour, and two objects called Location.
        Assert.Equal(["IPSO0013", "IPSO0021", "IPSO0022", "IPSO0024"], run.Diagnostics.Select(d => d.Id).Distinct().Order(StringComparer.Ordinal));
    }

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
