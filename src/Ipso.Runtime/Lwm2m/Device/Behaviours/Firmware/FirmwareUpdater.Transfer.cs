using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// The image on its way to the sink: pushed by a server (IOpaqueSink), or fetched (FirmwareDownload). Whose image it is is decided under the
// lock; the sink is called outside of it, by one thread at a time, so that the device's thread never waits for a disk that somebody else
// writes to. What the sink has of an image that counts no more is discarded by whoever comes out of it.
public sealed partial class FirmwareUpdater : IOpaqueSink, IDisposable
{
    private static readonly object s_pushed = new();

    private readonly IFirmwareSink _sink;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    // Whose image comes: a server's, a download's, or nobody's.
    private object? _source;
    private bool _isSinkBusy;
    private bool _wantsDiscard;
    private long _length;

    private Push _push;
    private long? _announced;
    private bool _isByteHeld;
    private byte _held;

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

            _push = Push.Undecided;
            _announced = length;
            _isByteHeld = false;
            return true;
        }
    }

    /// <inheritdoc/>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_push == Push.Undecided && !_isByteHeld && bytes.Length == 1)
            {
                _isByteHeld = true;
                _held = bytes[0];
                return true;
            }
        }

        bool isTaken = TryBeginPushed() && Feed(s_pushed, bytes);
        AfterChange();
        return isTaken;
    }

    /// <inheritdoc/>
    public void End(Lwm2mPath path)
    {
        try
        {
            bool isReset;
            lock (_gate)
            {
                isReset = _push == Push.Undecided && (!_isByteHeld || _held == 0);
                if (isReset)
                {
                    End(FirmwareUpdateResult.None);
                }
            }

            if (!isReset && TryBeginPushed())
            {
                _hasJustPushed = true;
                Finish(s_pushed);
            }
        }
        finally
        {
            lock (_gate)
            {
                _push = Push.None;
            }
        }

        AfterChange();
    }

    /// <inheritdoc/>
    public void Abort(Lwm2mPath path)
    {
        lock (_gate)
        {
            if (_push == Push.Image)
            {
                End(FirmwareUpdateResult.ConnectionLost);
            }

            _push = Push.None;
        }

        AfterChange();
    }

    /// <summary>Frees what the digest takes.</summary>
    public void Dispose() => _hash.Dispose();

    internal bool BeginDownload(FirmwareDownload download, long? length)
    {
        bool isBegun = BeginImage(download, length, waits: true);
        AfterChange();
        return isBegun;
    }

    internal bool WriteDownload(FirmwareDownload download, ReadOnlySpan<byte> bytes)
    {
        bool isTaken = Feed(download, bytes);
        AfterChange();
        return isTaken;
    }

    internal void CompleteDownload(FirmwareDownload download)
    {
        Finish(download);
        AfterChange();
    }

    internal void FailDownload(FirmwareDownload download, FirmwareUpdateResult result)
    {
        lock (_gate)
        {
            if (_source == download)
            {
                End(result == FirmwareUpdateResult.None ? FirmwareUpdateResult.ConnectionLost : result);
            }
        }

        AfterChange();
    }

    // A push that is undecided becomes an image, and takes the place of any other.
    private bool TryBeginPushed()
    {
        lock (_gate)
        {
            if (_push != Push.Undecided)
            {
                return _push == Push.Image;
            }

            if (State == FirmwareUpdateState.Updating)
            {
                _push = Push.Over;
                return false;
            }

            Supersede();
            _push = Push.Image;
            _source = s_pushed;
            _uri = "";
            Show(FirmwareUpdateState.Downloading, FirmwareUpdateResult.None);
        }

        return BeginImage(s_pushed, _announced, waits: false) && (!_isByteHeld || Feed(s_pushed, [_held]));
    }

    private bool BeginImage(object source, long? length, bool waits)
    {
        Discard();
        if (!TryEnter(source, waits))
        {
            lock (_gate)
            {
                if (_source == source)
                {
                    End(FirmwareUpdateResult.Failed);
                }
            }

            return false;
        }

        FirmwareUpdateResult result;
        try
        {
            _ = _hash.GetHashAndReset();
            _length = 0;
            result = _sink.Begin(length);
        }
        catch (Exception exception) when (TakeFault(exception, out result))
        {
        }

        return Leave(source, result);
    }

    private bool Feed(object source, ReadOnlySpan<byte> bytes)
    {
        if (!TryEnter(source, waits: false))
        {
            return false;
        }

        FirmwareUpdateResult result = FirmwareUpdateResult.None;
        try
        {
            _hash.AppendData(bytes);
            _length += bytes.Length;
            result = bytes.IsEmpty ? result : _sink.Write(bytes);
        }
        catch (Exception exception) when (TakeFault(exception, out result))
        {
        }

        return Leave(source, result);
    }

    private void Finish(object source)
    {
        if (!TryEnter(source, waits: false))
        {
            return;
        }

        FirmwareUpdateResult result;
        try
        {
            result = _sink.End(_length, _hash.GetHashAndReset());
        }
        catch (Exception exception) when (TakeFault(exception, out result))
        {
        }

        if (!Leave(source, result))
        {
            return;
        }

        lock (_gate)
        {
            if (_source != source)
            {
                return;
            }

            _source = null;
            Show(FirmwareUpdateState.Downloaded, FirmwareUpdateResult.None);
            if (Target.AutomaticUpgradeAtDownload == true)
            {
                Install();
            }
        }
    }

    // Only a downloader waits, until another one that is given up has come out of the sink; the device's thread does not.
    private bool TryEnter(object source, bool waits)
    {
        lock (_gate)
        {
            while (waits && _isSinkBusy && _source == source)
            {
                Monitor.Wait(_gate);
            }

            if (_isSinkBusy || _source != source)
            {
                return false;
            }

            _isSinkBusy = true;
            return true;
        }
    }

    private bool Leave(object source, FirmwareUpdateResult result)
    {
        lock (_gate)
        {
            _isSinkBusy = false;
            Monitor.PulseAll(_gate);
            if (_source != source)
            {
                return false;
            }

            if (result != FirmwareUpdateResult.None)
            {
                End(result);
            }

            return result == FirmwareUpdateResult.None;
        }
    }

    // Under the lock: what comes or is there is given up, and why.
    private void End(FirmwareUpdateResult result)
    {
        Supersede();
        Show(FirmwareUpdateState.Idle, result);
    }

    // Under the lock: the image that comes or is there gives way.
    private void Supersede()
    {
        _wantsDiscard |= State != FirmwareUpdateState.Idle;
        if (_source is FirmwareDownload download)
        {
            _cancelled.Enqueue(download);
        }

        _source = null;
        _push = _push == Push.None ? Push.None : Push.Over;
    }

    // Outside of the lock.
    private void Discard()
    {
        lock (_gate)
        {
            if (_isSinkBusy || !_wantsDiscard)
            {
                return;
            }

            _isSinkBusy = true;
            _wantsDiscard = false;
        }

        try
        {
            _sink.Discard();
        }
        catch (Exception exception) when (TakeFault(exception, out _))
        {
        }

        lock (_gate)
        {
            _isSinkBusy = false;
            Monitor.PulseAll(_gate);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever the program's sink throws, there is no image.")]
    private bool TakeFault(Exception exception, out FirmwareUpdateResult result)
    {
        result = FirmwareUpdateResult.Failed;
        Report(exception);
        return true;
    }
}
