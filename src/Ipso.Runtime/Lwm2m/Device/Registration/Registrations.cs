using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The registrations of a device, one for each account: whose turn it is (LwM2M TS Core, 6.2.1.1), and what they have in common.
/// </summary>
internal sealed partial class Registrations
{
    private Registration[] _all = [];
    private Registration[] _ordered = [];
    private int _turn;
    private uint _lookups;

    /// <param name="endpoint">The engine that makes the requests.</param>
    /// <param name="reporter">Whose observations end with a registration.</param>
    /// <param name="objects">What is registered.</param>
    /// <param name="options">Who registers.</param>
    /// <param name="accounts">With whom.</param>
    /// <param name="random">What waits are spread by.</param>
    internal Registrations(
        DeviceEngines endpoint, Reporter reporter, ObjectTree objects, DeviceOptions options, ServerAccounts accounts,
        IRandomSource random)
    {
        Endpoint = endpoint;
        Reporter = reporter;
        Accounts = accounts;
        Objects = objects;
        Options = options;
        Random = random;
        EndpointBytes = Encoding.UTF8.GetByteCount(options.Endpoint ?? "");
        foreach (string profile in options.Profiles)
        {
            EndpointBytes += profile.Length + 1;
        }

        RoomForNames = options.Coap.MaxMessageSize - AccountSetup.HeadRoom;
        EndpointName = RegistrationRequest.Escape(options.Endpoint ?? "");
        AwakeTime = options.AwakeTime ?? options.Coap.Transmission.MaxTransmitWait;
        SetAll(Array.ConvertAll(accounts.All, account => new Registration(this, account)));
    }

    /// <summary>All of them, in ascending order of the Short Server IDs.</summary>
    internal IReadOnlyList<Registration> All => _all;

    internal DeviceEngines Endpoint { get; }

    internal Reporter Reporter { get; }

    internal ServerAccounts Accounts { get; }

    internal ObjectTree Objects { get; }

    internal DeviceOptions Options { get; }

    internal IRandomSource Random { get; }

    /// <summary>The endpoint's name as it stands in a query.</summary>
    internal string EndpointName { get; }

    /// <summary>The length of the endpoint's name, and of the profiles' ids.</summary>
    internal int EndpointBytes { get; }

    /// <summary>How many bytes of names, of endpoint, host and location, a request has room for.</summary>
    internal int RoomForNames { get; }

    /// <summary>How long a device in queue mode is awake after a message.</summary>
    internal TimeSpan AwakeTime { get; }

    /// <summary>When the first Register may go out (<see cref="DeviceOptions.StartSpread"/>).</summary>
    internal Instant StartsAt { get; private set; }

    /// <summary>Told of what becomes of the registrations.</summary>
    internal Action<RegistrationEvent>? Changed { get; set; }

    /// <summary>Asked for the address of a host.</summary>
    internal Action<ServerHost, Instant>? HostRequested { get; set; }

    /// <summary>Told of a session or connection that nobody needs any more.</summary>
    internal Action<PeerId>? SessionReleased { get; set; }

    /// <summary>Says why there is no transport for an account, or what is wrong with its keys, as the rest of a sentence that begins with its
    /// path; <see langword="null"/> where nobody knows.</summary>
    internal Func<LWM2MSecurity, CoapScheme, string?>? FindTransportFault { get; set; }

    /// <summary>Whether the device does no more, after <see cref="Stop"/>.</summary>
    internal bool HasEnded
    {
        get
        {
            bool hasEnded = _leaving.Count == 0;
            foreach (Registration registration in _all)
            {
                hasEnded &= registration.HasEnded;
            }

            return hasEnded;
        }
    }

    /// <summary>Whether there is a server that does not hear what it observes.</summary>
    internal bool HasNotHeard
    {
        get
        {
            bool hasNotHeard = false;
            foreach (Registration registration in _all)
            {
                hasNotHeard |= registration.HasNotHeard;
            }

            return hasNotHeard;
        }
    }

    /// <summary>
    /// Hears what has become of a notification. An observation that ends unheard is one that the server still relies on, as it does until the
    /// next Register (LwM2M TS Core, 6.4.1).
    /// </summary>
    /// <returns>Whether it concerns a server's registration: <see cref="HasNotHeard"/> may have changed.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TakeNotification(in CoapEvent e, Instant now)
    {
        bool isHeard = e.Kind == CoapEventKind.NotificationAcknowledged;
        if ((!isHeard && e.ObserverEnd != ObserverEnd.Timeout)
            || !Reporter.TryDescribe(e.Tag, out _, out ushort? server) || server is not { } id || Find(id) is not { } registration)
        {
            return false;
        }

        if (isHeard)
        {
            registration.OnHeard();
        }
        else
        {
            registration.OnUnheard(now);
        }

        return true;
    }

    internal Instant? NextDeadline
    {
        get
        {
            Instant next = _leaving.Count > 0 ? NextOfLeaving : Instant.Never;
            foreach (Registration registration in _all)
            {
                next = Instant.Earlier(next, registration.NextDeadline);
            }

            return next == Instant.Never ? null : next;
        }
    }

    /// <summary>The registration with a server; <see langword="null"/> where there is no such server.</summary>
    internal Registration? Find(ushort shortServerId)
    {
        foreach (Registration registration in _all)
        {
            if (registration.Account.ShortServerId == shortServerId)
            {
                return registration;
            }
        }

        return null;
    }

    /// <summary>Begins to register. Servers without a place in the order do not wait for others.</summary>
    internal void Start(Instant now)
    {
        if (!_hasStarted)
        {
            StartsAt = now + RetryPlan.Any(Options.StartSpread, Random);
        }

        _hasStarted = true;
        foreach (Registration registration in _all)
        {
            if (!_ordered.Contains(registration))
            {
                registration.TakeTurn(now);
            }
        }

        GiveTurn(now);
    }

    /// <summary>Ends all registrations.</summary>
    internal void Stop(Instant now)
    {
        _hasStarted = false;
        foreach (Registration registration in _all)
        {
            registration.Stop(now);
        }
    }

    /// <summary>Does what is due, and what has become due by a change of the tree or of an account.</summary>
    internal void Drive(Instant now)
    {
        foreach (Registration registration in _all)
        {
            registration.Drive(now);
        }

        DriveLeaving(now);
    }

    /// <summary>Takes an event of an exchange.</summary>
    internal void Take(in CoapEvent e, Instant now)
    {
        foreach (Registration registration in _all)
        {
            if (registration.Take(e, now))
            {
                return;
            }
        }

        TakeOfLeaving(e, now);
    }

    /// <summary>A message came from a peer, or goes to it: it is awake, and so are we.</summary>
    internal void OnMessage(in PeerId peer, Instant now)
    {
        if (!Accounts.TryFind(peer, out ServerAccount? account))
        {
            return;
        }

        foreach (Registration registration in _all)
        {
            if (registration.Account == account)
            {
                registration.OnMessage(now);
            }
        }
    }

    /// <summary>A peer is about to close its connection, and does not want another one before a moment.</summary>
    internal void OnReleased(in PeerId peer, Instant until)
    {
        foreach (Registration registration in _all)
        {
            if (registration.Account.Peer == peer)
            {
                registration.OnReleased(until);
            }
        }
    }

    /// <summary>The session or connection with a peer has ended.</summary>
    internal void OnSessionClosed(in PeerId peer, Instant now)
    {
        foreach (Registration registration in _all)
        {
            if (registration.Account.Peer == peer)
            {
                registration.OnSessionClosed(now);
            }
        }
    }

    /// <summary>A host was looked up.</summary>
    internal void OnResolved(uint lookup, PeerId? peer, string? reason, Instant now)
    {
        bool isTaken = false;
        foreach (Registration registration in _all)
        {
            if (registration.IsAskingFor(lookup))
            {
                registration.OnResolved(peer, reason, now);
                isTaken |= registration.Account.Peer == peer;
            }
        }

        if (!isTaken && peer is { } unwanted)
        {
            SessionReleased?.Invoke(unwanted);
        }
    }

    /// <summary>Whether a look-up is one that is waited for.</summary>
    internal bool IsAskingFor(uint lookup)
    {
        bool isAsking = false;
        foreach (Registration registration in _all)
        {
            isAsking |= registration.IsAskingFor(lookup);
        }

        return isAsking;
    }

    /// <summary>A registration has succeeded, or its sequence has failed and does not block: the next one in the order may begin.</summary>
    internal void PassTurn(Registration registration, Instant now)
    {
        registration.HasHadTurn = true;
        GiveTurn(now);
    }

    // Some have had their turn already: those that a bootstrap has left registered or disabled, or that failed before the order changed.
    private void GiveTurn(Instant now)
    {
        while (_turn < _ordered.Length && _ordered[_turn].HasHadTurn)
        {
            _turn++;
        }

        if (_turn < _ordered.Length)
        {
            _ordered[_turn].TakeTurn(now);
        }
    }

    /// <summary>Asks for the address of a host.</summary>
    /// <param name="registration">Who wants to know it.</param>
    /// <param name="uri">Where the host is named.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Whether there is anybody to ask.</returns>
    internal bool TryAsk(Registration registration, ServerUri uri, Instant now)
    {
        if (HostRequested is not { } ask)
        {
            return false;
        }

        registration.Lookup = ++_lookups;
        ServerHost host = new(registration.Account.ShortServerId, uri.Host, uri.IsAddress, uri.Port, registration.Lookup)
        {
            Scheme = uri.Scheme,
            Security = registration.Account.Security,
            Session = registration.Session,
        };
        ask(host, now);
        return true;
    }

    internal ServerStatus[] GetStatus(Instant now) => Array.ConvertAll(_all, registration => registration.GetStatus(now));
}
