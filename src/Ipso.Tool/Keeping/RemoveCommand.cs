using System.CommandLine;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Keeping;

/// <summary><c>ipso registry remove</c>.</summary>
internal static class RemoveCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> objects = CommonOptions.Words("OBJECT", "Ids or names of objects that are kept.", ArgumentArity.OneOrMore);
        Option<string?> registry = RegistryCommand.Folder();
        Option<bool> force = RegistryCommand.Force();
        Command command = new("remove", "Takes objects out of the folder.") { objects, registry, force };
        command.SetAction((parsed, cancel) =>
        {
            RegistryFolder folder = RegistryFolder.Open(parsed.GetValue(registry));
            IReadOnlyList<LockedObject> removed = folder.Select(parsed.GetValue(objects)!);
            if (!parsed.GetValue(force))
            {
                folder.DemandAsTheyCame(removed);
            }

            cancel.ThrowIfCancellationRequested();
            folder.Commit([], removed);
            foreach (LockedObject one in removed)
            {
                terminal.Line($"removed {one.Id} {one.Name} {one.Version}");
            }

            return Task.FromResult((int)ExitCode.Done);
        });
        return command;
    }
}
