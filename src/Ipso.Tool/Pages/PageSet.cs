using System.Text;
using Ipso.Tool.Definitions;
using Ipso.Tool.Storage;

namespace Ipso.Tool.Pages;

/// <summary>Pages about objects, in a folder: one for each, and one that leads to them.</summary>
internal static class PageSet
{
    /// <summary>Writes them, all or none.</summary>
    /// <param name="folder">Where to; what else lies there stays.</param>
    /// <param name="objects">The objects; of one that is given in several versions the newest has the plain file name.</param>
    /// <param name="format">How pages look.</param>
    /// <returns>How many files were written.</returns>
    public static int Write(string folder, IReadOnlyList<DefinedObject> objects, PageFormat format)
    {
        PageEntry[] entries = Entries(objects, format.Extension);
        using FolderTransaction transaction = FolderTransaction.Begin(folder);
        foreach (PageEntry entry in entries)
        {
            transaction.Write(entry.FileName, Encoding.UTF8.GetBytes(format.Page(entry)));
        }

        foreach ((string name, string content) in format.Index(entries))
        {
            transaction.Write(name, Encoding.UTF8.GetBytes(content));
        }

        transaction.Commit();
        return entries.Length + format.Index(entries).Count;
    }

    private static PageEntry[] Entries(IReadOnlyList<DefinedObject> objects, string extension) =>
    [
        .. objects.GroupBy(static item => item.Definition.Id).OrderBy(static group => group.Key).SelectMany(group =>
            group.OrderByDescending(static item => item.Definition.Version).Select((item, i) => new PageEntry(
                item,
                ResourceView.Of(item.Named),
                i == 0 ? $"{group.Key}{extension}" : $"{group.Key}-{item.Definition.Version}{extension}"))),
    ];
}

/// <summary>An object with its page.</summary>
/// <param name="Item">The object.</param>
/// <param name="Resources">Its resources.</param>
/// <param name="FileName">The page's file.</param>
internal sealed record PageEntry(DefinedObject Item, ResourceView[] Resources, string FileName);

/// <summary>How pages look.</summary>
/// <param name="Extension">What their files' names end with.</param>
/// <param name="Page">The page of an object.</param>
/// <param name="Index">The pages that lead to them, and what all need: names and contents.</param>
internal sealed record PageFormat(
    string Extension, Func<PageEntry, string> Page, Func<IReadOnlyList<PageEntry>, IReadOnlyList<(string Name, string Content)>> Index);
