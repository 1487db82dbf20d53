using System.CommandLine;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Keeping.Sources;

namespace Ipso.Tool.New;

/// <summary><c>ipso new</c>: projects to begin with.</summary>
internal static class NewCommand
{
    private const string UsualObject = "3303";

    /// <summary>The command with those that it is made of.</summary>
    public static Command Create(Terminal terminal) =>
        ToolCommand.Group("new", "Writes a project to begin with.", CreateDevice(terminal));

    private static Command CreateDevice(Terminal terminal)
    {
        Argument<string?> name = new("NAME")
        {
            Description = "The project's name, and the folder that is made for it; else the current folder, which has to be empty.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.Validators.Add(CommonOptions.RefuseOptions);
        Option<string[]> objects = new("--objects", "-o")
        {
            Description = "The objects of the device, by id or name, with commas between them: 3303,3311 or Temperature,light-control.",
            HelpName = "OBJECTS",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = static _ => [UsualObject],
        };
        Option<string?> registry = CommonOptions.Registry("The folder to take definitions from; else what comes with the tool.");
        Command command = new("device", "Writes a program that is a device with some objects: it builds, and runs.") { name, objects, registry };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(name) ?? ".";
            string? given = parsed.GetValue(registry);
            ObjectLookup lookup = given is null ? new ObjectLookup(DefinitionFolder.OfTool) : ObjectLookup.For(given);
            (ObjectQuery Query, DefinedObject Item)[] found = Find(lookup, parsed.GetValue(objects)!);
            DeviceProject project = new(
                ProjectName.Of(folder),
                [.. found.Select(static one => one.Item).DistinctBy(static one => one.Title).OrderBy(static one => one.Definition.Id)],
                found.Where(static one => one.Query.Version is not null).Select(static one => one.Item.Definition.Id).ToHashSet(),
                given is null ? RegistrySource.Package : RegistrySource.NameFor(given, Path.Combine(folder, CommonOptions.DefaultFolder)));
            project.Write(folder);
            terminal.Line($"'{folder}' has a device with {project.Contents}");
            terminal.Line($"  {(folder == "." ? "" : $"cd {folder}; ")}dotnet run");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static (ObjectQuery Query, DefinedObject Item)[] Find(ObjectLookup lookup, string[] lists)
    {
        ObjectQuery[] queries =
        [
            .. lists.SelectMany(static list => list.Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(ObjectQuery.Parse),
        ];
        if (queries.Length == 0)
        {
            throw Fault.Usage($"which objects? Write ids or names, for example: --objects {UsualObject},3311");
        }

        (ObjectQuery Query, DefinedObject Item)[] found = [.. queries.Select(query => (query, lookup.Find(query)))];
        foreach (var group in found.Select(static one => one.Item.Definition).DistinctBy(static one => (one.Id, one.Version)).GroupBy(static one => one.Id))
        {
            if (DeviceProject.IsOfEveryDevice(group.Key))
            {
                throw Fault.Usage($"object {group.Key} ({group.First().Name}) is there in every device, and kept by it; leave it out");
            }

            if (group.Count() > 1)
            {
                throw Fault.Usage($"object {group.Key} is wanted in the versions {string.Join(" and ", group.Select(static one => one.Version))}, and a device has it in one");
            }
        }

        return found;
    }
}
