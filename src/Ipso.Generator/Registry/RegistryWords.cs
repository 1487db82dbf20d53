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
    private static readonly (string Word, ResourceKind Kind)[] s_kinds =
    [
        ("Float", ResourceKind.Float),
        ("Integer", ResourceKind.Integer),
        ("String", ResourceKind.String),
        ("Boolean", ResourceKind.Boolean),
        ("Time", ResourceKind.Time),
        ("UnsignedInteger", ResourceKind.UnsignedInteger),
        ("Opaque", ResourceKind.Opaque),
        ("Objlnk", ResourceKind.ObjectLink),
        ("Corelnk", ResourceKind.CoreLink),
        ("", ResourceKind.None),
        ("None", ResourceKind.None),
        ("NA", ResourceKind.None),
        ("Bool", ResourceKind.Boolean),
        ("Int", ResourceKind.Integer),
        ("UInt", ResourceKind.UnsignedInteger),
        ("Unsigned", ResourceKind.UnsignedInteger),
        ("UnsignedInt", ResourceKind.UnsignedInteger),
        ("ObjectLink", ResourceKind.ObjectLink),
        ("CoreLink", ResourceKind.CoreLink),
    ];

    private static readonly (string Word, ResourceOperations Operations)[] s_operations =
    [
        ("R", ResourceOperations.Read),
        ("RW", ResourceOperations.Read | ResourceOperations.Write),
        ("E", ResourceOperations.Execute),
        ("W", ResourceOperations.Write),
        ("WR", ResourceOperations.Read | ResourceOperations.Write),
        ("", ResourceOperations.None),
    ];

    public static bool TryKind(string text, out ResourceKind kind)
    {
        foreach (var known in s_kinds)
        {
            if (Spells(text, known.Word))
            {
                kind = known.Kind;
                return true;
            }
        }

        kind = ResourceKind.None;
        return false;
    }

    public static bool TryOperations(string text, out ResourceOperations operations)
    {
        foreach (var known in s_operations)
        {
            if (Spells(text, known.Word))
            {
                operations = known.Operations;
                return true;
            }
        }

        operations = ResourceOperations.None;
        return false;
    }

    /// <summary>Reads one of two words; nothing at all means the second.</summary>
    public static bool TryFlag(string text, string yes, string no, out bool value)
    {
        value = Spells(text, yes);
        return value || Spells(text, no) || Spells(text, "");
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

    // Blanks, slashes and hyphens vary ("RW ", "N/A", "Unsigned Integer"), and so does the letter case; the letters do not.
    private static bool Spells(string text, string word)
    {
        if (text == word)
        {
            return true;
        }

        int read = 0;
        foreach (char c in text)
        {
            if (!char.IsLetterOrDigit(c))
            {
                continue;
            }

            if (read == word.Length || (c != word[read] && char.ToUpperInvariant(c) != char.ToUpperInvariant(word[read])))
            {
                return false;
            }

            read++;
        }

        return read == word.Length;
    }
}
