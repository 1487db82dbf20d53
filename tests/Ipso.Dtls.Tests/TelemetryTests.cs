using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Ipso.Net;

namespace Ipso.Dtls.Tests;

[Trait("Category", "Security")]
public class TelemetryTests
{
    [Fact(Timeout = 60_000)]
    public async Task What_is_discarded_is_an_instrument_for_each_kind()
    {
        using OpenSslSecurity security = new(Keys.Server);
        await using CoapServer server = new();
        server.Start(new UdpHostOptions { Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = security }] });
        using UdpClient stranger = new();
        int port = server.LocalEndPoint.Port;
        stranger.Connect(IPAddress.Loopback, port);
        await stranger.SendAsync("plain CoAP"u8.ToArray());
        Dictionary<string, long> seen = Collect(port);
        while (seen["coap.security.datagrams.stray"] == 0)
        {
            await Task.Yield();
            seen = Collect(port);
        }

        Assert.Equal((1, 1), (seen["coap.security.datagrams.stray"], seen["coap.security.datagrams.discarded"]));
        foreach (string kind in (string[])["unauthentic", "malformed", "surplus", "to_group", "unanswered"])
        {
            Assert.Equal(0, seen[$"coap.security.datagrams.{kind}"]);
        }
    }

    private static Dictionary<string, long> Collect(int port)
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
                if (tag.Key == "network.local.port" && (int)tag.Value! == port)
                {
                    seen[instrument.Name] = value;
                }
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }
}
