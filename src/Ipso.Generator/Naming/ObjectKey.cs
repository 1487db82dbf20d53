using System;
using Ipso.Generator.Registry;

namespace Ipso.Generator.Naming;

/// <summary>All that decides the name of an object's type.</summary>
/// <param name="Path">The file: of two definitions of one version the one in the first path counts.</param>
/// <param name="Ordinal">The object's place among those of the file.</param>
/// <param name="Id">The ObjectID.</param>
/// <param name="Version">The object's version.</param>
/// <param name="Name">The name as registered.</param>
/// <param name="Namespace">The namespace of the type: names are decided in each by itself.</param>
/// <param name="ClassName">The name that the project gives it, or empty.</param>
internal sealed record ObjectKey(
    string Path,
    int Ordinal,
    ushort Id,
    ObjectVersion Version,
    string Name,
    string Namespace,
    string ClassName) : IComparable<ObjectKey>
{
    /// <summary>Whether the project named the type itself.</summary>
    public bool IsExplicit => ClassName.Length > 0;

    /// <summary>The type's name if nothing else stood in its way.</summary>
    public string BaseName { get; } = ClassName.Length > 0 ? ClassName : NameOf(Name, Identifier.Number(Id));

    /// <summary>Of what tells nearly all keys apart: the texts are long, and tables of keys are built at every edit.</summary>
    public override int GetHashCode() => unchecked((((Id * 31) + Version.Major) * 31) + Version.Minor);

    /// <summary>By path: the one order that does not depend on how the build lists its files.</summary>
    public int CompareTo(ObjectKey other)
    {
        int byPath = string.CompareOrdinal(Path, other.Path);
        return byPath != 0 ? byPath : Ordinal.CompareTo(other.Ordinal);
    }

    private static string NameOf(string registered, string number)
    {
        string name = Identifier.Of(registered);
        return name.Length == 0 ? "Object" + number
            : MemberNames.IsReserved(name) ? name + number // a type cannot have a member of its own name
            : name;
    }
}
