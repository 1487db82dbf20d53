using System;
using System.Linq;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Emit;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Naming;

/// <summary>The members' names in one type. They depend on the object alone, and on no other file.</summary>
internal static class MemberNames
{
    /// <summary>Whether a member of every generated type, or one that it inherits, bears the name.</summary>
    public static bool IsReserved(string name) => Array.IndexOf(RuntimeNames.ReservedMembers, name) >= 0;

    /// <summary>A name for each resource, in their order.</summary>
    /// <param name="definition">The object.</param>
    /// <param name="typeNames">What its type is or might be called: a member must not bear the name of its type.</param>
    public static string[] Of(ObjectDefinition definition, params string[] typeNames)
    {
        string[] names = [.. definition.Resources.Select(Base)];
        var taken = Identifier.Repeated(names);
        for (int i = 0; i < names.Length; i++)
        {
            if (taken.Contains(names[i]) || IsReserved(names[i]) || typeNames.Contains(names[i]))
            {
                names[i] += Identifier.Number(definition.Resources[i].Id);
            }
        }

        // "Zone 12" may meet the resource 12 of name "Zone". No name holds an underscore but a first one, so this settles it.
        var again = Identifier.Repeated(names);
        for (int i = 0; i < names.Length; i++)
        {
            if (again.Contains(names[i]) || typeNames.Contains(names[i]))
            {
                names[i] += "_" + Identifier.Number(definition.Resources[i].Id);
            }
        }

        return names;
    }

    /// <summary>Says which resources had to take their id into their name.</summary>
    public static void Report(ObjectDefinition definition, string typeName, Func<ushort, TextSpan> place, FaultList faults)
    {
        string[] names = Of(definition, typeName);
        var repeated = Identifier.Repeated(definition.Resources.Select(Base));
        for (int i = 0; i < names.Length; i++)
        {
            ResourceDefinition resource = definition.Resources[i];
            if (names[i] == Base(resource))
            {
                continue;
            }

            bool isShared = !IsReserved(Base(resource)) && Base(resource) != typeName;
            if (isShared && repeated.Contains(Base(resource)))
            {
                string others = string.Join(", ", definition.Resources
                    .Where(other => other.Id != resource.Id && Base(other) == Base(resource))
                    .Select(static other => Identifier.Number(other.Id)));
                faults.Add(
                    Descriptors.ResourceNameShared, place(resource.Id), Identifier.Number(resource.Id), resource.Name, others, names[i]);
            }
            else
            {
                faults.Add(Descriptors.ResourceNameTaken, place(resource.Id), Identifier.Number(resource.Id), resource.Name, names[i]);
            }
        }
    }

    private static string Base(ResourceDefinition resource)
    {
        string name = Identifier.Of(resource.Name);
        return name.Length > 0 ? name : "Resource" + Identifier.Number(resource.Id);
    }
}
