using Ipso.Coap.Oscore;

namespace Ipso.Net;

/// <summary>
/// A folder with a <see cref="FileSequenceStorage"/> for each of many OSCORE security contexts, named by their ids. They are open as long as
/// this is. May be used by any thread.
/// </summary>
/// <example>
/// <code>
/// using FileSequenceFolder numbers = new("/var/lib/app/oscore");
/// FileSequenceStorage storage = numbers.Open(senderId: [2], recipientId: [1]);
/// </code>
/// </example>
public sealed class FileSequenceFolder : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<FileSequenceStorage> _files = [];
    private readonly string _path;
    private bool _isDisposed;

    /// <summary>Names the folder, and makes it where it is missing.</summary>
    /// <param name="path">The folder's path.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public FileSequenceFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _path = Directory.CreateDirectory(path).FullName;
    }

    /// <summary>
    /// Opens the numbers of a context, 0 where it has none yet. Where its Master Secret becomes another one they go on; the ids of a context
    /// are not to become others while the secret stays.
    /// </summary>
    /// <param name="senderId">Its Sender ID.</param>
    /// <param name="recipientId">Its Recipient ID.</param>
    /// <param name="idContext">Its ID Context; empty for none.</param>
    /// <returns>What <see cref="SecurityContextKeys.Storage"/> and <see cref="SecurityContextKeys.SequenceNumber"/> are to be. Closed with
    /// this, or by the caller before.</returns>
    /// <exception cref="IOException">The file cannot be opened, or is open already.</exception>
    /// <exception cref="InvalidDataException">What is in it was not written by this.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read or written.</exception>
    public FileSequenceStorage Open(ReadOnlySpan<byte> senderId, ReadOnlySpan<byte> recipientId, ReadOnlySpan<byte> idContext = default)
    {
        string name = $"{Convert.ToHexStringLower(senderId)}-{Convert.ToHexStringLower(recipientId)}-{Convert.ToHexStringLower(idContext)}.numbers";
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            FileSequenceStorage file = new(Path.Combine(_path, name));
            _files.Add(file);
            return file;
        }
    }

    /// <summary>Closes all files: no context of theirs sends any more once it needs further numbers.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _files.ForEach(static file => file.Dispose());
            _files.Clear();
        }
    }
}
