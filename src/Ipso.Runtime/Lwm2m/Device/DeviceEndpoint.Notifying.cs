using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// What becomes of notifications, and when they are kept.
public sealed partial class DeviceEndpoint
{
    /// <summary>Told of what becomes of confirmable notifications, and of observations that end.</summary>
    public Action<NotificationEvent>? NotificationChanged
    {
        get;
        set
        {
            field = value;
            ListenForAcknowledgements();
        }
    }

    private void TellOfNotification(in CoapEvent e)
    {
        if (NotificationChanged is not { } told || !Reporter.TryDescribe(e.Tag, out Lwm2mPath path, out ushort? server))
        {
            return;
        }

        NotificationEventKind? kind = e.Kind == CoapEventKind.NotificationAcknowledged ? NotificationEventKind.Acknowledged
            : e.ObserverEnd switch
            {
                ObserverEnd.Timeout => NotificationEventKind.TimedOut,
                ObserverEnd.Reset => NotificationEventKind.Rejected,
                ObserverEnd.Deregistered => NotificationEventKind.Cancelled,
                ObserverEnd.Failed => NotificationEventKind.Ended,
                _ => null,
            };
        if (kind is { } known)
        {
            told(new(known, path, server));
        }
    }

    private void ListenForAcknowledgements() =>
        _engines.TellsOfAcknowledgements = NotificationChanged is not null || _registrations?.HasNotHeard == true;

    // While a server cannot hear them, notifications are kept (LwM2M TS Core, 5.1.2; Server object, resource 6): while the device sleeps, and
    // while an Update is not answered. A registration that is lost takes its observations with it.
    internal void OnRegistration(RegistrationEvent e)
    {
        if (_registrations?.Find(e.ShortServerId)?.Account is { } account)
        {
            switch (e.Kind)
            {
                case RegistrationEventKind.Sleeping when _options.Reporting.StoresWhileAsleep:
                    Reporter.GoOffline(account);
                    break;
                case RegistrationEventKind.Awake or RegistrationEventKind.Registered or RegistrationEventKind.Updated:
                    Reporter.ComeOnline(account);
                    break;
                default:
                    break;
            }
        }

        RegistrationChanged?.Invoke(e);
    }
}
