using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Bounds of a TCP host: how many connections there may be, of an address and at all, and which one gives way.</summary>
public class TcpBoundsTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private sealed class Handler : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
        }
    }

    [Fact]
    public async Task An_address_has_so_many_connections_and_the_next_address_is_served()
    {
        CoapStreamEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), new Handler(), maxConnections: 4);
        await using TcpHost host = new(endpoint, new TcpHostOptions
        {
            Listeners = [new IPEndPoint(IPAddress.Loopback, 0)],
            ConnectionsPerAddress = 2,
        });
        Socket[] silent = [.. Enumerable.Range(0, 3).Select(_ => Open(host.LocalEndPoint, "127.0.0.2"))];
        byte[] csm = new byte[100];
        Assert.All(silent[..2], socket => Assert.True(socket.Receive(csm) > 0));
        Assert.True(IsClosed(silent[2]));
        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coap+tcp://{host.LocalEndPoint}"));
        Assert.Equal(CoapCode.Content, (await client.GetAsync("/").WaitAsync(s_patience)).Code);
        Assert.Equal((3, 0, 1), (host.Counters.Accepted, host.Counters.Refused, host.Counters.RefusedByAddress));

        // One that goes makes room for another of its address.
        silent[0].Dispose();
        while (host.Counters.Closed == 0)
        {
            await Task.Yield();
        }

        using Socket next = Open(host.LocalEndPoint, "127.0.0.2");
        Assert.True(next.Receive(csm) > 0);
        Assert.InRange(host.MaxMemory, endpoint.MaxMemory, 20 << 20);
        Array.ForEach(silent, static socket => socket.Dispose());
    }

    private const byte Content = 0x45, Csm = 0xe1, Pong = 0xe3, Release = 0xe4;

    // A CSM, a GET, a GET that observes, and a Ping, of one byte of token each.
    private static readonly byte[] s_csm = [0x00, 0xe1];
    private static readonly byte[] s_get = [0x01, 0x01, 0xaa];
    private static readonly byte[] s_observe = [0x11, 0x01, 0xbb, 0x60];
    private static readonly byte[] s_ping = [0x01, 0xe2, 0xcc];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_all_places_are_taken_the_connection_idle_for_longest_gives_way(bool hasIdle)
    {
        ManualClock clock = new();
        CoapStreamEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), new Handler(), maxConnections: 4);
        await using TcpHost host = new(endpoint, new TcpHostOptions
        {
            Listeners = [new IPEndPoint(IPAddress.Loopback, 0)],
            ConnectionsPerAddress = 4,
            Time = clock,
            YieldAfter = hasIdle ? TimeSpan.FromMinutes(1) : null,
        });
        using Socket observes = Open(host.LocalEndPoint, "127.0.0.1");
        using Socket pings = Open(host.LocalEndPoint, "127.0.0.1");
        using Socket idle = Open(host.LocalEndPoint, "127.0.0.1");
        using Socket asks = Open(host.LocalEndPoint, "127.0.0.1");
        foreach (Socket socket in (Socket[])[observes, pings, idle, asks])
        {
            socket.Send(s_csm);
            Assert.Equal(Csm, Read(socket));
            Assert.Equal(Pong, Ask(socket, s_ping));
        }

        Assert.Equal(Content, Ask(observes, s_observe));
        Assert.Equal(Content, Ask(pings, s_get));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(Content, Ask(idle, s_get));
        clock.Advance(TimeSpan.FromMinutes(2));

        // Signals are no use.
        Assert.Equal(Pong, Ask(pings, s_ping));
        Assert.Equal(Content, Ask(asks, s_get));
        if (!hasIdle)
        {
            using Socket refused = Open(host.LocalEndPoint, "127.0.0.2");
            Assert.True(IsClosed(refused));
            Assert.Equal((4, 1, 0), (host.Counters.Accepted, host.Counters.Refused, host.Counters.Yielded));
            return;
        }

        using Socket second = TakePlaceOf(pings);
        using Socket third = TakePlaceOf(idle);

        // The others observe, have asked just now, or are new; later they are idle too, all but the observer.
        using (Socket refused = Open(host.LocalEndPoint, "127.0.0.2"))
        {
            Assert.True(IsClosed(refused));
        }

        clock.Advance(TimeSpan.FromMinutes(2));
        using Socket last = Open(host.LocalEndPoint, "127.0.0.2");
        Assert.Equal(Csm, Read(last));
        Assert.Equal(Release, Read(asks));
        host.Invoke(endpoint, static (endpoint, _) => endpoint.Notify(1));
        Assert.Equal(Content, Read(observes));
        Assert.Equal((7, 1, 3), (host.Counters.Accepted, host.Counters.Refused, host.Counters.Yielded));

        // It is closed before the host is, which waits for its peers to close, and by a clock that stands still.
        Socket TakePlaceOf(Socket next)
        {
            Socket newcomer = Open(host.LocalEndPoint, "127.0.0.2");
            Assert.Equal(Csm, Read(newcomer));
            Assert.Equal(Release, Read(next));
            Assert.True(IsClosed(next));
            newcomer.Send(s_csm);
            Assert.Equal(Content, Ask(newcomer, s_get));
            return newcomer;
        }
    }

    [Fact]
    public async Task An_address_that_has_all_it_may_have_has_nobody_give_way()
    {
        ManualClock clock = new();
        CoapStreamEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), new Handler(), maxConnections: 3);
        await using TcpHost host = new(endpoint, new TcpHostOptions
        {
            Listeners = [new IPEndPoint(IPAddress.Loopback, 0)], ConnectionsPerAddress = 2, Time = clock,
        });
        using Socket first = Open(host.LocalEndPoint, "127.0.0.1");
        using Socket second = Open(host.LocalEndPoint, "127.0.0.1");
        using Socket other = Open(host.LocalEndPoint, "127.0.0.2");
        foreach (Socket socket in (Socket[])[first, second, other])
        {
            Assert.Equal(Csm, Read(socket));
            socket.Send(s_csm);
            Assert.Equal(Content, Ask(socket, s_get));
        }

        clock.Advance(TimeSpan.FromMinutes(5));
        using Socket third = Open(host.LocalEndPoint, "127.0.0.1");
        Assert.True(IsClosed(third));
        Assert.Equal(Content, Ask(other, s_get));
        Assert.Equal((3, 1, 0), (host.Counters.Accepted, host.Counters.Refused, host.Counters.Yielded));
    }

    private static byte Ask(Socket socket, byte[] message)
    {
        socket.Send(message);
        return Read(socket);
    }

    // The code of the next message.
    private static byte Read(Socket socket) => TcpHostTests.CodeOf(TcpHostTests.Read(socket));

    private static Socket Open(IPEndPoint to, string from)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)s_patience.TotalMilliseconds };
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        socket.Connect(to);
        return socket;
    }

    private static bool IsClosed(Socket socket)
    {
        try
        {
            return socket.Receive(new byte[1]) == 0;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionReset;
        }
    }
}
