using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// What bootstrap and registration have to say to each other.
internal sealed partial class Registration
{
    /// <summary>Whether all sequences have failed since the server was reached, if it ever was.</summary>
    internal bool HasFailed { get; private set; }

    /// <summary>Whether that is a reason to bootstrap (1/x/16).</summary>
    internal bool BootstrapsOnFailure => Account.Server.BootstrapOnRegistrationFailure != false;

    /// <summary>Whether the server knows the device.</summary>
    internal bool IsRegistered => _step is Step.Registered or Step.Updating;

    /// <summary>Whether its turn has not come yet.</summary>
    internal bool IsWaiting => _step == Step.Waiting;

    /// <summary>Whether it has passed its turn on, and nobody in the order waits for it.</summary>
    internal bool HasHadTurn { get; set; }

    /// <summary>
    /// A bootstrap has confirmed the account, perhaps at another URI: what has failed so far, and what is looked up, is tried from the start, in
    /// its turn.
    /// </summary>
    internal void Renew()
    {
        HasFailed = false;
        if (_step is Step.Ended or Step.Resolving || (_step == Step.Pending && _after != After.Disable))
        {
            _retry.Reset();
            _after = After.Register;
            _step = Step.Waiting;
            HasHadTurn = false;
        }
    }

    /// <summary>The account is gone: the server is told, unless it is one that the device registers with anew.</summary>
    internal void Leave(bool isSilent, Instant now)
    {
        if (isSilent && _step is Step.Registered or Step.Updating)
        {
            _step = Step.Waiting;
        }

        Stop(now);
    }

    private void RequestBootstrap(bool isTriggered)
    {
        if (isTriggered || BootstrapsOnFailure)
        {
            Tell(RegistrationEventKind.BootstrapRequested);
        }

        _owner.RequestBootstrap(isTriggered);
    }
}
