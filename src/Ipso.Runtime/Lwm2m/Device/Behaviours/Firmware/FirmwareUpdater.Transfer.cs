using System.Security.Cryptography;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// The image on its way to the sink: pushed by a server (IOpaqueSink), or fetched (FirmwareDownload).
public sealed partial class FirmwareUpdater : IOpaqueSink, IDisposable
{
    private readonly IFirmwareSink _sink;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long? _announced;
    private long _length;
    private byte _first;
    private Push _push;
    private bool _isBegun;

    // What comes of what a server pushes.
    private enum Push : byte
    {
        None,

        // It may be a single NUL byte, which is no image.
        Undecided,
        Image,

        // The image was refused, or given up for another; what still comes of it does not count.
        Over,
    }

    /// <inheritdoc/>
    public bool Begin(Lwm2mPath path, long? length)
    {
        lock (_gate)
        {
            // One image at a time.
            if (_push != Push.None || State == FirmwareUpdateState.Updating)
            {
                return false;
            }

            if (_download is not null)
            {
                Reset();
            }

            _push = Push.Undecided;
            _announced = length;
            _length = 0;
            return true;
        }
    }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            switch (_push)
            {
                case Push.Undecided when _length + bytes.Length == 1:
                    _first = bytes[0];
                    _length = 1;
                    return true;
                case Push.Undecided:
                    return BeginPushed() && Feed(bytes);
                case Push.Image:
                    return Feed(bytes);
                default:
                    return false;
            }
        }
    }

    /// <inheritdoc/>
    public void End(Lwm2mPath path)
    {
        lock (_gate)
        {
            if (_push == Push.Undecided && (_length == 0 || _first == 0))
            {
                Reset();
            }
            else if (_push == Push.Image || (_push == Push.Undecided && BeginPushed()))
            {
                Finish();
            }

            _push = Push.None;
        }
    }

    /// <inheritdoc/>
    public void Abort(Lwm2mPath path)
    {
        lock (_gate)
        {
            if (_push == Push.Image)
            {
                Fail(FirmwareUpdateResult.ConnectionLost);
            }

            _push = Push.None;
        }
    }

    /// <summary>Frees what the digest takes.</summary>
    public void Dispose() => _hash.Dispose();

    internal bool BeginDownload(FirmwareDownload download, long? length)
    {
        lock (_gate)
        {
            return IsCurrent(download) && BeginImage(length);
        }
    }

    internal bool WriteDownload(FirmwareDownload download, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            return IsCurrent(download) && _isBegun && (bytes.IsEmpty || Feed(bytes));
        }
    }

    internal void CompleteDownload(FirmwareDownload download)
    {
        lock (_gate)
        {
            if (!IsCurrent(download))
            {
                return;
            }

            _download = null;
            if (_isBegun)
            {
                Finish();
            }
            else
            {
                Fail(FirmwareUpdateResult.IntegrityFailure);
            }
        }
    }

    internal void FailDownload(FirmwareDownload download, FirmwareUpdateResult result)
    {
        lock (_gate)
        {
            if (IsCurrent(download))
            {
                _download = null;
                Fail(result == FirmwareUpdateResult.None ? FirmwareUpdateResult.ConnectionLost : result);
            }
        }
    }

    private bool IsCurrent(FirmwareDownload download) => ReferenceEquals(_download, download);

    private bool BeginPushed()
    {
        long held = _length;
        _push = Push.Image;
        return BeginImage(_announced) && (held == 0 || Feed([_first]));
    }

    private bool BeginImage(long? length)
    {
        if (State == FirmwareUpdateState.Downloaded)
        {
            _sink.Discard();
        }

        _ = _hash.GetHashAndReset();
        _length = 0;
        _isBegun = true;
        if (State != FirmwareUpdateState.Downloading || Result != FirmwareUpdateResult.None)
        {
            Show(FirmwareUpdateState.Downloading, FirmwareUpdateResult.None);
        }

        return Accepts(_sink.Begin(length));
    }

    private bool Feed(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _length += bytes.Length;
        return Accepts(_sink.Write(bytes));
    }

    private void Finish()
    {
        _isBegun = false;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = _hash.GetHashAndReset(digest);
        if (!Accepts(_sink.End(_length, digest)))
        {
            return;
        }

        Show(FirmwareUpdateState.Downloaded, FirmwareUpdateResult.None);
        if (Target.AutomaticUpgradeAtDownload == true)
        {
            Install();
        }
    }

    private bool Accepts(FirmwareUpdateResult result)
    {
        if (result == FirmwareUpdateResult.None)
        {
            return true;
        }

        Fail(result);
        return false;
    }

    // What there was of an image goes.
    private void Fail(FirmwareUpdateResult result)
    {
        if (_isBegun || State != FirmwareUpdateState.Idle)
        {
            _sink.Discard();
        }

        _isBegun = false;
        _push = _push == Push.None ? Push.None : Push.Over;
        CancelDownload();
        Show(FirmwareUpdateState.Idle, result);
    }

    private void Reset() => Fail(FirmwareUpdateResult.None);

    private void CancelDownload()
    {
        FirmwareDownload? download = _download;
        _download = null;
        download?.Cancel();
    }
}
