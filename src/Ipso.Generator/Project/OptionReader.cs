using System;
using System.Collections.Generic;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Ipso.Generator.Project;

/// <summary>
/// Reads the options that a project has as properties and an item as metadata. A value that will not do is a fault, and no value.
/// </summary>
/// <param name="find">An option as it is written in the project, and its value or an empty text.</param>
/// <param name="faults">Takes the faults, which have no place.</param>
internal sealed class OptionReader(Func<string, (string Key, string Value)> find, List<DiagnosticInfo> faults)
{
    /// <summary>What stands before the name of an option wherever it would not be known for ours.</summary>
    public const string Prefix = "Ipso";

    public const string Namespace = nameof(Namespace);
    public const string Visibility = nameof(Visibility);
    public const string Measurement = nameof(Measurement);
    public const string Remote = nameof(Remote);

    /// <summary>A value as MSBuild hands it on: what is not set arrives as an empty text, or not at all.</summary>
    public static string Value(AnalyzerConfigOptions options, string key) =>
        options.TryGetValue(key, out string? value) ? value.Trim() : "";

    /// <summary>The options that are the same for the project and for an item.</summary>
    public ProjectOptions Read(ProjectOptions defaults)
    {
        string? space = Read(Namespace, Identifier.IsNamespace, "a C# namespace");
        string? visibility = Read(Visibility, static text => IsWord(text, "public", "internal"), "public or internal");
        bool? measurement = ReadFlag(Measurement);
        bool? remote = ReadFlag(Remote);
        return new ProjectOptions(
            space ?? defaults.Namespace,
            visibility?.ToLowerInvariant() ?? defaults.Visibility,
            measurement ?? defaults.HasMeasurement,
            remote ?? defaults.HasRemote);
    }

    /// <summary>The value of an option, or null where there is none that will do.</summary>
    public string? Read(string option, Func<string, bool> isValid, string expected)
    {
        (string key, string value) = find(option);
        if (value.Length == 0 || isValid(value))
        {
            return value.Length == 0 ? null : value;
        }

        faults.Add(DiagnosticInfo.Create(Descriptors.OptionInvalid, null, key, value, expected));
        return null;
    }

    private bool? ReadFlag(string option) =>
        Read(option, static text => IsWord(text, "true", "false"), "true or false") is { } word ? IsWord(word, "true") : null;

    private static bool IsWord(string text, params string[] words) =>
        Array.Exists(words, word => string.Equals(text, word, StringComparison.OrdinalIgnoreCase));
}
