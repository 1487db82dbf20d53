using System.Diagnostics;
using Ipso.Benchmarks.Harness;
using Ipso.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ipso.Benchmarks.Generator;

/// <summary>What an IDE asks of the generator again and again: a run after one file was edited.</summary>
internal sealed class Edits
{
    private const string UserCode = "internal static class User { internal static int Answer() => 41; }";

    private readonly RegistryFile _file;
    private readonly CSharpCompilation _before;
    private readonly CSharpCompilation _after;
    private readonly GeneratorDriver _driver;
    private readonly GeneratorDriver _tracking;

    internal Edits(RegistryFile[] files)
    {
        _file = files[files.Length / 2];
        SyntaxTree tree = CompilerHost.Parse(UserCode);
        _before = CompilerHost.Empty.AddSyntaxTrees(tree);
        _after = _before.ReplaceSyntaxTree(tree, CompilerHost.Parse(UserCode.Replace("41", "42", StringComparison.Ordinal)));
        _driver = CompilerHost.NewDriver(files).RunGenerators(_before);
        _tracking = CompilerHost.NewDriver(files, isTracking: true).RunGenerators(_before);
    }

    /// <summary>The steps that ran again.</summary>
    internal sealed record Counts(int Parses, int Emits);

    internal Counts CountCSharpEdit() => Count(EditCSharp(_tracking));

    internal Counts CountXmlEdit() => Count(EditXml(_tracking));

    internal TimeSpan TimeCSharpEdit() => Time(EditCSharp);

    internal TimeSpan TimeXmlEdit() => Time(EditXml);

    private GeneratorDriver EditCSharp(GeneratorDriver driver) => driver.RunGenerators(_after);

    private GeneratorDriver EditXml(GeneratorDriver driver) => driver.ReplaceAdditionalText(_file, _file.Edited()).RunGenerators(_before);

    private TimeSpan Time(Func<GeneratorDriver, GeneratorDriver> edit)
    {
        long start = Stopwatch.GetTimestamp();
        GeneratorDriver edited = edit(_driver);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        int sources = edited.GetRunResult().GeneratedTrees.Length;
        return sources == _driver.GetRunResult().GeneratedTrees.Length ? elapsed
            : throw new WrongResultException($"After an edit there are {sources} sources.");
    }

    // What a step says of its output is "cached" exactly if it did not run.
    private static Counts Count(GeneratorDriver edited)
    {
        GeneratorRunResult result = edited.GetRunResult().Results.Single();
        return new(
            Runs(result.TrackedSteps[TrackingNames.Parsed]),
            Runs(result.TrackedOutputSteps.SelectMany(static outputs => outputs.Value)
                .Where(static run => run.Inputs.Any(static input => input.Source.Name == TrackingNames.Objects))));

        static int Runs(IEnumerable<IncrementalGeneratorRunStep> steps) => steps.Count(static step =>
            step.Outputs.Any(static output => output.Reason != IncrementalStepRunReason.Cached));
    }
}
