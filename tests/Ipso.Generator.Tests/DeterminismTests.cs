using Ipso.Generator.Tests.Support;

namespace Ipso.Generator.Tests;

/// <summary>The same XML gives the same bytes, wherever it lies and in whatever order it is listed.</summary>
public class DeterminismTests
{
    private static readonly XmlFile[] s_files =
    [
        .. Repository.Files(Repository.RegistryXml),
        XmlFile.Define(6, "Location", "1.0", XmlFile.Item(1, "Same") + XmlFile.Item(2, "same"), "/a/6.xml"),
        XmlFile.Define(3336, "Location", "1.0", "", "/a/3336-1_0.xml"),
        XmlFile.Define(3336, "Location", "2.0", "", "/a/3336.xml"),
        XmlFile.Define(3336, "Location", "2.0", XmlFile.Item(1, "Ignored"), "/a/again/3336.xml"),
    ];

    [Fact]
    public void The_order_of_the_files_does_not_matter()
    {
        var expected = GeneratorRun.Of(s_files);
        var random = new Random(20240222);

        for (int i = 0; i < 10; i++)
        {
            XmlFile[] shuffled = [.. s_files];
            random.Shuffle(shuffled);
            var actual = GeneratorRun.Of(shuffled);

            Assert.Equal(expected.Sources, actual.Sources);
            Assert.Equal(expected.Diagnostics.Select(d => d.ToString()), actual.Diagnostics.Select(d => d.ToString()));
        }
    }

    [Fact]
    public void The_place_of_the_files_does_not_matter()
    {
        var moved = s_files.Select(file => new XmlFile("C:\\elsewhere" + file.Path, file.Content)).ToArray();

        Assert.Equal(GeneratorRun.Of(s_files).Sources, GeneratorRun.Of(moved).Sources);
    }

    [Fact]
    public void The_line_ends_of_the_files_do_not_matter()
    {
        var windows = s_files.Select(file => new XmlFile(file.Path, file.Content.Replace("\n", "\r\n", StringComparison.Ordinal))).ToArray();

        var actual = GeneratorRun.Of(windows).Sources;

        Assert.Equal(GeneratorRun.Of(s_files).Sources, actual);
        Assert.All(actual.Values, source => Assert.DoesNotContain('\r', source));
    }

    [Fact]
    public void A_file_that_is_listed_twice_is_emitted_once()
    {
        XmlFile device = Repository.Definition("3"), temperature = Repository.Definition("3303");
        var run = GeneratorRun.Of(device, temperature, new XmlFile(device.Path, device.Content));

        Assert.Empty(run.Diagnostics);
        Assert.Equal(GeneratorRun.Of(device, temperature).Sources, run.Sources);
    }
}
