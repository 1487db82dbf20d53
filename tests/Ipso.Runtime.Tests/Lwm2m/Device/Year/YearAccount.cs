using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// How a device has to stand with a server: what it may try when, by the Server object as it is written in LwM2M TS Core, 6.2.1.1, and by when
/// it has to be registered again.
/// </summary>
internal sealed class YearAccount
{
    private readonly DeviceYear _year;
    private readonly HashSet<long> _lifetimes;
    private readonly (uint Count, int Timer, int SequenceDelay) _retry;
    private uint _attempts;
    private int _troubles;
    private Instant _calmSince;
    private Instant? _due;
    private TimeSpan _leeway;
    private bool _isAsleep;
    private bool _isRetry;

    internal YearAccount(DeviceYear year, int number, SeededRandom random)
    {
        _year = year;
        Number = number;
        _retry = random.Next(3) switch { 0 => (5, 60, 86400), 1 => (3, 30, 600), _ => (4, 60, 3600) };
        Lifetime = LifetimeOf(random);
        _lifetimes = [Lifetime];
        Options = new($"coap://server{number + 1}")
        {
            Lifetime = TimeSpan.FromSeconds(Lifetime),
            PriorityOrder = year.IsOrdered ? (uint)number : null,
            InitialDelay = random.Chance(0.3) ? TimeSpan.FromSeconds(random.Next(1, 300)) : null,
            BlocksOnFailure = year.IsBlocking ? true : null,
            RetryCount = _retry.Count == 5 ? null : _retry.Count,
            RetryTimer = _retry.Count == 5 ? null : TimeSpan.FromSeconds(_retry.Timer),
            SequenceDelay = _retry.Count == 5 ? null : TimeSpan.FromSeconds(_retry.SequenceDelay),
            DisableTimeout = DisableTimeout,
            MutesSend = false,
        };
        TimeSpan sequence = TimeSpan.Zero;
        for (int attempt = 0; attempt < _retry.Count; attempt++)
        {
            sequence += TimeSpan.FromSeconds(100 + _retry.Timer * Math.ScaleB(1.1, attempt));
        }

        Turn = sequence + (Options.InitialDelay ?? TimeSpan.Zero);
        Wait = TimeSpan.FromSeconds(Math.Max(_retry.SequenceDelay, _retry.Timer * Math.ScaleB(1, (int)_retry.Count)) * 1.1);
    }

    /// <summary>When the device has tried again after a wait.</summary>
    internal List<Instant> Retries { get; } = [];

    internal static TimeSpan DisableTimeout => TimeSpan.FromMinutes(30);

    internal int Number { get; }

    internal ServerOptions Options { get; }

    /// <summary>How many reasons there are why its name has no address.</summary>
    internal int Nameless { get; set; }

    /// <summary>The lifetime that was set last, in seconds.</summary>
    internal long Lifetime { get; private set; }

    /// <summary>How long a turn of it takes in the order of registration, and how long the longest wait is.</summary>
    internal TimeSpan Turn { get; }

    internal TimeSpan Wait { get; }

    /// <summary>Since when the device is registered, as it says; null where it is not.</summary>
    internal Instant? RegisteredSince { get; private set; }

    internal Instant UnregisteredSince { get; private set; }

    /// <summary>How often the device was registered, and has updated.</summary>
    internal (int Registered, int Updated) Told { get; private set; }

    /// <summary>Since when nothing stands in the way; null where something does.</summary>
    internal Instant? CalmSince => _troubles == 0 ? _calmSince : null;

    internal static long LifetimeOf(SeededRandom random) => random.Next(40) switch { 0 => 300, < 4 => 1200, < 15 => 3600, < 25 => 21600, _ => 86400 };

    internal void BeginTrouble() => _troubles++;

    internal void EndTrouble()
    {
        _troubles--;
        _calmSince = _year.Network.Now;
    }

    /// <summary>The device has lost all that it does not store.</summary>
    internal void OnBoot()
    {
        _attempts = 0;
        _due = null;
        _isRetry = false;
        _isAsleep = false;
        RegisteredSince = null;
        UnregisteredSince = _year.Network.Now;
    }

    /// <summary>The server writes the lifetime; whether that has happened is known with the answer.</summary>
    internal void OnLifetime(long lifetime, bool isAnswered)
    {
        if (isAnswered)
        {
            _lifetimes.Clear();
        }

        _ = _lifetimes.Add(lifetime);
        Lifetime = Math.Max(Lifetime, _lifetimes.Max());
    }

    internal void CheckLifetime(long lifetime) =>
        _year.Check(_lifetimes.Contains(lifetime), $"server {Number + 1} is registered with for {lifetime} s, not for what was written");

    /// <summary>The device is about to register.</summary>
    internal void OnAttempt(Instant now)
    {
        if (_due is { } due)
        {
            _year.Check(now >= due && now <= due + _leeway, $"server {Number + 1} is tried at {now}, and not at {due} or {_leeway} later");
        }

        if (_isRetry)
        {
            Retries.Add(now);
        }

        _year.Check(RegisteredSince is null, $"server {Number + 1} is registered with anew for no reason");
        _due = null;
    }

    /// <summary>Holds what the device tells against what has to be.</summary>
    internal void OnEvent(in RegistrationEvent e, Instant now)
    {
        switch (e.Kind)
        {
            case RegistrationEventKind.Registered:
                _year.Check(RegisteredSince is null, $"{e} though it is registered");
                RegisteredSince = now;
                Told = (Told.Registered + 1, Told.Updated);
                _attempts = 0;
                _isAsleep = false;
                break;
            case RegistrationEventKind.Updated:
                _year.Check(RegisteredSince is not null, $"{e} though it is not registered");
                Told = (Told.Registered, Told.Updated + 1);
                break;
            case RegistrationEventKind.Failed:
                OnFailed(e, now);
                break;
            case RegistrationEventKind.Disabled:
                _year.Check(e.NextTryIn == DisableTimeout, $"{e}, and the time is {DisableTimeout}");
                OnGone(now, now + DisableTimeout, TimeSpan.Zero);
                break;
            case RegistrationEventKind.Deregistered:
                OnGone(now, null, TimeSpan.Zero);
                break;
            case RegistrationEventKind.Sleeping or RegistrationEventKind.Awake:
                bool isAsleep = e.Kind == RegistrationEventKind.Sleeping;
                _year.Check(_year.HasQueueMode && isAsleep != _isAsleep && RegisteredSince is not null, $"{e} at an odd moment");
                _isAsleep = isAsleep;
                break;
            default:
                break;
        }
    }

    private void OnGone(Instant now, Instant? due, TimeSpan leeway)
    {
        UnregisteredSince = RegisteredSince is null ? UnregisteredSince : now;
        RegisteredSince = null;
        _isAsleep = false;
        _due = due;
        _isRetry = false;
        _leeway = leeway;
    }

    private void OnFailed(in RegistrationEvent e, Instant now)
    {
        double nominal = 0;
        bool isUnheard = RegisteredSince is not null && e.Reason == "a notification was not acknowledged";
        if (RegisteredSince is null)
        {
            bool isLast = ++_attempts >= _retry.Count;
            nominal = isLast ? _retry.SequenceDelay : Math.ScaleB(_retry.Timer, (int)_attempts - 1);
            _attempts = isLast ? 0 : _attempts;
        }

        double wait = e.NextTryIn?.TotalSeconds ?? double.PositiveInfinity;
        // Of a server that does not hear what it observes, the year does not know whether it has heard before.
        _year.Check(
            (wait >= nominal && wait <= nominal * DeviceYear.MostSpread) || (isUnheard && wait <= Wait.TotalSeconds),
            $"{e}, after {nominal} s and a tenth at most");
        OnGone(now, now + e.NextTryIn.GetValueOrDefault(), TimeSpan.FromTicks(1));
        _isRetry = nominal > 0 && !isUnheard;
    }
}
