using System.Security.Cryptography;

namespace Ipso.Tool.Tests.Support;

/// <summary>A folder for one test.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ipso-tool-");

    /// <summary>Where it is.</summary>
    internal string Path => _folder.FullName;

    /// <summary>The path of something in it.</summary>
    internal string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file.</summary>
    internal string Write(string name, string content)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Reads a file.</summary>
    internal string Read(string name) => File.ReadAllText(this[name]);

    /// <summary>All files with their contents' hashes, hidden ones too: what "the folder as it was" means.</summary>
    internal SortedDictionary<string, string> Snapshot(string folder = "")
    {
        string root = this[folder];
        return new(
            Directory.Exists(root)
                ? Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
                    .ToDictionary(path => System.IO.Path.GetRelativePath(root, path), path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))))
                : [],
            StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
