using System;
using System.Collections.Generic;
using Ipso.Generator.Emit;

namespace Ipso.Generator.Naming;

/// <summary>Names of what objects are on a device: the classes, and the members that stand for resources.</summary>
internal static class RemoteNames
{
    private static readonly HashSet<string> s_reserved = new(RuntimeNames.RemoteMembers, StringComparer.Ordinal);

    /// <summary>A class for each type, in their order. An object may be called so already; nobody has to write the name.</summary>
    public static string[] Of(IReadOnlyList<KeyValuePair<ObjectKey, string>> types)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            taken.Add(type.Key.Namespace + "." + type.Value);
        }

        string[] names = new string[types.Count];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = types[i].Value + "Remote";
            while (!taken.Add(types[i].Key.Namespace + "." + names[i]))
            {
                names[i] += "_";
            }
        }

        return names;
    }

    /// <summary>
    /// What a resource is called on a device: as in its class, but for a member that would hide it there. Then its id is behind its name, as
    /// wherever a name is taken.
    /// </summary>
    /// <param name="item">The object.</param>
    /// <param name="name">The resource's name in the class.</param>
    /// <param name="id">The resource's id.</param>
    public static string Within(NamedObject item, string name, ushort id)
    {
        if (!s_reserved.Contains(name) && name != item.RemoteName)
        {
            return name;
        }

        string number = Identifier.Number(id);
        while (item.Members.Contains(name + number) || name + number == item.RemoteName)
        {
            number = "_" + number;
        }

        return name + number;
    }
}
