using System.Buffers.Binary;
using Ipso.Coap.Oscore;

namespace Ipso.Net;

/// <summary>
/// Keeps in a file how far the sequence numbers of an OSCORE security context may have been used (RFC 8613, Appendix B.1.1). The file is
/// open as long as this is, so that no second process sends under the same numbers.
/// </summary>
public sealed class FileSequenceStorage : ISequenceStorage, IDisposable
{
    // Two places, written in turn: a number and its complement. A write that was broken off leaves the other one as it was.
    private const int PlaceLength = 2 * sizeof(ulong);

    private readonly FileStream _file;
    private int _place;

    /// <summary>Opens the file, and makes it where it is missing.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="IOException">It cannot be opened, or another process has it open.</exception>
    /// <exception cref="InvalidDataException">What is in it was not written by this.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read or written.</exception>
    public FileSequenceStorage(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStreamOptions options = new()
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        _file = new FileStream(path, options);
        try
        {
            Next = Read();
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>What <see cref="SecurityContextKeys.SequenceNumber"/> is to be: 0 for a new file.</summary>
    public ulong Next { get; private set; }

    /// <inheritdoc/>
    public bool TryStore(ulong next)
    {
        Span<byte> place = stackalloc byte[PlaceLength];
        BinaryPrimitives.WriteUInt64BigEndian(place, next);
        BinaryPrimitives.WriteUInt64BigEndian(place[sizeof(ulong)..], ~next);
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, place, _place * PlaceLength);
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return false;
        }

        _place ^= 1;
        Next = next;
        return true;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private ulong Read()
    {
        Span<byte> content = stackalloc byte[2 * PlaceLength];
        int length = RandomAccess.Read(_file.SafeFileHandle, content, 0);
        ulong? newest = null;
        int broken = 0;
        for (int place = 0; place * PlaceLength < length; place++)
        {
            ulong number = BinaryPrimitives.ReadUInt64BigEndian(content[(place * PlaceLength)..]);
            bool isWhole = (place + 1) * PlaceLength <= length
                && number == ~BinaryPrimitives.ReadUInt64BigEndian(content[((place * PlaceLength) + sizeof(ulong))..]);
            broken += isWhole ? 0 : 1;
            if (isWhole && (newest is null || number > newest))
            {
                newest = number;
                _place = place ^ 1;
            }
        }

        if (newest is null && length >= PlaceLength)
        {
            throw new InvalidDataException($"'{_file.Name}' holds no sequence number. Derive new keys, and delete it.");
        }

        return newest is { } known && broken > 0 ? Repair(known) : newest ?? 0;
    }

    // Perhaps a write was broken off, perhaps the newest number was damaged: it goes on behind what that may have been, in both places.
    private ulong Repair(ulong known)
    {
        ulong next = known + SecurityContextKeys.MaxReserveNumbers;
        return TryStore(next) && TryStore(next)
            ? next
            : throw new IOException($"'{_file.Name}' is damaged, and cannot be written.");
    }
}
