using System.Globalization;
using System.Text;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Ipso.Benchmarks.Harness;
using Perfolizer.Horology;

namespace Ipso.Benchmarks.Document;

/// <summary>The codecs as BenchmarkDotNet measures them, as a Markdown table: a row for each object, format and direction.</summary>
internal static class CodecTable
{
    private sealed record Measured(double Mean, double Deviation, long Allocated);

    internal static string Measure(bool isQuick)
    {
        DirectoryInfo artifacts = Directory.CreateTempSubdirectory("ipso-benchmarks-");
        try
        {
            Summary summary = BenchmarkRunner.Run<CodecBenchmarks>(Configuration(isQuick, artifacts.FullName));
            return Table(summary);
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
            .WithWarmupCount(isQuick ? 2 : 4)
            .WithIterationCount(isQuick ? 5 : 15)
            .WithIterationTime(TimeInterval.FromMilliseconds(isQuick ? 50 : 100)))
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
                ? new(statistics.Mean, statistics.StandardDeviation, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase)!.Value)
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
        table.AppendLine("| library | its ns | its B | library / Ipso | memcpy, ns | Ipso / memcpy |");
        table.AppendLine("|---|---|--:|---|--:|--:|---|--:|--:|--:|--:|--:|");
        foreach (string name in CodecBenchmarks.Names)
        {
            // object.format.direction; behind it, a library's name.
            if (name.Split('.') is not [string subject, string format, string direction] || direction == "memcpy")
            {
                continue;
            }

            Measured ours = measured[name];
            (string? library, Measured? theirs) =
                measured.SingleOrDefault(pair => pair.Key.StartsWith($"{name}.", StringComparison.Ordinal));
            Measured copy = measured[$"{subject}.{format}.memcpy"];
            table.Append(CultureInfo.InvariantCulture, $"| {subject} | {format} | {CodecBenchmarks.PayloadLength(name)} | {direction} ");
            table.Append(CultureInfo.InvariantCulture, $"| {Time(ours)} | {ours.Allocated} ");
            table.Append(theirs is null
                ? "| | | | "
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {library![(name.Length + 1)..]} | {Time(theirs)} | {theirs.Allocated} | **{theirs.Mean / ours.Mean:0.0}** "));
            table.AppendLine(CultureInfo.InvariantCulture, $"| {copy.Mean:0.0} | {ours.Mean / copy.Mean:0.0} |");
        }

        return table.ToString();
    }

    private static string Time(Measured measured) =>
        measured.Mean < 100
            ? string.Create(CultureInfo.InvariantCulture, $"{measured.Mean:0.0} ± {measured.Deviation:0.0}")
            : string.Create(CultureInfo.InvariantCulture, $"{measured.Mean:0} ± {measured.Deviation:0}");
}
