using Ipso.Lwm2m.Device;

namespace Ipso.Net;

/// <summary>
/// Keeps what a device has to remember in two files of a folder, <c>state-0</c> and <c>state-1</c>, which only the user of the process can
/// read. They are open as long as this is, so that no second device writes them.
/// </summary>
public sealed class FileStateStorage : IStateStorage, IDisposable
{
    private readonly FileStream[] _files;

    /// <summary>Opens the files, and makes folder and files where they are missing.</summary>
    /// <param name="folder">The folder's path.</param>
    /// <exception cref="StateStorageException">They cannot be made, read or written, or another device has them open.</exception>
    public FileStateStorage(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        List<FileStream> files = [];
        try
        {
            Directory.CreateDirectory(folder);
            files.Add(Open(Path.Combine(folder, "state-0")));
            files.Add(Open(Path.Combine(folder, "state-1")));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            files.ForEach(static file => file.Dispose());
            throw new StateStorageException(
                $"The state of a device cannot be kept in '{folder}': {exception.Message} "
                + "Name a folder that this user may write to and that no other device has.",
                exception);
        }

        _files = [.. files];
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Read(int slot)
    {
        FileStream file = _files[slot];
        try
        {
            byte[] content = new byte[file.Length];
            int length = 0;
            for (int read = -1; read != 0 && length < content.Length; length += read)
            {
                read = RandomAccess.Read(file.SafeFileHandle, content.AsSpan(length), length);
            }

            return content.AsMemory(0, length);
        }
        catch (IOException exception)
        {
            throw new StateStorageException($"'{file.Name}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Write(int slot, ReadOnlySpan<byte> content)
    {
        FileStream file = _files[slot];
        try
        {
            RandomAccess.Write(file.SafeFileHandle, content, 0);
            RandomAccess.SetLength(file.SafeFileHandle, content.Length);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
        catch (IOException exception)
        {
            throw new StateStorageException($"'{file.Name}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (FileStream file in _files)
        {
            file.Dispose();
        }
    }

    private static FileStream Open(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(path, options);
    }
}
