using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ipso.Generator.Tests.Support;

/// <summary>
/// A run of the generator, and further runs of the same driver after an edit. Each one that tracks its steps proves in passing that
/// a second run on the same input would compute nothing, and that no step keeps what an IDE must be free to let go.
/// </summary>
internal sealed class GeneratorRun
{
    private readonly GeneratorDriver _driver;
    private readonly bool _isTracking;

    private GeneratorRun(GeneratorDriver driver, CSharpCompilation input, bool isTracking)
    {
        _driver = driver.RunGeneratorsAndUpdateCompilation(input, out Compilation output, out _);
        _isTracking = isTracking;
        Input = input;
        Output = output;
        Result = _driver.GetRunResult().Results.Single();
        Assert.Null(Result.Exception);
        if (isTracking)
        {
            PipelineRules.AssertCacheable(Result);
            PipelineRules.AssertCached(_driver.RunGenerators(input).GetRunResult().Results.Single());
        }
    }

    public CSharpCompilation Input { get; }

    public Compilation Output { get; }

    public GeneratorRunResult Result { get; }

    /// <summary>The diagnostics in the order of their places.</summary>
    public Diagnostic[] Diagnostics => [.. Result.Diagnostics
        .OrderBy(d => d.Location.GetLineSpan().Path, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start).ThenBy(d => d.Id, StringComparer.Ordinal)];

    /// <summary>The sources by hint name.</summary>
    public SortedDictionary<string, string> Sources => new(
        Result.GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString()), StringComparer.Ordinal);

    public static GeneratorRun Of(params AdditionalText[] files) => Of(new Options(), files);

    public static GeneratorRun Of(Options options, params AdditionalText[] files) => Of(options, files, isTracking: true);

    /// <summary>
    /// As a compiler runs it. While it tracks steps, the driver of 4.8 to 4.14 loses track itself once a file has ceased to give
    /// an object and all else is cached, so a long chain of runs is for this one.
    /// </summary>
    public static GeneratorRun Untracked(params AdditionalText[] files) => Untracked(new Options(), files);

    /// <inheritdoc cref="Untracked(AdditionalText[])"/>
    public static GeneratorRun Untracked(Options options, params AdditionalText[] files) => Of(options, files, isTracking: false);

    private static GeneratorRun Of(Options options, AdditionalText[] files, bool isTracking) => new(
        CSharpGeneratorDriver.Create(
            [new IpsoGenerator().AsSourceGenerator()],
            files,
            Compiler.ParseOptions,
            options,
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, isTracking)),
        Compiler.Empty,
        isTracking);

    public GeneratorRun Again(Func<GeneratorDriver, GeneratorDriver> edit) => new(edit(_driver), Input, _isTracking);

    public GeneratorRun AgainWith(SyntaxTree tree) => new(_driver, Input.AddSyntaxTrees(tree), _isTracking);

    /// <summary>Why the outputs of a step are what they are, in the steps' order: <c>Modified,Cached</c>.</summary>
    public string Reasons(string step) => Result.TrackedSteps.TryGetValue(step, out var runs)
        ? string.Join(',', runs.SelectMany(run => run.Outputs).Select(output => output.Reason))
        : "";

    /// <summary>Why the emitted sources are what they are: those whose input is the named objects.</summary>
    public string SourceReasons => string.Join(',', Result.TrackedOutputSteps.SelectMany(outputs => outputs.Value)
        .Where(run => run.Inputs.Any(input => input.Source.Name == TrackingNames.Objects))
        .SelectMany(run => run.Outputs).Select(output => output.Reason));

    /// <summary>All outputs' reasons, diagnostics included, each once.</summary>
    public string[] OutputReasons => [.. Result.TrackedOutputSteps.SelectMany(outputs => outputs.Value)
        .SelectMany(run => run.Outputs).Select(output => output.Reason.ToString()).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Compiles the output with the user's code and demands that nothing at all be said.</summary>
    public GeneratorRun CompilesCleanly(params string[] userCode)
    {
        Diagnostic[] diagnostics = Compiler.Diagnose(Output.AddSyntaxTrees(userCode.Select(Compiler.Parse)));
        Assert.True(diagnostics.Length == 0, string.Join('\n', diagnostics.Take(20)));
        return this;
    }

    /// <summary>The ids of what the compiler refuses in a user's code.</summary>
    public IEnumerable<string> CompilerErrors(string userCode) =>
        from diagnostic in Compiler.Diagnose(Output.AddSyntaxTrees(Compiler.Parse(userCode)))
        where diagnostic.Severity == DiagnosticSeverity.Error
        select diagnostic.Id;
}
