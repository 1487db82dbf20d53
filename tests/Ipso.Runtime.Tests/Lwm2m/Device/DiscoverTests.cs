using Ipso.Coap;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Discover and the filters of core discovery over CoAP, datagram by datagram.</summary>
public class DiscoverTests
{
    private const string Measured = "</3303/0/5601>,</3303/0/5602>,</3303/0/5605>,</3303/0/5700>";

    private static DeviceScript Script() => new(
        DeckTests.Device(),
        new Temperature { SensorValue = 21.5 },
        new Temperature { SensorValue = -3, MinMeasuredValue = null, MaxMeasuredValue = null },
        new Rules { Level = 1, Limits = [2], Secret = "s", Secrets = [new byte[] { 1 }] });

    [Theory]
    [InlineData("/3303", null, "</3303>;ver=1.1,</3303/0>," + Measured + ",</3303/1>,</3303/1/5605>,</3303/1/5700>")]
    [InlineData("/3303", "depth=0", "</3303>;ver=1.1")]
    [InlineData("/3303", "depth=1", "</3303>;ver=1.1,</3303/0>,</3303/1>")]
    [InlineData("/3303/1", null, "</3303/1>,</3303/1/5605>,</3303/1/5700>")]
    [InlineData("/3303/1", "depth=0", "</3303/1>")]
    [InlineData("/3303/0/5700", null, "</3303/0/5700>")]
    [InlineData("/3303/0/5605", null, "</3303/0/5605>")]
    [InlineData("/3/0/7", null, "</3/0/7>;dim=2,</3/0/7/0>,</3/0/7/1>")]
    [InlineData("/3/0/7", "depth=0", "</3/0/7>;dim=2")]
    [InlineData("/26242/0", "depth=2", "</26242/0>,</26242/0/0>,</26242/0/1>;dim=1,</26242/0/1/0>,</26242/0/2>,</26242/0/8>")]
    public void Links_come_in_the_depth_that_is_asked_for(string path, string? query, string expected) =>
        Assert.Equal("2.05 40 " + expected, Script().Get(path, ContentFormat.LinkFormat, query: query));

    [Theory]
    [InlineData("/", null, "4.00")]
    [InlineData("/3/0/7/1", null, "4.05")]
    [InlineData("/0", null, "4.01")]
    [InlineData("/9", null, "4.04")]
    [InlineData("/3303/2", null, "4.04")]
    [InlineData("/3303/0/5701", null, "4.04")]
    [InlineData("/3303/1/5601", null, "4.04")]
    [InlineData("/3/0/5", null, "4.04")]
    [InlineData("/3303/0/1", null, "4.04")]
    [InlineData("/3303", "depth=4", "4.00")]
    [InlineData("/3303", "depth", "4.00")]
    [InlineData("/3303", "depth=", "4.00")]
    [InlineData("/3303", "depth=00", "4.00")]
    [InlineData("/3303", "pmin=1", "4.00")]
    public void What_cannot_be_discovered_is_told_apart(string path, string? query, string code) =>
        Assert.Equal(code, Script().Get(path, ContentFormat.LinkFormat, query: query));

    [Theory]
    [InlineData(2, "</3>")]
    [InlineData(1, "</3>;ver=1.2")]
    [InlineData(0, "</3>;ver=\"1.2\"")]
    public void It_is_answered_in_the_version_that_was_agreed_on(int minor, string expected)
    {
        RegistrationWorld world = new(new() { Endpoint = "d", Server = new("coap://s") }, 0, "s");
        world["s"].Answer = line => line.Contains("lwm2m=1.", StringComparison.Ordinal) && !line.Contains($"lwm2m=1.{minor}", StringComparison.Ordinal)
            ? CoapCode.PreconditionFailed
            : null;
        world.Device.Objects.Add(DeckTests.Device());
        world.Start(runSeconds: 5);
        Assert.EndsWith($"1 registered 1.{minor}", Assert.Single(world.Events), StringComparison.Ordinal);
        Assert.Equal(
            $"2.05 {expected}",
            world["s"].Ask(world.DeviceNode, CoapCode.Get, "/3", [], null, ContentFormat.LinkFormat, query: "depth=0"));
    }

    [Fact]
    public void A_discover_is_not_observed() =>
        Assert.Equal("2.05 40 </3303/1>,</3303/1/5605>,</3303/1/5700>", Script().Get("/3303/1", ContentFormat.LinkFormat, observe: 0));

    [Fact]
    public void What_does_not_fit_a_body_is_an_error_of_ours()
    {
        AllTypes many = new() { ManyWhole = [] };
        for (int i = 0; i < 2000; i++)
        {
            many.ManyWhole[(ushort)i] = i;
        }

        DeviceScript script = new(many);
        Assert.Equal("5.00", script.Get("/26241/0/101", ContentFormat.LinkFormat));
        Assert.Equal("2.05 40 </26241/0/101>;dim=2000", script.Get("/26241/0/101", ContentFormat.LinkFormat, query: "depth=0"));
    }

    [Theory]
    [InlineData("rt=oma.lwm2m", " 40 </>;rt=\"oma.lwm2m\"")]
    [InlineData("rt=urn:oma:lwm2m:ext:*", " 40 </3303>;rt=\"urn:oma:lwm2m:ext:3303:1.1\";ver=1.1")]
    [InlineData("ver=1.2", " 40 </3>;rt=\"urn:oma:lwm2m:oma:3:1.2\";ver=1.2")]
    [InlineData("href=/3303/*", " 40 </3303/0>,</3303/1>")]
    [InlineData("href=/3303/1", " 40 </3303/1>")]
    [InlineData("href=/3303/", " 40")]
    [InlineData("if=*", " 40")]
    [InlineData("rt=", " 40")]
    public void Core_discovery_is_filtered(string query, string expected) =>
        Assert.Equal("2.05" + expected, Script().Get("/.well-known/core", query: query));
}
