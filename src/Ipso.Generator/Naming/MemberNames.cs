using System;
using System.Collections.Generic;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Emit;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Naming;

/// <summary>The members' names in one type. They depend on the object alone, and on no other file.</summary>
internal static class MemberNames
{
    private static readonly HashSet<string> s_reserved = new(RuntimeNames.ReservedMembers, StringComparer.Ordinal);

    /// <summary>Whether a member of every generated type, or one that it inherits, bears the name.</summary>
    public static bool IsReserved(string name) => s_reserved.Contains(name);

    /// <summary>What a resource would be called if no other member were in its way.</summary>
    public static string Wish(ushort id, string name)
    {
        string identifier = Identifier.Of(name);
        return identifier.Length > 0 ? identifier : "Resource" + Identifier.Number(id);
    }

    /// <summary>
    /// A name for each resource, in their order, which is ascending by id. Of those that share one the first keeps it: a later version
    /// of the object adds higher ids, and what it adds must not rename what there was.
    /// </summary>
    /// <param name="definition">The object.</param>
    /// <param name="typeNames">What its type is or might be called: a member must not bear the name of its type.</param>
    public static string[] Of(ObjectDefinition definition, params string[] typeNames)
    {
        var taken = new HashSet<string>(typeNames, StringComparer.Ordinal);
        string[] names = new string[definition.Resources.Count];
        for (int i = 0; i < names.Length; i++)
        {
            string name = definition.Resources[i].Identifier;
            if (IsReserved(name) || !taken.Add(name))
            {
                // "Zone 12" may meet the resource 12 of name "Zone"; an underscore more tells them apart.
                string id = Identifier.Number(definition.Resources[i].Id);
                while (!taken.Add(name + id))
                {
                    id = "_" + id;
                }

                name += id;
            }

            names[i] = name;
        }

        return names;
    }

    /// <summary>The names in a type that may not have got the name that it wished for.</summary>
    public static EquatableArray<string> Within(string typeName, SourceObject item) =>
        typeName == item.Key.BaseName || !item.Members.Contains(typeName)
            ? item.Members
            : new(Of(item.Definition, typeName, item.Key.BaseName));

    /// <summary>Says which resources had to take their id into their name.</summary>
    /// <param name="definition">The object.</param>
    /// <param name="names">The names of its resources.</param>
    /// <param name="omitted">The ids of those that are not generated.</param>
    /// <param name="place">Where a resource's name stands.</param>
    /// <param name="faults">Takes what there is to say.</param>
    public static void Report(
        ObjectDefinition definition, string[] names, EquatableArray<ushort> omitted, Func<ushort, TextSpan> place, FaultList faults)
    {
        for (int i = 0; i < names.Length; i++)
        {
            ResourceDefinition resource = definition.Resources[i];
            if (names[i] == resource.Identifier || omitted.Contains(resource.Id))
            {
                continue;
            }

            int owner = Array.IndexOf(names, resource.Identifier);
            if (owner >= 0)
            {
                faults.Add(
                    Descriptors.ResourceNameShared,
                    place(resource.Id),
                    Identifier.Number(resource.Id),
                    resource.Name,
                    Identifier.Number(definition.Resources[owner].Id),
                    names[i],
                    Identifier.Number(definition.Id));
            }
            else
            {
                faults.Add(
                    Descriptors.ResourceNameTaken,
                    place(resource.Id),
                    Identifier.Number(resource.Id),
                    resource.Name,
                    names[i],
                    Identifier.Number(definition.Id));
            }
        }
    }
}
