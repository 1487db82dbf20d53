using System.Diagnostics;
using System.Globalization;

namespace Ipso.Fuzz.Running;

/// <summary>This program as a process of its own: one that may die.</summary>
internal static class Child
{
    /// <summary>Starts a process that uses the console of this one.</summary>
    internal static Process Start(IEnumerable<string> arguments) => Start(arguments, isMute: false);

    /// <summary>Runs a process to its end and keeps what it says.</summary>
    internal static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments, isMute: true);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }

    /// <summary>Starts a process that decodes inputs line by line, as <see cref="Serve"/> does.</summary>
    internal static Process StartServant(string decoder, ulong variant)
    {
        Process process = Start(["--decoder", decoder, "--serve", variant.ToString(CultureInfo.InvariantCulture)], isMute: true);
        // What the runtime says of a death is no news where the death is looked for.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Decodes inputs from the standard input, a line of hex each, and says after each that it is still there.</summary>
    internal static bool Serve(Options options, ulong variant)
    {
        using Examination.Examiner examiner = new(options.Decoders[0], isGuarded: true);
        while (Console.In.ReadLine() is { } line)
        {
            examiner.Examine(Convert.FromHexString(line), variant);
            Console.Out.WriteLine("alive");
        }

        return true;
    }

    private static Process Start(IEnumerable<string> arguments, bool isMute) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(Child).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = isMute,
            RedirectStandardOutput = isMute,
            RedirectStandardError = isMute,
        })!;
}
