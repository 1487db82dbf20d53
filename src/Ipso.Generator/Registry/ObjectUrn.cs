using System;
using System.Globalization;
using Ipso.Generator.Naming;

namespace Ipso.Generator.Registry;

/// <summary>The URN of an object: <c>urn:oma:lwm2m:ext:3303:1.1</c>, without the version where that is 1.0.</summary>
internal static class ObjectUrn
{
    private const string Prefix = "urn:oma:lwm2m:";

    /// <summary>The URN that an object has by its id and version.</summary>
    public static string Of(ushort id, ObjectVersion version)
    {
        // The ranges that OMNA gave to itself, to other organisations and to vendors.
        string owner = id switch
        {
            < 1024 => "oma",
            < 10241 => "ext",
            _ => "x",
        };
        string suffix = version == ObjectVersion.Default ? "" : ":" + version;
        return $"{Prefix}{owner}:{Identifier.Number(id)}{suffix}";
    }

    /// <summary>Whether a URN may be that of an object: it has its id, and its version if it has one at all.</summary>
    public static bool IsOf(string urn, ushort id, ObjectVersion version)
    {
        if (!urn.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // A vendor's own has his name before the id.
        string[] parts = urn.Split(':');
        string number = id.ToString(CultureInfo.InvariantCulture);
        string last = parts[parts.Length - 1];
        return last == number || (last == version.ToString() && parts[parts.Length - 2] == number);
    }
}
