using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>What a client over TCP does when its connection ends.</summary>
public class TcpReconnectTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Answers at once, is observed, or, at /late, lets the client wait.</summary>
    private sealed class Handler : ICoapRequestHandler
    {
        public TaskCompletionSource Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            if (request.Method == CoapMethod.Post)
            {
                response.Defer();
                Waits.TrySetResult();
            }
        }
    }

    private readonly Handler _handler = new();

    private TcpHost Host(IPEndPoint? at = null) => new(
        new CoapStreamEndpoint(new CoapEndpointOptions(), new SystemRandomSource(), _handler), at ?? new IPEndPoint(IPAddress.Loopback, 0));

    [Fact]
    public async Task A_request_under_way_and_an_observation_end_and_the_next_request_connects_anew()
    {
        await using TcpHost first = Host();
        IPEndPoint at = first.LocalEndPoint;
        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coap+tcp://{at}"));
        await using IAsyncEnumerator<CoapClientResponse> notifications = client.ObserveAsync("/x").GetAsyncEnumerator();
        Assert.True(await notifications.MoveNextAsync().AsTask().WaitAsync(s_patience));
        Task<CoapClientResponse> waiting = client.PostAsync("/late");
        await _handler.Waits.Task.WaitAsync(s_patience);
        await first.DisposeAsync();
        CoapException ended = await Assert.ThrowsAsync<CoapException>(() => waiting.WaitAsync(s_patience));
        Assert.Equal((CoapFailure.Closed, $"{at} closed the connection before POST /late was answered."), (ended.Failure, ended.Message));
        ended = await Assert.ThrowsAsync<CoapException>(() => notifications.MoveNextAsync().AsTask().WaitAsync(s_patience));
        Assert.Equal((CoapFailure.Closed, $"{at} closed the connection, which ends the observation of /x."), (ended.Failure, ended.Message));

        // Nobody is there; then somebody is again.
        ended = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/x").WaitAsync(s_patience));
        Assert.Equal(CoapFailure.Closed, ended.Failure);
        Assert.IsType<TcpConnectException>(ended.InnerException);
        await using TcpHost second = Host(at);
        Task<CoapClientResponse>[] several = [.. Enumerable.Range(0, 5).Select(_ => client.GetAsync("/x"))];
        Assert.All(await Task.WhenAll(several).WaitAsync(s_patience), static response => Assert.Equal(CoapCode.Content, response.Code));
        Assert.Equal(1, second.Counters.Accepted);
    }

    [Fact]
    public async Task After_a_Release_what_is_under_way_is_awaited_and_the_next_request_goes_over_another_connection()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coap+tcp://{listener.LocalEndPoint}"));
        using Socket first = await AcceptAsync(listener);
        Task<CoapClientResponse> underWay = client.GetAsync("/x");
        byte[] get = TcpHostTests.Read(first)!;
        Assert.Equal(0x01, TcpHostTests.CodeOf(get));

        // A Release, and a Ping, whose Pong says that the Release has been taken.
        first.Send([0x00, 0xe4, 0x00, 0xe2]);
        Assert.Equal(0xe3, TcpHostTests.CodeOf(TcpHostTests.Read(first)));
        Task<CoapClientResponse> next = client.GetAsync("/x");
        using Socket second = await AcceptAsync(listener);
        second.Send(TcpHostTests.AnswerTo(TcpHostTests.Read(second)!, 0x45));
        Assert.Equal(CoapCode.Content, (await next.WaitAsync(s_patience)).Code);

        first.Send(TcpHostTests.AnswerTo(get, 0x45));
        Assert.Equal(CoapCode.Content, (await underWay.WaitAsync(s_patience)).Code);
        Assert.Null(TcpHostTests.Read(first));
    }

    [Fact]
    public async Task A_client_tries_each_address_of_a_name()
    {
        await using TcpHost host = Host();
        CoapClientOptions options = new()
        {
            Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Loopback]),
        };
        Uri server = new($"coap+tcp://server.example:{host.LocalEndPoint.Port}");
        await using CoapClient client = await CoapClient.ConnectAsync(server, options).WaitAsync(s_patience);
        Assert.Equal(CoapCode.Content, (await client.GetAsync("/x").WaitAsync(s_patience)).Code);
        await host.DisposeAsync();
        CoapException none = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/x").WaitAsync(s_patience));
        Assert.StartsWith($"The connection to {host.LocalEndPoint} is closed", none.Message, StringComparison.Ordinal);
    }

    // Its CSM has been read, and ours is sent.
    private static async Task<Socket> AcceptAsync(Socket listener)
    {
        Socket socket = await listener.AcceptAsync().WaitAsync(s_patience);
        socket.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
        Assert.Equal(0xe1, TcpHostTests.CodeOf(TcpHostTests.Read(socket)));
        socket.Send([0x00, 0xe1]);
        return socket;
    }
}
