using System.Globalization;
using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Objects;
using Ipso.Server;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Testing.Fleets;

namespace Ipso.Testing.Tests;

/// <summary>Fleets on the virtual network and over loopback, against a server of ours.</summary>
public class SimulatedFleetTests
{
    private const int Count = 200;

    private static readonly DeviceRequest s_read = DeviceRequest.Read(new Lwm2mPath(3303, 0, 5700)).In(ContentFormat.PlainText);

    [Fact]
    public void Two_hundred_devices_register_on_a_network_that_loses_a_tenth()
    {
        VirtualNetwork network = new(seed: 7) { Links = LinkSettings.Perfect with { Loss = 0.1 } };
        VirtualNode<ServerEndpoint> server = network.Add("server", random => new ServerEndpoint(random));
        SimulatedFleet fleet = new SimulatedFleet(Count, "sensor-{0:d3}", seed: 1).With<Temperature>().With<Device>();

        IReadOnlyList<VirtualNode<SimulatedDevice>> devices = fleet.AddTo(network, server);
        Assert.True(network.RunUntil(() => server.Protocol.DeviceCount == Count, TimeSpan.FromHours(1)));

        RegisteredDevice device = server.Protocol.Find("sensor-042")!;
        Reading reading = new();
        server.Protocol.Submit(device, reading, network.Now);
        Assert.True(network.RunUntil(() => reading.Text is not null, TimeSpan.FromMinutes(10)));
        Assert.InRange(double.Parse(reading.Text!, CultureInfo.InvariantCulture), 15, 30);
        Assert.True(devices[42].Protocol.IsRegistered);
    }

    [Fact]
    public void A_seed_gives_the_same_trace_again_and_another_seed_another_one()
    {
        Assert.Equal(Trace(1), Trace(1));
        Assert.NotEqual(Trace(1), Trace(2));
    }

    [Fact]
    public void Values_belong_to_the_seed_and_the_place_and_move_by_themselves()
    {
        VirtualNetwork network = new(seed: 7);
        VirtualNode<ServerEndpoint> server = network.Add("server", random => new ServerEndpoint(random));
        SimulatedFleet few = new SimulatedFleet(2, "few-{0}", seed: 5).With<Temperature>();
        SimulatedFleet more = new SimulatedFleet(3, "more-{0}", seed: 5).With<Temperature>();
        Temperature[] ofFew = [.. few.AddTo(network, server).Select(ThermometerOf)];
        Temperature[] ofMore = [.. more.AddTo(network, server).Select(ThermometerOf)];
        double[] before = [.. ofMore.Select(static t => t.SensorValue)];
        Assert.Equal([.. ofFew.Select(static t => t.SensorValue)], before[..2]);
        Assert.Equal(3, before.Distinct().Count());

        network.Run(TimeSpan.FromMinutes(1));
        Assert.Equal([.. ofFew.Select(static t => t.SensorValue)], ofMore[..2].Select(static t => t.SensorValue));
        Assert.All(ofMore.Zip(before), static pair => Assert.NotEqual(pair.Second, pair.First.SensorValue));
    }

    [Fact]
    public void A_fleet_says_what_it_cannot_be()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new SimulatedFleet(0, "a{0}", 1));
        Assert.Throws<ArgumentException>(static () => new SimulatedFleet(2, "a", 1));
        Assert.Throws<FormatException>(static () => new SimulatedFleet(2, "a{", 1));
        Assert.Throws<ArgumentException>(static () => new SimulatedFleet(2, "a{0}", 1).With<LwM2MServer>());
        Assert.Throws<InvalidOperationException>(static () => new SimulatedFleet(2, "a{0}", 1).With<Device>().With<Device>());
        Assert.Throws<ArgumentOutOfRangeException>(static () => new SimulatedFleet(2, "a{0}", 1) { Interval = TimeSpan.FromTicks(-1) });
    }

    [Fact]
    public async Task Two_hundred_devices_register_over_sockets_and_answer_a_read()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(5));
        CancellationToken stop = patience.Token;
        await using Lwm2mServer server = new();
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        SimulatedFleet fleet = new SimulatedFleet(Count, "sensor-{0:d3}", seed: 1).With<Temperature>();

        await using SimulatedFleetHost host = fleet.Start(server.LocalEndPoint);
        await host.AllRegistered.WaitAsync(stop);
        Assert.Equal(Count, host.RegisteredCount);
        Assert.Equal(Count, Enumerable.Range(0, Count).Select(i => host.EndPointOf(i).Port).Distinct().Count());
        foreach (SimulatedDevice device in host.Devices)
        {
            DeviceAnswer answer = await server.Find(device.Name)!.SendAsync(s_read, stop);
            Assert.InRange(double.Parse(answer.Payload.Span, CultureInfo.InvariantCulture), 15, 30);
        }

        await host.DeregisterAsync(stop);
        Assert.Equal(0, host.RegisteredCount);
    }

    private static Temperature ThermometerOf(VirtualNode<SimulatedDevice> node) => node.Protocol.Endpoint.Objects.Find<Temperature>(0)!;

    private static string Trace(ulong seed)
    {
        VirtualNetwork network = new(seed: 7);
        VirtualNode<ServerEndpoint> server = network.Add(
            "server", random => new ServerEndpoint(random, new ServerEndpointOptions { Time = new NetworkTime(network.Clock) }));
        new SimulatedFleet(10, "sensor-{0}", seed) { Interval = TimeSpan.FromSeconds(5) }.With<Temperature>().AddTo(network, server);
        network.RunUntil(() => server.Protocol.DeviceCount == 10, TimeSpan.FromMinutes(1));
        List<Reading> readings = [];
        foreach (int i in Enumerable.Range(0, 10))
        {
            Reading reading = new();
            readings.Add(reading);
            server.Protocol.Submit(server.Protocol.Find($"sensor-{i}")!, reading, network.Now);
        }

        network.RunUntil(() => readings.TrueForAll(static r => r.Text is not null), TimeSpan.FromMinutes(1));
        return network.Trace.ToString();
    }

    private sealed class Reading() : DeviceOperation(s_read)
    {
        internal string? Text { get; private set; }

        protected override void OnCompleted(in DeviceResponse response) => Text = Encoding.UTF8.GetString(response.Payload);
    }

    private sealed class NetworkTime(VirtualClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.UtcNow;
    }
}
