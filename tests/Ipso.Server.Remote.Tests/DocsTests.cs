using System.Net;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Net;
using Ipso.Objects;
using Ipso.Tests.Docs;

namespace Ipso.Server.Remote.Tests;

/// <summary>The examples of docs/server-objects.md, compiled and run.</summary>
[Trait("Category", "Network")]
public sealed class DocsTests
{
    [Fact]
    public async Task The_examples_of_the_page_run()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        CancellationToken cancellationToken = patience.Token;
        await using Lwm2mServer server = new();
        server.Start(new IPEndPoint(IPAddress.Loopback, 0));
        SetPoint wanted = new() { SetPointValue = 5 };
        LightControl lamp = new() { OnOff = false };
        await using Lwm2mDevice house = await StartAsync(server, wanted, lamp, cancellationToken);

        DeviceClient device = await server.WaitForAsync("urn:dev:mac:0024befffe804ff1", cancellationToken);
        RemoteObject<Temperature> sensor = device.Object<Temperature>(0);

        double celsius = await sensor.SensorValue.ReadAsync(cancellationToken);
        await sensor.ResetMinAndMaxMeasuredValues.ExecuteAsync(cancellationToken: cancellationToken);
        await device.Object<SetPoint>(0).SetPointValue.WriteAsync(21.5, cancellationToken);
        Assert.Equal((19, 21.5), (celsius, wanted.SetPointValue));

        await foreach (RemoteValue<double> value in sensor.SensorValue.ObserveAsync(new() { MinimumPeriod = 10 }, cancellationToken))
        {
            Console.WriteLine($"{value.Value} at {value.Time}");
            break;
        }

        Temperature whole = await sensor.ReadAsync(cancellationToken);
        await device.Object<LightControl>(0).UpdateAsync(new LightControl { OnOff = true, Dimmer = 20 }, cancellationToken);
        RemoteObject<SetPoint> night = await device.CreateAsync(new SetPoint { SetPointValue = 18 }, instanceId: 7, cancellationToken);
        await night.DeleteAsync(cancellationToken);
        Assert.Equal((19, true, 20L), (whole.SensorValue, lamp.OnOff, lamp.Dimmer));

        CompositeReading both = await device.ReadAsync([sensor.SensorValue, device.Object<SetPoint>(0)], cancellationToken);
        double difference = both.Get(sensor.SensorValue) - celsius;
        bool isThere = both.TryGet(device.Object<SetPoint>(0), out SetPoint? target);

        RemoteObject<LightControl> light = device.Object<LightControl>(0);
        await device.WriteAsync(
            new CompositeWrite().Set(light.OnOff, false).Set(device.Object<SetPoint>(0).SetPointValue, 18), cancellationToken);
        Assert.Equal((0, true, 21.5, false, 18), (difference, isThere, target!.SetPointValue, lamp.OnOff, wanted.SetPointValue));

        RemoteObject<Thermostat> thermostat = device.Object<Thermostat>(0);
        RemoteObject<Temperature>? room = await thermostat.Temperature.FollowAsync<Temperature>(cancellationToken);
        IReadOnlyList<RemoteObject<Actuation>> heaters = await thermostat.Heaters.FollowAsync<Actuation>(cancellationToken);
        await thermostat.Temperature.WriteAsync(sensor.ToLink(), cancellationToken);
        Assert.Equal((sensor.Path, 1), (room!.Path, heaters.Count));

        ResourceRecords records = await device.Node(new(3308, 0)).ReadAsync(cancellationToken);
        foreach (ResourceRecord record in records)
        {
            Console.WriteLine(record.Value.TryGet(out double number) ? $"{record.Path} = {number}" : $"{record.Path} is no number");
        }

        await device.Node(new(3308, 0, 5900)).WriteAsync(20.0, cancellationToken);
        Assert.Equal(20, wanted.SetPointValue);
    }

    [Fact]
    public void The_examples_of_the_page_stand_here() => DocsPage.AssertStandHere(new DocsPage("server-objects.md").Examples());

    private static async Task<Lwm2mDevice> StartAsync(Lwm2mServer server, SetPoint wanted, LightControl lamp, CancellationToken cancellationToken)
    {
        Lwm2mDevice house = new(new DeviceOptions
        {
            Endpoint = "urn:dev:mac:0024befffe804ff1", StopTimeout = TimeSpan.FromSeconds(5),
            Server = new($"coap://127.0.0.1:{server.LocalEndPoint.Port}"),
        });
        house.Objects.Allow<SetPoint>();
        house.Objects.Add(lamp);
        house.Objects.Add(new Thermostat
        {
            Temperature = house.Objects.Add(new Temperature { SensorValue = 19, MinMeasuredValue = 1 }),
            SetPoint = house.Objects.Add(wanted),
            Heaters = [house.Objects.Add(new Actuation { OnOff = false })],
        });
        await house.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), cancellationToken);
        return house;
    }
}
