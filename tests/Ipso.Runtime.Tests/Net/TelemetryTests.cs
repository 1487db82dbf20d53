using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Net;
using Ipso.Tests.Coap.Engine;
using Ipso.Tests.Coap.Oscore;

namespace Ipso.Tests.Net;

[Trait("Category", "Network")]
public class TelemetryTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static UdpHost Serve(HandleRequest handle)
    {
        CoapEndpoint endpoint = new(new CoapEndpointOptions(), new SystemRandomSource(), IpsoTelemetry.Trace(new Handler(handle)));
        return new UdpHost(endpoint, new IPEndPoint(IPAddress.Loopback, 0));
    }

    [Fact]
    public async Task Counters_of_a_host_are_instruments_while_it_runs()
    {
        UdpHost host = Serve((in _, ref response) => response.Code = CoapCode.Content);
        await using CoapClient client = CoapClient.Connect(host.LocalEndPoint);
        await client.GetAsync("/a").WaitAsync(s_patience);

        // The answer may be here before the host has counted it: its cycle ends with the lock.
        host.Invoke(0, static (_, _) => 0);
        Dictionary<string, long> seen = Collect(host.LocalEndPoint);
        Assert.Equal((1, 1, 1), (seen["coap.messages.received"], seen["coap.messages.sent"], seen["coap.requests.handled"]));
        Assert.Equal(1, seen["udp.datagrams.sent"]);
        Assert.True(seen["udp.io.received"] > 0);
        Assert.DoesNotContain("coap.security.handshakes", seen.Keys);
        Assert.DoesNotContain("coap.oscore.messages.protected", seen.Keys);
        await host.DisposeAsync();
        Assert.Empty(Collect(host.LocalEndPoint));
    }

    [Fact]
    public async Task Counters_of_a_TCP_host_are_instruments_while_it_runs()
    {
        Handler handler = new((in _, ref response) => response.Code = CoapCode.Content);
        TcpHost host = new(
            new CoapStreamEndpoint(new CoapEndpointOptions(), new SystemRandomSource(), handler), new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = await CoapClient.ConnectAsync(new Uri($"coap+tcp://{host.LocalEndPoint}"));
        await client.GetAsync("/a").WaitAsync(s_patience);
        host.Invoke(0, static (_, _) => 0);
        Dictionary<string, long> seen = Collect(host.LocalEndPoint);
        Assert.Equal((1, 1, 1), (seen["coap.requests.handled"], seen["tcp.connections.accepted"], seen["tcp.connections.open"]));
        Assert.True(seen["tcp.io.received"] > 0 && seen["tcp.io.sent"] > 0);
        Assert.DoesNotContain("udp.datagrams.sent", seen.Keys);
        await host.DisposeAsync();
        Assert.Empty(Collect(host.LocalEndPoint));
    }

    [Fact]
    public async Task A_table_of_contexts_is_counted_at_one_of_the_hosts_that_have_it()
    {
        using OscoreProtection contexts = new();
        Assert.True(contexts.TryAdd(Keys.Of(server: true)));
        CoapEndpointOptions options = new() { Protection = contexts };
        Handler handler = new((in _, ref response) => response.Code = CoapCode.Content);
        UdpHost host = new(new CoapEndpoint(options, new SystemRandomSource(), handler), new IPEndPoint(IPAddress.Loopback, 0));
        await using UdpHost second = new(new CoapEndpoint(options, new SystemRandomSource(), handler), new IPEndPoint(IPAddress.Loopback, 0));
        using OscoreProtection mine = new(Keys.Of(server: false));
        await using CoapClient client = new(new CoapClientOptions { Protection = mine });
        await client.GetAsync($"coap://{second.LocalEndPoint}/a").WaitAsync(s_patience);
        Dictionary<string, long> seen = Collect(host.LocalEndPoint);
        Assert.Equal((1, 1), (seen["coap.oscore.messages.protected"], seen["coap.oscore.messages.unprotected"]));
        Assert.Equal(0, seen["coap.oscore.messages.replayed"]);
        Assert.DoesNotContain("coap.oscore.messages.protected", Collect(second.LocalEndPoint).Keys);
        await host.DisposeAsync();
        Assert.Equal(1, Collect(second.LocalEndPoint)["coap.oscore.messages.unprotected"]);
    }

    [Fact]
    public async Task A_request_is_a_span_at_both_ends()
    {
        List<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == IpsoTelemetry.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (spans)
                {
                    spans.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        string path = $"/{Guid.NewGuid():N}";
        string? inHandler = null;
        await using UdpHost host = Serve((in request, ref response) =>
        {
            inHandler = Activity.Current?.OperationName;
            response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Forbidden;
            if (request.Method == CoapMethod.Delete)
            {
                throw new InvalidOperationException("no");
            }
        });
        await using CoapClient client = CoapClient.Connect(host.LocalEndPoint);
        await client.GetAsync($"{path}?q=1").WaitAsync(s_patience);
        Assert.Equal("GET", inHandler);
        await client.PutAsync(path, default).WaitAsync(s_patience);
        await client.DeleteAsync(path).WaitAsync(s_patience);
        string port = host.LocalEndPoint.Port.ToString(CultureInfo.InvariantCulture);

        // Other tests of the process may make requests meanwhile.
        List<string> seen;
        lock (spans)
        {
            seen = [.. spans.Where(span => (string?)span.GetTagItem("url.path") == path).Select(Show).Order(StringComparer.Ordinal)];
        }

        Assert.Equal(
            [
                $"Client DELETE Error 127.0.0.1:{port} 5.00 ",
                $"Client GET Unset 127.0.0.1:{port} 2.05 ",
                $"Client PUT Error 127.0.0.1:{port} 4.03 ",
                "Server DELETE Error :  System.InvalidOperationException",
                "Server GET Unset : 2.05 ",
                "Server PUT Unset : 4.03 ",
            ],
            seen);

        static string Show(Activity span) =>
            $"{span.Kind} {span.OperationName} {span.Status} {span.GetTagItem("server.address")}:{span.GetTagItem("server.port")} "
            + $"{span.GetTagItem("coap.response.code")} {span.GetTagItem("error.type")}";
    }

    private static Dictionary<string, long> Collect(IPEndPoint local)
    {
        Dictionary<string, long> seen = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == IpsoTelemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Key == "network.local.port" && (int)tag.Value! == local.Port)
                {
                    seen.Add(instrument.Name, value);
                }
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }
}
