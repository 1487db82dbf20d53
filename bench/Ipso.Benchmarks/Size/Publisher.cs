using System.Diagnostics;
using System.Runtime.InteropServices;
using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Size;

/// <summary>Publishes bench/Ipso.Size as native programs, in a folder of its own: nothing is written to the checkout.</summary>
internal sealed class Publisher : IDisposable
{
    private static readonly string s_platform = $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipso-size-");

    /// <summary>Publishes a program and runs it once.</summary>
    /// <param name="parts">What it has in it: names of Parts in bench/Ipso.Size.</param>
    /// <param name="formats">Its <c>IpsoFormats</c>.</param>
    /// <param name="preference">Its <c>OptimizationPreference</c>, empty for the compiler's default.</param>
    /// <exception cref="WrongResultException">It cannot be published, or one of its parts does not work.</exception>
    internal NativeProgram Publish(string parts, string formats, string preference)
    {
        string output = Path.Combine(_folder.FullName, "program");
        Run(
            "dotnet",
            [
                "publish", Path.Combine(Checkout.Root, "bench/Ipso.Size"), "-c", "Release", "-r", s_platform,
                "-nologo", "-v", "quiet", "-m:1", "-nodeReuse:false", "--artifacts-path", _folder.FullName, "-o", output,
                $"-p:SizeParts={Escaped(parts)}", $"-p:IpsoFormats={Escaped(formats)}", $"-p:OptimizationPreference={preference}",
            ]);

        string program = Path.Combine(output, "Ipso.Size");
        Run(program, []);
        return NativeProgram.Load(
            program, Path.Combine(_folder.FullName, $"obj/Ipso.Size/release_{s_platform}/native/Ipso.Size.map.xml"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // MSBuild takes a semicolon for the end of the property.
    private static string Escaped(string list) => list.Replace(";", "%3B", StringComparison.Ordinal);

    private static void Run(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new WrongResultException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
        }
    }
}
