using System.Collections.Generic;
using System.Linq;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Ipso.Generator.Project;

/// <summary>
/// What holds for one file: the metadata of the file's item, and the project's options where it has none. On an <c>IpsoObject</c> they
/// have plain names, such as <c>Namespace</c>; on any AdditionalFile those with a prefix count, <c>IpsoNamespace</c>.
/// </summary>
/// <param name="Common">The options that the project could set as well.</param>
/// <param name="ClassName">The type's name if the item gives one, else empty.</param>
/// <param name="Resources">The resources that the item lists, or none for all.</param>
/// <param name="IsDeclared">Whether the file is an <c>IpsoObject</c>, so that nobody else can be meant by it.</param>
/// <param name="Faults">What is wrong with the metadata; without a place.</param>
internal sealed record ItemOptions(
    ProjectOptions Common,
    string ClassName,
    EquatableArray<string> Resources,
    bool IsDeclared,
    EquatableArray<DiagnosticInfo> Faults)
{
    public const string DeclaredKey = "IpsoDeclared";

    private const string ClassNameKey = "ClassName";
    private const string ResourcesKey = "Resources";

    /// <summary>The metadata there are, without the prefix.</summary>
    internal static readonly string[] Keys =
        [OptionReader.Namespace, ClassNameKey, OptionReader.Visibility, ResourcesKey, OptionReader.Measurement, OptionReader.Remote];

    /// <summary>What one might write for them.</summary>
    internal static readonly KeyValuePair<string, string>[] Misspellings =
    [
        new("Class", ClassNameKey),
        new("Name", ClassNameKey),
        new("TypeName", ClassNameKey),
        new("Access", OptionReader.Visibility),
        new("Accessibility", OptionReader.Visibility),
        new("Resource", ResourcesKey),
        new("Measurements", OptionReader.Measurement),
    ];

    // The plain names mean nothing where anybody's metadata may stand; in a file that defines an object they were meant for us.
    private static readonly (string Wrong, string Right)[] s_wrongElsewhere =
    [
        .. Misspellings.Select(static pair => (OptionReader.Prefix + pair.Key, OptionReader.Prefix + pair.Value)),
        .. Keys.Select(static key => (key, OptionReader.Prefix + key)),
    ];

    private static readonly (string Wrong, string Right)[] s_wrongWhereDeclared =
        [.. Misspellings.SelectMany(static pair => new[] { (OptionReader.Prefix + pair.Key, pair.Value), (pair.Key, pair.Value) })];

    // What the compiler calls them. Each file is asked for each of them.
    private static readonly Dictionary<string, string> s_metadata =
        Keys.Concat(Keys.Select(static key => OptionReader.Prefix + key))
            .Concat(s_wrongElsewhere.Concat(s_wrongWhereDeclared).Select(static pair => pair.Wrong))
            .Append(DeclaredKey)
            .Distinct()
            .ToDictionary(static key => key, static key => "build_metadata.AdditionalFiles." + key);

    public static ItemOptions Read(AnalyzerConfigOptionsProvider provider, AdditionalText file)
    {
        AnalyzerConfigOptions item = provider.GetOptions(file);
        bool isDeclared = Metadata(item, DeclaredKey) == "true";
        var faults = new List<DiagnosticInfo>();
        var reader = new OptionReader(Find, faults);
        var common = reader.Read(ProjectOptions.Read(provider.GlobalOptions));
        string? name = reader.Read(
            ClassNameKey,
            static text => Identifier.IsValid(text) && !MemberNames.IsReserved(text),
            "a C# identifier that no member of an object bears");
        string? resources = reader.Read(ResourcesKey, static text => ResourceSelection.Split(text).Length > 0, "ids or names of resources");

        FindMisspellings(item, isDeclared, faults);
        return new ItemOptions(common, name ?? "", new(ResourceSelection.Split(resources ?? "")), isDeclared, new(faults));

        (string Key, string Value) Find(string key)
        {
            string plain = isDeclared ? Metadata(item, key) : "";
            string prefixed = OptionReader.Prefix + key;
            return plain.Length > 0 ? (key, plain) : (prefixed, Metadata(item, prefixed));
        }
    }

    private static void FindMisspellings(AnalyzerConfigOptions item, bool isDeclared, List<DiagnosticInfo> faults)
    {
        foreach ((string wrong, string right) in isDeclared ? s_wrongWhereDeclared : s_wrongElsewhere)
        {
            if (Metadata(item, wrong).Length > 0)
            {
                faults.Add(DiagnosticInfo.Create(Descriptors.MetadataUnknown, null, wrong, right));
            }
        }
    }

    private static string Metadata(AnalyzerConfigOptions item, string key) => OptionReader.Value(item, s_metadata[key]);
}
