using System.Text;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Pages;

/// <summary>Pages in Markdown, for a repository or a wiki.</summary>
internal static class MarkdownPages
{
    // All that may begin or end something in Markdown, and what begins an element of HTML.
    private const string Signs = "\\`*_{}[]<>#|&~";

    /// <summary>The format.</summary>
    public static PageFormat Format { get; } = new(".md", Page, static entries => [("index.md", Index(entries))]);

    /// <summary>Text that means itself, on one line.</summary>
    internal static string Escape(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text)
        {
            if (Signs.Contains(c, StringComparison.Ordinal))
            {
                result.Append('\\');
            }

            result.Append(char.IsControl(c) ? ' ' : c);
        }

        return result.ToString();
    }

    private static string Page(PageEntry entry)
    {
        var definition = entry.Item.Definition;
        StringBuilder page = new();
        page.Append($"# {Escape(definition.Name)}\n\n");
        page.Append($"Object {definition.Id}, version {definition.Version}, {Escape(definition.Urn)}; ");
        page.Append(definition.IsMultiple ? "multiple instances, " : "a single instance, ");
        page.Append(definition.IsMandatory ? "mandatory. " : "optional. ");
        page.Append($"In C#: `{entry.Item.Named.Options.Namespace}.{entry.Item.Named.TypeName}`.\n\n");
        if (definition.Description.Length > 0)
        {
            page.Append($"{Escape(definition.Description)}\n\n");
        }

        page.Append("| Id | Name | C# | Type | Operations | Unit | Range | Mandatory | Description |\n");
        page.Append("|---|---|---|---|---|---|---|---|---|\n");
        foreach (ResourceView resource in entry.Resources)
        {
            var facts = resource.Definition;
            page.Append($"| {facts.Id} | {Escape(facts.Name)} | `{resource.Member}` | {resource.Type} | {resource.Operations} ");
            page.Append($"| {Escape(facts.Unit)} | {Escape(facts.RangeText)} | {(facts.IsMandatory ? "yes" : "")} | {Escape(facts.Description)} |\n");
        }

        return page.Append("\n[All objects](index.md)\n").ToString();
    }

    private static string Index(IReadOnlyList<PageEntry> entries)
    {
        StringBuilder page = new("# Objects\n\n| Id | Name | Version | Description |\n|---|---|---|---|\n");
        foreach (PageEntry entry in entries)
        {
            var definition = entry.Item.Definition;
            page.Append($"| {definition.Id} | [{Escape(definition.Name)}]({entry.FileName}) | {definition.Version} | {Escape(definition.Description)} |\n");
        }

        return page.ToString();
    }
}
