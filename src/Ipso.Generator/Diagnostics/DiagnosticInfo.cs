using System;
using System.Linq;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis;

namespace Ipso.Generator.Diagnostics;

/// <summary>A diagnostic as a plain value, until it is reported.</summary>
internal sealed record DiagnosticInfo(DiagnosticDescriptor Descriptor, LocationInfo? Location, EquatableArray<string> Arguments)
{
    public static DiagnosticInfo Create(DiagnosticDescriptor descriptor, LocationInfo? location, params string[] arguments) =>
        new(descriptor, location, new(arguments));

    /// <summary>What should not happen, with all that a report needs.</summary>
    public static DiagnosticInfo InternalError(Exception exception, LocationInfo? location) =>
        // The message of a diagnostic is one line.
        Create(Descriptors.InternalError, location, Blanks.Collapse(exception.ToString()));

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(Descriptor, Location?.ToLocation(), Arguments.ToArray<object>());
}

internal static class DiagnosticReporting
{
    public static void Report(this EquatableArray<DiagnosticInfo> items, SourceProductionContext output)
    {
        foreach (DiagnosticInfo item in items)
        {
            output.ReportDiagnostic(item.ToDiagnostic());
        }
    }
}
