using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// Bootstrap: where accounts come from, and where they go.
public sealed partial class DeviceEndpoint
{
    /// <summary>Told of what becomes of bootstrapping.</summary>
    public Action<BootstrapEvent>? BootstrapChanged { get; set; }

    /// <summary>How the device stands with its Bootstrap-Server.</summary>
    public BootstrapState BootstrapState => _bootstrapper?.State ?? BootstrapState.Idle;

    /// <summary>Bootstraps although servers are registered with, after the hold-off time (0/x/11).</summary>
    /// <param name="now">The moment.</param>
    /// <returns>Whether there is a Bootstrap-Server.</returns>
    public bool RequestBootstrap(Instant now) => _bootstrapper?.Request(isTriggered: true, now) == true;

    internal bool RequestBootstrap(bool isTriggered) => _bootstrapper?.Request(isTriggered, _now) == true;

    // All is written: the device goes by it.
    internal void OnBootstrapped(BootstrapResult result, Registrations registrations, Instant now)
    {
        foreach (Lwm2mPath path in result.Rewritten)
        {
            Reporter.ForgetAttributes(path, now);
        }

        ServerAccount[] old = _accounts.All;
        _accounts.Replace(AccountSetup.Pairs(_options, Objects).ConvertAll(found =>
            Array.Find(old, one => one.Security == found.Security && one.Server == found.Server && one.ShortServerId == found.ShortServerId)
            ?? found));
        registrations.Renew(now);
        registrations.RenewKeys();
        foreach (ServerAccount account in old)
        {
            if (Array.IndexOf(_accounts.All, account) < 0)
            {
                Reporter.ForgetAttributes(account.ShortServerId, now);
                if (!_accounts.Has(account.ShortServerId))
                {
                    OnAccountRemoved(account.ShortServerId);
                }
            }
        }

        foreach ((ServerChangeKind kind, Lwm2mPath path) in result.Changes)
        {
            if (kind == ServerChangeKind.Written)
            {
                _context.Behaviours.OnWritten(path);
            }

            ChangedByServer?.Invoke(new(kind, path, AccessControl.BootstrapOnly));
        }

        Remember();
    }
}
