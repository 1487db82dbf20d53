using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Net;

// Security sessions with servers: made by the first request, and made anew, resumed where that is possible, by the next one after an end.
public sealed partial class CoapClient
{
    // By address: there is one session with each. Under the lock of the host.
    private readonly Dictionary<PeerId, ServerSession> _sessions = [];
    private ServerSession? _latest;

    private bool IsSecure => !_options.Security.IsTransparent;

    private int MaxSessions => (_options.SecurityBounds ?? new SecurityOptions()).MaxSessions;

    /// <summary>
    /// What resumes the session that was begun last, perhaps after a restart (<see cref="CoapClientOptions.Resume"/>). It holds secrets:
    /// keep it as the key is kept.
    /// </summary>
    /// <returns>Empty if there is no session, or none that can be resumed.</returns>
    /// <exception cref="ObjectDisposedException">The client is closed: ask before.</exception>
    public byte[] ExportSession() => _host is UdpHost { Security: not null }
        ? _host.Invoke(this, static (client, _) => client.ExportLatest())
        : [];

    private byte[] ExportLatest() => _latest is not { } latest ? []
        : latest.Peer is { } peer ? ((UdpHost)_host).Security!.Export(peer)
        : latest.Resume?.ToArray() ?? [];

    private void CheckSecurity()
    {
        if (!IsSecure)
        {
            return;
        }

        SecurityFeatures needed = _options.Credentials switch
        {
            null => throw new ArgumentException("A client with security needs credentials."),
            PreSharedKeyCredentials => SecurityFeatures.PreSharedKey,
            CertificateCredentials => SecurityFeatures.Certificate,
            RawPublicKeyCredentials => SecurityFeatures.RawPublicKey,
            _ => SecurityFeatures.None,
        };
        if ((_options.Security.Features & needed) != needed)
        {
            throw new NotSupportedException(
                $"There are no credentials of the kind {needed} with this security, only {_options.Security.Features}.");
        }
    }

    // The peer that a request goes to; null if there is no room for one more handshake, or one to wait for.
    private PeerId? PeerOf(ClientExchange exchange, Instant now)
    {
        CoapServerAddress server = exchange.Server;
        var host = (UdpHost)_host;
        PeerId address = host.GetPeer(server.EndPoint);
        if (host.Security is not { } secured)
        {
            return address;
        }

        string name = server.Address;
        bool isKnown = _sessions.TryGetValue(address, out ServerSession? session);
        if (isKnown && session!.Name == name && session.Peer is { } open)
        {
            return open;
        }

        if (isKnown && session!.Peer is { } other && secured.FindSession(other) is { State: SessionState.Handshaking })
        {
            // Of two handshakes at one address each would be given what is meant for the other.
            exchange.Handshake = session.Settled.Task;
            return null;
        }

        ReadOnlySpan<byte> resume = isKnown && session!.Name == name && session.Resume is { } kept ? kept
            : _latest is null ? _options.Resume.Span
            : default;
        if (!secured.TryConnect(address, _options.Credentials!.ForServer(name), resume, now, out PeerId peer))
        {
            return null;
        }

        session?.Forget();

        if (!isKnown && _sessions.Count >= MaxSessions)
        {
            ForgetOne();
        }

        secured.Opened ??= OnSessionOpened;
        _latest = _sessions[address] = new ServerSession(name) { Peer = peer };
        return peer;
    }

    // One that has ended, if there is one: it can be resumed no more, and no more is lost.
    private void ForgetOne()
    {
        PeerId any = default;
        foreach ((PeerId address, ServerSession session) in _sessions)
        {
            any = address;
            if (session.Peer is null)
            {
                break;
            }
        }

        if (_sessions.Remove(any, out ServerSession? forgotten))
        {
            forgotten.Settled.TrySetResult();
            forgotten.Forget();
        }
    }

    private void ForgetSessions()
    {
        foreach (ServerSession session in _sessions.Values)
        {
            session.Settled.TrySetResult();
            session.Forget();
        }
    }

    // A server that has lost its sessions drops in silence what it cannot read (RFC 6347, 4.1.2.7). So the next request begins anew.
    private void DoubtSession(in CoapEvent e, ClientExchange exchange, Instant now)
    {
        if (IsSecure && e.Kind == CoapEventKind.Timeout && exchange.Request.Confirmable && !IsAcknowledged(e, exchange))
        {
            ((UdpHost)_host).Security!.Close(exchange.Peer, now);
        }
    }

    private void OnSessionOpened(PeerId peer)
    {
        if (((UdpHost)_host).Security!.TryGetAddress(peer, out PeerId address)
            && _sessions.TryGetValue(address, out ServerSession? session) && session.Peer == peer)
        {
            session.Settled.TrySetResult();
        }
    }

    private void OnSessionEnded(SessionEnd end)
    {
        if (!end.WasOpen)
        {
            string reason = end.Reason ?? "no answer to the handshake in time, which may mean a wrong key or identity";
            foreach (ClientExchange exchange in _exchanges.Values)
            {
                if (exchange.Peer == end.Peer)
                {
                    exchange.SessionFailure = reason;
                }
            }
        }

        if (_sessions.TryGetValue(end.Address, out ServerSession? session) && session.Peer == end.Peer)
        {
            session.Peer = null;
            session.Settled.TrySetResult();
            session.Resume = end.WasOpen ? ((UdpHost)_host).Security!.Export(end.Peer) : null;
        }
    }

    private static bool HasFailed(ClientExchange exchange, [NotNullWhen(true)] out string? reason) =>
        (reason = exchange.SessionFailure?.TrimEnd('.')) is not null;

    private sealed class ServerSession(string name)
    {
        public string Name => name;

        /// <summary>Its name for the engine; null once it has ended.</summary>
        public PeerId? Peer { get; set; }

        /// <summary>Ends with its handshake, however that ends.</summary>
        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>What resumes it, once it has ended.</summary>
        public byte[]? Resume { get; set; }

        /// <summary>Clears that.</summary>
        public void Forget()
        {
            CryptographicOperations.ZeroMemory(Resume);
            Resume = null;
        }
    }
}
