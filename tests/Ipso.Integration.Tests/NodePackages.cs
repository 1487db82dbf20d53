using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ipso.Integration.Tests;

/// <summary>Packages of Node.js, where the system has them, or in a folder of NODE_PATH.</summary>
internal static class NodePackages
{
    private static readonly Lazy<IReadOnlyList<string>> s_folders = new(FindFolders);

    /// <summary>The folder that a package lies in; null where it is not installed.</summary>
    /// <param name="package">The package.</param>
    /// <param name="own">A folder of this package alone, which has others in versions of its choice.</param>
    internal static string? Find(string package, string? own = null) =>
        (own is null ? s_folders.Value : s_folders.Value.Append(own))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, package, "package.json")));

    /// <summary>Starts a script of this project that uses the packages of a folder.</summary>
    internal static Process Start(string? folder, string script, params string[] arguments)
    {
        ProcessStartInfo start = new("node", [Path.Combine(Folder(), script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["NODE_PATH"] = folder;
        return Process.Start(start)!;
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static IReadOnlyList<string> FindFolders()
    {
        string[] named = (Environment.GetEnvironmentVariable("NODE_PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Peer.Find("node") is null ? [] : [.. named, .. Peer.Find("npm") is { } npm ? [Ask(npm, "root", "--global")] : Array.Empty<string>()];
    }

    private static string Ask(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return answer.Trim();
    }
}
