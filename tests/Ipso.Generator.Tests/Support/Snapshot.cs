using System.Text.RegularExpressions;
using Ipso.Tests.Support;

namespace Ipso.Generator.Tests.Support;

/// <summary>Compares generated sources with those that were accepted (<see cref="AcceptedFile"/>).</summary>
internal static partial class Snapshot
{
    public static void Verify(string scenario, GeneratorRun run)
    {
        string folder = Path.Combine(Repository.Tests, "_snapshots");
        var actual = run.Sources.ToDictionary(
            source => $"{scenario}#{source.Key.Replace(".g.cs", "", StringComparison.Ordinal)}",
            source => Version().Replace(source.Value, "$1<version>$2"));
        string[] accepted = [.. Directory.GetFiles(folder, scenario + "#*.verified.cs").Select(path => Path.GetFileName(path).Replace(".verified.cs", "", StringComparison.Ordinal))];
        string[] different =
        [
            .. actual.Keys.Union(accepted)
                .Select(name => AcceptedFile.Compare(Path.Combine(folder, name), actual.GetValueOrDefault(name)))
                .OfType<string>(),
        ];
        Assert.True(different.Length == 0, AcceptedFile.Advice + string.Join('\n', different));
    }

    // A release must not change every snapshot.
    [GeneratedRegex("(\"Ipso\\.Generator\", \")[0-9.]+(\")")]
    private static partial Regex Version();
}
