using System.Diagnostics;
using System.Text;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary>
/// The recordings of docs/tool.md: each command is run, in the order of the page and in one folder, and prints what stands below it.
/// <c>IPSO_ACCEPT=1</c> writes them anew.
/// </summary>
public sealed class DocsTests : IDisposable
{
    private const string Begin = "```console\n";
    private const string Prompt = "$ ";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_command_of_the_page_prints_what_stands_there()
    {
        string path = Path.Combine(Checkout.Root, "docs/tool.md");
        string page = await File.ReadAllTextAsync(path);
        string[] parts = page.Split(Begin);
        StringBuilder played = new(parts[0]);
        foreach (string part in parts[1..])
        {
            int end = part.IndexOf("```", StringComparison.Ordinal);
            played.Append(Begin);
            foreach (string command in part[..end].Split('\n').Where(line => line.StartsWith(Prompt, StringComparison.Ordinal)))
            {
                played.Append($"{command}\n{await RunAsync(command[Prompt.Length..])}");
            }

            played.Append(part[end..]);
        }

        Assert.True(parts.Length > 3);
        if (Environment.GetEnvironmentVariable("IPSO_ACCEPT") == "1")
        {
            await File.WriteAllTextAsync(path, played.ToString());
        }

        Assert.Equal(played.ToString(), await File.ReadAllTextAsync(path));
    }

    // As a reader types it: in a shell that finds the command, and at the width of the page.
    private async Task<string> RunAsync(string command)
    {
        string shell = $"ipso() {{ dotnet '{ToolProcess.Program}' \"$@\"; }}; {command}";
        using Process process = ToolProcess.Start(_folder.Path, "bash", ["-c", $"exec 2>&1; export COLUMNS=110; {shell}"]);
        process.StandardInput.Close();
        Outcome outcome = await ToolProcess.EndAsync(process);
        Assert.True(outcome.ExitCode == 0 && outcome.Error.Length == 0, $"{command}\n{outcome}");
        return outcome.Output;
    }
}
