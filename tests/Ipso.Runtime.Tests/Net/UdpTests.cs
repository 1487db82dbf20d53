using System.Net;
using System.Net.Sockets;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Tests.Coap.Engine;

namespace Ipso.Tests.Net;

public class UdpTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>A server on an ephemeral port: <c>/v</c> can be read, written and observed, <c>/slow</c> is silent.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly CoapEndpoint _endpoint;
        private string _value = "a";

        public Server(IPAddress? address = null)
        {
            _endpoint = new CoapEndpoint(new CoapEndpointOptions(), new SystemRandomSource(), new Handler(Handle));
            Host = new UdpHost(_endpoint, new IPEndPoint(address ?? IPAddress.Loopback, 0));
        }

        public UdpHost Host { get; }

        public Uri Uri => new($"coap://{Host.LocalEndPoint}");

        public int Observers => Host.Invoke(_endpoint, static (endpoint, _) => endpoint.ObserverCount);

        public void Set(string value) => Host.Invoke((server: this, value), static (call, _) =>
        {
            call.server._value = call.value;
            call.server._endpoint.Notify(1);
        });

        public ValueTask DisposeAsync() => Host.DisposeAsync();

        private void Handle(in CoapRequest request, ref CoapResponse response)
        {
            string path = "";
            foreach (ReadOnlySpan<byte> segment in request.UriPath)
            {
                path += "/" + Encoding.UTF8.GetString(segment);
            }

            switch (request.Method)
            {
                case CoapMethod.Get when path == "/v":
                    response.Code = CoapCode.Content;
                    response.ContentFormat = request.Accept ?? ContentFormat.PlainText;
                    response.MaxAge = 5;
                    response.SetETag([7]);
                    response.PayloadLength = Encoding.UTF8.GetBytes(_value, response.Payload);
                    response.Observe(1);
                    break;
                case CoapMethod.Put when path == "/v":
                    _value = Encoding.UTF8.GetString(request.Payload);
                    _endpoint.Notify(1);
                    response.Code = CoapCode.Changed;
                    break;
                case CoapMethod.Post when path == "/rd":
                    response.Code = CoapCode.Created;
                    response.AddLocationPath("rd"u8);
                    response.AddLocationPath("5/f"u8);
                    break;
                case CoapMethod.Delete:
                    response.Fail(CoapCode.MethodNotAllowed, "no");
                    break;
                default:
                    break;
            }
        }
    }

    private static CoapEndpoint Client() => new(new CoapEndpointOptions(), new SystemRandomSource());

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [Trait("Category", "Network")]
    public async Task A_client_reads_writes_and_creates_over_loopback(string address)
    {
        await using var server = new Server(IPAddress.Parse(address));
        await using CoapClient client = await CoapClient.ConnectAsync(server.Uri);

        CoapClientResponse response = await client.GetAsync("/v").WaitAsync(s_patience);
        Assert.Equal(
            (CoapCode.Content, ContentFormat.PlainText, "a", 5u),
            (response.Code, response.ContentFormat, response.GetText(), response.MaxAge));
        Assert.Equal([7], response.ETag);
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/v", "b"u8.ToArray()).WaitAsync(s_patience)).Code);
        response = await client.GetAsync("/v", ContentFormat.SenMLCbor).WaitAsync(s_patience);
        Assert.Equal((ContentFormat.SenMLCbor, "b"), (response.ContentFormat, response.GetText()));
        Assert.Equal("/rd/5%2Ff", (await client.PostAsync("/rd?ep=x").WaitAsync(s_patience)).Location);
        response = await client.DeleteAsync("/v").WaitAsync(s_patience);
        Assert.Equal("4.05 Method Not Allowed, 2 bytes", response.ToString());
        Assert.Equal(CoapCode.NotFound, (await client.GetAsync("/nowhere").WaitAsync(s_patience)).Code);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task More_requests_at_once_than_there_are_exchanges_all_get_their_answer()
    {
        await using var server = new Server();
        await using CoapClient client = CoapClient.Connect(server.Host.LocalEndPoint);
        IEnumerable<Task<CoapClientResponse>> requests = Enumerable.Range(0, 200).Select(_ => client.GetAsync("/v"));
        CoapClientResponse[] responses = await Task.WhenAll(requests).WaitAsync(s_patience);
        Assert.All(responses, r => Assert.Equal("a", r.GetText()));
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task An_observer_hears_of_changes_and_deregisters_when_it_leaves()
    {
        await using var server = new Server();
        await using CoapClient client = CoapClient.Connect(server.Host.LocalEndPoint);
        using var timeout = new CancellationTokenSource(s_patience);
        var seen = new List<string>();
        await foreach (CoapClientResponse notification in client.ObserveAsync("/v", cancellationToken: timeout.Token))
        {
            Assert.NotNull(notification.Observe);
            seen.Add(notification.GetText());
            if (seen.Count == 3)
            {
                break;
            }

            Assert.Equal(1, server.Observers);
            server.Set($"{seen.Count}");
        }

        Assert.Equal(["a", "1", "2"], seen);
        await client.GetAsync("/v").WaitAsync(s_patience);
        Assert.Equal(0, server.Observers);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task An_observation_that_is_refused_ends_with_the_error()
    {
        await using var server = new Server();
        await using CoapClient client = CoapClient.Connect(server.Host.LocalEndPoint);
        CoapResponseException e = await Assert.ThrowsAsync<CoapResponseException>(async () =>
        {
            await foreach (CoapClientResponse response in client.ObserveAsync("/nowhere"))
            {
                Assert.Fail($"{response}");
            }
        });
        Assert.Equal((CoapCode.NotFound, "GET /nowhere: 4.04 Not Found"), (e.Code, e.Message));
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task A_server_that_is_silent_is_a_timeout_with_a_clear_message()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var impatient = new TransmissionParameters { AckTimeout = TimeSpan.FromMilliseconds(10), MaxRetransmit = 2 };
        var options = new CoapEndpointOptions { Transmission = impatient };
        await using CoapClient client = CoapClient.Connect((IPEndPoint)silent.LocalEndPoint!, options);
        CoapException e = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/v").WaitAsync(s_patience));
        Assert.Equal(CoapFailure.Timeout, e.Failure);
        Assert.StartsWith($"No answer from {silent.LocalEndPoint} to GET /v: sent 3 times in 0.", e.Message, StringComparison.Ordinal);
        Assert.Equal(3, e.Transmissions);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task An_endpoint_without_a_server_rejects_with_a_reset()
    {
        await using var other = new UdpHost(Client(), new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = CoapClient.Connect(other.LocalEndPoint);
        CoapException e = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/v").WaitAsync(s_patience));
        Assert.Equal(CoapFailure.Reset, e.Failure);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task A_request_can_be_given_up_and_a_closed_client_says_so()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        CoapClient client = CoapClient.Connect((IPEndPoint)silent.LocalEndPoint!, new CoapEndpointOptions { Exchanges = 1 });
        using var cancellation = new CancellationTokenSource();
        Task<CoapClientResponse> request = client.GetAsync("/v", cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.WaitAsync(s_patience));

        Task<CoapClientResponse> open = client.GetAsync("/v");
        Task<CoapClientResponse> waiting = client.GetAsync("/v");
        await client.DisposeAsync().AsTask().WaitAsync(s_patience);
        Assert.Equal(CoapFailure.Closed, (await Assert.ThrowsAsync<CoapException>(() => open.WaitAsync(s_patience))).Failure);
        Assert.Equal(CoapFailure.Closed, (await Assert.ThrowsAsync<CoapException>(() => waiting.WaitAsync(s_patience))).Failure);
        Assert.Equal(CoapFailure.Closed, (await Assert.ThrowsAsync<CoapException>(() => client.GetAsync("/v"))).Failure);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task A_port_in_use_is_told_in_one_line()
    {
        await using var server = new Server();
        UdpBindException e = Assert.Throws<UdpBindException>(() => new UdpHost(Client(), server.Host.LocalEndPoint));
        Assert.Equal($"UDP {server.Host.LocalEndPoint} is already in use.", e.Message);
        Assert.Equal(server.Host.LocalEndPoint, e.EndPoint);
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task Empty_and_malformed_datagrams_and_unreachable_ports_do_not_stop_the_host()
    {
        await using var server = new Server();
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            socket.Connect(server.Host.LocalEndPoint);
            socket.Send(ReadOnlySpan<byte>.Empty);
            socket.Send([1, 2, 3]);
            socket.Send(new byte[60_000]);
            socket.Send(Wire.Con(CoapCode.Get, 1, "01", "", Wire.Observe(0), Wire.Path("v")));
            socket.ReceiveTimeout = 20_000;
            Assert.StartsWith("ACK 2.05", Wire.Show(Receive(socket)), StringComparison.Ordinal);
        }

        // The observer's port is closed now: the notification comes back as an ICMP message.
        server.Set("b");
        server.Set("c");
        await using CoapClient client = CoapClient.Connect(server.Host.LocalEndPoint);
        Assert.Equal("c", (await client.GetAsync("/v").WaitAsync(s_patience)).GetText());

        static byte[] Receive(Socket socket)
        {
            var buffer = new byte[2048];
            return buffer[..socket.Receive(buffer)];
        }
    }

    [Fact]
    [Trait("Category", "Network")]
    public async Task An_exception_of_the_owner_ends_the_host_and_is_told()
    {
        await using var host = new UdpHost(
            Client(),
            new IPEndPoint(IPAddress.Loopback, 0),
            _ => throw new InvalidOperationException("owner"));
        host.Wake();
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Completion.WaitAsync(s_patience));
        Assert.Equal("owner", e.Message);
        Assert.Throws<ObjectDisposedException>(() => host.Invoke(0, static (_, _) => 0));
    }

    [Theory]
    [InlineData("192.0.2.1", 5683)]
    [InlineData("2001:db8::1", 65535)]
    public void An_address_survives_the_way_through_the_engine(string address, int port)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        PeerId peer = UdpAddress.ToPeer(endPoint);
        Assert.Equal(endPoint, UdpAddress.ToEndPoint(peer));
        Assert.Equal(peer, UdpAddress.ToPeer(new IPEndPoint(IPAddress.Parse(address), port)));
        Assert.NotEqual(peer, UdpAddress.ToPeer(new IPEndPoint(IPAddress.Parse(address), port - 1)));
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("coaps://127.0.0.1/")]
    [InlineData("coap://127.0.0.1/a")]
    public async Task A_URI_of_another_form_is_the_callers_fault(string uri) =>
        await Assert.ThrowsAsync<ArgumentException>(() => CoapClient.ConnectAsync(new Uri(uri)));

    [Theory]
    [InlineData("192.0.2.1:1", "192.0.2.1:2", true)]
    [InlineData("192.0.2.1:1", "192.0.2.2:1", false)]
    [InlineData("192.0.2.1:1", "[::ffff:192.0.2.1]:2", true)]
    [InlineData("[2001:db8::1]:1", "[2001:db8::2]:2", true)]
    [InlineData("[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false)]
    public void Peers_of_a_host_have_one_host(string one, string other, bool isSame) =>
        Assert.Equal(
            isSame, UdpAddress.HostOf(UdpAddress.ToPeer(IPEndPoint.Parse(one))) == UdpAddress.HostOf(UdpAddress.ToPeer(IPEndPoint.Parse(other))));

    [Fact]
    public void The_name_of_a_session_is_at_no_host() => Assert.Null(UdpAddress.HostOf(new PeerId([1, 2, 3])));
}
