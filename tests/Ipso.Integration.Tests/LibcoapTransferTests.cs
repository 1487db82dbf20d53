using System.Globalization;
using System.Net;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Tests;

namespace Ipso.Integration.Tests;

/// <summary>libcoap over TCP (RFC 8323) and UDP, both ways: small and large bodies in blocks, and observation.</summary>
[Trait("Category", "Peers")]
public sealed class LibcoapTransferTests : AsyncTests
{
    private const string Client = "coap-client-notls";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly CoapEndpointOptions s_datagrams = new() { MaxBodySize = 1 << 20, TransferBytes = 3 << 20 };
    private static readonly CoapEndpointOptions s_stream = s_datagrams with { MaxMessageSize = 8320 };

    private readonly Store _store = new();
    private readonly List<IAsyncDisposable> _hosts = [];

    public override async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable host in _hosts)
        {
            await host.DisposeAsync();
        }
    }

    [PeerTheory(Client)]
    [InlineData("coap", "127.0.0.1", 10)]
    [InlineData("coap", "127.0.0.1", 1 << 20)]
    [InlineData("coap+tcp", "127.0.0.1", 10)]
    [InlineData("coap+tcp", "::1", 5000)]
    [InlineData("coap+tcp", "127.0.0.1", 100_000)]
    [InlineData("coap+tcp", "127.0.0.1", 1 << 20)]
    public async Task Libcoaps_client_writes_and_reads(string scheme, string address, int size)
    {
        LibcoapClient client = new(Serve(scheme, address), scheme);
        byte[] body = Numbers(size);
        Assert.Equal("", (await client.RequestAsync("put", "/store", payload: body)).Error);
        Assert.Equal(body, _store.Body);
        LibcoapClient.Answer answer = await client.RequestAsync("get", "/store");
        Assert.Equal("", answer.Error);
        Assert.Equal(body, answer.Payload);
    }

    [PeerTheory(Client)]
    [InlineData("coap+tcp", 64)]
    [InlineData("coap+tcp", 1024)]
    public async Task Libcoaps_client_names_the_size_of_blocks(string scheme, int blockSize)
    {
        LibcoapClient client = new(Serve(scheme, "127.0.0.1"), scheme);
        byte[] body = Numbers(20_000);
        string[] more = ["-b", blockSize.ToString(CultureInfo.InvariantCulture)];
        Assert.Equal("", (await client.RequestAsync("put", "/store", payload: body, more: more)).Error);
        Assert.Equal(body, _store.Body);
        LibcoapClient.Answer answer = await client.RequestAsync("get", "/store", more: more);
        Assert.Equal("", answer.Error);
        Assert.Equal(body, answer.Payload);
    }

    [PeerTheory(Client)]
    [InlineData("coap+tcp")]
    public async Task Libcoaps_client_observes(string scheme)
    {
        _store.Body = "0"u8.ToArray();
        LibcoapClient client = new(Serve(scheme, "127.0.0.1"), scheme);
        List<string> seen = [];
        await foreach (string value in client.ObserveAsync("/store", ContentFormat.PlainText))
        {
            seen.Add(value);
            if (seen.Count == 3)
            {
                break;
            }

            _store.Change!([(byte)('0' + seen.Count)]);
        }

        Assert.Equal(["0", "1", "2"], seen);
    }

    [PeerTheory(Client)]
    [InlineData("coap+tcp")]
    public async Task Libcoaps_client_is_told_of_an_error(string scheme)
    {
        LibcoapClient client = new(Serve(scheme, "127.0.0.1"), scheme);
        LibcoapClient.Answer answer = await client.RequestAsync("get", "/nowhere");
        Assert.StartsWith("4.04", answer.Error, StringComparison.Ordinal);
    }

    [PeerTheory(LibcoapServer.Program)]
    [InlineData("coap", "127.0.0.1", 10)]
    [InlineData("coap", "127.0.0.1", 1 << 20)]
    [InlineData("coap+tcp", "127.0.0.1", 10)]
    [InlineData("coap+tcp", "::1", 5000)]
    [InlineData("coap+tcp", "127.0.0.1", 100_000)]
    [InlineData("coap+tcp", "127.0.0.1", 1 << 20)]
    public async Task Libcoaps_server_is_written_and_read(string scheme, string address, int size)
    {
        await using LibcoapServer server = await LibcoapServer.StartAsync(address, "-d", "10");
        await using CoapClient client = await ConnectAsync(scheme, server);
        byte[] body = Numbers(size);
        CoapClientResponse put = await client.PutAsync("/store", body, ContentFormat.OctetStream).WaitAsync(s_patience);
        Assert.Equal(CoapCode.Created, put.Code);
        CoapClientResponse get = await client.GetAsync("/store").WaitAsync(s_patience);
        Assert.Equal(CoapCode.Content, get.Code);
        Assert.Equal(body, get.Payload);
        Assert.Equal(CoapCode.NotFound, (await client.GetAsync("/nowhere").WaitAsync(s_patience)).Code);
    }

    // The libcoap of Debian 12 (4.3.1) does not know RFC 9177: it answers 4.02, and the bodies go by Block1 and Block2.
    [PeerTheory(LibcoapServer.Program)]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task Libcoaps_server_declines_robust_transfers_and_is_written_and_read_without(int size)
    {
        await using LibcoapServer server = await LibcoapServer.StartAsync("127.0.0.1", "-d", "10");
        await using CoapClient client = new(new CoapClientOptions { RobustBlocks = true, Endpoint = s_datagrams });
        byte[] body = Numbers(size);
        string uri = $"coap://{server.EndPoint}/store";
        CoapClientResponse put = await client.PutAsync(uri, body, ContentFormat.OctetStream).WaitAsync(s_patience);
        Assert.Equal(CoapCode.Created, put.Code);
        CoapClientResponse get = await client.GetAsync(uri).WaitAsync(s_patience);
        Assert.Equal(CoapCode.Content, get.Code);
        Assert.Equal(body, get.Payload);
    }

    [PeerTheory(LibcoapServer.Program)]
    [InlineData("coap")]
    [InlineData("coap+tcp")]
    public async Task Libcoaps_server_is_observed(string scheme)
    {
        await using LibcoapServer server = await LibcoapServer.StartAsync("127.0.0.1", "-d", "10");
        await using CoapClient client = await ConnectAsync(scheme, server);
        await client.PutAsync("/example_data", "0"u8.ToArray()).WaitAsync(s_patience);
        using CancellationTokenSource patience = new(s_patience);
        List<string> seen = [];
        await foreach (CoapClientResponse response in client.ObserveAsync("/example_data", cancellationToken: patience.Token))
        {
            seen.Add(response.GetText());
            if (seen.Count == 3)
            {
                break;
            }

            await client.PutAsync("/example_data", new byte[] { (byte)('0' + seen.Count) }).WaitAsync(s_patience);
        }

        Assert.Equal(["0", "1", "2"], seen);

        // Deregistered, it hears nothing more; the connection serves on.
        Assert.Equal("2", (await client.GetAsync("/example_data").WaitAsync(s_patience)).GetText());
    }

    private static Task<CoapClient> ConnectAsync(string scheme, LibcoapServer server) =>
        CoapClient.ConnectAsync(new Uri($"{scheme}://{server.EndPoint}"), scheme == "coap" ? s_datagrams : s_stream);

    private static byte[] Numbers(int count)
    {
        byte[] numbers = new byte[count];
        new Random(1).NextBytes(numbers);
        return numbers;
    }

    private IPEndPoint Serve(string scheme, string address)
    {
        IPEndPoint local = new(IPAddress.Parse(address), 0);
        if (scheme == "coap")
        {
            UdpHost udp = new(new CoapEndpoint(s_datagrams, new SystemRandomSource(), _store), local);
            _hosts.Add(udp);
            return udp.LocalEndPoint;
        }

        CoapStreamEndpoint endpoint = new(s_stream, new SystemRandomSource(), _store);
        TcpHost tcp = new(endpoint, local);
        _hosts.Add(tcp);
        _store.Change = body => tcp.Invoke((_store, endpoint, body), static (call, _) =>
        {
            call._store.Body = call.body;
            call.endpoint.Notify(Store.Tag);
        });
        return tcp.LocalEndPoint;
    }

    /// <summary>What is put at <c>/store</c> can be got and observed there. Touched under the lock of the host, or between requests.
    /// </summary>
    private sealed class Store : ICoapRequestHandler
    {
        internal const ulong Tag = 1;

        internal byte[] Body { get; set; } = [];

        internal Action<byte[]>? Change { get; set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            bool isStore = false;
            foreach (ReadOnlySpan<byte> segment in request.UriPath)
            {
                isStore = segment.SequenceEqual("store"u8);
            }

            if (!isStore)
            {
                response.Fail(CoapCode.NotFound);
            }
            else if (request.Method == CoapMethod.Get)
            {
                response.Code = CoapCode.Content;
                response.PayloadLength = Body.Length;
                Body.CopyTo(response.Payload);
                response.Observe(Tag);
            }
            else
            {
                Body = request.Payload.ToArray();
                response.Code = CoapCode.Changed;
            }
        }
    }
}
