using System.Text.RegularExpressions;

namespace Ipso.Generator.Tests.Support;

/// <summary>
/// Compares generated sources with those that were accepted. What differs is left beside as <c>.received.cs</c>; with
/// <c>IPSO_ACCEPT=1</c> it becomes the accepted one.
/// </summary>
internal static partial class Snapshot
{
    private static readonly bool s_isAccepting = Environment.GetEnvironmentVariable("IPSO_ACCEPT") == "1";

    public static void Verify(string scenario, GeneratorRun run)
    {
        string folder = Path.Combine(Repository.Tests, "_snapshots");
        var actual = run.Sources.ToDictionary(
            source => $"{scenario}#{source.Key.Replace(".g.cs", "", StringComparison.Ordinal)}",
            source => Version().Replace(source.Value, "$1<version>$2"));
        string[] accepted = [.. Directory.GetFiles(folder, scenario + "#*.verified.cs").Select(path => Path.GetFileName(path).Replace(".verified.cs", "", StringComparison.Ordinal))];
        var different = new List<string>();

        foreach (string name in actual.Keys.Union(accepted))
        {
            string verified = Path.Combine(folder, name + ".verified.cs");
            string received = Path.Combine(folder, name + ".received.cs");
            string? text = actual.GetValueOrDefault(name);
            File.Delete(received);
            if (text is not null && File.Exists(verified) && File.ReadAllText(verified) == text)
            {
                continue;
            }

            if (!s_isAccepting)
            {
                different.Add(text is null ? $"{name} is not generated any more" : received);
                File.WriteAllText(received, text ?? "");
            }
            else if (text is null)
            {
                File.Delete(verified);
            }
            else
            {
                File.WriteAllText(verified, text);
            }
        }

        Assert.True(different.Count == 0, "Compare, and accept with IPSO_ACCEPT=1:\n" + string.Join('\n', different));
    }

    // A release must not change every snapshot.
    [GeneratedRegex("(\"Ipso\\.Generator\", \")[0-9.]+(\")")]
    private static partial Regex Version();
}
