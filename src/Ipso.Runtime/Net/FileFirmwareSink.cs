using Ipso.Lwm2m.Device;

namespace Ipso.Net;

/// <summary>
/// Keeps a firmware image in a file: what comes goes to <c>path.part</c>, which takes the place of <c>path</c> when all of it is there, on
/// the disk, and accepted.
/// </summary>
public sealed class FileFirmwareSink : IFirmwareSink, IDisposable
{
    private readonly string _path;
    private readonly long _maxLength;
    private FileStream? _file;

    /// <summary>Makes it.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="maxLength">How long an image may be, in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public FileFirmwareSink(string path, long maxLength = long.MaxValue)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        _path = Path.GetFullPath(path);
        _maxLength = maxLength;
    }

    /// <summary>
    /// Looks at an image that is whole: path of the part file, length and SHA-256 digest. What it says but
    /// <see cref="FirmwareUpdateResult.None"/> refuses the image. <see langword="null"/> accepts all.
    /// </summary>
    public Func<string, long, byte[], FirmwareUpdateResult>? Verify { get; init; }

    /// <summary>The SHA-256 digest of the image that is there; <see langword="null"/> as long as there is none.</summary>
    public ReadOnlyMemory<byte>? Digest { get; private set; }

    private string Part => _path + ".part";

    /// <inheritdoc/>
    public FirmwareUpdateResult Begin(long? length)
    {
        Close();
        return length > _maxLength ? FirmwareUpdateResult.NotEnoughStorage : Try(() => _file = new(
            Part,
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                BufferSize = 0,
                // A disk that is full is found to be so now, and not at the end, whatever a peer says of the length.
                PreallocationSize = length ?? 0,
            }));
    }

    /// <inheritdoc/>
    public FirmwareUpdateResult Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is not { } file || file.Position + bytes.Length > _maxLength)
        {
            return FirmwareUpdateResult.NotEnoughStorage;
        }

        try
        {
            file.Write(bytes);
            return FirmwareUpdateResult.None;
        }
        catch (IOException)
        {
            return FirmwareUpdateResult.NotEnoughStorage;
        }
    }

    /// <inheritdoc/>
    public FirmwareUpdateResult End(long length, ReadOnlySpan<byte> digest)
    {
        byte[] copy = digest.ToArray();
        FirmwareUpdateResult result = Try(() =>
        {
            _file!.SetLength(length);
            _file.Flush(flushToDisk: true);
            Close();
        });
        if (result == FirmwareUpdateResult.None)
        {
            result = Verify?.Invoke(Part, length, copy) ?? FirmwareUpdateResult.None;
        }

        if (result == FirmwareUpdateResult.None)
        {
            result = Try(() => File.Move(Part, _path, overwrite: true));
        }

        Digest = result == FirmwareUpdateResult.None ? copy : null;
        return result;
    }

    /// <inheritdoc/>
    public void Discard()
    {
        Close();
        Digest = null;
        _ = Try(() => File.Delete(Part));
        _ = Try(() => File.Delete(_path));
    }

    /// <summary>Closes the file; an image that is whole stays.</summary>
    public void Dispose() => Close();

    private void Close()
    {
        FileStream? file = _file;
        _file = null;
        _ = Try(() => file?.Dispose());
    }

    private static FirmwareUpdateResult Try(Action action)
    {
        try
        {
            action();
            return FirmwareUpdateResult.None;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return FirmwareUpdateResult.NotEnoughStorage;
        }
    }
}
