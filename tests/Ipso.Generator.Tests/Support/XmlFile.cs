using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Tests.Support;

/// <summary>An AdditionalFile in memory.</summary>
internal sealed class XmlFile(string path, string content) : AdditionalText
{
    private readonly SourceText _text = SourceText.From(content, Encoding.UTF8);

    public override string Path => path;

    public string Content => content;

    public override SourceText GetText(CancellationToken cancellationToken = default) => _text;

    /// <summary>An object definition around a body: the elements of one object.</summary>
    public static XmlFile Define(string path, string body) => new(path, $"<LWM2M><Object ObjectType=\"MODefinition\">{body}</Object></LWM2M>");

    /// <summary>An object with the usual head around its items.</summary>
    public static XmlFile Define(int id, string name, string version, string items, string? path = null) => Define(
        path ?? $"{id}.xml",
        $"<Name>{name}</Name><ObjectID>{id}</ObjectID><ObjectURN>urn:oma:lwm2m:ext:{id}</ObjectURN><ObjectVersion>{version}</ObjectVersion>"
        + $"<MultipleInstances>Multiple</MultipleInstances><Mandatory>Optional</Mandatory><Resources>{items}</Resources>");

    /// <summary>A resource; single and optional, unless <paramref name="more"/> says otherwise.</summary>
    public static string Item(int id, string name, string operations = "R", string type = "Float", string more = "") =>
        $"<Item ID=\"{id}\"><Name>{name}</Name><Operations>{operations}</Operations>{Unless(more, "MultipleInstances", "Single")}{Unless(more, "Mandatory", "Optional")}"
        + $"<Type>{type}</Type>{more}</Item>";

    private static string Unless(string given, string element, string word) =>
        given.Contains(element, StringComparison.Ordinal) ? "" : $"<{element}>{word}</{element}>";
}
