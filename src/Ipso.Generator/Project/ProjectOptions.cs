using System.Collections.Generic;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Ipso.Generator.Project;

/// <summary>What the project's properties ask for.</summary>
/// <param name="Namespace">The namespace of the types: <c>IpsoNamespace</c>.</param>
/// <param name="Visibility">Their visibility: <c>IpsoVisibility</c>.</param>
/// <param name="HasMeasurement">Whether extremes and timestamps follow their values: <c>IpsoMeasurement</c>.</param>
/// <param name="HasRemote">Whether servers have the objects as well, on devices: <c>IpsoRemote</c>, which the package of the server sets.</param>
internal sealed record ProjectOptions(string Namespace, string Visibility, bool HasMeasurement, bool HasRemote)
{
    /// <summary>What holds where nothing is asked for.</summary>
    public static readonly ProjectOptions Default = new("Ipso.Objects", "public", HasMeasurement: true, HasRemote: false);

    /// <summary>Reads the properties; a value that will not do gives way to the default, and <see cref="Faults"/> says so.</summary>
    public static ProjectOptions Read(AnalyzerConfigOptions global) => Read(global, []);

    public static EquatableArray<DiagnosticInfo> Faults(AnalyzerConfigOptions global)
    {
        var faults = new List<DiagnosticInfo>();
        Read(global, faults);
        return new(faults);
    }

    private static ProjectOptions Read(AnalyzerConfigOptions global, List<DiagnosticInfo> faults)
    {
        return new OptionReader(Find, faults).Read(Default);

        (string Key, string Value) Find(string key)
        {
            string property = OptionReader.Prefix + key;
            return (property, OptionReader.Value(global, "build_property." + property));
        }
    }
}
