using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// What goes to the server, and what comes back on a Register.
internal sealed partial class Registration
{
    // Location-Path and Location-Query in URI form; longer ones are refused.
    private const int MaxLocation = 256;

    private static readonly ObjectVersion s_queueFlag = new(1, 1);
    private static readonly ObjectVersion s_profiles = new(1, 2);

    private readonly char[] _location;
    private int _pathLength;
    private int _locationLength;
    private ObjectVersion _version;
    private bool _isWithoutProfiles;
    private RegistrationOptions? _naming;

    /// <summary>The number of the look-up that was asked for last.</summary>
    internal uint Lookup { get; set; }

    internal ReadOnlySpan<char> UriHost => _host.IsAddress ? default : _host.Host;

    // It stands in a message beside the host's name.
    private Span<char> RoomForLocation => _location.AsSpan(0, Math.Min(_location.Length, _owner.RoomForNames - UriHost.Length));

    private RegistrationOptions Naming =>
        _naming is { } naming && naming.Lwm2mVersion == _version ? naming : _naming = new()
        {
            Lwm2mVersion = _version,
            AlternatePath = _owner.Options.AlternatePath,
            ContentFormats = _owner.Options.ContentFormats,
        };

    private bool UsesProfiles => !_isWithoutProfiles && _version >= s_profiles && !_owner.Options.Profiles.IsEmpty;

    private void Resolve(Instant now)
    {
        if (IsMoved || HasOtherKeys)
        {
            // A bootstrap has put another server in its place while nothing was under way: the session there is was made with the one before.
            Leave();
            _awayUntil = default;
        }

        _after = After.Register;
        _uri = Account.Security.LWM2MServerURI;
        _keys = Keys;
        _step = Step.Resolving;
        if (!ServerUri.TryParse(_uri, out _host, out string fault))
        {
            FailAttempt(RegistrationFailure.Unresolved, default, fault, now);
        }
        else if (_owner.EndpointName.Length == 0 && !IsKnownByKeys)
        {
            FailAttempt(
                RegistrationFailure.Unresolved, default, "a device without a name, Endpoint, registers with servers that know it by its keys alone", now);
        }
        else if (UriHost.Length + _owner.EndpointBytes > _owner.RoomForNames)
        {
            FailAttempt(RegistrationFailure.Unresolved, default, "the host's name is too long for a message", now);
        }
        else if (!_owner.TryAsk(this, _host, now))
        {
            FailAttempt(RegistrationFailure.Unresolved, default, "nobody looks hosts up", now);
        }
    }

    private void Register(Instant now)
    {
        PeerId peer = Account.Peer.GetValueOrDefault();
        long lifetime = Lifetime;
        bool isQueued = IsQueueMode;
        object membership = _owner.Objects.Membership;
        EndObservations();
        Span<char> buffer = stackalloc char[_owner.EndpointName.Length + RegistrationRequest.FixedLength];
        bool hasLinks = !UsesProfiles;
        CoapRequestHead head = new()
        {
            Method = CoapCode.Post,
            Host = UriHost,
            Path = "/rd",
            Query = RegistrationRequest.Register(
                buffer, _owner.EndpointName, lifetime, _version, isQueued, hasLinks ? default : _owner.Options.Profiles.AsSpan()),
            ContentFormat = hasLinks ? ContentFormat.LinkFormat : null,
        };
        if (!hasLinks)
        {
            _exchange = _owner.Endpoint.Request(peer, head);
        }
        else if (!TrySendWithLinks(peer, head))
        {
            FailAttempt(RegistrationFailure.TooLarge, default, null, now);
            return;
        }

        _step = _exchange.IsNone ? Step.Pending : Step.Registering;
        _lifetime = lifetime;
        _isQueued = isQueued;
        _announced = membership;
        Plan(now);
        _due = _exchange.IsNone ? now + s_busyTime : _due;
    }

    private void OnRegisterEnded(in CoapEvent e, RegistrationFailure failure, CoapCode code, Instant now)
    {
        if (code == CoapCode.PreconditionFailed && _version > ObjectVersion.Default)
        {
            // The server does not speak this version (LwM2M TS Core, 6.2.1); a lower one is no further attempt.
            _version = new(_version.Major, (ushort)(_version.Minor - 1));
            Register(now);
        }
        else if (UsesProfiles && (code == CoapCode.Conflict || code == CoapCode.BadRequest))
        {
            // The server does not know which instances these are (LwM2M TS Core, 6.2.1), or what a profile is.
            _isWithoutProfiles = true;
            Register(now);
        }
        else if (failure != RegistrationFailure.None)
        {
            FailAttempt(failure, code, null, now);
        }
        else if (!RegistrationRequest.TryReadLocation(e.Message, RoomForLocation, out _pathLength, out _locationLength))
        {
            FailAttempt(RegistrationFailure.NoLocation, code, null, now);
        }
        else
        {
            _retry.Reset();
            HasFailed = false;
            _lastFailure = RegistrationFailure.None;
            _step = Step.Registered;
            _isAsleep = false;
            _awakeUntil = now + _owner.AwakeTime;
            Tell(RegistrationEventKind.Registered);
            _owner.PassTurn(this, now);
        }
    }

    private void Update(Instant now)
    {
        long lifetime = Lifetime;
        bool isQueued = IsQueueMode;
        object membership = _owner.Objects.Membership;
        bool hasLinks = !ReferenceEquals(_announced, membership);
        PeerId peer = Account.Peer.GetValueOrDefault();
        Span<char> buffer = stackalloc char[MaxLocation + RegistrationRequest.FixedLength];
        CoapRequestHead head = new()
        {
            Method = CoapCode.Post,
            Host = UriHost,
            Path = _location.AsSpan(0, _pathLength),
            Query = RegistrationRequest.Update(
                buffer, _location.AsSpan(_pathLength.._locationLength), lifetime != _lifetime ? lifetime : null, _version,
                isQueued != _isQueued ? isQueued : null),
            ContentFormat = hasLinks ? ContentFormat.LinkFormat : null,
        };
        if (!hasLinks)
        {
            _exchange = _owner.Endpoint.Request(peer, head);
        }
        else if (!TrySendWithLinks(peer, head))
        {
            Lose(RegistrationFailure.TooLarge, default, now);
            return;
        }

        if (_exchange.IsNone && now >= _end)
        {
            Lose(RegistrationFailure.Expired, default, now);
            return;
        }

        if (_exchange.IsNone)
        {
            _notBefore = now + s_busyTime;
            return;
        }

        _step = Step.Updating;
        _isUnheard = false;
        _lifetime = lifetime;
        _isQueued = isQueued;
        _announced = membership;
        Plan(now);
    }

    /// <summary>Takes the address of the server, or why there is none. What it does not want <see cref="IsAskingFor"/> says before.</summary>
    internal void OnResolved(PeerId? peer, string? reason, Instant now)
    {
        if (_step != Step.Resolving)
        {
            return;
        }

        if (Account.Peer != peer)
        {
            // Of a registration that was lost: there is another way now, or none.
            Leave();
        }

        if (peer is null)
        {
            FailAttempt(RegistrationFailure.Unresolved, default, reason, now);
            return;
        }

        if (_owner.Accounts.FindOther(Account, peer.Value) is { } other)
        {
            FailAttempt(
                RegistrationFailure.SharedAddress,
                default,
                Phrase.Of($"server {other.ShortServerId} is at the same address and port"),
                now);
            return;
        }

        if (!DeviceProtection.TryProtect(_owner.Options, _owner.Objects, Account.Security, peer.Value, out string? fault))
        {
            FailAttempt(RegistrationFailure.Unprotected, default, fault, now);
            return;
        }

        Account.Peer = peer;
        Register(now);
    }

    private void Deregister(After after, Instant now)
    {
        _ = _owner.Endpoint.Forget(_exchange);
        _after = after;
        _wantsDisable = false;
        _isAsleep = false;
        _step = Step.Deregistering;
        PeerId peer = Account.Peer.GetValueOrDefault();
        EndObservations();
        _left = Account.Peer;
        Account.Peer = null;
        CoapRequestHead head = new()
        {
            Method = CoapCode.Delete,
            Host = UriHost,
            Path = _location.AsSpan(0, _pathLength),
            Query = _location.AsSpan(_pathLength.._locationLength),
        };
        _exchange = _owner.Endpoint.Request(peer, head);
        if (_exchange.IsNone)
        {
            // Without room for a word of parting: the lifetime ends the registration.
            OnDeregistered(now);
        }
    }

    // False where the links are longer than a body may be; the exchange is none where there is no room for a request.
    private bool TrySendWithLinks(in PeerId peer, in CoapRequestHead head)
    {
        int size = _owner.Options.Coap.MaxBodySize;
        byte[] rented = SpareBytes.Rent(size);
        bool fits = RegistrationLinks.Write(_owner.Objects, Naming, rented.AsSpan(0, size), out int length) == RepresentationResult.Written;
        _exchange = fits ? _owner.Endpoint.Request(peer, head, rented.AsSpan(0, length)) : default;
        SpareBytes.Return(rented);
        return fits;
    }
}
