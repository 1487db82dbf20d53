using System;
using System.Collections.Generic;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Ipso.Generator;

/// <summary>What the project's properties ask for.</summary>
/// <param name="Namespace">The namespace of the types: <c>IpsoNamespace</c>.</param>
/// <param name="Visibility">Their visibility: <c>IpsoVisibility</c>.</param>
internal sealed record ProjectOptions(string Namespace, string Visibility)
{
    public const string DefaultNamespace = "Ipso.Objects";
    public const string NamespaceKey = "IpsoNamespace";
    public const string VisibilityKey = "IpsoVisibility";

    /// <summary>Reads the properties; a value that will not do gives way to the default, and <see cref="Faults"/> says so.</summary>
    public static ProjectOptions Read(AnalyzerConfigOptions global)
    {
        string name = Value(global, NamespaceKey);
        string visibility = Value(global, VisibilityKey);
        return new ProjectOptions(
            Identifier.IsNamespace(name) ? name : DefaultNamespace,
            IsVisibility(visibility) ? visibility.ToLowerInvariant() : "public");
    }

    public static EquatableArray<DiagnosticInfo> Faults(AnalyzerConfigOptions global)
    {
        var faults = new List<DiagnosticInfo>();
        string name = Value(global, NamespaceKey);
        if (name.Length > 0 && !Identifier.IsNamespace(name))
        {
            faults.Add(DiagnosticInfo.Create(Descriptors.OptionInvalid, null, NamespaceKey, name, "a C# namespace"));
        }

        string visibility = Value(global, VisibilityKey);
        if (visibility.Length > 0 && !IsVisibility(visibility))
        {
            faults.Add(DiagnosticInfo.Create(Descriptors.OptionInvalid, null, VisibilityKey, visibility, "public or internal"));
        }

        return new(faults);
    }

    // A property that is not set arrives as an empty text, and not as an absent one.
    private static string Value(AnalyzerConfigOptions global, string key) =>
        global.TryGetValue("build_property." + key, out string? value) ? value.Trim() : "";

    private static bool IsVisibility(string text) =>
        string.Equals(text, "public", StringComparison.OrdinalIgnoreCase)
        || string.Equals(text, "internal", StringComparison.OrdinalIgnoreCase);
}
