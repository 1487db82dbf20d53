using System.Text;
using Ipso.Generator.Diagnostics;
using Ipso.Generator.Naming;
using Ipso.Generator.Project;
using Ipso.Generator.Registry;
using Ipso.Tool.CommandLine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Tool.Definitions;

/// <summary>A file as the generator reads it.</summary>
/// <param name="Path">The file.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Parsed">What it came to.</param>
internal sealed record DefinitionFile(string Path, byte[] Content, ParsedFile Parsed)
{
    /// <summary>The objects that it defines, named as if each were alone in a project.</summary>
    public IEnumerable<DefinedObject> Objects => Parsed.Objects.Select(item => new DefinedObject(this, item));

    /// <summary>Whether the generator refuses the file or something in it.</summary>
    public IEnumerable<DiagnosticInfo> Errors => Parsed.Faults.Where(static fault => fault.Descriptor.DefaultSeverity == DiagnosticSeverity.Error);

    /// <summary>Reads a file of the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isDeclared">Whether somebody says that it defines an object; what comes out of a folder may be something else.</param>
    /// <exception cref="Fault">It cannot be read.</exception>
    public static DefinitionFile Load(string path, bool isDeclared)
    {
        try
        {
            return Read(path, File.ReadAllBytes(path), isDeclared);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault.Disk($"'{path}' cannot be read", e);
        }
    }

    /// <summary>Reads bytes that came from somewhere.</summary>
    public static DefinitionFile Read(string path, byte[] content, bool isDeclared)
    {
        ItemOptions options = new(ProjectOptions.Default, "", default, isDeclared, default);
        return new DefinitionFile(path, content, RegistryReader.Read(new FileText(path, content), options, CancellationToken.None));
    }

    /// <summary>The first error of the generator, as one line with its place; null where there is none.</summary>
    public string? FirstError()
    {
        if (Errors.FirstOrDefault() is not { } error)
        {
            return null;
        }

        LinePosition at = error.Location?.Lines.Start ?? default;
        return $"{Path}({at.Line + 1},{at.Character + 1}): {error.Descriptor.Id}: {error.ToDiagnostic().GetMessage(null)}";
    }

    private sealed class FileText(string path, byte[] content) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default)
        {
            try
            {
                return SourceText.From(content, content.Length, Encoding.UTF8, throwIfBinaryDetected: true);
            }
            catch (InvalidDataException)
            {
                // Binary: the generator has a word for a file without text.
                return null;
            }
        }
    }
}

/// <summary>An object with the file that defines it.</summary>
/// <param name="File">The file.</param>
/// <param name="Source">The object, as the generator has it before names are decided.</param>
internal sealed record DefinedObject(DefinitionFile File, SourceObject Source)
{
    private NamedObject? _named;

    /// <summary>What the registry says of it.</summary>
    public ObjectDefinition Definition => Source.Definition;

    /// <summary>The object with its names in C#: alone in a project, it has the name that it wishes for.</summary>
    public NamedObject Named => _named ??= new NamedObject(
        Source.Definition, Source.Options, MemberNames.Within(Source.Key.BaseName, Source), Source.Omitted, Source.Key.BaseName, "");

    /// <summary><c>3303 Temperature 1.1</c>.</summary>
    public string Title => $"{Definition.Id} {Definition.Name} {Definition.Version}";
}
