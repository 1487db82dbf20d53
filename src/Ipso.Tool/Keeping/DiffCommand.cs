using System.CommandLine;
using Ipso.Tool.CommandLine;
using Ipso.Tool.Comparison;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Keeping;

/// <summary><c>ipso registry diff</c>.</summary>
internal static class DiffCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string> before = new("BEFORE") { Description = "A file or a folder." };
        Argument<string> after = new("AFTER") { Description = "Another one." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("diff", "Says what differs between the definitions of two files or folders.") { before, after, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<ObjectChanges> differing = Compare(Load(parsed.GetValue(before)!), Load(parsed.GetValue(after)!));
            if (parsed.GetValue(json))
            {
                terminal.Json(writer =>
                {
                    writer.WriteStartArray();
                    foreach (ObjectChanges one in differing)
                    {
                        one.Write(writer);
                    }

                    writer.WriteEndArray();
                });
                return (int)ExitCode.Done;
            }

            foreach (ObjectChanges one in differing)
            {
                one.Write(terminal);
            }

            int breaking = differing.Count(static one => one.IsBreaking);
            terminal.Line(differing.Count == 0 ? "no object differs" : $"{differing.Count} differ, {breaking} of them in a way that breaks programs");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<DefinedObject> Load(string path)
    {
        if (Directory.Exists(path))
        {
            return DefinitionFolder.At(path).Current;
        }

        if (!File.Exists(path))
        {
            throw Fault.Usage($"there is no file or folder '{path}'");
        }

        DefinitionFile file = DefinitionFile.Load(path, isDeclared: true);
        if (file.FirstError() is { } error)
        {
            throw Fault.Usage(error);
        }

        DefinedObject[] objects = [.. file.Objects];
        return objects.Length > 0 ? objects : throw Fault.Usage($"'{path}' defines no object");
    }

    // Two files of one object each are compared whatever their ids are: somebody wants to know.
    private static IReadOnlyList<ObjectChanges> Compare(IReadOnlyList<DefinedObject> before, IReadOnlyList<DefinedObject> after)
    {
        if (before.Count == 1 && after.Count == 1)
        {
            return IsSame(before[0], after[0]) ? [] : [new ObjectChanges(after[0].Definition.Id, before[0], after[0])];
        }

        Dictionary<ushort, DefinedObject> old = ById(before);
        Dictionary<ushort, DefinedObject> now = ById(after);
        return
        [
            .. old.Keys.Union(now.Keys).Order()
                .Select(id => new ObjectChanges(id, old.GetValueOrDefault(id), now.GetValueOrDefault(id)))
                .Where(static one => one.Before is null || one.After is null || !IsSame(one.Before, one.After)),
        ];
    }

    private static Dictionary<ushort, DefinedObject> ById(IReadOnlyList<DefinedObject> objects) =>
        objects.GroupBy(static item => item.Definition.Id)
            .ToDictionary(static group => group.Key, static group => group.MaxBy(static item => item.Definition.Version)!);

    private static bool IsSame(DefinedObject one, DefinedObject other) => one.Definition == other.Definition;
}
