using System.Collections.Generic;
using System.Linq;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Emit;

/// <summary>What IntelliSense shows: the registry's words and facts.</summary>
internal static class ObjectDocs
{
    public static void WriteObject(SourceWriter w, ObjectDefinition definition, string typeName, IReadOnlyList<ResourceShape> resources)
    {
        string instances = definition.IsMultiple ? "multiple instances" : "a single instance";
        string mandatory = definition.IsMandatory ? "mandatory" : "optional";
        string urn = CSharpText.Doc(definition.Urn);
        w.Lines($"""
            /// <summary>
            /// {Summary(definition.Description, definition.Name, typeName)}
            /// </summary>
            /// <remarks>
            /// <para>Object {definition.Id}, version {definition.Version.ToString()}, <c>{urn}</c>; {instances}, {mandatory}.</para>
            """);

        if (resources.Count > 0)
        {
            w.Lines("""
                /// <list type="table">
                /// <listheader><term>Resource</term><description>Operations, type, range, unit</description></listheader>
                """);
            foreach (ResourceShape resource in resources)
            {
                ushort id = resource.Definition.Id;
                string presence = resource.Definition.IsMandatory ? ", mandatory" : "";
                w.Lines($"""
                    /// <item><term>{id} <see cref="{resource.Name}"/></term><description>{resource.Facts}{presence}</description></item>
                    """);
            }

            w.Line("/// </list>");
        }

        w.Line("/// </remarks>");
    }

    public static void WriteResource(SourceWriter w, ObjectDefinition definition, ResourceShape resource, string? remark)
    {
        ResourceDefinition d = resource.Definition;
        string instance = definition.IsMultiple ? "x" : "0";
        string presence = d.IsMandatory ? "mandatory" : "optional";
        w.Lines($"""
            /// <summary>{Summary(d.Description, d.Name, resource.Name)}</summary>
            /// <remarks><c>/{definition.Id}/{instance}/{d.Id}</c>, {resource.Facts}, {presence}.{remark ?? Presence(d)}</remarks>
            """);
    }

    /// <summary>The name as registered, or the name in C# where there is none.</summary>
    public static string Title(string name, string member) => CSharpText.Doc(name.Length > 0 ? name : member);

    private static string Summary(string description, string name, string member) =>
        description.Length > 0 ? CSharpText.Doc(description) : Title(name, member);

    /// <summary>What a resource's documentation says in few words: operations, type, range, unit.</summary>
    public static string FactsOf(ResourceDefinition resource)
    {
        string facts = OperationsOf(resource.Operations);
        if (resource.Kind != ResourceKind.None)
        {
            facts += ", " + resource.Kind.Word();
        }

        if (resource.IsMultiple)
        {
            facts += ", multiple";
        }

        if (resource.RangeText.Length > 0)
        {
            facts += ", " + RangeOf(resource);
        }

        if (resource.Unit.Length > 0)
        {
            facts += ", unit " + CSharpText.Doc(resource.Unit);
        }

        return facts;
    }

    private static string RangeOf(ResourceDefinition resource) => resource.Range switch
    {
        { Subject: RangeSubject.Words } range => "one of " + string.Join(", ", range.Words.Select(CSharpText.Doc)),
        { Subject: RangeSubject.Length } range => Joined(range.Intervals) + " bytes",
        { } range => Joined(range.Intervals),
        null when resource.Enumeration.Count > 0 =>
            string.Join(", ", resource.Enumeration.Select(static value => $"{value.Value}: {CSharpText.Doc(value.Label)}")),
        null => "range: " + CSharpText.Doc(resource.RangeText),
    };

    private static string Joined(EquatableArray<Interval> intervals) =>
        intervals.Count == 1 ? intervals[0].ToString() : string.Join(", ", intervals);

    private static string OperationsOf(ResourceOperations operations) => operations switch
    {
        ResourceOperations.Read => "R",
        ResourceOperations.Write => "W",
        ResourceOperations.Read | ResourceOperations.Write => "RW",
        ResourceOperations.Execute => "E",
        _ => "bootstrap only",
    };

    private static string Presence(ResourceDefinition resource) => resource switch
    {
        { IsExecutable: true } => "",
        { IsMultiple: true } => "",
        { Operations: ResourceOperations.Write } => " Absent until a server writes it.",
        { IsRequired: false } => " Absent until set.",
        _ => "",
    };
}
