using System.Security;
using Ipso.Lwm2m.Device;

namespace Ipso.Net;

/// <summary>
/// Keeps what a device has to remember in two files of a folder, <c>state-0</c> and <c>state-1</c>, which only the user of the process can
/// read. They are open as long as this is, so that no second device writes them.
/// </summary>
public sealed class FileStateStorage : IStateStorage, IDisposable
{
    // Far more than accounts and rights take. What is longer was put there by somebody else.
    private const long MaxLength = 64 * 1024 * 1024;

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
        catch (Exception exception) when (IsOfFiles(exception))
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
            if (file.Length > MaxLength)
            {
                throw new IOException($"{file.Length} bytes are no state of a device.");
            }

            byte[] content = new byte[file.Length];
            int length = 0;
            for (int read = -1; read != 0 && length < content.Length; length += read)
            {
                read = RandomAccess.Read(file.SafeFileHandle, content.AsSpan(length), length);
            }

            return content.AsMemory(0, length);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            throw new StateStorageException(
                $"'{file.Name}' cannot be read: {exception.Message} See to the disk and to who may read the file.", exception);
        }
    }

    /// <inheritdoc/>
    public void Write(int slot, ReadOnlySpan<byte> content)
    {
        FileStream file = _files[slot];
        try
        {
            // A file that was deleted can be written as long as it is open, and is gone with the process.
            if (!File.Exists(file.Name))
            {
                throw new FileNotFoundException("It was deleted.");
            }

            RandomAccess.Write(file.SafeFileHandle, content, 0);
            RandomAccess.SetLength(file.SafeFileHandle, content.Length);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
        catch (Exception exception) when (IsOfFiles(exception))
        {
            throw new StateStorageException(
                $"'{file.Name}' cannot be written: {exception.Message} Make room and leave the folder to the device alone; where files were "
                + "deleted, start it again.",
                exception);
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

    // All that paths and files are refused with, and use after the end.
    private static bool IsOfFiles(Exception exception) => exception
        is IOException or UnauthorizedAccessException or SecurityException or NotSupportedException or ArgumentException
        or ObjectDisposedException;

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
