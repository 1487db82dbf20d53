using System.Diagnostics;
using System.Globalization;

namespace Ipso.Fuzz.Running;

/// <summary>This program as a process of its own: one that may die.</summary>
internal static class Child
{
    internal static Process Start(IEnumerable<string> arguments, bool isServant = false)
    {
        ProcessStartInfo start = new("dotnet", [typeof(Child).Assembly.Location, .. arguments])
        {
            RedirectStandardInput = isServant,
            RedirectStandardOutput = isServant,
            // What the runtime says of a death is no news when the death was looked for.
            RedirectStandardError = isServant,
        };
        return Process.Start(start)!;
    }

    /// <summary>Starts a process that decodes inputs line by line, as <see cref="Serve"/> does.</summary>
    internal static Process StartServant(string decoder, ulong variant)
    {
        Process process = Start(["--decoder", decoder, "--serve", variant.ToString(CultureInfo.InvariantCulture)], isServant: true);
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Decodes inputs from the standard input, a line of hex each, and says after each that it is still there.</summary>
    internal static void Serve(Options options, ulong variant)
    {
        using Examination.Examiner examiner = new(options.Decoders[0], isGuarded: true);
        while (Console.In.ReadLine() is { } line)
        {
            examiner.Examine(Convert.FromHexString(line), variant);
            Console.Out.WriteLine("alive");
        }
    }
}
