using Ipso.Generator.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Ipso.Tool.Linting;

/// <summary>Something to say of a definition, at its place.</summary>
/// <param name="Rule">What it is an instance of.</param>
/// <param name="Path">The file, as it was named.</param>
/// <param name="StartLine">The line on which it begins, from 1.</param>
/// <param name="StartColumn">The column, from 1, in UTF-16 code units.</param>
/// <param name="EndLine">The line on which it ends.</param>
/// <param name="EndColumn">The column behind it.</param>
/// <param name="Message">What there is to say.</param>
internal sealed record Finding(DiagnosticDescriptor Rule, string Path, int StartLine, int StartColumn, int EndLine, int EndColumn, string Message)
{
    /// <summary>How bad it is: <c>error</c>, <c>warning</c> or <c>info</c>, as a build would say.</summary>
    public string Severity => Rule.DefaultSeverity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "info",
    };

    /// <summary>A diagnostic of the generator as a finding.</summary>
    public static Finding Of(DiagnosticInfo info, string path)
    {
        var lines = info.Location?.Lines ?? default;
        return new Finding(
            info.Descriptor,
            info.Location?.Path ?? path,
            lines.Start.Line + 1,
            lines.Start.Character + 1,
            lines.End.Line + 1,
            lines.End.Character + 1,
            info.ToDiagnostic().GetMessage(null));
    }

    /// <summary>As a build says it, so that editors find the place.</summary>
    public override string ToString() => $"{Path}({StartLine},{StartColumn}): {Severity} {Rule.Id}: {Message}";
}
