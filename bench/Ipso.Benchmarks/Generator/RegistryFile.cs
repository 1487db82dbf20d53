using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Benchmarks.Generator;

/// <summary>An object definition as the compiler hands it to a generator: its text is in memory, and nobody has looked at it yet.</summary>
internal sealed class RegistryFile(string path, string content) : AdditionalText
{
    private readonly SourceText _text = SourceText.From(content, Encoding.UTF8);

    public override string Path => path;

    internal string Content => content;

    public override SourceText GetText(CancellationToken cancellationToken = default) => _text;

    /// <summary>The same file, and nothing of it that an earlier reader left in its cache.</summary>
    internal RegistryFile Afresh() => new(path, content);

    /// <summary>The file after an edit: its last resource has another name.</summary>
    internal RegistryFile Edited()
    {
        int end = content.LastIndexOf("</Name>", StringComparison.Ordinal);
        return new(path, content.Insert(end, " Edited"));
    }

    /// <summary>
    /// The current objects of OMNA's registry: in the folder that <c>IPSO_REGISTRY</c> names, else in a copy beside the checkout, else
    /// what the checkout has of its own.
    /// </summary>
    internal static RegistryFile[] LoadAll(out string folder)
    {
        string root = Root();
        string[] folders =
        [
            Environment.GetEnvironmentVariable("IPSO_REGISTRY") ?? "",
            System.IO.Path.Combine(root, "../shared/omna-registry"),
            System.IO.Path.Combine(root, "registry-xml"),
        ];
        folder = System.IO.Path.GetFullPath(folders.First(Directory.Exists));

        // An object's file bears its id; what else lies there defines no object.
        return [.. Directory.GetFiles(folder, "*.xml")
            .Where(static path => System.IO.Path.GetFileNameWithoutExtension(path).All(char.IsAsciiDigit))
            .Order(StringComparer.Ordinal)
            .Select(static path => new RegistryFile(path, File.ReadAllText(path)))];
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(folder, "Ipso.sln")))
        {
            folder = System.IO.Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException("The checkout is not above the program.");
        }

        return folder;
    }
}
