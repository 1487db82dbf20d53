using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Bounds of a TCP host: how many connections an address may have.</summary>
public class TcpBoundsTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private sealed class Handler : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response) => response.Code = CoapCode.Content;
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
