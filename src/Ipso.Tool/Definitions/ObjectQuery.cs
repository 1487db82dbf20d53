using System.Globalization;
using Ipso.Generator.Registry;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Definitions;

/// <summary>An object as somebody writes it: <c>3303</c>, <c>3311@1.0</c>, <c>light-control</c>, <c>"On/Off switch"</c>.</summary>
/// <param name="Name">The id or the name.</param>
/// <param name="Version">The version, where one is wanted.</param>
internal sealed record ObjectQuery(string Name, ObjectVersion? Version)
{
    /// <summary>The id, where it is one.</summary>
    public ushort? Id { get; } =
        ushort.TryParse(Name, NumberStyles.None, CultureInfo.InvariantCulture, out ushort id) ? id : null;

    /// <summary>Reads it.</summary>
    /// <exception cref="Fault">The version is none.</exception>
    public static ObjectQuery Parse(string text)
    {
        int at = text.LastIndexOf('@');
        if (at < 0)
        {
            return new ObjectQuery(text.Trim(), null);
        }

        return ObjectVersion.TryParse(text[(at + 1)..], out ObjectVersion version)
            ? new ObjectQuery(text[..at].Trim(), version)
            : throw Fault.Usage($"'{text}' has no version behind its @; write it like 3303@1.1");
    }

    /// <summary>Whether an object is meant: by its id, or by its name in any of the ways to write it.</summary>
    public bool Means(ushort id, string name) =>
        Id is { } wanted ? wanted == id : Resemblance.Plain(Name) is { Length: > 0 } plain && plain == Resemblance.Plain(name);

    /// <summary>Whether an object is meant, in the version that is.</summary>
    public bool Means(ushort id, string name, ObjectVersion version) => Means(id, name) && (Version is null || Version == version);

    /// <inheritdoc/>
    public override string ToString() => Version is { } version ? $"{Name}@{version}" : Name;
}
