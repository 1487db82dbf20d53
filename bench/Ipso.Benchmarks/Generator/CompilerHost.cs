using System.Collections.Immutable;
using Ipso.Generator;
using Ipso.Lwm2m.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ipso.Benchmarks.Generator;

/// <summary>The compiler in this process, set up as a user's project sets it up that writes a documentation file.</summary>
internal static class CompilerHost
{
    private static readonly CSharpParseOptions s_parseOptions = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(static path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ObjectInstance).Assembly.Location),
    ];

    /// <summary>A compilation without a line of code. On one thread: what is measured is work, not how many share it.</summary>
    internal static CSharpCompilation Empty { get; } = CSharpCompilation.Create(
        "User",
        [],
        s_references,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, concurrentBuild: false));

    internal static SyntaxTree Parse(string code) => CSharpSyntaxTree.ParseText(code, s_parseOptions);

    internal static GeneratorDriver NewDriver(IEnumerable<AdditionalText> files, bool isTracking = false) => CSharpGeneratorDriver.Create(
        [new IpsoGenerator().AsSourceGenerator()],
        files,
        s_parseOptions,
        optionsProvider: null,
        new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, isTracking));
}
