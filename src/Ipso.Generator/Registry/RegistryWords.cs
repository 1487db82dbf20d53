using System;

namespace Ipso.Generator.Registry;

/// <summary>The data types of LwM2M (OMA-TS-LightweightM2M_Core, appendix C).</summary>
internal enum ResourceKind
{
    None,
    String,
    Integer,
    UnsignedInteger,
    Float,
    Boolean,
    Opaque,
    Time,
    ObjectLink,
    CoreLink,
}

/// <summary>What a server may do with a resource. None: only a Bootstrap-Server writes it.</summary>
[Flags]
internal enum ResourceOperations
{
    None = 0,
    Read = 1,
    Write = 2,
    Execute = 4,
}

/// <summary>Reads the registry's words with the spellings that are found in it.</summary>
internal static class RegistryWords
{
    public static bool TryKind(string text, out ResourceKind kind)
    {
        switch (Letters(text))
        {
            case "" or "NA" or "NONE":
                kind = ResourceKind.None;
                return true;
            case "STRING":
                kind = ResourceKind.String;
                return true;
            case "INTEGER" or "INT":
                kind = ResourceKind.Integer;
                return true;
            case "UNSIGNEDINTEGER" or "UNSIGNEDINT" or "UNSIGNED" or "UINT":
                kind = ResourceKind.UnsignedInteger;
                return true;
            case "FLOAT":
                kind = ResourceKind.Float;
                return true;
            case "BOOLEAN" or "BOOL":
                kind = ResourceKind.Boolean;
                return true;
            case "OPAQUE":
                kind = ResourceKind.Opaque;
                return true;
            case "TIME":
                kind = ResourceKind.Time;
                return true;
            case "OBJLNK" or "OBJECTLINK":
                kind = ResourceKind.ObjectLink;
                return true;
            case "CORELNK" or "CORELINK":
                kind = ResourceKind.CoreLink;
                return true;
            default:
                kind = ResourceKind.None;
                return false;
        }
    }

    public static bool TryOperations(string text, out ResourceOperations operations)
    {
        operations = Letters(text) switch
        {
            "" => ResourceOperations.None,
            "R" => ResourceOperations.Read,
            "W" => ResourceOperations.Write,
            "RW" or "WR" => ResourceOperations.Read | ResourceOperations.Write,
            "E" => ResourceOperations.Execute,
            _ => (ResourceOperations)(-1),
        };
        return operations >= 0;
    }

    /// <summary>Reads one of two words; nothing at all means the second.</summary>
    public static bool TryFlag(string text, string yes, string no, out bool value)
    {
        string letters = Letters(text);
        value = letters == yes;
        return value || letters.Length == 0 || letters == no;
    }

    /// <summary>The name of the type in C#: an enum asks its metadata for it each time.</summary>
    public static string Member(this ResourceKind kind) => kind switch
    {
        ResourceKind.String => nameof(ResourceKind.String),
        ResourceKind.Integer => nameof(ResourceKind.Integer),
        ResourceKind.UnsignedInteger => nameof(ResourceKind.UnsignedInteger),
        ResourceKind.Float => nameof(ResourceKind.Float),
        ResourceKind.Boolean => nameof(ResourceKind.Boolean),
        ResourceKind.Opaque => nameof(ResourceKind.Opaque),
        ResourceKind.Time => nameof(ResourceKind.Time),
        ResourceKind.ObjectLink => nameof(ResourceKind.ObjectLink),
        ResourceKind.CoreLink => nameof(ResourceKind.CoreLink),
        _ => nameof(ResourceKind.None),
    };

    /// <summary>The name of the type as the registry writes it.</summary>
    public static string Word(this ResourceKind kind) => kind switch
    {
        ResourceKind.UnsignedInteger => "Unsigned Integer",
        ResourceKind.ObjectLink => "Objlnk",
        ResourceKind.CoreLink => "Corelnk",
        _ => kind.Member(),
    };

    // Blanks, slashes and hyphens vary ("RW ", "N/A", "Unsigned Integer"); the letters do not.
    private static string Letters(string text)
    {
        char[] letters = new char[text.Length];
        int count = 0;
        foreach (char c in text)
        {
            if (char.IsLetterOrDigit(c))
            {
                letters[count++] = char.ToUpperInvariant(c);
            }
        }

        return new string(letters, 0, count);
    }
}
