using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What the object Firmware Update (5) does: takes an image that a server pushes or has fetched to a sink, piece by piece, and has it
/// installed when the server says so. The image is never in memory as a whole.
/// </summary>
/// <example>
/// <code>
/// FirmwareUpdater firmware = new(new FileFirmwareSink("firmware.bin"), install: () => StartInstaller("firmware.bin"));
/// device.Attach(firmware);
/// </code>
/// </example>
public sealed partial class FirmwareUpdater : ObjectBehaviour
{
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(1);

    private readonly object _gate = new();
    private readonly Action _install;
    private readonly FirmwareUpdateOptions _options;

    // What there is to tell when the lock is left.
    private readonly Queue<(FirmwareUpdateState State, FirmwareUpdateResult Result)> _news = [];
    private readonly Queue<FirmwareDownload> _cancelled = [];
    private string _uri = "";
    private bool _hasJustPushed;

    /// <summary>Makes it, with an instance of its own.</summary>
    /// <param name="sink">Where images go.</param>
    /// <param name="install">
    /// Installs the image: begins to, on the device's thread, a second after the server has its answer. When it is done, or the device
    /// runs the old firmware again, <see cref="Complete"/> says how it went; after a restart <see cref="FirmwareUpdateOptions.Result"/> does.
    /// </param>
    /// <param name="options">How images come.</param>
    public FirmwareUpdater(IFirmwareSink sink, Action install, FirmwareUpdateOptions? options = null)
        : this(sink, install, options ?? new(), NewTarget())
    {
    }

    private FirmwareUpdater(IFirmwareSink sink, Action install, FirmwareUpdateOptions options, Objects.FirmwareUpdate target)
        : base(target)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(install);
        _sink = sink;
        _install = install;
        _options = options;
        Target = target;
        Target.Update = OnUpdate;
        Target.Cancel = OnCancel;
        Target.UpdateResult = (long)options.Result;
        bool canFetch = options.Fetch is not null;
        Target.FirmwareUpdateDeliveryMethod = canFetch ? 2 : 1;
        if (canFetch)
        {
            long[] protocols = [.. options.Protocols.Select(static protocol => (long)protocol)];
            Target.FirmwareUpdateProtocolSupport = ResourceInstances.Create<long>(protocols);
        }
    }

    /// <summary>The instance. State, result and URI are this one's to set; name, version, severity and the like the program's.</summary>
    public new Objects.FirmwareUpdate Target { get; }

    /// <summary>Where the update stands.</summary>
    public FirmwareUpdateState State => (FirmwareUpdateState)Target.State;

    /// <summary>How the last download or update has ended.</summary>
    public FirmwareUpdateResult Result => (FirmwareUpdateResult)Target.UpdateResult;

    /// <summary>Told of each new state, on the thread that has brought it about.</summary>
    public Action<FirmwareUpdateState, FirmwareUpdateResult>? StateChanged { get; set; }

    /// <summary>Says how an installation has ended. From any thread.</summary>
    /// <param name="result">
    /// <see cref="FirmwareUpdateResult.Success"/>; <see cref="FirmwareUpdateResult.Deferred"/>, and the image stays for another try; any
    /// other, and the image is discarded.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">It is no result.</exception>
    /// <exception cref="InvalidOperationException">Nothing is being installed.</exception>
    public void Complete(FirmwareUpdateResult result)
    {
        if (result is FirmwareUpdateResult.None or > FirmwareUpdateResult.Deferred)
        {
            throw new ArgumentOutOfRangeException(nameof(result), result, "It is no result of an installation.");
        }

        lock (_gate)
        {
            if (State != FirmwareUpdateState.Updating)
            {
                throw new InvalidOperationException($"Nothing is being installed: the state is {State}.");
            }

            if (result == FirmwareUpdateResult.Deferred)
            {
                Show(FirmwareUpdateState.Downloaded, result);
            }
            else
            {
                End(result);
            }
        }

        AfterChange();
    }

    /// <inheritdoc/>
    protected internal override string? RefuseWrite(Lwm2mPath path) =>
        State == FirmwareUpdateState.Updating
        && (path.Depth == 2
            || path.ResourceId is Objects.FirmwareUpdate.ResourceIds.Package or Objects.FirmwareUpdate.ResourceIds.PackageURI)
            ? "the firmware is being installed"
            : null;

    /// <inheritdoc/>
    protected internal override void OnWritten(Lwm2mPath path)
    {
        // A Write of the whole instance counts for what is new in it, and an image that it has brought before the address.
        bool isUri = path.Depth == 2
            ? !_hasJustPushed && Target.PackageURI != _uri
            : path.ResourceId == Objects.FirmwareUpdate.ResourceIds.PackageURI;
        _hasJustPushed = false;
        if (isUri)
        {
            OnUri(Target.PackageURI);
        }
        else if (path.Depth == 2)
        {
            _uri = Target.PackageURI;
        }

        // A composite brings what no sink has seen.
        if (Target.Package is { IsEmpty: false } package)
        {
            Target.Package = null;
            FirmwarePush push = new(this);
            if (push.Begin(Path, package.Length))
            {
                if (push.Write(package.Span))
                {
                    push.End(Path);
                }
                else
                {
                    push.Abort(Path);
                }

                _hasJustPushed = false;
            }
        }
    }

    /// <inheritdoc/>
    protected internal override void OnDue()
    {
        if (State == FirmwareUpdateState.Updating)
        {
            _install();
        }
    }

    private protected override void OnAttached(DeviceEndpoint device) => device.Objects.StreamTo(Path, new FirmwarePush(this));

    private static Lwm2mPath Path => new(Objects.FirmwareUpdate.ObjectId, 0, Objects.FirmwareUpdate.ResourceIds.Package);

    private static Objects.FirmwareUpdate NewTarget() =>
        new() { PackageURI = "", Update = null, State = 0, UpdateResult = 0, FirmwareUpdateDeliveryMethod = 1 };

    private void OnUri(string uri)
    {
        FirmwareDownload? download = null;
        lock (_gate)
        {
            _uri = uri;
            FirmwareUpdateResult fault = FirmwareUpdateResult.None;
            if (State == FirmwareUpdateState.Updating)
            {
                // By bootstrap alone: it is for later.
            }
            else if (uri.Length == 0 || !TryReadProtocol(uri, out FirmwareProtocol protocol, out fault))
            {
                End(fault);
            }
            else
            {
                Supersede();
                _source = download = new(this, uri, protocol);
                Show(FirmwareUpdateState.Downloading, FirmwareUpdateResult.None);
            }
        }

        AfterChange();
        if (download is null)
        {
            return;
        }

        try
        {
            _options.Fetch!(download);
        }
        catch (Exception exception) when (TakeFault(exception, out FirmwareUpdateResult result))
        {
            download.Fail(result);
        }
    }

    private bool TryReadProtocol(string uri, out FirmwareProtocol protocol, out FirmwareUpdateResult fault)
    {
        int colon = uri.IndexOf("://", StringComparison.Ordinal);
        FirmwareProtocol? named = (colon < 0 ? "" : uri[..colon]).ToLowerInvariant() switch
        {
            "coap" => FirmwareProtocol.Coap,
            "coaps" => FirmwareProtocol.Coaps,
            "http" => FirmwareProtocol.Http,
            "https" => FirmwareProtocol.Https,
            "coap+tcp" => FirmwareProtocol.CoapTcp,
            "coaps+tcp" => FirmwareProtocol.CoapsTcp,
            _ => null,
        };
        protocol = named ?? default;
        fault = colon <= 0 || colon + 3 == uri.Length ? FirmwareUpdateResult.InvalidUri
            : named is null || _options.Fetch is null || !_options.Protocols.Contains(protocol) ? FirmwareUpdateResult.UnsupportedProtocol
            : FirmwareUpdateResult.None;
        return fault == FirmwareUpdateResult.None;
    }

    private void OnUpdate(ExecuteArguments arguments)
    {
        lock (_gate)
        {
            if (State == FirmwareUpdateState.Downloaded)
            {
                Install();
            }
            else
            {
                arguments.Refuse("there is no image to be installed: the state is not 2, downloaded");
            }
        }

        AfterChange();
    }

    private void OnCancel(ExecuteArguments arguments)
    {
        lock (_gate)
        {
            if (State is FirmwareUpdateState.Downloading or FirmwareUpdateState.Downloaded)
            {
                End(FirmwareUpdateResult.Cancelled);
            }
            else
            {
                arguments.Refuse(
                    State == FirmwareUpdateState.Updating ? "the firmware is being installed already" : "there is no update to be cancelled");
            }
        }

        AfterChange();
    }

    // Under the lock.
    private void Install()
    {
        _push = null;
        Show(FirmwareUpdateState.Updating, FirmwareUpdateResult.None);
        ActIn(s_answerTime);
    }

    // Under the lock.
    private void Show(FirmwareUpdateState state, FirmwareUpdateResult result)
    {
        using (Target.BeginUpdate())
        {
            if (state != State)
            {
                Target.LastStateChangeTime = Clock;
            }

            Target.State = (long)state;
            Target.UpdateResult = (long)result;
        }

        _news.Enqueue((state, result));
    }

    // Outside of the lock: whoever is told may ask for what another thread has, which waits for the lock.
    private void AfterChange()
    {
        Discard();
        while (true)
        {
            FirmwareDownload? cancelled;
            (FirmwareUpdateState State, FirmwareUpdateResult Result) news;
            lock (_gate)
            {
                if (!_cancelled.TryDequeue(out cancelled) & !_news.TryDequeue(out news))
                {
                    return;
                }
            }

            cancelled?.Cancel();
            if (news != default || cancelled is null)
            {
                StateChanged?.Invoke(news.State, news.Result);
            }
        }
    }
}
