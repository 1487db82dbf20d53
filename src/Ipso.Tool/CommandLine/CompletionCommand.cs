using System.CommandLine;

namespace Ipso.Tool.CommandLine;

/// <summary><c>ipso completion</c>: what a shell needs to complete a command line.</summary>
internal static class CompletionCommand
{
    // The command itself knows what may follow: its directive [suggest] says so, for the line as far as it is typed.
    private const string Bash = """
        _ipso() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(ipso "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _ipso ipso
        """;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string> shell = new("SHELL") { Description = "bash." };
        shell.AcceptOnlyFromAmong("bash");
        Command command = new("completion", "Prints a script that completes command lines: eval \"$(ipso completion bash)\" in ~/.bashrc.") { shell };
        command.SetAction(_ =>
        {
            terminal.Line(Bash.ReplaceLineEndings("\n"));
            return (int)ExitCode.Done;
        });
        return command;
    }
}
