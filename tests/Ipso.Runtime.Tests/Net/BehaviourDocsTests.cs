using System.Net;
using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Tests.Docs;

namespace Ipso.Tests.Net;

/// <summary>The examples of docs/device.md, "Objects that do something", compiled and run: the code stands here as it stands there.</summary>
public class BehaviourDocsTests
{
    [Fact]
    [Trait("Category", "Network")]
    public async Task A_device_whose_objects_do_something()
    {
        await using Lwm2mDevice device = new();
        {
            DeviceControl control = new()
            {
                Rebooting = () => Environment.Exit(3),              // three seconds after the answer
                Refreshing = self => self.BatteryLevel = MeasureBattery(),
            };
            control.Target.Manufacturer = "Acme";
            control.AddError(1);                                    // battery low, until RemoveError(1) or a server's reset
            device.Attach(control);
            device.Attach(new TrafficStatistics());
            device.Attach(new ConnectivityMonitor());
        }

        {
            FirmwareUpdater firmware = new(
                new FileFirmwareSink("/var/lib/app/firmware.bin"),
                install: () => StartInstaller("/var/lib/app/firmware.bin"),     // a second after the answer to Update
                new() { Fetch = new CoapFirmwareSource().Fetch });              // without it servers can only push
            device.Attach(firmware);
        }

        device.Start(new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = CoapClient.Connect(device.LocalEndPoint);
        Assert.Equal("Acme", await ReadAsync("/3/0/0"));
        Assert.Equal("42", await ReadAsync("/3/0/9"));
        Assert.Equal("1", await ReadAsync("/3/0/11/0"));
        Assert.Equal("2", await ReadAsync("/5/0/9"));
        Assert.Equal(CoapCode.Changed, (await client.PostAsync("/7/0/6", default, null)).Code);
        Assert.NotEqual("0", await ReadAsync("/7/0/4"));
        Assert.Equal(CoapCode.Content, (await client.GetAsync("/4/0", ContentFormat.SenMLJson)).Code);

        async Task<string> ReadAsync(string path) =>
            Encoding.UTF8.GetString((await client.GetAsync(path, ContentFormat.PlainText)).EnsureSuccess().Payload);
    }

    [Fact]
    public void The_examples_of_the_page_stand_here()
    {
        string[] examples = new DocsPage("device.md", "Objects that do something").Examples();
        Assert.Equal(2, examples.Length);
        DocsPage.AssertStandHere(examples);
    }

    private static int MeasureBattery() => 42;

    private static void StartInstaller(string path) => Assert.Fail($"nobody has asked to install {path}");
}
