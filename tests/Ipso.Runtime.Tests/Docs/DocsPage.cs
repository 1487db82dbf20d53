using System.Runtime.CompilerServices;

namespace Ipso.Tests.Docs;

/// <summary>A page of docs/, or a section of one, whose examples stand in tests, where they are compiled and run.</summary>
internal sealed class DocsPage
{

    /// <summary>Reads a page.</summary>
    /// <param name="name">Its file's name, <c>device.md</c>.</param>
    /// <param name="section">A heading of the second level; <see langword="null"/> for the page as a whole.</param>
    /// <param name="test">Any file of the checkout.</param>
    internal DocsPage(string name, string? section = null, [CallerFilePath] string test = "")
    {
        DirectoryInfo folder = new FileInfo(test).Directory!;
        while (!Directory.Exists(Path.Combine(folder.FullName, "docs")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"There is no docs/ above {test}.");
        }

        string page = File.ReadAllText(Path.Combine(folder.FullName, "docs", name));
        Text = section is null ? page : page.Split($"\n## {section}\n")[1].Split("\n## ")[0];
    }

    /// <summary>What stands there.</summary>
    internal string Text { get; }

    /// <summary>The examples in a language, in their order.</summary>
    /// <param name="language">As the page names it.</param>
    internal string[] Examples(string language = "csharp") =>
        [.. Text.Split($"```{language}\n")[1..].Select(static part => part.Split("```")[0])];

    /// <summary>Holds examples to the test that calls: they stand there as they stand here, but for where lines begin.</summary>
    /// <param name="examples">The examples.</param>
    /// <param name="test">The test's file.</param>
    internal static void AssertStandHere(IEnumerable<string> examples, [CallerFilePath] string test = "")
    {
        string here = Trimmed(File.ReadAllText(test));
        Assert.All(examples, example => Assert.Contains(Trimmed(example), here, StringComparison.Ordinal));
    }

    private static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(static line => line.Trim()));
}
