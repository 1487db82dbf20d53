using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The registration with one server: Register, Update and De-register in their time (LwM2M TS Core, 6.2). What the server object says is
/// looked at whenever it is needed, so that a server's writes count from then on.
/// </summary>
internal sealed partial class Registration
{
    // An Update this long before the end gets there even if four of five transmissions are lost (RFC 7252, 4.8.2).
    private const double LatestUpdate = 0.5;

    private static readonly TimeSpan s_defaultDisable = TimeSpan.FromDays(1);

    // What is added and removed within this time is one Update, so that a device that makes many instances does not flood its servers.
    private static readonly TimeSpan s_gatheringTime = TimeSpan.FromSeconds(1);

    // When all exchanges of the engine are in use.
    private static readonly TimeSpan s_busyTime = TimeSpan.FromSeconds(1);

    private readonly Registrations _owner;
    private RetryPlan _retry;
    private Step _step;
    private After _after;
    private ExchangeId _exchange;
    private ServerUri _host;
    private string _uri;
    private RegistrationFailure _lastFailure;

    // When a Register or an Update is due; when what was gathered is; when an Update that there was no room for is tried again; when the
    // lifetime is over; until when the server may send.
    private Instant _due = Instant.Never;
    private Instant _gathered = Instant.Never;
    private Instant _notBefore;
    private Instant _end = Instant.Never;
    private Instant _awakeUntil = Instant.Never;

    // What the server was told last.
    private long _lifetime;
    private bool _isQueued;
    private object? _announced;

    private bool _isAsleep;
    private bool _isUnheard;
    private bool _wantsUpdate;
    private bool _wantsDisable;

    /// <param name="owner">What the registrations have in common.</param>
    /// <param name="account">The server.</param>
    internal Registration(Registrations owner, ServerAccount account)
    {
        _owner = owner;
        Account = account;
        _uri = account.Security.LWM2MServerURI;
        _version = owner.Options.Version;
        _location = new char[Math.Min(MaxLocation, owner.RoomForNames)];
        account.Server.RegistrationUpdateTrigger = _ => _wantsUpdate = true;
        account.Server.Disable = _ => _wantsDisable = true;
        account.Server.BootstrapRequestTrigger = _ => RequestBootstrap(isTriggered: true);
    }

    private enum Step : byte
    {
        Waiting,
        Pending,
        Resolving,
        Registering,
        Registered,
        Updating,
        Deregistering,
        Ended,
    }

    // What a De-register is for.
    private enum After : byte
    {
        Register,
        Disable,
        Move,
        Stop,
    }

    internal ServerAccount Account { get; }

    /// <summary>Whether the registration is over, and nothing of it under way.</summary>
    internal bool HasEnded => _step == Step.Ended;

    /// <summary>Whether the server knows the device, and which instances it has.</summary>
    internal bool IsUpToDate => _step == Step.Registered && ReferenceEquals(_announced, _owner.Objects.Membership);

    /// <summary>The version of LwM2M that is registered with, or will be tried.</summary>
    internal ObjectVersion Version => _version;

    internal Instant NextDeadline => _step switch
    {
        Step.Pending => _due,
        Step.Updating => _end,
        Step.Registered => Instant.Earlier(
            _notBefore > default(Instant) ? _notBefore : Instant.Earlier(_due, _gathered),
            _isQueued && !_isAsleep ? _awakeUntil : Instant.Never),
        _ => Instant.Never,
    };

    // LwM2M 1.0 has the queue mode in the Binding, which a server may write.
    private bool IsQueueMode =>
        _owner.Options.QueueMode || (_version < s_queueFlag && Account.Server.Binding.AsSpan().Contains('Q'));

    private bool IsMoved =>
        !ReferenceEquals(_uri, Account.Security.LWM2MServerURI)
        && !string.Equals(_uri, Account.Security.LWM2MServerURI, StringComparison.Ordinal);

    /// <summary>Registers after the initial delay (1/x/14).</summary>
    internal void TakeTurn(Instant now)
    {
        if (_step == Step.Waiting)
        {
            _step = Step.Pending;
            _due = (now < _owner.StartsAt ? _owner.StartsAt : now)
                + Seconds((long)Math.Min(Account.Server.InitialRegistrationDelayTimer ?? 0, int.MaxValue));
        }
    }

    /// <summary>De-registers, where there is a registration, and does no more.</summary>
    internal void Stop(Instant now)
    {
        if (_step == Step.Deregistering)
        {
            _after = After.Stop;
        }
        else if (_step is Step.Registered or Step.Updating)
        {
            Deregister(After.Stop, now);
        }
        else
        {
            _ = _owner.Endpoint.Forget(_exchange);
            _exchange = default;
            _step = Step.Ended;
            EndObservations();
            Leave();
        }
    }

    /// <summary>Does what is due.</summary>
    internal void Drive(Instant now)
    {
        if (now >= _notBefore)
        {
            // Perhaps there is nothing to be said any longer: a deadline that has passed must not stay.
            _notBefore = default;
        }

        switch (_step)
        {
            case Step.Pending when now >= _due:
                Resolve(now);
                break;
            case Step.Registered or Step.Updating when _wantsDisable:
                Deregister(After.Disable, now);
                break;
            case Step.Registered when IsMoved || HasOtherKeys:
                Deregister(After.Move, now);
                break;
            case Step.Registered when WantsUpdate(now):
                Update(now);
                break;
            case Step.Registered when _isQueued && !_isAsleep && now >= _awakeUntil:
                _isAsleep = true;
                Tell(RegistrationEventKind.Sleeping);
                break;
            case Step.Updating when now >= _end:
                // The server has forgotten the device by now, whatever it would say of the Update.
                _ = _owner.Endpoint.Forget(_exchange);
                _exchange = default;
                Lose(RegistrationFailure.Expired, default, now);
                break;
            case Step.Updating when !_isUnheard && _owner.Endpoint.IsUnheard(_exchange):
                // The server may be out of reach: what is due is kept until it answers, and goes with the registration if it does not.
                _isUnheard = true;
                _owner.Reporter.GoOffline(Account);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes an event of an exchange, if it is this one's.</summary>
    internal bool Take(in CoapEvent e, Instant now)
    {
        if (_exchange.IsNone || e.Exchange != _exchange)
        {
            return false;
        }

        _exchange = default;
        RegistrationFailure failure = FailureOf(e);
        CoapCode code = e.HasMessage ? e.Message.Code : default;
        switch (_step)
        {
            case Step.Registering:
                OnRegisterEnded(e, failure, code, now);
                break;
            case Step.Updating when failure == RegistrationFailure.None:
                _step = Step.Registered;
                Tell(RegistrationEventKind.Updated);
                break;
            case Step.Updating:
                Lose(failure, code, now);
                break;
            case Step.Deregistering:
                OnDeregistered(now);
                break;
            default:
                break;
        }

        return true;
    }

    /// <summary>A message came from the server, or goes there: both are awake.</summary>
    internal void OnMessage(Instant now)
    {
        if (!_isQueued || _step is not (Step.Registered or Step.Updating))
        {
            return;
        }

        _awakeUntil = now + _owner.AwakeTime;
        if (_isAsleep)
        {
            _isAsleep = false;
            Tell(RegistrationEventKind.Awake);
        }
    }

    internal ServerStatus GetStatus(Instant now)
    {
        Instant next = _step is Step.Pending or Step.Registered ? _due : Instant.Never;
        return new(
            Account.ShortServerId,
            Account.Security.LWM2MServerURI,
            _step switch
            {
                Step.Waiting => ServerState.Waiting,
                Step.Registered or Step.Updating => ServerState.Registered,
                Step.Ended => ServerState.Ended,
                _ => _after == After.Disable ? ServerState.Disabled : ServerState.Registering,
            },
            _version,
            _isAsleep,
            _lastFailure,
            next == Instant.Never ? null : next > now ? next - now : TimeSpan.Zero);
    }

    // Zero for ever, as LwM2M 1.2 has it; what is below means nothing else.
    private long Lifetime => Math.Max(Account.Server.Lifetime, 0);

    private static TimeSpan Seconds(long seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue));

    private static RegistrationFailure FailureOf(in CoapEvent e) => e.Kind switch
    {
        CoapEventKind.Response => e.Message.Code.IsSuccess ? RegistrationFailure.None : RegistrationFailure.Rejected,
        CoapEventKind.Unprotected => RegistrationFailure.Rejected,
        CoapEventKind.Timeout => RegistrationFailure.Timeout,
        CoapEventKind.Refused => RegistrationFailure.Refused,
        CoapEventKind.ConnectionClosed => RegistrationFailure.SessionClosed,
        CoapEventKind.TransferFailed => RegistrationFailure.TooLarge,
        _ => RegistrationFailure.Reset,
    };

    private bool WantsUpdate(Instant now)
    {
        if (_gathered == Instant.Never && !ReferenceEquals(_announced, _owner.Objects.Membership))
        {
            _gathered = now + s_gatheringTime;
        }

        return now >= _notBefore
            && (_wantsUpdate || now >= _due || now >= _gathered || _lifetime != Lifetime || _isQueued != IsQueueMode);
    }

    // The server knows what was said at a moment, for the lifetime from then on.
    private void Plan(Instant now)
    {
        _gathered = Instant.Never;
        _notBefore = default;
        _wantsUpdate = false;
        if (_lifetime == 0)
        {
            _due = _end = Instant.Never;
            return;
        }

        TimeSpan lifetime = Seconds(_lifetime);
        TimeSpan margin = _owner.Options.Coap.Transmission.MaxTransmitWait;
        _end = now + lifetime;
        _due = _end - (margin < lifetime * LatestUpdate ? margin : lifetime * LatestUpdate);
    }

    // The server does not know the device any longer: it is told anew, at once (LwM2M TS Core, 6.2).
    private void Lose(RegistrationFailure failure, CoapCode code, Instant now) => Lose(failure, code, now, now);

    private void Lose(RegistrationFailure failure, CoapCode code, Instant due, Instant now, string? reason = null)
    {
        _lastFailure = failure;
        _isAsleep = false;
        _step = Step.Pending;
        _due = WhenAllowed(due);
        EndObservations();
        Tell(RegistrationEventKind.Failed, failure, code, reason, _due == Instant.Never ? null : _due - now);
    }

    private void FailAttempt(RegistrationFailure failure, CoapCode code, string? reason, Instant now)
    {
        _lastFailure = failure;
        _version = _owner.Options.Version;
        EndObservations();
        Leave();
        TimeSpan? wait = _retry.Fail(
            Account.Server, _owner.Options.RetrySpread, _owner.Random, out bool endsSequence, out bool endsPlan);
        _step = wait is null ? Step.Ended : Step.Pending;
        _due = wait is { } span ? WhenAllowed(now + span) : Instant.Never;
        Tell(RegistrationEventKind.Failed, failure, code, reason, _due == Instant.Never ? null : _due - now);
        HasFailed |= endsPlan;
        if (endsPlan)
        {
            RequestBootstrap(isTriggered: false);
        }

        if (endsSequence && Account.Server.RegistrationFailureBlock != true)
        {
            _owner.PassTurn(this, now);
        }
    }

    // With a registration end the observations, also those of a server that asks from another port; they outlive an Update
    // (LwM2M TS Core, 6.4.1).
    private void EndObservations() => _owner.Reporter.EndObservations(Account.ShortServerId);

    private void OnDeregistered(Instant now)
    {
        Release(_left);
        _left = null;
        switch (_after)
        {
            case After.Disable:
                TimeSpan pause = Account.Server.DisableTimeout is { } seconds ? Seconds(seconds) : s_defaultDisable;
                _step = Step.Pending;
                _due = now + pause;
                Tell(RegistrationEventKind.Disabled, next: pause);
                break;
            case After.Move:
                Tell(RegistrationEventKind.Deregistered, next: TimeSpan.Zero);
                _step = Step.Pending;
                _due = now;
                break;
            default:
                _step = Step.Ended;
                Tell(RegistrationEventKind.Deregistered);
                break;
        }
    }

    private void Tell(
        RegistrationEventKind kind, RegistrationFailure failure = default, CoapCode code = default, string? reason = null,
        TimeSpan? next = null) =>
        _owner.Changed?.Invoke(new(kind, Account.ShortServerId, _uri)
        {
            Version = _version,
            Failure = failure,
            Code = code,
            Reason = reason,
            NextTryIn = next,
        });
}
