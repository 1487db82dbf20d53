using Ipso.Generator.Naming;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Ipso.Generator;

/// <summary>What holds for one file: the project's options and the metadata of the file's item.</summary>
/// <param name="Namespace">The namespace of the types.</param>
/// <param name="Visibility">Their visibility.</param>
/// <param name="ClassName">The type's name if the item gives one (<c>IpsoClassName</c>), else empty.</param>
/// <param name="IsDeclared">Whether the file is an <c>Lwm2mObject</c>, so that nobody else can be meant by it.</param>
/// <param name="FaultyClassName">A class name that is none, or empty.</param>
internal sealed record FileOptions(
    string Namespace,
    string Visibility,
    string ClassName,
    bool IsDeclared,
    string FaultyClassName)
{
    public const string ClassNameKey = "IpsoClassName";
    public const string DeclaredKey = "IpsoObject";

    public static FileOptions Read(AnalyzerConfigOptionsProvider provider, AdditionalText file)
    {
        ProjectOptions project = ProjectOptions.Read(provider.GlobalOptions);
        AnalyzerConfigOptions item = provider.GetOptions(file);
        string name = Metadata(item, ClassNameKey);
        bool isName = name.Length == 0 || (Identifier.IsValid(name) && !MemberNames.IsReserved(name));
        return new FileOptions(
            project.Namespace,
            project.Visibility,
            isName ? name : "",
            Metadata(item, DeclaredKey) == "true",
            isName ? "" : name);
    }

    private static string Metadata(AnalyzerConfigOptions item, string key) =>
        item.TryGetValue("build_metadata.AdditionalFiles." + key, out string? value) ? value.Trim() : "";
}
