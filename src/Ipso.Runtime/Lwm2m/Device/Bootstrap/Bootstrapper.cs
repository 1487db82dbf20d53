using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The bootstrap interface of a device (LwM2M TS Core, 6.1; Transport, 6.4.2): when to ask, for a pack or for commands; the session in which
/// the Bootstrap-Server sends them; and its end, after which all is as it was said, or as it was before.
/// </summary>
internal sealed partial class Bootstrapper
{
    /// <summary>What stands for the Bootstrap-Server where a server has its Short Server ID.</summary>
    internal const ushort Id = 0;

    // When all exchanges of the engine are in use.
    private static readonly TimeSpan s_busyTime = TimeSpan.FromSeconds(1);

    private readonly DeviceEngines _endpoint;
    private readonly ObjectTree _objects;
    private readonly DeviceOptions _options;
    private readonly ServerAccounts _accounts;
    private readonly Registrations _registrations;
    private Step _step;
    private bool _isTriggered;
    private string _uri = "";
    private ServerUri _host;
    private PeerId? _peer;
    private ExchangeId _exchange;
    private ExchangeId _obsolete;

    // The way to the Bootstrap-Server that is not needed any more, and until when it is kept for last words.
    private PeerId? _left;
    private Instant _leftUntil = Instant.Never;
    private StagedTree? _staged;
    private string? _fault;
    private int _failures;

    // When the next step is due; when the session is over; when the account is.
    private Instant _due = Instant.Never;
    private Instant _end = Instant.Never;
    private Instant _expiry = Instant.Never;

    /// <param name="endpoint">The engine that makes the requests.</param>
    /// <param name="objects">The device's objects.</param>
    /// <param name="options">Who bootstraps, and how.</param>
    /// <param name="accounts">The servers.</param>
    /// <param name="registrations">How the device stands with them.</param>
    internal Bootstrapper(
        DeviceEngines endpoint, ObjectTree objects, DeviceOptions options, ServerAccounts accounts, Registrations registrations)
    {
        _endpoint = endpoint;
        _objects = objects;
        _options = options;
        _accounts = accounts;
        _registrations = registrations;
    }

    private enum Step : byte
    {
        Idle,
        Waiting,
        Resolving,
        Pack,
        Asking,
        Open,
    }

    /// <summary>Told of what becomes of it.</summary>
    internal Action<BootstrapEvent>? Changed { get; set; }

    /// <summary>The time of day, for 1/x/12; <see langword="null"/> where nobody knows it.</summary>
    internal IWallClock? Clock { get; set; }

    internal BootstrapState State => _step switch
    {
        Step.Idle => BootstrapState.Idle,
        Step.Waiting => BootstrapState.Waiting,
        Step.Open => BootstrapState.Open,
        _ => BootstrapState.Requesting,
    };

    internal Instant? NextDeadline
    {
        get
        {
            Instant next = _step switch
            {
                Step.Idle => _expiry,
                Step.Waiting => _due,
                Step.Open => _end,
                _ => Instant.Never,
            };
            next = Instant.Earlier(next, _leftUntil);
            return next == Instant.Never ? null : next;
        }
    }

    /// <summary>Whether the Bootstrap-Server sends its commands, and everybody else has to wait.</summary>
    internal bool IsInSession => _step == Step.Open;

    private TimeSpan Patience => _options.Coap.Transmission.ExchangeLifetime;

    /// <summary>The account of the Bootstrap-Server, where there is one.</summary>
    internal static LWM2MSecurity? FindAccount(ObjectTree objects)
    {
        foreach (ObjectInstance instance in objects.OfObject(0))
        {
            if (instance is LWM2MSecurity { BootstrapServer: true } security)
            {
                return security;
            }
        }

        return null;
    }

    /// <summary>Whether a peer is the Bootstrap-Server, whose commands may come: since it was asked for them, be its answer under way.</summary>
    internal bool IsServer(in PeerId from) =>
        _step is Step.Asking or Step.Open && _peer is { } peer
        && (peer == from || (_options.Bootstrap.AsksFromAnyPort && _accounts.IsSameHost?.Invoke(peer, from) == true));

    /// <summary>The device begins: without a server account it bootstraps (LwM2M TS Core, 6.1.4).</summary>
    internal void Start(Instant now)
    {
        if (_accounts.All.Length == 0)
        {
            Request(isTriggered: false, now);
        }
        else
        {
            PlanExpiry(now);
        }
    }

    /// <summary>Bootstraps after the hold-off time (0/x/11), unless that is under way.</summary>
    /// <param name="isTriggered">Whether it is wanted although servers are registered with.</param>
    /// <param name="now">The moment.</param>
    /// <returns>Whether there is a Bootstrap-Server.</returns>
    internal bool Request(bool isTriggered, Instant now)
    {
        if (FindAccount(_objects) is not { } account)
        {
            return false;
        }

        // Who is told to does not wait as long as after a failure.
        if (_step == Step.Idle || (_step == Step.Waiting && isTriggered))
        {
            _step = Step.Waiting;
            _due = (now < _registrations.StartsAt ? _registrations.StartsAt : now)
                + TimeSpan.FromSeconds(Math.Clamp(account.ClientHoldOffTime ?? 0, 0, int.MaxValue));
        }

        _isTriggered |= isTriggered;
        return true;
    }

    /// <summary>Ends it; what is under way is dropped.</summary>
    internal void Stop()
    {
        Drop();
        _step = Step.Idle;
        _failures = 0;
        _expiry = Instant.Never;
    }

    /// <summary>Does what is due.</summary>
    internal void Drive(Instant now)
    {
        // Not from within an answer: the engine is at work then.
        if (!_obsolete.IsNone)
        {
            _ = _endpoint.Forget(_obsolete);
            _obsolete = default;
        }

        if (_left is { } left && now >= _leftUntil)
        {
            _left = null;
            _leftUntil = Instant.Never;
            _registrations.SessionReleased?.Invoke(left);
        }

        switch (_step)
        {
            case Step.Idle when now >= _expiry:
                Expire();
                break;
            case Step.Waiting when now >= _due:
                Begin(now);
                break;
            case Step.Open when now >= _end:
                Fail(_fault is null ? BootstrapFailure.Unfinished : BootstrapFailure.Inconsistent, default, _fault, now);
                break;
            default:
                break;
        }
    }

    /// <summary>A message came from a peer: if that is the Bootstrap-Server, the session lives on, be it only a block.</summary>
    internal void OnMessage(in PeerId from, Instant now)
    {
        if (_step == Step.Open && IsServer(from))
        {
            _end = now + Patience;
        }
    }

    // All fits, and is made true; the device goes on by it as soon as it has the time.
    private void Apply(StagedTree staged, Instant now)
    {
        _finished = new(staged.Commit(), staged.FindRewritten());
        if (Clock?.UtcNow is { } time)
        {
            foreach (ObjectInstance instance in _objects.OfObject(1))
            {
                if (instance is LwM2MServer server)
                {
                    server.LastBootstrapped = time;
                }
            }
        }

        // The answer is still to go out, perhaps again.
        Drop(now + _options.Coap.Transmission.MaxTransmitWait);
        _step = Step.Idle;
        _isTriggered = false;
        _failures = 0;
        PlanExpiry(now);
    }

    private void Fail(BootstrapFailure failure, CoapCode code, string? reason, Instant now)
    {
        Drop();
        double seconds = Math.ScaleB(_options.Bootstrap.RetryDelay.TotalSeconds, Math.Min(_failures++, 30));
        seconds = Math.Min(seconds, _options.Bootstrap.MaxRetryDelay.TotalSeconds);
        TimeSpan wait = RetryPlan.Spread(seconds, _options.RetrySpread, _registrations.Random);
        _step = Step.Waiting;
        _due = now + wait;
        Tell(BootstrapEventKind.Failed, failure, code, reason, wait);
    }

    private void Drop(Instant leavesAt = default)
    {
        if (_peer is { } peer && _registrations.SessionReleased is { } release)
        {
            if (_left is { } earlier)
            {
                release(earlier);
            }

            (_left, _leftUntil) = (peer, leavesAt);
        }

        _obsolete = _exchange.IsNone ? _obsolete : _exchange;
        _exchange = default;
        _staged = null;
        _fault = null;
        _peer = null;
        _end = Instant.Never;
    }

    private void PlanExpiry(Instant now) =>
        _expiry = FindAccount(_objects)?.BootstrapServerAccountTimeout is { } seconds and > 0
            ? now + TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue))
            : Instant.Never;

    private void Expire()
    {
        _expiry = Instant.Never;
        if (FindAccount(_objects) is { } account && _objects.Remove(account))
        {
            _uri = account.LWM2MServerURI;
            Tell(BootstrapEventKind.AccountExpired);
            Remember?.Invoke();
        }
    }

    /// <summary>Called when there is something new to remember.</summary>
    internal Action? Remember { get; init; }

    /// <summary>Why an Object Instance of the program, or what is below it, is not to be written now.</summary>
    internal Func<Lwm2mPath, string?>? RefuseWrite { get; init; }

    private void Tell(
        BootstrapEventKind kind, BootstrapFailure failure = default, CoapCode code = default, string? reason = null, TimeSpan? next = null) =>
        Changed?.Invoke(new(kind, _uri) { Failure = failure, Code = code, Reason = reason, NextTryIn = next });
}
