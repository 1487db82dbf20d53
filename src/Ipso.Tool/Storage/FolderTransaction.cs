using System.Runtime.ExceptionServices;
using Ipso.Tool.CommandLine;
using Microsoft.Win32.SafeHandles;

namespace Ipso.Tool.Storage;

/// <summary>
/// Changes several files of a folder as one. They are written beside their places first, so that a full disk or an interruption is met
/// before anything has changed; then a journal says what is to be done, and each file takes its place by a rename. Where the process is
/// killed within that, whoever comes next finds the journal and finishes the work.
/// </summary>
internal sealed class FolderTransaction : IDisposable
{
    private const string Staging = ".ipso";
    private const string Put = "put ";
    private const string Remove = "remove ";

    private readonly string _folder;
    private readonly bool _isNew;
    private readonly FileStream _owner;
    private readonly List<string> _steps = [];
    private readonly List<string> _made = [];
    private bool _isCommitted;

    private FolderTransaction(string folder, bool isNew, FileStream owner)
    {
        _folder = folder;
        _isNew = isNew;
        _owner = owner;
    }

    private string StagingFolder => Path.Combine(_folder, Staging);

    private string Journal => Path.Combine(StagingFolder, "journal");

    /// <summary>Begins to change a folder, which is made where it does not exist.</summary>
    /// <exception cref="Fault">It cannot be written, or somebody else is at it.</exception>
    public static FolderTransaction Begin(string folder)
    {
        bool isNew = !Directory.Exists(folder);
        try
        {
            string staging = Path.Combine(folder, Staging);
            Directory.CreateDirectory(staging);
            FileStream owner = Own(folder, Path.Combine(staging, "owner"));
            FolderTransaction transaction = new(folder, isNew, owner);
            transaction.Recover();
            Directory.CreateDirectory(transaction.Staged(""));
            Directory.CreateDirectory(transaction.Saved(""));
            return transaction;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault.Disk($"'{folder}' cannot be written", e);
        }
    }

    /// <summary>Finishes what a process that was killed has begun to change, if there is such a thing.</summary>
    public static void Finish(string folder)
    {
        if (File.Exists(Path.Combine(folder, Staging, "journal")))
        {
            using FolderTransaction transaction = Begin(folder);
            transaction._isCommitted = true;
        }
    }

    /// <summary>Whether something that lies in a folder is what a transaction works with, and no part of it.</summary>
    public static bool IsOwn(string path) => Path.GetFileName(path) == Staging;

    /// <summary>Gives a file a content.</summary>
    /// <param name="name">Its name in the folder, or its path from there on.</param>
    /// <param name="content">The content.</param>
    /// <exception cref="Fault">It cannot be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Staged(name))!);
            File.WriteAllBytes(Staged(name), content);
            Save(name);
            _steps.Add(Put + name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            // The last of them is what .NET makes of a file that is too large for its system.
            throw Untouched(e);
        }
    }

    /// <summary>Takes a file away.</summary>
    /// <exception cref="Fault">It cannot be read.</exception>
    public void Delete(string name)
    {
        try
        {
            Save(name);
            _steps.Add(Remove + name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Untouched(e);
        }
    }

    /// <summary>Does all of it.</summary>
    /// <exception cref="Fault">It cannot be done, and what was done of it has been undone.</exception>
    public void Commit()
    {
        int done = 0;
        try
        {
            Flush();
            string draft = Journal + ".new";
            using (FileStream file = new(draft, FileMode.Create, FileAccess.Write))
            {
                file.Write(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', _steps)));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, Journal, overwrite: true);
            for (; done < _steps.Count; done++)
            {
                Apply(_steps[done]);
            }

            File.Delete(Journal);
            _isCommitted = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Undo(done);
            throw Untouched(e);
        }
    }

    /// <summary>Clears up; what was not committed has not happened.</summary>
    public void Dispose()
    {
        _owner.Dispose();
        try
        {
            Directory.Delete(StagingFolder, recursive: true);
            if (_isNew && !_isCommitted)
            {
                Directory.Delete(_folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left over is in nobody's way: the next one to come here takes it for its own.
        }
    }

    private static FileStream Own(string folder, string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(path))
        {
            throw new Fault(ExitCode.Disk, $"another ipso is at work in '{folder}'; wait until it is done", e);
        }
    }

    private string Staged(string name) => Path.Combine(StagingFolder, "new", name);

    private string Saved(string name) => Path.Combine(StagingFolder, "old", name);

    private string Target(string name) => Path.Combine(_folder, name);

    // All at once: a disk takes many in hardly more time than one.
    private void Flush()
    {
        try
        {
            Parallel.ForEach(_steps.Where(static step => step.StartsWith(Put, StringComparison.Ordinal)), step =>
            {
                using SafeFileHandle file = File.OpenHandle(Staged(step[Put.Length..]), FileMode.Open, FileAccess.ReadWrite);
                RandomAccess.FlushToDisk(file);
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private void Save(string name)
    {
        if (File.Exists(Target(name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Saved(name))!);
            File.Copy(Target(name), Saved(name), overwrite: true);
        }
    }

    private void Apply(string step)
    {
        if (step.StartsWith(Put, StringComparison.Ordinal))
        {
            string name = step[Put.Length..];

            // After an interruption, what is no longer here has taken its place already.
            if (File.Exists(Staged(name)))
            {
                MakeFolderOf(name);
                File.Move(Staged(name), Target(name), overwrite: true);
            }
        }
        else if (step.StartsWith(Remove, StringComparison.Ordinal))
        {
            File.Delete(Target(step[Remove.Length..]));
        }
    }

    private void Undo(int done)
    {
        foreach (string step in _steps.Take(done))
        {
            string name = step[(step.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            if (File.Exists(Saved(name)))
            {
                File.Move(Saved(name), Target(name), overwrite: true);
            }
            else
            {
                File.Delete(Target(name));
            }
        }

        File.Delete(Journal);
        foreach (string folder in Enumerable.Reverse(_made))
        {
            Directory.Delete(folder);
        }
    }

    // The folders on the way to a file; they go again where the work is undone.
    private void MakeFolderOf(string name)
    {
        if (Path.GetDirectoryName(name) is { Length: > 0 } parent && !Directory.Exists(Target(parent)))
        {
            MakeFolderOf(parent);
            Directory.CreateDirectory(Target(parent));
            _made.Add(Target(parent));
        }
    }

    private void Recover()
    {
        if (!File.Exists(Journal))
        {
            // Whatever lies here has never been part of the folder.
            foreach (string left in (string[])[Staged(""), Saved("")])
            {
                if (Directory.Exists(left))
                {
                    Directory.Delete(left, recursive: true);
                }
            }

            return;
        }

        string[] steps = File.ReadAllLines(Journal);
        if (Array.Find(steps, static step => !StaysInside(step)) is { } astray)
        {
            // Not of our making: folders come from anywhere, with whatever is in them.
            _owner.Dispose();
            throw new Fault(ExitCode.Disk, $"'{Journal}' is no journal of ipso ('{astray}'); delete the folder '{StagingFolder}'");
        }

        foreach (string step in steps)
        {
            Apply(step);
        }

        File.Delete(Journal);
    }

    private static bool StaysInside(string step)
    {
        string name = step[(step.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return name.Length > 0 && !Path.IsPathRooted(name) && !name.Split('/', '\\').Contains("..");
    }

    private Fault Untouched(Exception e) =>
        new(ExitCode.Disk, $"'{_folder}' cannot be written: {Fault.ReasonOf(e)}; nothing was changed", e);
}
