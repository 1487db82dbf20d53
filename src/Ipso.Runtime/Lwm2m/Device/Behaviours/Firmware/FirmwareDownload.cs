namespace Ipso.Lwm2m.Device;

/// <summary>
/// The fetching of an image: whoever does it calls <see cref="Begin"/>, <see cref="Write"/> for each piece, and <see cref="Complete"/>, or
/// <see cref="Fail"/> at any moment. From any thread, one call at a time. After it was cancelled they do nothing.
/// </summary>
public sealed class FirmwareDownload
{
    private readonly FirmwareUpdater _updater;
    private readonly Lock _gate = new();
    private Action? _cancelled;
    private bool _isCancelled;

    internal FirmwareDownload(FirmwareUpdater updater, string uri, FirmwareProtocol protocol)
    {
        _updater = updater;
        Uri = uri;
        Protocol = protocol;
    }

    /// <summary>Where from.</summary>
    public string Uri { get; }

    /// <summary>How.</summary>
    public FirmwareProtocol Protocol { get; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsCancelled => Volatile.Read(ref _isCancelled);

    /// <summary>Has something called when it is cancelled, on the device's thread; at once if it was before.</summary>
    /// <param name="cancelled">What is called.</param>
    public void OnCancelled(Action cancelled)
    {
        ArgumentNullException.ThrowIfNull(cancelled);
        lock (_gate)
        {
            if (!_isCancelled)
            {
                _cancelled += cancelled;
                return;
            }
        }

        cancelled();
    }

    /// <summary>Begins the image.</summary>
    /// <param name="length">Its length in bytes, where that is known.</param>
    /// <returns>Whether it is taken; where not, all is over.</returns>
    public bool Begin(long? length) => _updater.BeginDownload(this, length);

    /// <summary>Takes the next bytes of the image.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Whether they are taken; where not, all is over.</returns>
    public bool Write(ReadOnlySpan<byte> bytes) => _updater.WriteDownload(this, bytes);

    /// <summary>All of the image is there.</summary>
    public void Complete() => _updater.CompleteDownload(this);

    /// <summary>There is no image to be had.</summary>
    /// <param name="result">Why.</param>
    public void Fail(FirmwareUpdateResult result) => _updater.FailDownload(this, result);

    internal void Cancel()
    {
        Action? cancelled;
        lock (_gate)
        {
            _isCancelled = true;
            cancelled = _cancelled;
            _cancelled = null;
        }

        cancelled?.Invoke();
    }
}
