using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Tool;

/// <summary>What a run of a program took.</summary>
/// <param name="Output">What it printed.</param>
/// <param name="Cpu">Its processor time, in seconds.</param>
/// <param name="Time">The time from its start to its end, in seconds.</param>
internal sealed record Run(string Output, double Cpu, double Time);

/// <summary>The tool and a program of one line, published ready to run in a folder of their own.</summary>
internal sealed class PublishedTool : IDisposable
{
    private static readonly string s_platform = $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipso-tool-");

    internal PublishedTool()
    {
        Publish(System.IO.Path.Combine(Checkout.Root, "src/Ipso.Tool"), "tool");
        Directory.CreateDirectory(Path("line"));
        File.WriteAllText(Path("line/Line.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
            </Project>
            """);
        File.WriteAllText(Path("line/Program.cs"), """System.Console.WriteLine("one line");""");
        Publish(Path("line"), "platform");
    }

    /// <summary>A place in the folder.</summary>
    internal string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Runs the tool.</summary>
    /// <exception cref="WrongResultException">It ends with an error.</exception>
    internal Run Run(params string[] arguments) => RunProgram(Path("tool/Ipso.Tool.dll"), arguments);

    /// <summary>Runs the program of one line.</summary>
    internal Run RunPlatform() => RunProgram(Path("platform/Line.dll"));

    public void Dispose() => _folder.Delete(recursive: true);

    private void Publish(string project, string output)
    {
        ProcessStartInfo start = new(
            "dotnet",
            [
                "publish", project, "-c", "Release", "-r", s_platform, "--self-contained", "false", "-p:PublishReadyToRun=true", "-nologo", "-v", "quiet",
                "-nodeReuse:false", "--artifacts-path", Path("artifacts"), "-o", Path(output),
            ])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new WrongResultException($"{project} cannot be published:\n{said}");
        }
    }

    // The shell says what a program took of the processor.
    private static Run RunProgram(string program, params string[] arguments)
    {
        ProcessStartInfo start = new("bash", ["-c", "TIMEFORMAT='%U %S'; time dotnet \"$@\"", "bash", program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double time = Stopwatch.GetElapsedTime(began).TotalSeconds;
        string[] said = errors.Result.Trim().Split('\n');
        return process.ExitCode == 0
            ? new(output, said[^1].Split(' ').Sum(static part => double.Parse(part, CultureInfo.InvariantCulture)), time)
            : throw new WrongResultException($"ipso {string.Join(' ', arguments)} ended with {process.ExitCode}: {string.Join('\n', said)}");
    }
}
