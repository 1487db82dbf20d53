using System.CommandLine;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Keeping;

/// <summary><c>ipso registry</c>: a folder of definitions, and where they come from.</summary>
internal static class RegistryCommand
{
    /// <summary>The command with those that it is made of.</summary>
    public static Command Create(Terminal terminal) => ToolCommand.Group(
        "registry",
        "Keeps a folder of definitions: adds objects to it, says what an update changes, and updates them.",
        AddCommand.Create(terminal),
        UpdateCommand.Create(terminal),
        RemoveCommand.Create(terminal),
        ListCommand.Create(terminal),
        SearchCommand.Create(terminal),
        DiffCommand.Create(terminal));

    /// <summary>The folder that a command is about.</summary>
    public static Option<string?> Folder() => CommonOptions.Registry($"The folder in which definitions are kept; else {CommonOptions.DefaultFolder}/.");

    /// <summary>Leave to lose what somebody edited.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Go on where a file is not as it came; what was edited in it is lost." };
}
