using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Tests;

/// <summary>
/// Whatever a file holds, the generator has something to say of it and nothing to throw; what it emits compiles, and the other files
/// do not suffer. Real definitions are damaged in many ways. <c>IPSO_CASE=2:1234</c> runs one case alone: seed 2, number 1234.
/// </summary>
public class RobustnessTests
{
    private const int CasesPerBatch = 250;

    // Each fortieth case tracks its steps, and so proves that damage does no harm to the cache either.
    private const int TrackedCases = 40;

    private static readonly XmlFile s_sound = XmlFile.Define(
        26241,
        "A sound file",
        "7.3",
        XmlFile.Item(1, "Level", "RW", "Integer", "<RangeEnumeration>0..100</RangeEnumeration>") + XmlFile.Item(2, "Level"),
        "/sound/26241.xml");

    private static readonly XmlFile[] s_files = Repository.WholeRegistry();

    // What both versions of Roslyn could bring to light is brought to light by the older one.
    private static readonly int s_casesPerSeed = typeof(Compilation).Assembly.GetName().Version! < new Version(4, 9) ? 5000 : 500;

    // By their hashes: much damage leads to one source, and to compile that once is enough.
    private static readonly ConcurrentDictionary<string, bool> s_compiled = [];

    private static readonly string? s_onlyCase = Environment.GetEnvironmentVariable("IPSO_CASE");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_file_does_harm(int seed)
    {
        int[] numbers = [.. Enumerable.Range(0, s_casesPerSeed).Where(number => s_onlyCase is null || s_onlyCase == $"{seed}:{number}")];
        string sound = Of(0, s_sound).Sources.Single().Value;
        var faults = new ConcurrentQueue<string>();

        Parallel.ForEach(numbers.Chunk(CasesPerBatch), batch =>
        {
            var trees = new Dictionary<SyntaxTree, Mutant>();
            foreach (int number in batch)
            {
                Mutant mutant = Mutant.Make(seed, number, s_files);
                try
                {
                    foreach (SyntaxTree tree in Generate(number, mutant, sound))
                    {
                        string text = tree.ToString().Replace(NamespaceOf(number), NamespaceOf(0), StringComparison.Ordinal);
                        if (s_compiled.TryAdd(Convert.ToHexString(SHA256.HashData(Encoding.Unicode.GetBytes(text))), true))
                        {
                            trees.Add(tree, mutant);
                        }
                    }
                }
                catch (Exception e)
                {
                    faults.Enqueue($"{mutant.Description}\n  {Short(e.Message)}");
                }
            }

            foreach (Diagnostic diagnostic in Compiler.Diagnose(Compiler.Empty.AddSyntaxTrees(trees.Keys)))
            {
                Mutant? mutant = trees.GetValueOrDefault(diagnostic.Location.SourceTree!);
                faults.Enqueue($"{mutant?.Description ?? "a batch"}\n  {Short(diagnostic.ToString())}");
            }
        });

        Assert.True(faults.IsEmpty, $"{faults.Count} faults:\n{string.Join('\n', faults.Order(StringComparer.Ordinal).Take(20))}");
    }

    [Theory]
    [InlineData("NaN..NaN")]
    [InlineData("-Infinity..Infinity")]
    [InlineData("0..1e400")]
    public void A_range_of_what_is_no_number_is_not_enforced(string range)
    {
        XmlFile file = XmlFile.Define(1, "Thing", "1.0", XmlFile.Item(1, "Value", more: $"<RangeEnumeration>{range}</RangeEnumeration>"));

        Assert.Equal("IPSO0013", Assert.Single(GeneratorRun.Of(file).CompilesCleanly().Diagnostics).Id);
    }

    /// <summary>A compiler's thread has a stack of a megabyte on some systems, and what overflows it takes the whole build along.</summary>
    [Fact]
    public void Elements_may_be_nested_deeper_than_a_small_stack_reaches()
    {
        string deep = string.Concat(Enumerable.Repeat("<b>", 50_000)) + "deep" + string.Concat(Enumerable.Repeat("</b>", 50_000));
        XmlFile file = XmlFile.Define(1, deep, "1.0", XmlFile.Item(1, deep, more: $"<Description>{deep}</Description>"));
        SortedDictionary<string, string>? sources = null;
        var thread = new Thread(() => sources = GeneratorRun.Untracked(file).Sources, maxStackSize: 512 * 1024);

        thread.Start();
        thread.Join();

        Assert.Equal(["1_1.0.Deep.g.cs"], sources!.Keys);
    }

    /// <summary>What a chain of edits leads to is what a fresh run gives: nothing of the damage stays behind.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Damage_leaves_no_trace_in_the_next_run(int seed)
    {
        XmlFile[] files = Repository.Files(Repository.RegistryXml);
        var run = GeneratorRun.Untracked(files);
        AdditionalText current = files[0];

        for (int i = 0; i < 200; i++)
        {
            AdditionalText previous = current;
            current = Mutant.Make(-seed, i, files);
            run = run.Again(driver => driver.ReplaceAdditionalText(previous, current));

            Assert.DoesNotContain(run.Diagnostics, d => d.Id == "IPSO0000");
            Assert.True(run.Sources.Count >= files.Length - 1, "The other files are generated all the same.");
            if (i % 20 == 0)
            {
                Assert.Equal(GeneratorRun.Untracked([current, .. files[1..]]).Sources, run.Sources);
            }
        }
    }

    // A name of 100,000 letters would hide all else.
    private static string Short(string text) => text.Length <= 600 ? text : $"{text[..300]} ... {text[^300..]}";

    private static string NamespaceOf(int number) => $"Case{number}";

    private static GeneratorRun Of(int number, params AdditionalText[] files)
    {
        var options = new Options(("IpsoNamespace", NamespaceOf(number)));
        return number % TrackedCases == 0 ? GeneratorRun.Of(options, files) : GeneratorRun.Untracked(options, files);
    }

    private static IEnumerable<SyntaxTree> Generate(int number, Mutant mutant, string sound)
    {
        GeneratorRun run = Of(number, mutant, s_sound);

        Assert.DoesNotContain(run.Diagnostics, d => d.Id == "IPSO0000");
        Assert.DoesNotContain(run.Diagnostics, d => d.Location.GetLineSpan().Path == s_sound.Path && d.Id != "IPSO0020");
        GeneratedSourceResult emitted = Assert.Single(
            run.Result.GeneratedSources, source => source.HintName == "26241_7.3.ASoundFile.g.cs");
        Assert.Equal(sound, emitted.SourceText.ToString().Replace(NamespaceOf(number), NamespaceOf(0), StringComparison.Ordinal));
        return run.Result.GeneratedSources.Where(source => source.HintName != emitted.HintName).Select(source => source.SyntaxTree);
    }
}
