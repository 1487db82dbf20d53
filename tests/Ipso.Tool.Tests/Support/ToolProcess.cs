using System.Diagnostics;

namespace Ipso.Tool.Tests.Support;

/// <summary>The tool as a process of its own, as its users start it.</summary>
internal static class ToolProcess
{
    // A command takes a moment; one that hangs must not hold the tests for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    /// <summary>The built program.</summary>
    internal static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Ipso.Tool.dll");

    /// <summary>Runs it in a folder.</summary>
    /// <param name="folder">Its current directory.</param>
    /// <param name="arguments">The command line.</param>
    internal static Task<Outcome> RunAsync(string folder, params string[] arguments) => RunAsync(folder, null, arguments);

    /// <summary>Runs it in a folder, with something on its standard input.</summary>
    internal static async Task<Outcome> RunAsync(string folder, byte[]? input, string[] arguments)
    {
        using Process process = Start(folder, arguments);
        if (input is not null)
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
        }

        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Starts it, for a test that does something meanwhile.</summary>
    internal static Process Start(string folder, params string[] arguments) => Start(folder, "dotnet", [Program, .. arguments]);

    /// <summary>Starts any program.</summary>
    internal static Process Start(string folder, string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardOutputEncoding = System.Text.Encoding.UTF8,
        StandardErrorEncoding = System.Text.Encoding.UTF8,
        Environment = { ["COLUMNS"] = "", ["NO_PROXY"] = "*", ["no_proxy"] = "*", ["IPSO_SOURCE"] = "" },
    })!;

    /// <summary>Waits until it has ended.</summary>
    internal static async Task<Outcome> EndAsync(Process process)
    {
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(patience.Token);
            string output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            string said = await error;
            await process.WaitForExitAsync(patience.Token);
            return new Outcome(process.ExitCode, output, said);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

/// <summary>How a process ended.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>It ended well and said nothing on its error output.</summary>
    internal Outcome Succeeds()
    {
        Assert.Equal((0, ""), (ExitCode, Error));
        return this;
    }

    /// <summary>It ended with a code, one line on its error output, and nothing else.</summary>
    internal void Fails(int exitCode, string line) => Assert.Equal((exitCode, $"ipso: {line}\n", ""), (ExitCode, Error, Output));

    /// <summary>It ended with a code and one line on its error output.</summary>
    internal void FailsWith(int exitCode, string part)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.StartsWith("ipso: ", Error, StringComparison.Ordinal);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(part, Error, StringComparison.Ordinal);
    }
}
