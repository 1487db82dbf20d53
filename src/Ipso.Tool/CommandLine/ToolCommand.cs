using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Ipso.Generator.Registry;
using Ipso.Tool.Client;
using Ipso.Tool.Definitions;
using Ipso.Tool.Describing;
using Ipso.Tool.Exports;
using Ipso.Tool.Keeping;
using Ipso.Tool.Linting;
using Ipso.Tool.New;
using Ipso.Tool.Payloads;

namespace Ipso.Tool.CommandLine;

/// <summary>The command <c>ipso</c>: what it has, how it is read and how it ends.</summary>
internal static class ToolCommand
{
    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal)
    {
        try
        {
            ParseResult parsed = Create(terminal).Parse(arguments);
            if (parsed.Action is ParseErrorAction)
            {
                throw Fault.Usage(ExplainFirst(parsed));
            }

            // The commands' own end comes through the exceptions below, so that the process has one way to say it.
            InvocationConfiguration configuration = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = terminal.Output,
                Error = terminal.Error,
            };
            if (parsed.Action is not AsynchronousCommandLineAction)
            {
                // There is nothing to be told of one that waits for nobody.
                return parsed.Invoke(configuration);
            }

            using StopSignals signals = new();
            return await parsed.InvokeAsync(configuration, signals.Token);
        }
        catch (Fault fault)
        {
            return Say(fault.Code, fault.Message);
        }
        catch (OperationCanceledException)
        {
            return Say(ExitCode.Stopped, "stopped; nothing was changed");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Say(ExitCode.Disk, Fault.ReasonOf(e));
        }
        catch (Exception e)
        {
            return Say(ExitCode.Defect, $"a defect of ipso; please report it, with the command and this: {e}");
        }

        int Say(ExitCode code, string message)
        {
            terminal.Output.Flush();
            terminal.Error.WriteLine($"ipso: {message}");
            return (int)code;
        }
    }

    /// <summary>A command that is a group of others: alone it shows what there is.</summary>
    public static Command Group(string name, string description, params Command[] commands)
    {
        Command group = new(name, description);
        foreach (Command command in commands)
        {
            group.Subcommands.Add(command);
        }

        group.SetAction(static parsed => new HelpAction().Invoke(parsed));
        return group;
    }

    private static RootCommand Create(Terminal terminal)
    {
        RootCommand root = new("Keeps a registry of LwM2M objects, says what is in it, and reads and writes what devices send.");
        root.Subcommands.Add(RegistryCommand.Create(terminal));
        root.Subcommands.Add(DescribeCommand.Create(terminal));
        root.Subcommands.Add(LintCommand.Create(terminal));
        root.Subcommands.Add(DecodeCommand.Create(terminal));
        root.Subcommands.Add(EncodeCommand.Create(terminal));
        root.Subcommands.Add(CoapCommand.Create(terminal));
        root.Subcommands.Add(ExportCommand.Create(terminal));
        root.Subcommands.Add(ImportCommand.Create(terminal));
        root.Subcommands.Add(NewCommand.Create(terminal));
        root.Subcommands.Add(CompletionCommand.Create(terminal));
        root.SetAction(static parsed => new HelpAction().Invoke(parsed));
        return root;
    }

    private static string ExplainFirst(ParseResult parsed)
    {
        string message = Blanks.Collapse(parsed.Errors[0].Message).TrimEnd('.');
        Command command = parsed.CommandResult.Command;
        string help = command is RootCommand ? "ipso --help" : $"ipso {Path(parsed.CommandResult)} --help";
        IEnumerable<Symbol> known = command.Subcommands.Concat<Symbol>(command.Options);
        string? meant = parsed.UnmatchedTokens.Count > 0
            ? Resemblance.Closest(parsed.UnmatchedTokens[0], known.Select(static one => one.Name))
            : null;
        string hint = meant is null ? "" : $"; did you mean {meant}?";
        return message.EndsWith('?') ? $"{message} '{help}' has the list" : $"{message}{(hint.Length > 0 ? hint : ";")} '{help}' has the list";
    }

    private static string Path(System.CommandLine.Parsing.CommandResult command)
    {
        List<string> names = [];
        for (var one = command; one is { Command: not RootCommand }; one = one.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Insert(0, one.Command.Name);
        }

        return string.Join(' ', names);
    }
}
