using Ipso.Coap.Engine;

namespace Ipso.Lwm2m.Device;

// The peer that a server is but for coap: a security session or a connection, which may end before the registration does.
internal sealed partial class Registration
{
    // The keys that the server was asked for with: with others it is another one. Memories are equal if they are the same.
    private (long Mode, ReadOnlyMemory<byte> Own, ReadOnlyMemory<byte> Server, ReadOnlyMemory<byte> Secret) _keys;

    // Before that the server does not want to be connected to.
    private Instant _awayUntil;

    // Where a De-register goes.
    private PeerId? _left;

    /// <summary>The session with the server that may be used again: nothing speaks against it but what the server itself has said.</summary>
    internal PeerId? Session => _lastFailure is RegistrationFailure.None or RegistrationFailure.Rejected ? Account.Peer : null;

    /// <summary>Whether a look-up is the one that is waited for.</summary>
    internal bool IsAskingFor(uint lookup) => _step == Step.Resolving && Lookup == lookup;

    /// <summary>The server is about to close the connection; before a moment it does not want another one (RFC 8323, 5.5).</summary>
    internal void OnReleased(Instant awayUntil) => _awayUntil = awayUntil;

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

    private (long Mode, ReadOnlyMemory<byte> Own, ReadOnlyMemory<byte> Server, ReadOnlyMemory<byte> Secret) Keys =>
        (Account.Security.SecurityMode, Account.Security.PublicKeyOrIdentity, Account.Security.ServerPublicKey, Account.Security.SecretKey);

    private bool IsKnownByKeys => _host.IsSecured || Account.Security.OSCORESecurityMode is not null;

    private bool HasOtherKeys =>
        _host.IsSecured
        && (_keys.Mode != Account.Security.SecurityMode
            || !_keys.Secret.Equals(Account.Security.SecretKey)
            || !_keys.Own.Equals(Account.Security.PublicKeyOrIdentity)
            || !_keys.Server.Equals(Account.Security.ServerPublicKey));

    // When a Register may go out that is due at a moment.
    private Instant WhenAllowed(Instant due) => due < _awayUntil ? _awayUntil : due;

    // Nothing is heard from there or goes there any more.
    private void Leave()
    {
        Release(Account.Peer);
        Account.Peer = null;
    }

    private void Release(PeerId? session)
    {
        if (session is { } peer)
        {
            _owner.SessionReleased?.Invoke(peer);
        }
    }
}
