using System.Security.Cryptography;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>
/// The security sessions of a device with its servers at <c>coaps://</c>: begun before a Register, whose peer is known when the session is
/// open. Under the lock of the host.
/// </summary>
/// <param name="security">The device's security.</param>
internal sealed class DeviceSessions(DatagramSecurity security)
{
    // Of the accounts that there are, one each; that of a server that was replaced is not known any more.
    private readonly Dictionary<ushort, Session> _sessions = [];
    private DeviceEndpoint? _endpoint;
    private UdpHost? _host;

    /// <summary>The device's security.</summary>
    internal DatagramSecurity Security => security;

    /// <summary>Begins to hear of sessions.</summary>
    /// <param name="endpoint">The device, which is told when a session is open or why it is not.</param>
    /// <param name="host">Where the sessions are.</param>
    internal void Attach(DeviceEndpoint endpoint, UdpHost host)
    {
        _endpoint = endpoint;
        _host = host;
        Sessions.Opened = OnOpened;
        host.SessionEnded = OnEnded;
    }

    /// <summary>Ends a session.</summary>
    internal void Close(in PeerId peer) => Sessions.Close(peer, _host!.Now);

    private SecuredProtocol Sessions => _host!.Security!;

    /// <summary>What is wrong with the keys of an account; see <see cref="AccountCredentials.TryMake"/>.</summary>
    internal string? FindKeyFault(LWM2MSecurity account)
    {
        string? fault = AccountCredentials.TryMake(account, security.Features, out SecurityCredentials? credentials);
        AccountCredentials.Release(credentials);
        return fault;
    }

    /// <summary>Begins a session, or takes the one that is there.</summary>
    /// <param name="host">The server, as the device asks for it.</param>
    /// <param name="address">Its address.</param>
    /// <param name="now">The moment.</param>
    internal void Connect(in ServerHost host, in PeerId address, Instant now)
    {
        DeviceEndpoint endpoint = _endpoint!;
        SecuredProtocol sessions = Sessions;
        if (host.Session is { } known && sessions.FindIdentity(known) is not null)
        {
            endpoint.OnResolved(host, known, null, now);
            return;
        }

        string? fault = AccountCredentials.TryMake(host.Security!, security.Features, out SecurityCredentials? credentials);
        if (fault is not null)
        {
            endpoint.OnResolved(host, null, $"/0/{host.Security!.InstanceId} {fault}", now);
            return;
        }

        ReadOnlyMemory<byte> resume = endpoint.FindResumption(host.ShortServerId);
        if (_sessions.TryGetValue(host.ShortServerId, out Session? earlier) && earlier is { IsOpen: true, Peer: { } left })
        {
            // The server does not answer over it any more. Its end is heard of here, where its credentials are released.
            sessions.Close(left, now);
        }

        if (_sessions.Remove(host.ShortServerId))
        {
            resume = earlier!.IsOf(host.Security!) ? earlier.Resume : default;
            if (earlier is { IsOpen: false, Peer: { } unwanted })
            {
                sessions.Close(unwanted, now);
                AccountCredentials.Release(earlier.Credentials);
            }
        }

        PeerId peer;
        try
        {
            if (!sessions.TryConnect(address, credentials!.ForServer(host.Name), resume.Span, now, out peer))
            {
                AccountCredentials.Release(credentials);
                endpoint.OnResolved(host, null, "there are as many handshakes under way as there may be", now);
                return;
            }
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException or InvalidOperationException or CryptographicException)
        {
            AccountCredentials.Release(credentials);
            endpoint.OnResolved(host, null, $"/0/{host.Security!.InstanceId} has keys that cannot be used: {e.Message}", now);
            return;
        }

        _sessions[host.ShortServerId] = new(host, host.Security!, credentials!, peer) { Resume = resume };
    }

    private void OnOpened(PeerId peer)
    {
        if (Find(peer) is { IsOpen: false } session)
        {
            session.IsOpen = true;
            _endpoint!.SetResumption(session.Host.ShortServerId, Sessions.Export(peer));
            _endpoint!.OnResolved(session.Host, peer, null, _host!.Now);
        }
    }

    // Or it did not come about.
    private void OnEnded(SessionEnd end)
    {
        if (Find(end.Peer) is not { } session)
        {
            return;
        }

        session.Resume = end.WasOpen ? Sessions.Export(end.Peer) : default;
        session.Peer = null;
        AccountCredentials.Release(session.Credentials);
        if (!end.WasOpen)
        {
            // Perhaps it was what was to be resumed that was wrong.
            _endpoint!.SetResumption(session.Host.ShortServerId, []);
            string reason = end.Reason ?? "the server has not answered the handshake in time: it may not be there, or know another key or identity";
            _endpoint!.OnResolved(session.Host, null, $"no security session: {reason.TrimEnd('.')}", _host!.Now);
        }
    }

    private Session? Find(in PeerId peer)
    {
        foreach (Session session in _sessions.Values)
        {
            if (session.Peer == peer)
            {
                return session;
            }
        }

        return null;
    }

    private sealed class Session(ServerHost host, LWM2MSecurity account, SecurityCredentials credentials, PeerId peer)
    {
        private readonly ReadOnlyMemory<byte> _own = account.PublicKeyOrIdentity, _server = account.ServerPublicKey, _secret = account.SecretKey;

        internal ServerHost Host => host;

        /// <summary>What the session was made with, and lives by.</summary>
        internal SecurityCredentials Credentials => credentials;

        /// <summary>Whether an account is the one of the session, and its keys are what they were.</summary>
        internal bool IsOf(LWM2MSecurity other) =>
            ReferenceEquals(account, other) && _own.Equals(other.PublicKeyOrIdentity) && _server.Equals(other.ServerPublicKey)
            && _secret.Equals(other.SecretKey);

        internal PeerId? Peer { get; set; } = peer;

        internal bool IsOpen { get; set; }

        internal ReadOnlyMemory<byte> Resume { get; set; }
    }
}
