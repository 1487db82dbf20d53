using System.Diagnostics;
using Ipso.Benchmarks.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;

namespace Ipso.Benchmarks.Generator;

/// <summary>A build of all objects, and one of as many classes that somebody wrote by hand.</summary>
internal sealed class Compiling
{
    // To warm up with: the first compilations take many times as long as the later ones.
    private const int Few = 8;

    private readonly RegistryFile[] _files;
    private readonly string[] _classes;

    internal Compiling(RegistryFile[] files)
    {
        _files = files;
        GeneratorDriver driver = CompilerHost.NewDriver(files).RunGenerators(CompilerHost.Empty);
        _classes = [.. driver.GetRunResult().GeneratedTrees.Select(PropertyClasses.Of)];
    }

    internal TimeSpan TimeClasses() => TimeClasses(_classes);

    internal TimeSpan TimeFewClasses() => TimeClasses(_classes.Take(Few));

    internal TimeSpan TimeGenerated() => TimeGenerated(_files);

    internal TimeSpan TimeFewGenerated() => TimeGenerated(_files.Take(Few));

    private static TimeSpan TimeClasses(IEnumerable<string> classes)
    {
        long start = Stopwatch.GetTimestamp();
        Emit(CompilerHost.Empty.AddSyntaxTrees(classes.Select(CompilerHost.Parse)));
        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan TimeGenerated(IEnumerable<RegistryFile> files)
    {
        RegistryFile[] fresh = [.. files.Select(static file => file.Afresh())];
        long start = Stopwatch.GetTimestamp();
        CompilerHost.NewDriver(fresh).RunGeneratorsAndUpdateCompilation(CompilerHost.Empty, out Compilation compilation, out _);
        Emit(compilation);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        int sources = compilation.SyntaxTrees.Count();
        return sources == fresh.Length ? elapsed
            : throw new WrongResultException($"{fresh.Length} files came to {sources} sources.");
    }

    private static void Emit(Compilation compilation)
    {
        using MemoryStream assembly = new();
        using MemoryStream documentation = new();
        EmitResult result = compilation.Emit(assembly, xmlDocumentationStream: documentation);
        if (!result.Success)
        {
            throw new WrongResultException(
                $"It does not compile: {result.Diagnostics.First(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)}");
        }
    }
}
