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

        _ = _sessions.TryGetValue(host.ShortServerId, out Session? earlier);
        ReadOnlyMemory<byte> resume = earlier is null ? endpoint.FindResumption(host.ShortServerId)
            : ReferenceEquals(earlier.Account, host.Security) ? earlier.Resume : default;
        PeerId peer;
        try
        {
            if (!sessions.TryConnect(address, credentials!.ForServer(host.Name), resume.Span, now, out peer))
            {
                endpoint.OnResolved(host, null, "there are as many handshakes under way as there may be", now);
                return;
            }
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            endpoint.OnResolved(host, null, e.Message, now);
            return;
        }
        finally
        {
            AccountCredentials.Release(credentials);
        }

        _sessions[host.ShortServerId] = new(host, host.Security!, peer) { Resume = resume };
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

    private sealed class Session(ServerHost host, LWM2MSecurity account, PeerId peer)
    {
        internal ServerHost Host => host;

        internal LWM2MSecurity Account => account;

        internal PeerId? Peer { get; set; } = peer;

        internal bool IsOpen { get; set; }

        internal ReadOnlyMemory<byte> Resume { get; set; }
    }
}
