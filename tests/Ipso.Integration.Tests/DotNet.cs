using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Ipso.Integration.Tests;

/// <summary>The <c>dotnet</c> command, and what of this checkout it is run on.</summary>
internal static class DotNet
{
    internal static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));

    /// <summary>The Thermostat sample as it was built.</summary>
    internal static string Thermostat { get; } = Sample("Thermostat");

    /// <summary>The Greenhouse sample as it was built.</summary>
    internal static string Greenhouse { get; } = Sample("Greenhouse");

    private static string Sample(string name) => Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == $"Sample:{name}").Value!;

    internal static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
