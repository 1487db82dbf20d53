using System;
using System.Globalization;
using Ipso.Generator.Naming;

namespace Ipso.Generator.Registry;

/// <summary>The version of an object definition: major and minor.</summary>
internal readonly record struct ObjectVersion(ushort Major, ushort Minor) : IComparable<ObjectVersion>
{
    /// <summary>The version of an object that names none (OMA-TS-LightweightM2M_Core, 7.2.2).</summary>
    public static ObjectVersion Default { get; } = new(1, 0);

    public static bool TryParse(string text, out ObjectVersion version)
    {
        version = Default;
        string[] parts = text.Split('.');
        if (parts.Length != 2 || !TryPart(parts[0], out ushort major) || !TryPart(parts[1], out ushort minor))
        {
            return false;
        }

        version = new ObjectVersion(major, minor);
        return true;
    }

    public int CompareTo(ObjectVersion other)
    {
        int byMajor = Major.CompareTo(other.Major);
        return byMajor != 0 ? byMajor : Minor.CompareTo(other.Minor);
    }

    public override string ToString() => Identifier.Number(Major) + "." + Identifier.Number(Minor);

    private static bool TryPart(string text, out ushort value) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
