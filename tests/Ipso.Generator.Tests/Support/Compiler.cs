using System.Collections.Immutable;
using Ipso.Lwm2m.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ipso.Generator.Tests.Support;

/// <summary>The compiler as a user's project runs it: documentation checked, the runtime referenced, every warning shown.</summary>
internal static class Compiler
{
    public static CSharpParseOptions ParseOptions { get; } = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(ObjectInstance).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(Server.DeviceClient).Assembly.Location),
    ];

    private static readonly CSharpCompilationOptions s_compilationOptions =
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
            .WithWarningLevel(9999)
            // The framework's own assemblies differ in what they were built against.
            .WithSpecificDiagnosticOptions([new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]);

    public static CSharpCompilation Empty { get; } = CSharpCompilation.Create("User", [], s_references, s_compilationOptions);

    public static SyntaxTree Parse(string code) => CSharpSyntaxTree.ParseText(code, ParseOptions);

    /// <summary>All that a build would show, and what only an IDE would.</summary>
    public static Diagnostic[] Diagnose(Compilation compilation)
    {
        using var sink = new MemoryStream();
        return Diagnose(compilation, sink);
    }

    /// <summary>The same, and what a build would make.</summary>
    public static Diagnostic[] Diagnose(Compilation compilation, Stream image)
    {
        using var docs = new MemoryStream();
        return [.. compilation.Emit(image, xmlDocumentationStream: docs).Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Hidden)];
    }
}
