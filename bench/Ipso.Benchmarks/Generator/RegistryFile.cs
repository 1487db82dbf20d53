using System.Text;
using Ipso.Benchmarks.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Benchmarks.Generator;

/// <summary>An object definition as the compiler hands it to a generator: it is read from its file when it is first asked for.</summary>
internal sealed class RegistryFile(string path, string? edited = null) : AdditionalText
{
    private SourceText? _text = edited is null ? null : SourceText.From(edited, Encoding.UTF8);

    public override string Path => path;

    internal string Content => GetText().ToString();

    public override SourceText GetText(CancellationToken cancellationToken = default) =>
        _text ??= Load();

    private SourceText Load()
    {
        byte[] bytes = File.ReadAllBytes(path);
        return SourceText.From(bytes, bytes.Length, Encoding.UTF8);
    }

    /// <summary>The same file, and nothing of it that has been read.</summary>
    internal RegistryFile Afresh() => new(path);

    /// <summary>The same file, its text in memory, and nothing else of it kept.</summary>
    internal RegistryFile Loaded() => new(path, Content);

    /// <summary>The file after an edit: its last resource has another name.</summary>
    internal RegistryFile Edited()
    {
        int end = Content.LastIndexOf("</Name>", StringComparison.Ordinal);
        return new(path, Content.Insert(end, " Edited"));
    }

    /// <summary>
    /// The current objects of OMNA's registry: in the folder that <c>IPSO_REGISTRY</c> names, else in a copy beside the checkout, else
    /// what the checkout has of its own.
    /// </summary>
    internal static RegistryFile[] LoadAll(out string folder)
    {
        string[] folders =
        [
            Environment.GetEnvironmentVariable("IPSO_REGISTRY") ?? "",
            System.IO.Path.Combine(Checkout.Root, "../shared/omna-registry"),
            System.IO.Path.Combine(Checkout.Root, "registry-xml"),
        ];
        folder = System.IO.Path.GetFullPath(folders.First(Directory.Exists));

        // An object's file bears its id; what else lies there defines no object.
        return [.. Directory.GetFiles(folder, "*.xml")
            .Where(static path => System.IO.Path.GetFileNameWithoutExtension(path).All(char.IsAsciiDigit))
            .Order(StringComparer.Ordinal)
            .Select(static path => new RegistryFile(path))];
    }
}
