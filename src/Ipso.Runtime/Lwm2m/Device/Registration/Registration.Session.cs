using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// The peer that a server is but for coap: a security session or a connection, which may end before the registration does.
internal sealed partial class Registration
{
    // Where a De-register goes.
    private PeerId? _left;

    /// <summary>The session with the server that may be used again: nothing speaks against it but what the server itself has said.</summary>
    internal PeerId? Session => _lastFailure is RegistrationFailure.None or RegistrationFailure.Rejected ? Account.Peer : null;

    /// <summary>
    /// The session or connection with the server has ended. It could not ask for anything any longer, nor be told: with a Register it knows of a
    /// new one.
    /// </summary>
    internal void OnSessionClosed(Instant now)
    {
        // What is under way is ended by the engine.
        if (_step == Step.Registered)
        {
            Lose(RegistrationFailure.SessionClosed, default, now);
        }
    }

    // Nothing is heard from there or goes there any more.
    private void Leave()
    {
        Release(Account.Peer);
        Account.Peer = null;
    }

    private void Release(PeerId? session)
    {
        if (_host.IsConnected && session is { } peer)
        {
            _owner.SessionReleased?.Invoke(peer);
        }
    }
}
