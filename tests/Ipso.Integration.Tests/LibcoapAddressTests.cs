using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Integration.Tests;

/// <summary>libcoap over IPv4 and IPv6, to and from sockets of one address, of all, and of both families.</summary>
[Trait("Category", "Peers")]
public sealed class LibcoapAddressTests
{
    private const string Client = "coap-client-notls";
    private const string Server = "coap-server-notls";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [PeerTheory(Client)]
    [InlineData("::1", "::1", 1)]
    [InlineData("::", "::1", 1)]
    [InlineData("::", "127.0.0.1", 1)]
    [InlineData("::", "127.0.0.1", 32)]
    [InlineData("0.0.0.0", "127.0.0.1", 1)]
    [InlineData("::1", "::1", 32)]
    public async Task A_server_of_ours_is_asked_and_observed(string bound, string asked, int batch)
    {
        Counter counter = new();
        CoapEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), counter);
        await using UdpHost host = new(endpoint, new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Parse(bound), 0)) { AnswersFromAskedAddress = true }],
            Batch = batch,
        });
        LibcoapClient client = new(new IPEndPoint(IPAddress.Parse(asked), host.LocalEndPoint.Port));
        LibcoapClient.Answer answer = await client.RequestAsync("get", "/count", accept: ContentFormat.PlainText);
        Assert.Equal(("", "0"), (answer.Error, answer.Text));

        List<string> seen = [];
        await foreach (string value in client.ObserveAsync("/count", ContentFormat.PlainText))
        {
            seen.Add(value);
            if (seen.Count == 3)
            {
                break;
            }

            host.Invoke((counter, endpoint), static (call, _) =>
            {
                call.counter.Value++;
                call.endpoint.Notify(Counter.Tag);
            });
        }

        Assert.Equal(["0", "1", "2"], seen);
    }

    [PeerTheory(Server)]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_client_of_ours_asks_libcoaps_server(string address)
    {
        IPAddress local = IPAddress.Parse(address);
        int port;
        using (Socket probe = new(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp))
        {
            probe.Bind(new IPEndPoint(local, 0));
            port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        }

        using Process server = Process.Start(new ProcessStartInfo(
            Server, ["-A", address, "-p", port.ToString(CultureInfo.InvariantCulture), "-v", "0"]))!;
        try
        {
            // While it starts, nobody listens: the client asks again, as it does where a request is lost.
            TransmissionParameters impatient = new() { AckTimeout = TimeSpan.FromMilliseconds(200) };
            CoapEndpointOptions options = new() { Transmission = impatient };
            await using CoapClient client = CoapClient.Connect(new IPEndPoint(local, port), options);
            CoapClientResponse response = await client.GetAsync("/time").WaitAsync(s_patience);
            Assert.Equal(CoapCode.Content, response.Code);
            Assert.Matches("[A-Z][a-z]{2} [ 0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", response.GetText());
            Assert.Equal(CoapCode.NotFound, (await client.GetAsync("/nowhere").WaitAsync(s_patience)).Code);
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
        }
    }

    /// <summary>A number that can be read and observed at <c>/count</c>. Touched under the lock of the host only.</summary>
    private sealed class Counter : ICoapRequestHandler
    {
        internal const ulong Tag = 1;

        internal int Value { get; set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            foreach (ReadOnlySpan<byte> segment in request.UriPath)
            {
                if (segment.SequenceEqual("count"u8) && request.Method == CoapMethod.Get)
                {
                    response.Code = CoapCode.Content;
                    response.ContentFormat = ContentFormat.PlainText;
                    Value.TryFormat(response.Payload, out int written, default, CultureInfo.InvariantCulture);
                    response.PayloadLength = written;
                    response.Observe(Tag);
                }
            }
        }
    }
}
