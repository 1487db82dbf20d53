using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Ipso.Testing.Tests;

/// <summary>docs/conformance.md names tests, and each of them exists.</summary>
public partial class ConformanceDocumentationTests
{
    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        string root = Path.Combine(Path.GetDirectoryName(Here())!, "../..");
        string page = File.ReadAllText(Path.Combine(root, "docs/conformance.md"));

        // A class may have several files: XTests.cs, XTests.Bounds.cs.
        ILookup<string, string> sources = Directory.EnumerateFiles(Path.Combine(root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .ToLookup(static file => Path.GetFileName(file).Split('.')[0], File.ReadAllText);

        string[] named = [.. Test().Matches(page).Select(static match => match.Value.Trim('`')).Distinct()];
        Assert.True(named.Length > 30);
        Assert.Equal([], named.Where(test => !Exists(test.Split('.'), sources)));
    }

    private static bool Exists(string[] test, ILookup<string, string> sources) =>
        sources[test[0]].Any(source => test.Length == 1 || source.Contains($" {test[1]}(", StringComparison.Ordinal));

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex("`[A-Z][A-Za-z]+Tests(\\.[A-Za-z0-9_]+)?`")]
    private static partial Regex Test();
}
