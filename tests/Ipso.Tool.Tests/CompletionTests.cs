using System.Diagnostics;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary>Completion in bash, by the script that <c>ipso completion bash</c> prints.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxTheory]
    [InlineData("ipso reg", "registry")]
    [InlineData("ipso registry up", "update")]
    [InlineData("ipso registry update --acc", "--accept-breaking")]
    [InlineData("ipso lint --sa", "--sarif")]
    public async Task The_word_that_was_begun_is_completed(string line, string expected)
    {
        string last = line.Split(' ')[^1];
        string script = $"""
            ipso() {"{"} dotnet '{ToolProcess.Program}' "$@"; {"}"}
            eval "$(ipso completion bash)"
            COMP_LINE='{line}'; COMP_POINT={line.Length}; COMP_WORDS=({line}); COMP_CWORD=$(({line.Split(' ').Length} - 1))
            _ipso ipso '{last}'
            printf '%s\n' "{"${COMPREPLY[@]}"}"
            """;
        using Process process = ToolProcess.Start(_folder.Path, "bash", ["-c", script]);

        Outcome outcome = await ToolProcess.EndAsync(process);

        Assert.Equal((0, "", expected + "\n"), (outcome.ExitCode, outcome.Error, outcome.Output));
    }

    [Fact]
    public async Task A_shell_that_is_not_known_is_told() =>
        (await ToolProcess.RunAsync(_folder.Path, "completion", "tcl")).FailsWith(2, "Argument 'tcl' not recognized. Must be one of: 'bash'; ");
}
