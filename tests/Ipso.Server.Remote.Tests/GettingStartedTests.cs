using System.Net;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;
using Ipso.Tests.Docs;

namespace Ipso.Server.Remote.Tests;

/// <summary>The examples in C# of docs/getting-started.md, compiled and run.</summary>
[Trait("Category", "Network")]
public sealed class GettingStartedTests
{
    [Fact]
    public async Task The_device_and_the_server_of_the_page_know_each_other()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        CancellationToken cancellationToken = patience.Token;
        IPEndPoint local = new(IPAddress.Loopback, 0);

        await using Lwm2mServer management = new();
        management.Start(new IPEndPoint(IPAddress.Loopback, 0));
        ServerOptions server = new($"coap://{management.LocalEndPoint}");

        Temperature temperature = new() { SensorValue = 21.5, SensorUnits = "Cel" };
        SetPoint setPoint = new() { SetPointValue = 20 };

        await using Lwm2mDevice device = new(new DeviceOptions { Endpoint = "urn:dev:ops:Example-Hothouse-1", Server = server });
        device.Objects.Add(temperature);
        device.Objects.Add(setPoint);
        device.ChangedByServer = change => Console.WriteLine(change);
        await device.StartAsync(local);

        temperature.SensorValue = 22.25;

        DeviceClient client = await management.WaitForAsync("urn:dev:ops:Example-Hothouse-1", cancellationToken);
        double celsius = await client.Object<Temperature>().SensorValue.ReadAsync(cancellationToken);
        await client.Object<SetPoint>().SetPointValue.WriteAsync(celsius + 2, cancellationToken);
        Assert.Equal((22.25, 24.25), (celsius, setPoint.SetPointValue));

        await foreach (RemoteValue<double> value in client.Object<Temperature>().SensorValue.ObserveAsync(cancellationToken: cancellationToken))
        {
            Console.WriteLine($"{value.Value} at {value.Time}");
            break;
        }
    }

    [Fact]
    public void The_examples_of_the_page_stand_here() => DocsPage.AssertStandHere(new DocsPage("getting-started.md").Examples());
}
