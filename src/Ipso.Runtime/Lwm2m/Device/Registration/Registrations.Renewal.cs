using Ipso.Buffers;
using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// Accounts come and go with a bootstrap, while others are registered with.
internal sealed partial class Registrations
{
    // Those whose account is gone, and that have a De-register under way.
    private readonly List<Registration> _leaving = [];
    private bool _hasStarted;

    /// <summary>Called when the device is to bootstrap: whether a server wants it, or else all have failed.</summary>
    internal Action<bool>? BootstrapRequested { get; set; }

    /// <summary>Whether there is a server that knows the device.</summary>
    internal bool IsAnyRegistered
    {
        get
        {
            bool isAny = false;
            foreach (Registration registration in _all)
            {
                isAny |= registration.IsRegistered;
            }

            return isAny;
        }
    }

    private Instant NextOfLeaving
    {
        get
        {
            Instant next = Instant.Never;
            foreach (Registration registration in _leaving)
            {
                next = Instant.Earlier(next, registration.NextDeadline);
            }

            return next;
        }
    }

    /// <summary>Goes by the accounts as they are now: leaves servers that have none any more, and registers with the others.</summary>
    internal void Renew(Instant now)
    {
        List<Registration> all = [];
        foreach (ServerAccount account in Accounts.All)
        {
            Registration? known = Array.Find(_all, one => one.Account == account);
            known?.Renew();
            all.Add(known ?? new(this, account));
        }

        foreach (Registration registration in _all)
        {
            if (!all.Contains(registration))
            {
                // A Register in the same name replaces the registration; a De-register might come after it.
                registration.Leave(IsAnyAt(registration.Account.Security.LWM2MServerURI), now);
                _leaving.Add(registration);
            }
        }

        SetAll([.. all]);
        if (_hasStarted)
        {
            Start(now);
        }
    }

    /// <summary>A server wants a bootstrap, or has failed: the latter counts when there is none left (LwM2M TS Core, 6.1.4).</summary>
    internal void RequestBootstrap(bool isTriggered)
    {
        bool isAnyLeft = false, isWanted = isTriggered;
        foreach (Registration registration in _all)
        {
            isAnyLeft |= !registration.HasFailed && !registration.IsWaiting;
            isWanted |= registration is { HasFailed: true, BootstrapsOnFailure: true };
        }

        if (isTriggered || (isWanted && !isAnyLeft))
        {
            BootstrapRequested?.Invoke(isTriggered);
        }
    }

    private static bool IsSame(string uri, string other) =>
        ServerUri.TryParse(uri, out ServerUri x, out _) && ServerUri.TryParse(other, out ServerUri y, out _) && x == y;

    private bool IsAnyAt(string uri)
    {
        bool isAny = false;
        foreach (ServerAccount account in Accounts.All)
        {
            isAny |= IsSame(account.Security.LWM2MServerURI, uri);
        }

        return isAny;
    }

    // Those of one order go by their Short Server IDs.
    private readonly struct ByOrder : IOrder<Registration>
    {
        public static bool IsBefore(in Registration x, in Registration y) =>
            x.Account.Server.RegistrationPriorityOrder == y.Account.Server.RegistrationPriorityOrder
                ? x.Account.ShortServerId < y.Account.ShortServerId
                : x.Account.Server.RegistrationPriorityOrder < y.Account.Server.RegistrationPriorityOrder;
    }

    private void SetAll(Registration[] all)
    {
        _all = all;
        _ordered = Array.FindAll(all, static one => one.Account.Server.RegistrationPriorityOrder is not null);
        Sorting.Sort<Registration, ByOrder>(_ordered);
        _turn = 0;
        Objects.IsAnnounced = _all.Length > 0;
    }

    private void DriveLeaving(Instant now)
    {
        foreach (Registration registration in _leaving)
        {
            registration.Drive(now);
        }

        if (_leaving.RemoveAll(static one => one.HasEnded) > 0)
        {
            RenewKeys();
        }
    }

    /// <summary>Accounts and their keys may have changed: what is gone is forgotten, once it has been left.</summary>
    internal void RenewKeys() =>
        Options.Protection?.Renew(Objects, security => _leaving.Exists(one => one.Account.Security == security));

    private void TakeOfLeaving(in CoapEvent e, Instant now)
    {
        foreach (Registration registration in _leaving)
        {
            if (registration.Take(e, now))
            {
                return;
            }
        }
    }
}
