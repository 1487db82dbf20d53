using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Server;
using Ipso.Testing.Fleets;
using Ipso.Tests.Docs;

namespace Ipso.Testing.Tests;

/// <summary>The examples of docs/testing.md, compiled and run: the code stands here as it stands there.</summary>
public class DocsTests
{
    private sealed class Hello : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = Encoding.UTF8.GetBytes("hello", response.Payload);
        }
    }

    [Fact]
    public void A_script_of_times_and_messages()
    {
        Temperature temperature = new() { SensorValue = 21.5 };
        DeviceEndpoint device = new(new SeededRandom(1));
        device.Objects.Add(temperature);

        new ScriptedPeer(device)
            .At(0).Send(CoapDatagram.Con(CoapCode.Get, messageId: 1).Token("4f").Path("/3303/0/5700").Observe(0))
            .Expect("ACK 0x0001 2.05 Content token 4f, Observe 1, Content-Format 0, \"21.5\"")
            .At(10).Do(() => temperature.SensorValue = 22)
            .Expect("NON * 2.05 Content token 4f, Observe 2, Content-Format 0, \"22\"")
            .At(86_400).Expect("CON * \"22\"")
            .Acknowledge()
            .At(86_500).ExpectNothing();
    }

    [Fact]
    public void A_bad_network()
    {
        Hello handler = new();

        VirtualNetwork network = new(seed: 7)
        {
            Links = new LinkSettings
            {
                Loss = 0.2,
                Duplication = 0.1,
                Reordering = 0.1,
                Delay = LinkDelay.Jitter(TimeSpan.FromMilliseconds(80), TimeSpan.FromMilliseconds(60)),
                Mtu = 1280,
            },
        };
        VirtualNode<CoapEndpoint> server = network.Add("server", random => new CoapEndpoint(new CoapEndpointOptions(), random, handler));
        VirtualNode<CoapEndpoint> client = network.Add("client", random => new CoapEndpoint(new CoapEndpointOptions(), random));

        string? answer = null;
        client.AfterStep = () =>
        {
            while (client.Protocol.TryTakeEvent(out CoapEvent e))
            {
                answer = e.HasMessage ? Encoding.UTF8.GetString(e.Message.Payload) : e.Kind.ToString();
            }
        };

        network.Cut([client], [server], TimeSpan.FromSeconds(30));
        network.Clock.After(TimeSpan.FromSeconds(20), server.Restart);
        client.Protocol.Request(server.Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/hello" });
        network.RunUntil(() => answer is not null, atMost: TimeSpan.FromSeconds(93));

        Assert.Equal("hello", answer);
        Assert.Equal(2, server.Incarnation);
        string path = Path.GetTempFileName();
        Write(network, path);
        Assert.True(new FileInfo(path).Length > 24);
        File.Delete(path);
        Assert.Contains("(partitioned)", network.Trace.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulated_fleets()
    {
        VirtualNetwork network = new(seed: 7) { Links = LinkSettings.Perfect with { Loss = 0.1 } };
        VirtualNode<ServerEndpoint> server = network.Add("server", random => new ServerEndpoint(random));
        SimulatedFleet fleet = new SimulatedFleet(100, "sensor-{0:d3}", seed: 1)
            .With<Temperature>()
            .With(() => new Device { Manufacturer = "Ipso", SupportedBindingAndModes = "U", ErrorCode = [0], Reboot = null });

        IReadOnlyList<VirtualNode<SimulatedDevice>> devices = fleet.AddTo(network, server);
        network.RunUntil(() => server.Protocol.DeviceCount == fleet.Count, atMost: TimeSpan.FromHours(1));
        devices[42].Restart();

        Assert.Equal(100, server.Protocol.DeviceCount);
        await StartAsync(fleet);
    }

    [Fact]
    public void Each_example_of_the_page_stands_here()
    {
        string[] examples = new DocsPage("testing.md").Examples();
        Assert.Equal(5, examples.Length);
        DocsPage.AssertStandHere(examples);
    }

    private static async Task StartAsync(SimulatedFleet fleet)
    {
        await using Lwm2mServer server = new();
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        int port = server.LocalEndPoint.Port;
        await using SimulatedFleetHost host = fleet.Start(new IPEndPoint(IPAddress.Loopback, port));
        await host.AllRegistered;
        Assert.Equal(100, server.List().Count);
    }

    private static void Write(VirtualNetwork network, string path)
    {
        Console.WriteLine(network.Trace);
        using FileStream file = File.Create(path);
        network.Trace.WritePcap(file);
    }
}
