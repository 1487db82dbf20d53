using Ipso.Tool.CommandLine;
using Ipso.Tool.Definitions;
using Ipso.Tool.Storage;

namespace Ipso.Tool.Keeping;

/// <summary>How a file that is kept looks beside what the lock file says.</summary>
internal enum FileState
{
    /// <summary>It is as it came.</summary>
    AsItCame,

    /// <summary>It has been edited.</summary>
    Edited,

    /// <summary>It is not there.</summary>
    Missing,
}

/// <summary>A folder in which definitions are kept.</summary>
internal sealed class RegistryFolder
{
    private RegistryFolder(string path, LockFile locked)
    {
        Path = path;
        Lock = locked;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>What is kept in it.</summary>
    public LockFile Lock { get; }

    /// <summary>Opens a folder; it need not exist.</summary>
    /// <exception cref="Fault">The lock file is none, or what stands there is no folder.</exception>
    public static RegistryFolder Open(string? path)
    {
        string folder = path ?? CommonOptions.DefaultFolder;
        if (File.Exists(folder))
        {
            throw Fault.Usage($"'{folder}' is a file; a folder to keep definitions in is wanted");
        }

        FolderTransaction.Finish(folder);
        return new RegistryFolder(folder, LockFile.Load(folder));
    }

    /// <summary>How the file of an object looks.</summary>
    public FileState StateOf(LockedObject one)
    {
        string path = PathOf(one.File);
        return !File.Exists(path) ? FileState.Missing
            : LockFile.HashOf(Read(path)) == one.Sha256 ? FileState.AsItCame
            : FileState.Edited;
    }

    /// <summary>The path of a file in it.</summary>
    public string PathOf(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>The content of a file that is there.</summary>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault.Disk($"'{path}' cannot be read", e);
        }
    }

    /// <summary>The objects that are kept and meant by some queries; all, where there is no query.</summary>
    /// <exception cref="Fault">A query means none of them.</exception>
    public IReadOnlyList<LockedObject> Select(IEnumerable<string> queries)
    {
        LockedObject[] all = [.. Lock.Objects.Values.OrderBy(static one => one.Id)];
        ObjectQuery[] wanted = [.. queries.Select(ObjectQuery.Parse)];
        foreach (ObjectQuery query in wanted)
        {
            if (!all.Any(one => query.Means(one.Id, one.Name, one.Version)))
            {
                string hint = all.Length == 0 ? "" : ObjectLookup.DidYouMean(query, all.Select(static one => (one.Id, one.Name)));
                throw Fault.Usage($"no object {query} is kept in '{Path}'{hint}");
            }
        }

        return wanted.Length == 0 ? all : [.. all.Where(one => wanted.Any(query => query.Means(one.Id, one.Name, one.Version)))];
    }

    /// <summary>Refuses to go on where a file is not as it came, for what was edited would be lost.</summary>
    /// <exception cref="Fault">It is so.</exception>
    public void DemandAsTheyCame(IEnumerable<LockedObject> objects)
    {
        foreach (LockedObject one in objects)
        {
            string? what = StateOf(one) switch
            {
                FileState.Edited => "is not what the lock file says: it was edited, or the lock file was",
                FileState.Missing => "is in the lock file and not in the folder",
                _ => null,
            };
            if (what is not null)
            {
                throw Fault.Usage($"'{PathOf(one.File)}' {what}; put it back, or let --force go on without it");
            }
        }
    }

    /// <summary>Changes files and the lock file as one.</summary>
    /// <param name="written">The objects to write, with their contents.</param>
    /// <param name="removed">The objects to take away.</param>
    public void Commit(IReadOnlyCollection<(LockedObject Object, byte[] Content)> written, IReadOnlyCollection<LockedObject> removed)
    {
        LockFile next = Lock.With(written.Select(static one => one.Object), removed.Select(static one => one.Id));
        using FolderTransaction transaction = FolderTransaction.Begin(Path);
        foreach (LockedObject one in removed)
        {
            transaction.Delete(one.File);
        }

        foreach ((LockedObject one, byte[] content) in written)
        {
            transaction.Write(one.File, content);
        }

        transaction.Write(LockFile.FileName, next.ToBytes());
        transaction.Commit();
    }
}
