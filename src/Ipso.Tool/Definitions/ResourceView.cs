using Ipso.Generator.Emit;
using Ipso.Generator.Naming;
using Ipso.Generator.Registry;

namespace Ipso.Tool.Definitions;

/// <summary>A resource as people look at it: what the registry says, and what it is in C#.</summary>
/// <param name="Definition">What the registry says.</param>
/// <param name="Member">The property's name.</param>
/// <param name="PropertyType">The property's type, as a program that has the usual <c>using</c>s writes it.</param>
internal sealed record ResourceView(ResourceDefinition Definition, string Member, string PropertyType)
{
    // Longer ones first: what is within a namespace goes with it.
    private static readonly string[] s_imported =
        ["IpsoModel::", "global::Ipso.Lwm2m.Model.", "global::Ipso.Lwm2m.", "global::System."];

    /// <summary>The property as it is declared: <c>required double</c>, <c>double?</c>.</summary>
    public string Declaration => Definition.IsRequired ? "required " + PropertyType : PropertyType;

    /// <summary>What a server may do: <c>R</c>, <c>W</c>, <c>RW</c>, <c>E</c>, or nothing.</summary>
    public string Operations => OperationsOf(Definition.Operations);

    /// <summary>The type as the registry writes it, and whether there are several values.</summary>
    public string Type =>
        Definition.Kind == ResourceKind.None ? "" : Definition.IsMultiple ? Definition.Kind.Word() + ", multiple" : Definition.Kind.Word();

    /// <summary>The resources of an object, by id.</summary>
    public static ResourceView[] Of(NamedObject item) =>
    [
        .. item.Definition.Resources.Select((resource, i) =>
            new ResourceView(resource, item.Members[i], Plain(new ResourceShape(resource, item.Members[i], 0).PropertyType))),
    ];

    /// <summary>Operations as the registry writes them.</summary>
    public static string OperationsOf(ResourceOperations operations) => operations switch
    {
        ResourceOperations.Read => "R",
        ResourceOperations.Write => "W",
        ResourceOperations.Read | ResourceOperations.Write => "RW",
        ResourceOperations.Execute => "E",
        _ => "",
    };

    private static string Plain(string type)
    {
        foreach (string imported in s_imported)
        {
            type = type.Replace(imported, "", StringComparison.Ordinal);
        }

        return type;
    }
}
