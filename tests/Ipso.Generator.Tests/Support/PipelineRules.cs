using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Tests.Support;

/// <summary>What holds for every step of the pipeline in every run.</summary>
internal static class PipelineRules
{
    // The driver's own steps, which hold what they hold.
    private static readonly string[] s_inputs = ["AdditionalTexts", "AnalyzerConfigOptions"];

    private static readonly Type[] s_banned =
        [typeof(Compilation), typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(SyntaxReference), typeof(Location)];

    private static readonly Type[] s_bannedBeyondFiles = [.. s_banned, typeof(AdditionalText), typeof(SourceText)];

    /// <summary>The pipeline's steps that bear a name.</summary>
    public static IReadOnlySet<string> Names { get; } =
        typeof(TrackingNames).GetFields().Select(f => (string)f.GetValue(null)!).ToHashSet();

    /// <summary>
    /// Follows the steps, the nameless between the named too, from the outputs back to the files. None may hold on to the compilation,
    /// and what lies beyond the files not even to a file; the only inputs are files and options.
    /// </summary>
    public static void AssertCacheable(GeneratorRunResult result)
    {
        // What may be held in one place may not in the other, so each has a walk of its own.
        ObjectGraph files = new(), beyond = new();
        var seen = new HashSet<IncrementalGeneratorRunStep>();
        var open = new Stack<IncrementalGeneratorRunStep>(
            result.TrackedOutputSteps.Concat(result.TrackedSteps.Where(step => Names.Contains(step.Key))).SelectMany(steps => steps.Value));
        while (open.TryPop(out IncrementalGeneratorRunStep? step))
        {
            if (!seen.Add(step))
            {
                continue;
            }

            if (step.Inputs.IsEmpty && step.Name is not null && !Names.Contains(step.Name))
            {
                Assert.Contains(step.Name, s_inputs);
                continue;
            }

            bool isFiles = step.Name == TrackingNames.Files;
            bool isOutput = result.TrackedOutputSteps.ContainsKey(step.Name ?? "");
            foreach (var (value, _) in isOutput ? [] : step.Outputs)
            {
                (isFiles ? files : beyond).AssertFreeOf(value, step.Name ?? "a nameless step", isFiles ? s_banned : s_bannedBeyondFiles);
            }

            // Before the files there are files and nothing of ours; they lead to the same inputs.
            foreach (var (source, _) in isFiles ? [] : step.Inputs)
            {
                open.Push(source);
            }
        }
    }

    /// <summary>Nothing was computed that was known, and nothing emitted.</summary>
    public static void AssertCached(GeneratorRunResult result)
    {
        Assert.Null(result.Exception);
        string[] computed =
        [
            .. from steps in result.TrackedSteps
               where Names.Contains(steps.Key)
               from output in steps.Value.SelectMany(step => step.Outputs)
               where output.Reason is not (IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged)
               select $"{steps.Key}: {output.Reason}",
            .. from output in result.TrackedOutputSteps.SelectMany(steps => steps.Value).SelectMany(step => step.Outputs)
               where output.Reason != IncrementalStepRunReason.Cached
               select $"Output: {output.Reason}",
        ];
        Assert.True(computed.Length == 0, $"A second run on the same input computed:\n{string.Join('\n', computed.Distinct())}");
    }
}
