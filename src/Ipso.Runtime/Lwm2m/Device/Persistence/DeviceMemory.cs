using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What a device remembers when it starts again: its server accounts, as servers have changed them, who may do what, the notification
/// attributes that servers have assigned, and Sends that were not delivered. All but these are written after a change and before the answer
/// to the request that made it; Sends so long after a change as the options say, and with everything else.
/// </summary>
/// <param name="storage">Where it is kept.</param>
/// <param name="objects">Where the instances of it are.</param>
/// <param name="options">What is kept of Sends.</param>
/// <param name="hasServers">Whether the program says of the device that it has servers.</param>
/// <param name="protection">Who has keys to remember; <see langword="null"/> for nobody.</param>
[SuppressMessage(
    "Performance", "CA1822",
    Justification = "Of an instance, so that a native program that makes none leaves out what they lead to (ServerSide).")]
internal sealed class DeviceMemory(
    IStateStorage storage, ObjectTree objects, ReportingOptions options, bool hasServers, DeviceProtection? protection = null) : IServerSide
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly StateSlots _slots = new(storage);
    private readonly StateWriter _writer = new();
    private readonly SectionWriter _section = new();
    private ServerAccounts _accounts = new();
    private AttributeTable _attributes = new(0);
    private SendQueue _sends = new(0, new());
    private StoredState? _restored;
    private int _isStale;
    private Instant? _retryAt;

    // Of the Sends: those that are stored, whether there are any, and when others are to be.
    private long _storedVersion;
    private bool _hasStoredSends;
    private Instant? _sendsDue;

    /// <summary>When there is something to be stored; <see langword="null"/> for never.</summary>
    internal Instant? NextDeadline => _retryAt ?? _sendsDue;

    /// <summary>What was wrong with what was stored, in words.</summary>
    internal string? Fault { get; private set; }

    /// <summary>
    /// Whether anybody may manage a device without accounts, by what was stored: it says so, or nothing was ever stored. What was lost
    /// may have had accounts.
    /// </summary>
    internal bool AdmitsAnybody { get; private set; } = true;

    /// <summary>Tells the time of day; <see langword="null"/> where nobody knows it.</summary>
    internal IWallClock? Clock { get; set; }

    /// <summary>What resumes the security sessions with servers, by their Short Server IDs; 0 for the Bootstrap-Server.</summary>
    internal Dictionary<ushort, byte[]> Resumptions { get; private set; } = [];

    /// <summary>Notes that something has changed. From any thread.</summary>
    internal void MarkStale() => Volatile.Write(ref _isStale, 1);

    /// <summary>
    /// Puts what was stored into the tree: all of a state, the one before where anything in the newest is wrong, or nothing.
    /// </summary>
    /// <returns>Whether there was something.</returns>
    internal bool TryRestore()
    {
        StoredState? state = null;
        bool isFound = _slots.TryLoad(
            bytes => StoredState.Read(bytes.Span, hasServers, out state, protection?.Keys), out _, out string? fault);
        Fault = fault;
        if (!isFound || state is null)
        {
            AdmitsAnybody = !_slots.HasLost;
            if (_slots.HasLost)
            {
                protection?.OnLost();
            }

            return false;
        }

        _restored = state;
        AdmitsAnybody = state.AdmitsAnybody;
        foreach ((Lwm2mPath path, ObjectInstance instance) in state.Instances)
        {
            objects.Add(path.InstanceId, instance);
        }

        protection?.Restore(state.SequenceNumbers, isOld: fault is not null);
        Resumptions = state.Resumptions;
        return true;
    }

    /// <inheritdoc/>
    ServerAccounts IServerSide.MakeAccounts(DeviceOptions device, ObjectTree restored) => AccountSetup.Find(device, restored);

    /// <inheritdoc/>
    Registrations IServerSide.MakeRegistrations(DeviceEndpoint device) => ServerSide.MakeRegistrations(device);

    /// <inheritdoc/>
    Bootstrapper? IServerSide.MakeBootstrapper(DeviceEndpoint device, Registrations registrations) =>
        ServerSide.MakeBootstrapper(device, registrations);

    /// <summary>
    /// Finds what is to be remembered, and puts there what was stored of it: as much as there is room for, and nothing of servers that the
    /// device does not have.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="isRestored">Whether something was restored; else what there is is to be stored.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Bind(DeviceEndpoint device, bool isRestored)
    {
        device.Access.Changed = device.Remember;
        device.Context.RememberedChanged = MarkStale;
        Bind(device.Accounts, device.Reporter.Attributes, device.MakeSends().Queue);
        device.Reporter.OnRestored();
        device.Reporter.Attributes.Changed = device.Remember;
        if (!isRestored)
        {
            MarkStale();
        }
    }

    /// <summary>Stores what has changed; the program hears of it where that cannot be.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Save(DeviceEndpoint device, Instant now)
    {
        if (!TrySave(now, out StateStorageException? failure))
        {
            device.HandlerFailed?.Invoke(failure);
        }
    }

    /// <summary>Stores the Sends that were not delivered.</summary>
    /// <returns>Whether that could be; if not, the program hears why.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool StoreSends(DeviceEndpoint device, Instant now)
    {
        bool isStored = TryStoreSends(now, out StateStorageException? failure);
        if (!isStored)
        {
            device.HandlerFailed?.Invoke(failure!);
        }

        return isStored;
    }

    internal void Bind(ServerAccounts accounts, AttributeTable attributes, SendQueue sends)
    {
        (_accounts, _attributes, _sends) = (accounts, attributes, sends);
        _sends.IsStored = options.StoresSendsAfter is not null;
        foreach (StoredAttributes stored in _restored?.Attributes ?? [])
        {
            if (IsKnown(stored.Server))
            {
                _ = attributes.TrySet(stored.Server, stored.Path, stored.Values);
            }
        }

        StoredSend[] known = [.. (_restored?.Sends ?? [])
            .Select(send => send with { Servers = [.. send.Servers.Where(IsKnown)] })
            .Where(send => _sends.IsStored && send.Servers.Length > 0)];
        sends.Restore(known);
        _hasStoredSends = _restored?.Sends.Count > 0;
        _restored = null;
    }

    /// <summary>Looks whether Sends have come or gone, which are to be stored after a while.</summary>
    internal void Watch(Instant now)
    {
        if (!_hasStoredSends && _sends.IsEmpty)
        {
            // What was delivered in time is never written.
            _sendsDue = null;
        }
        else if (_sends.Version != _storedVersion && _sendsDue is null && _sends.IsStored)
        {
            _sendsDue = now + options.StoresSendsAfter;
        }
    }

    /// <summary>Stores what has changed.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="failure">Why it could not; it is tried again in a minute.</param>
    /// <returns>Whether nothing is left to be stored.</returns>
    internal bool TrySave(Instant now, [NotNullWhen(false)] out StateStorageException? failure)
    {
        failure = null;
        Watch(now);
        if (now < _retryAt)
        {
            return true;
        }

        return Volatile.Read(ref _isStale) == 0 && !(now >= _sendsDue) || TryStore(now, out failure);
    }

    /// <summary>Stores what there is, if Sends have changed.</summary>
    /// <inheritdoc cref="TrySave"/>
    internal bool TryStoreSends(Instant now, [NotNullWhen(false)] out StateStorageException? failure)
    {
        failure = null;
        return !_sends.IsStored || _sends.Version == _storedVersion || TryStore(now, out failure);
    }

    /// <summary>Stores what there is, at once.</summary>
    /// <inheritdoc cref="TrySave"/>
    internal bool TryStoreNow(Instant now, [NotNullWhen(false)] out StateStorageException? failure) => TryStore(now, out failure);

    private bool TryStore(Instant now, [NotNullWhen(false)] out StateStorageException? failure)
    {
        failure = null;
        _ = Interlocked.Exchange(ref _isStale, 0);
        try
        {
            _sends.Awake(now);
            SendJob[] stored = WriteAll(now);
            _slots.Save(_writer.Written);
            foreach (SendJob job in _sends.All)
            {
                job.IsStored = stored.Contains(job);
            }

            (_storedVersion, _hasStoredSends) = (_sends.Version, stored.Length > 0);
            _sendsDue = _retryAt = null;
            return true;
        }
        catch (StateStorageException exception)
        {
            MarkStale();
            _retryAt = now + s_patience;
            failure = exception;
            return false;
        }
        finally
        {
            _writer.Clear();
            _section.Clear();
        }
    }

    private bool IsKnown(ushort server) =>
        server == ServerAccounts.Anybody ? _accounts.AdmitsAnybody : _accounts.Has(server);

    private SendJob[] WriteAll(Instant now)
    {
        if (_accounts.AdmitsAnybody)
        {
            _writer.Write(StateSection.Anybody, []);
        }

        // Security, Server, Access Control.
        for (ushort id = 0; id <= AccessControl.ObjectId; id++)
        {
            foreach (ObjectInstance instance in objects.OfObject(id))
            {
                _writer.Write(instance);
            }
        }

        if (protection is not null)
        {
            foreach (ObjectInstance instance in objects.OfObject(protection.Keys.Definition.ObjectId))
            {
                _writer.Write(instance);
            }

            protection.WriteTo(_writer, _section);
        }

        WriteResumptions();
        foreach (StoredAttributes attributes in _attributes.All)
        {
            _section.Clear();
            attributes.WriteTo(_section);
            _writer.Write(StateSection.Attributes, _section.Written);
        }

        return _sends is { IsStored: true, IsEmpty: false } ? WriteSends(now) : [];
    }

    // Of servers that the device still has.
    private void WriteResumptions()
    {
        foreach ((ushort server, byte[] session) in Resumptions)
        {
            if (server == Bootstrapper.Id || IsKnown(server))
            {
                byte[] content = [(byte)(server >> 8), (byte)server, .. session];
                _writer.Write(StateSection.Resumption, content);
                content.AsSpan().Clear();
            }
        }
    }

    // The oldest give way where there are more than may be.
    private SendJob[] WriteSends(Instant now)
    {
        DateTimeOffset? utcNow = Clock?.UtcNow;
        int room = options.StoredSendBytes;
        Stack<byte[]> sections = new();
        List<SendJob> stored = [];
        foreach (IGrouping<long, SendJob> jobs in _sends.All.Reverse().GroupBy(static job => job.Number))
        {
            _section.Clear();
            _sends.Describe(jobs, now, utcNow).WriteTo(_section);
            if (_section.Written.Length <= room)
            {
                room -= _section.Written.Length;
                sections.Push(_section.Written.ToArray());
                stored.AddRange(jobs);
            }
        }

        foreach (byte[] section in sections)
        {
            _writer.Write(StateSection.Send, section);
        }

        return [.. stored];
    }
}
