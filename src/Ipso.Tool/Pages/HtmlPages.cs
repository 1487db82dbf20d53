using System.Net;
using System.Text;
using Ipso.Tool.Definitions;

namespace Ipso.Tool.Pages;

/// <summary>Pages in HTML: plain files that need no server and no network, with a search in the first of them.</summary>
internal static class HtmlPages
{
    private const string Style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; background: #fff }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #ddd }
        th { border-bottom: 2px solid #888 }
        code { font-family: ui-monospace, monospace; font-size: .9em }
        input { font: inherit; width: 100%; padding: .5rem; margin: 1rem 0; box-sizing: border-box }
        a { color: #0b57a4 }
        tr:target { background: #fff5cc }
        @media (prefers-color-scheme: dark) {
          body { color: #e6e6e6; background: #16181c }
          th, td { border-color: #3a3d44 }
          input { color: inherit; background: #24272d; border: 1px solid #555 }
          a { color: #7cb7f0 }
          tr:target { background: #4a431f }
        }

        """;

    // A row stays while each word that is looked for is in what it is found by.
    private const string Search = """
        <script>
        const rows = [...document.querySelectorAll("tbody tr")];
        const count = document.getElementById("count");
        function search(text) {
          const words = text.toLowerCase().split(/\s+/).filter(word => word);
          let shown = 0;
          for (const row of rows) {
            row.hidden = !words.every(word => row.dataset.words.includes(word));
            if (!row.hidden) shown++;
          }
          count.textContent = shown + " of " + rows.length + " objects";
        }
        const box = document.getElementById("search");
        box.addEventListener("input", () => search(box.value));
        search(box.value);
        </script>

        """;

    /// <summary>The format.</summary>
    public static PageFormat Format { get; } =
        new(".html", Page, static entries => [("index.html", Index(entries)), ("style.css", Style)]);

    private static string Page(PageEntry entry)
    {
        var definition = entry.Item.Definition;
        StringBuilder page = Begin(definition.Name);
        page.Append($"<p><a href=\"index.html\">All objects</a></p>\n<h1>{Text(definition.Name)}</h1>\n");
        page.Append($"<p>Object {definition.Id}, version {definition.Version}, <code>{Text(definition.Urn)}</code>; ");
        page.Append(definition.IsMultiple ? "multiple instances, " : "a single instance, ");
        page.Append(definition.IsMandatory ? "mandatory.\n" : "optional.\n");
        page.Append($"In C#: <code>{Text(entry.Item.Named.Options.Namespace)}.{Text(entry.Item.Named.TypeName)}</code>.</p>\n");
        page.Append($"<p>{Text(definition.Description)}</p>\n<table>\n<thead><tr><th>Id</th><th>Name</th><th>C#</th><th>Type</th>");
        page.Append("<th>Operations</th><th>Unit</th><th>Range</th><th>Mandatory</th><th>Description</th></tr></thead>\n<tbody>\n");
        foreach (ResourceView resource in entry.Resources)
        {
            var facts = resource.Definition;
            page.Append($"<tr id=\"r{facts.Id}\"><td><a href=\"#r{facts.Id}\">{facts.Id}</a></td><td>{Text(facts.Name)}</td>");
            page.Append($"<td><code>{Text(resource.Member)}</code></td><td>{Text(resource.Type)}</td><td>{resource.Operations}</td>");
            page.Append($"<td>{Text(facts.Unit)}</td><td>{Text(facts.RangeText)}</td><td>{(facts.IsMandatory ? "yes" : "")}</td>");
            page.Append($"<td>{Text(facts.Description)}</td></tr>\n");
        }

        return page.Append("</tbody>\n</table>\n</body>\n</html>\n").ToString();
    }

    private static string Index(IReadOnlyList<PageEntry> entries)
    {
        StringBuilder page = Begin("LwM2M objects");
        page.Append($"""
            <h1>LwM2M objects</h1>
            <input id="search" type="search" autofocus placeholder="An id, a name, a resource" aria-label="Search">
            <p id="count">{entries.Count} objects</p>
            <table>
            <thead><tr><th>Id</th><th>Name</th><th>Version</th><th>Description</th></tr></thead>
            <tbody>

            """);
        foreach (PageEntry entry in entries)
        {
            var definition = entry.Item.Definition;
            page.Append($"<tr data-words=\"{Text(Words(entry))}\"><td>{definition.Id}</td>");
            page.Append($"<td><a href=\"{entry.FileName}\">{Text(definition.Name)}</a></td>");
            page.Append($"<td>{definition.Version}</td><td>{Text(definition.Description)}</td></tr>\n");
        }

        return page.Append("</tbody>\n</table>\n").Append(Search).Append("</body>\n</html>\n").ToString();
    }

    // What an object is found by: the names in both forms, ids and descriptions, in small letters as the search has them.
    private static string Words(PageEntry entry)
    {
        var definition = entry.Item.Definition;
        var resources = entry.Resources.Select(static one => $"{one.Definition.Id} {one.Definition.Name} {one.Member}");
        return $"{definition.Id} {definition.Name} {entry.Item.Named.TypeName} {definition.Description} {string.Join(' ', resources)}".ToLowerInvariant();
    }

    private static StringBuilder Begin(string title) => new($"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)}</title>
        <link rel="stylesheet" href="style.css">
        </head>
        <body>

        """);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
