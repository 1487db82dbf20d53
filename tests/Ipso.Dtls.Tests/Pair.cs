using System.Diagnostics;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

/// <summary>A client and a server that hand each other datagrams, without sockets. Both stand behind the seam, as in a host.</summary>
internal sealed class Pair : IDisposable
{
    internal static readonly PeerId Client = new([4, 0, 1, 1, 127, 0, 0, 1]);
    internal static readonly PeerId Server = new([4, 0, 2, 2, 127, 0, 0, 1]);

    private readonly byte[] _buffer = new byte[65_535];

    internal Pair(
        DtlsOptions server,
        SecurityCredentials credentials,
        DtlsOptions? client = null,
        SecurityOptions? bounds = null,
        ReadOnlySpan<byte> resume = default)
        : this(new OpenSslSecurity(server), credentials, client, bounds, resume) => OwnsServer = true;

    internal Pair(
        OpenSslSecurity server,
        SecurityCredentials credentials,
        DtlsOptions? client = null,
        SecurityOptions? bounds = null,
        ReadOnlySpan<byte> resume = default)
    {
        ServerSecurity = server;
        ClientSecurity = new OpenSslSecurity(client);
        ServerSide = new SecuredProtocol(ServerInbox, (in _) => server, bounds) { Ended = ServerEnds.Add };
        ClientSide = new SecuredProtocol(ClientInbox, (in _) => ClientSecurity, bounds) { Ended = ClientEnds.Add };
        Assert.True(ClientSide.TryConnect(Server, credentials, resume, Now, out PeerId peer));
        ServerName = peer;
    }

    internal OpenSslSecurity ServerSecurity { get; }

    internal OpenSslSecurity ClientSecurity { get; }

    internal SecuredProtocol ServerSide { get; }

    internal SecuredProtocol ClientSide { get; }

    internal Inbox ServerInbox { get; } = new();

    internal Inbox ClientInbox { get; } = new();

    internal List<SessionEnd> ServerEnds { get; } = [];

    internal List<SessionEnd> ClientEnds { get; } = [];

    /// <summary>The server, as the client's protocol knows it.</summary>
    internal PeerId ServerName { get; }

    /// <summary>Every datagram that was on the way, true for those of the client.</summary>
    internal List<(bool OfClient, byte[] Bytes)> Wire { get; } = [];

    /// <summary>What happens to a datagram: null for loss.</summary>
    internal Func<bool, byte[], byte[]?> Way { get; set; } = static (_, bytes) => bytes;

    internal Instant Now { get; set; } = Instant.FromSeconds(1000);

    internal bool IsOpen => ClientSide.SessionCount == 1 && ServerSide.SessionCount == 1;

    private bool OwnsServer { get; }

    /// <summary>Until nobody has anything to send.</summary>
    internal void Run()
    {
        while (Move(ClientSide, ServerSide, ofClient: true) | Move(ServerSide, ClientSide, ofClient: false))
        {
        }
    }

    /// <summary>Until both are open, by the clock on the wall, which OpenSSL looks at.</summary>
    internal void RunInTime(TimeSpan limit)
    {
        long start = Stopwatch.GetTimestamp();
        Instant begun = Now;
        while (!IsOpen && Stopwatch.GetElapsedTime(start) < limit)
        {
            Now = begun + Stopwatch.GetElapsedTime(start);
            ClientSide.OnDeadline(Now);
            ServerSide.OnDeadline(Now);
            Run();
            Thread.Yield();
        }
    }

    internal void Send(string text)
    {
        ClientInbox.Out.Enqueue((ServerName, Encoding.UTF8.GetBytes(text)));
        Run();
    }

    internal void Answer(string text)
    {
        ServerInbox.Out.Enqueue((ServerInbox.Peers[^1], Encoding.UTF8.GetBytes(text)));
        Run();
    }

    internal void Deliver(byte[] datagram, bool toServer = true)
    {
        if (toServer)
        {
            ServerSide.Receive(datagram, Client, Now);
        }
        else
        {
            ClientSide.Receive(datagram, Server, Now);
        }
    }

    public void Dispose()
    {
        ClientSide.Dispose();
        ServerSide.Dispose();
        ClientSecurity.Dispose();
        if (OwnsServer)
        {
            ServerSecurity.Dispose();
        }
    }

    private bool Move(SecuredProtocol from, SecuredProtocol to, bool ofClient)
    {
        bool moved = false;
        while (from.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            moved = true;
            byte[] datagram = _buffer[..transmit.Length];
            Wire.Add((ofClient, datagram));
            if (Way(ofClient, datagram) is { } arriving)
            {
                to.Receive(arriving, ofClient ? Client : Server, Now);
            }
        }

        return moved;
    }

    /// <summary>A protocol that keeps what it gets and sends what it is told to.</summary>
    internal sealed class Inbox : IDatagramProtocol
    {
        public List<string> Texts { get; } = [];

        public List<PeerId> Peers { get; } = [];

        public List<PeerFailure> Failures { get; } = [];

        public Queue<(PeerId To, byte[] Bytes)> Out { get; } = new();

        public Instant? NextDeadline => null;

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
            Texts.Add(Encoding.UTF8.GetString(datagram));
            Peers.Add(from);
        }

        public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now) => Failures.Add(failure);

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = default;
            if (!Out.TryDequeue(out (PeerId To, byte[] Bytes) next))
            {
                return false;
            }

            next.Bytes.CopyTo(buffer);
            transmit = new Transmit(next.To, next.Bytes.Length);
            return true;
        }

        public void OnDeadline(Instant now)
        {
        }
    }
}
