using System.Globalization;
using System.Text;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Ipso.Benchmarks.Codecs.Baselines;
using Ipso.Benchmarks.Harness;
using Perfolizer.Horology;

namespace Ipso.Benchmarks.Document;

/// <summary>The codecs as BenchmarkDotNet measures them, as a Markdown table: a row for each object, format and direction.</summary>
internal static class TableSuite
{
    private sealed record Measured(double Median, double Deviation, long Allocated);

    internal static bool Run(bool isQuick)
    {
        DirectoryInfo artifacts = Directory.CreateTempSubdirectory("ipso-benchmarks-");
        try
        {
            Summary summary = BenchmarkRunner.Run<CodecBenchmarks>(Configuration(isQuick, artifacts.FullName));
            Console.WriteLine(Table(summary));
            return true;
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }

    private static ManualConfig Configuration(bool isQuick, string artifacts) => ManualConfig.CreateEmpty()
        // In this process: nothing is generated and built, which would need the registry of packages and leave folders behind.
        .AddJob(BenchmarkDotNet.Jobs.Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            // Many short iterations: on a machine that others use most of them are undisturbed, and the median is one of those.
            .WithUnrollFactor(1)
            .WithWarmupCount(20)
            .WithIterationCount(isQuick ? 100 : 500)
            .WithIterationTime(TimeInterval.FromMicroseconds(500)))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddLogger(new StreamLogger(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true }))
        .WithArtifactsPath(artifacts);

    private static string Table(Summary summary)
    {
        Dictionary<string, Measured> measured = [];
        foreach (BenchmarkReport report in summary.Reports)
        {
            string name = (string)report.BenchmarkCase.Parameters[nameof(CodecBenchmarks.Name)];
            measured[name] = report.ResultStatistics is { } statistics
                ? new(statistics.Median, statistics.StandardDeviation, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)!.Value)
                : throw new WrongResultException($"{name} was not measured.");
        }

        if (summary.HasCriticalValidationErrors || measured.Count == 0)
        {
            throw new WrongResultException($"BenchmarkDotNet refuses: {string.Join("; ", summary.ValidationErrors)}");
        }

        StringBuilder table = new();
        table.AppendLine("```");
        foreach (string line in summary.HostEnvironmentInfo.ToFormattedString())
        {
            table.AppendLine(line);
        }

        table.AppendLine("```");
        table.AppendLine();
        table.Append("| object | format | bytes | direction | Ipso, ns | allocated, B ");
        table.Append("| library | its ns | its B | library / Ipso | lax library, ns | lax / Ipso ");
        table.AppendLine("| memcpy, ns | Ipso / memcpy |");
        table.AppendLine("|---|---|--:|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (string name in CodecBenchmarks.Names)
        {
            // object.format.direction; behind it, a library's name.
            if (name.Split('.') is not [string subject, string format, string direction] || direction == "memcpy")
            {
                continue;
            }

            Measured ours = measured[name];
            table.Append(CultureInfo.InvariantCulture, $"| {subject} | {format} | {CodecBenchmarks.PayloadLength(name)} | {direction} ");
            table.Append(CultureInfo.InvariantCulture, $"| {Time(ours)} | {ours.Allocated} ");
            AppendLibraries(table, ours, measured, $"{name}.");
            Measured copy = measured[$"{subject}.{format}.memcpy"];
            table.AppendLine(CultureInfo.InvariantCulture, $"| {copy.Median:0.0} | {ours.Median / copy.Median:0.0} |");
        }

        return table.ToString();
    }

    private static void AppendLibraries(StringBuilder table, Measured ours, Dictionary<string, Measured> measured, string prefix)
    {
        string[] libraries = [.. measured.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))];
        string? asItComes = libraries.SingleOrDefault(static key => !key.Contains(IBaseline.Lax, StringComparison.Ordinal));
        string? lax = libraries.SingleOrDefault(static key => key.Contains(IBaseline.Lax, StringComparison.Ordinal));
        if (asItComes is null || lax is null)
        {
            table.Append("| | | | | | ");
            return;
        }

        (Measured theirs, Measured theirLax) = (measured[asItComes], measured[lax]);
        table.Append(CultureInfo.InvariantCulture, $"| {asItComes[prefix.Length..]} | {Time(theirs)} | {theirs.Allocated} ");
        table.Append(CultureInfo.InvariantCulture, $"| **{theirs.Median / ours.Median:0.0}** ");
        table.Append(CultureInfo.InvariantCulture, $"| {Time(theirLax)} | {theirLax.Median / ours.Median:0.0} ");
    }

    private static string Time(Measured measured) =>
        measured.Median < 100
            ? string.Create(CultureInfo.InvariantCulture, $"{measured.Median:0.0} ± {measured.Deviation:0.0}")
            : string.Create(CultureInfo.InvariantCulture, $"{measured.Median:0} ± {measured.Deviation:0}");
}
