using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Ipso.Lwm2m.Device;

// The image on its way to the sink: pushed by a server (FirmwarePush), or fetched (FirmwareDownload). Whose image it is is decided under the
// lock; the sink is called outside of it, by one thread at a time, so that the device's thread never waits for a disk that somebody else
// writes to. What the sink has of an image that counts no more is discarded by whoever comes out of it.
public sealed partial class FirmwareUpdater : IDisposable
{
    private readonly IFirmwareSink _sink;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    // Whose image comes: a push's, a download's, or nobody's.
    private object? _source;
    private bool _isSinkBusy;
    private bool _wantsDiscard;
    private long _length;

    // Who pushes an image; others are refused meanwhile, but for a reset.
    private FirmwarePush? _push;

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

    /// <summary>Whether a push may begin that has this many bytes, where that is known: an image only where no other comes.</summary>
    internal bool MayPush(long? length)
    {
        lock (_gate)
        {
            return State != FirmwareUpdateState.Updating && (_push is null || length is null or <= 1);
        }
    }

    /// <summary>A push turns out to be an image, which takes the place of any other but one that is being pushed.</summary>
    internal bool BeginPush(FirmwarePush push, long? length)
    {
        lock (_gate)
        {
            if (_push is not null || State == FirmwareUpdateState.Updating)
            {
                return false;
            }

            Supersede();
            _push = push;
            _source = push;
            _uri = "";
            Show(FirmwareUpdateState.Downloading, FirmwareUpdateResult.None);
        }

        bool isBegun = BeginImage(push, length, waits: false);
        AfterChange();
        return isBegun;
    }

    internal bool WritePush(FirmwarePush push, ReadOnlySpan<byte> bytes)
    {
        bool isTaken = Feed(push, bytes);
        AfterChange();
        return isTaken;
    }

    internal void EndPush(FirmwarePush push)
    {
        _hasJustPushed = true;
        try
        {
            Finish(push);
        }
        finally
        {
            LeavePush(push);
        }

        AfterChange();
    }

    internal void AbortPush(FirmwarePush push)
    {
        lock (_gate)
        {
            if (_source == push)
            {
                End(FirmwareUpdateResult.ConnectionLost);
            }
        }

        LeavePush(push);
        AfterChange();
    }

    /// <summary>A server takes back what there is or comes: a single NUL byte, or nothing at all, was pushed.</summary>
    internal void ResetByPush()
    {
        lock (_gate)
        {
            if (State != FirmwareUpdateState.Updating)
            {
                End(FirmwareUpdateResult.None);
            }
        }

        AfterChange();
    }

    private void LeavePush(FirmwarePush push)
    {
        lock (_gate)
        {
            _push = _push == push ? null : _push;
        }
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
        _push = null;
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
