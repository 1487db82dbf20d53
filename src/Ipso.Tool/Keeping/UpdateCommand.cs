using System.CommandLine;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Keeping;

/// <summary><c>ipso registry update</c>.</summary>
internal static class UpdateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> objects = CommonOptions.Words("OBJECT", "Ids or names of objects that are kept; none means all.", ArgumentArity.ZeroOrMore);
        Option<string?> registry = RegistryCommand.Folder();
        SourceOptions source = new("where each object came from");
        Option<bool> check = new("--check") { Description = $"Change nothing, and end with {(int)ExitCode.Outdated} where something is outdated." };
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would change, and change nothing." };
        Option<bool> accept = new("--accept-breaking") { Description = "Update also what programs that use it may fail by." };
        Option<bool> force = RegistryCommand.Force();
        Option<bool> json = CommonOptions.Json();
        Command command = new("update", "Says what newer definitions change, and takes them.") { objects, registry, check, dryRun, accept, force, json };
        source.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            RegistryFolder folder = RegistryFolder.Open(parsed.GetValue(registry));
            IReadOnlyList<LockedObject> wanted = folder.Select(parsed.GetValue(objects) ?? []);
            if (!parsed.GetValue(force))
            {
                folder.DemandAsTheyCame(wanted);
            }

            UpdatePlan plan = await UpdatePlan.MakeAsync(terminal, folder, wanted, source.Named(parsed), source.Patience(parsed), cancel);
            bool isBreaking = plan.Updates.Any(static update => update.Changes.IsBreaking);
            bool isRefused = isBreaking && !parsed.GetValue(accept);
            bool isKept = parsed.GetValue(check) || parsed.GetValue(dryRun) || isRefused;
            cancel.ThrowIfCancellationRequested();
            if (!isKept && plan.Updates.Count > 0)
            {
                folder.Commit([.. plan.Updates.Select(static update => (update.Next, update.Content))], []);
            }

            if (parsed.GetValue(json))
            {
                WriteJson(terminal, plan, isUpdated: !isKept);
            }
            else
            {
                WriteText(terminal, plan, wanted.Count, isUpdated: !isKept);
            }

            return parsed.GetValue(check) ? (int)(plan.Updates.Count > 0 ? ExitCode.Outdated : ExitCode.Done)
                : parsed.GetValue(dryRun) ? (int)ExitCode.Done
                : isRefused ? throw new Fault(ExitCode.Breaking, Refusal(plan))
                : (int)ExitCode.Done;
        });
        return command;
    }

    private static string Refusal(UpdatePlan plan)
    {
        string[] breaking = [.. plan.Updates.Where(static update => update.Changes.IsBreaking).Select(static update => update.Next.Name)];
        return $"programs that use {string.Join(", ", breaking)} may fail by this, so nothing was changed; --accept-breaking goes on all the same";
    }

    private static void WriteText(Terminal terminal, UpdatePlan plan, int all, bool isUpdated)
    {
        foreach (Update update in plan.Updates)
        {
            update.Changes.Write(terminal);
        }

        foreach (string remark in plan.Remarks)
        {
            terminal.Line(remark);
        }

        int count = plan.Updates.Count;
        terminal.Line(
            all == 0 ? "nothing is kept; 'ipso registry add' adds objects"
            : count == 0 ? $"{Objects(all)} up to date"
            : isUpdated ? $"{count} of {Objects(all)} updated"
            : $"{count} of {Objects(all)} outdated");
    }

    private static string Objects(int count) => count == 1 ? "1 object" : $"{count} objects";

    private static void WriteJson(Terminal terminal, UpdatePlan plan, bool isUpdated) => terminal.Json(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("updated", isUpdated && plan.Updates.Count > 0);
        writer.WriteStartArray("objects");
        foreach (Update update in plan.Updates)
        {
            update.Changes.Write(writer);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("remarks");
        foreach (string remark in plan.Remarks)
        {
            writer.WriteStringValue(remark);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
