using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>The host on loopback sockets: with plain sockets as peers, and with the client.</summary>
[Trait("Category", "Network")]
public partial class TcpHostTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly CoapEndpointOptions s_large = new()
    {
        MaxMessageSize = 8320, MaxBodySize = 1 << 20, TransferBytes = 3 << 20, Observers = 8,
    };

    // A CSM without options; a GET without path and token; what a Release, an Abort, and a Ping begin with.
    private static readonly byte[] s_csm = [0x00, 0xe1];
    private static readonly byte[] s_get = [0x00, 0x01];
    private static readonly byte[] s_ping = [0x00, 0xe2];
    private const byte Release = 0xe4;

    /// <summary>A resource that keeps what is put, is observed, and counts.</summary>
    private sealed class Store : ICoapRequestHandler
    {
        public byte[] Body { get; set; } = [];

        public int Handled { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Handled++;
            if (request.Method == CoapMethod.Get)
            {
                response.Code = CoapCode.Content;
                Body.CopyTo(response.Payload);
                response.PayloadLength = Body.Length;
                response.Observe(1);
            }
            else
            {
                Body = request.Payload.ToArray();
                response.Code = CoapCode.Changed;
            }
        }
    }

    private readonly Store _store = new();

    private TcpHost Host(TcpHostOptions? options = null, int connections = 8, Action<Instant>? after = null) =>
        new(
            new CoapStreamEndpoint(s_large, new SystemRandomSource(), _store, connections),
            options ?? new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)] },
            after);

    private static Socket Connect(IPEndPoint to)
    {
        Socket socket = new(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)s_patience.TotalMilliseconds };
        socket.Connect(to);
        return socket;
    }

    private static Task<CoapClient> ClientAsync(IPEndPoint to, CoapEndpointOptions? options = null) =>
        CoapClient.ConnectAsync(new Uri($"coap+tcp://{to}"), options);

    /// <summary>The next message of the peer; null at the end of the bytes.</summary>
    internal static byte[]? Read(Socket socket)
    {
        byte[] message = new byte[10_000];
        int length = 0;
        while (true)
        {
            if (socket.Receive(message, length, 1, SocketFlags.None) == 0)
            {
                Assert.Equal(0, length);
                return null;
            }

            length++;
            CoapStreamFramer framer = new(10_000);
            framer.Append(message.AsSpan(0, length));
            if (framer.TryRead(out _))
            {
                return message[..length];
            }

            Assert.Equal(CoapParseError.None, framer.Error);
        }
    }

    internal static byte CodeOf(byte[]? message)
    {
        CoapStreamFramer framer = new(10_000);
        framer.Append(message);
        return framer.TryRead(out CoapMessage read) ? read.Code.Value : (byte)0;
    }

    /// <summary>A response in its frame, with the token of a request and up to 12 bytes of options.</summary>
    internal static byte[] AnswerTo(byte[] request, byte code, params byte[] options)
    {
        CoapStreamFramer framer = new(10_000);
        framer.Append(request);
        Assert.True(framer.TryRead(out CoapMessage read));
        return [(byte)((options.Length << 4) | read.TokenBytes.Length), code, .. read.TokenBytes, .. options];
    }

    private static byte[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(static i => (byte)(i * 31 >> 3))];

    [Fact]
    public async Task A_client_reads_and_writes_where_the_thread_pool_reads_the_connections()
    {
        await using TcpHost host = Host(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Loopback, 0)], ReadsByItself = false });
        await using CoapClient client = await ClientAsync(host.LocalEndPoint, s_large);
        byte[] body = Numbers(100_000);
        CoapClientResponse put = await client.PutAsync("/", body).WaitAsync(s_patience);
        CoapClientResponse got = await client.GetAsync("/").WaitAsync(s_patience);
        Assert.Equal(CoapCode.Changed, put.Code);
        Assert.Equal(body, got.Payload.ToArray());
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("::", "::1")]
    public async Task A_client_reads_and_writes(string bound, string asked)
    {
        await using TcpHost host = Host(new TcpHostOptions { Listeners = [new IPEndPoint(IPAddress.Parse(bound), 0)] });
        await using CoapClient client = await ClientAsync(new IPEndPoint(IPAddress.Parse(asked), host.LocalEndPoint.Port));
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/x", "warm"u8.ToArray()).WaitAsync(s_patience)).Code);
        Assert.Equal("warm", (await client.GetAsync("/x").WaitAsync(s_patience)).GetText());
        Assert.Equal((1, 0, 2), (host.Counters.Accepted, host.Counters.Refused, _store.Handled));
    }

    [Fact]
    public async Task Several_listeners_serve_one_endpoint()
    {
        await using TcpHost host = Host(new TcpHostOptions
        {
            Listeners = [new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.IPv6Loopback, 0)],
        });
        foreach (IPEndPoint local in host.LocalEndPoints)
        {
            await using CoapClient client = await ClientAsync(local);
            Assert.Equal(CoapCode.Content, (await client.GetAsync("/").WaitAsync(s_patience)).Code);
        }

        Assert.Equal(2, host.Counters.Accepted);
    }

    [Fact]
    public async Task A_megabyte_goes_both_ways()
    {
        await using TcpHost host = Host();
        await using CoapClient client = await ClientAsync(host.LocalEndPoint, s_large);
        byte[] body = Numbers(1 << 20);
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/x", body).WaitAsync(s_patience)).Code);
        Assert.Equal(body, _store.Body);
        Assert.Equal(body, (await client.GetAsync("/x").WaitAsync(s_patience)).Payload);
    }

    [Fact]
    public async Task Changes_are_observed_in_order()
    {
        CoapStreamEndpoint endpoint = new(s_large, new SystemRandomSource(), _store);
        await using TcpHost host = new(endpoint, new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = await ClientAsync(host.LocalEndPoint);
        List<string> seen = [];
        using CancellationTokenSource patience = new(s_patience);
        await foreach (CoapClientResponse response in client.ObserveAsync("/x", cancellationToken: patience.Token))
        {
            seen.Add(response.GetText());
            if (seen.Count == 4)
            {
                break;
            }

            host.Invoke((_store, endpoint, seen.Count), static (call, _) =>
            {
                call._store.Body = Encoding.ASCII.GetBytes(call.Count.ToString(CultureInfo.InvariantCulture));
                call.endpoint.Notify(1);
            });
        }

        Assert.Equal(["", "1", "2", "3"], seen);
    }

    [Fact]
    public async Task Both_ends_of_one_connection_ask()
    {
        // RFC 8323, 3: who has opened the connection makes no difference.
        PeerId toClient = default;
        await using TcpHost server = Host();
        TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CoapStreamEndpoint endpoint = new(s_large, new SystemRandomSource(), new Store { Body = "of the client"u8.ToArray() });
        await using TcpHost client = new(endpoint, new TcpHostOptions());
        CoapStreamEndpoint asking = new(s_large, new SystemRandomSource(), new Asker(peer => toClient = peer));
        await using TcpHost host = new(asking, new IPEndPoint(IPAddress.Loopback, 0), _ =>
        {
            while (asking.TryTakeEvent(out CoapEvent e))
            {
                answer.TrySetResult(Encoding.UTF8.GetString(e.Message.Payload));
            }

            if (toClient != default)
            {
                asking.Request(toClient, new CoapRequestHead { Method = CoapCode.Get, Path = "/x" });
                toClient = default;
            }
        });
        PeerId peer = await client.ConnectAsync(host.LocalEndPoint);
        client.Invoke((endpoint, peer), static (call, _) =>
            call.endpoint.Request(call.peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/ask" }));
        Assert.Equal("of the client", await answer.Task.WaitAsync(s_patience));
    }

    private sealed class Asker(Action<PeerId> ask) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            ask(request.From);
            response.Code = CoapCode.Content;
        }
    }
}
