using Ipso.Lwm2m.Device;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a program says of its servers becomes instances of objects 0 and 1, or is refused in words.</summary>
public class AccountTests
{
    [Theory]
    [InlineData("leshan.example", "'leshan.example' has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port.")]
    [InlineData("http://leshan.example", "'http://leshan.example' has no scheme of CoAP: a server is at coap://host or coaps://host, perhaps with :port.")]
    [InlineData("coaps+ws://leshan.example", "'coaps+ws://leshan.example' has the scheme coaps+ws, and there is no transport for it, as there is for coap, coaps, coap+tcp and coaps+tcp.")]
    [InlineData("coap://leshan.example/rd", "'coap://leshan.example/rd' has a path or a query, and a server has neither.")]
    [InlineData("coap://leshan.example:0x", "'coap://leshan.example:0x' has a port that is no number from 1 to 65535.")]
    [InlineData("coap://", "'coap://' has a host that is neither a name nor an address.")]
    public void A_URI_that_makes_no_sense_is_refused(string uri, string message)
    {
        Assert.Equal(message, Assert.Throws<UriFormatException>(() => new ServerOptions(uri)).Message);
    }

    [Fact]
    public void Values_out_of_range_are_refused_where_they_are_set()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerOptions("coap://s") { ShortServerId = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerOptions("coap://s") { ShortServerId = 65535 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerOptions("coap://s") { Lifetime = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerOptions("coap://s") { Lifetime = TimeSpan.FromSeconds(0.5) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerOptions("coap://s") { Lifetime = TimeSpan.FromSeconds(2147483648) });
        Assert.Throws<ArgumentException>(() => new ServerOptions("coap://s") { Binding = "UU" });
        Assert.Throws<ArgumentException>(() => new ServerOptions("coap://s") { Binding = "X" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceOptions { Version = new(1, 3) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceOptions { AwakeTime = TimeSpan.Zero });
    }

    [Theory]
    [InlineData(null, "coap://a", null, "coap://b", null, "A device that registers has a name")]
    [InlineData("", "coap://a", null, "coap://b", null, "A device that registers has a name")]
    [InlineData("d", "coap://a", null, "coap://A:5683", null, "Two servers are at coap://A:5683")]
    [InlineData("d", "coap://a", 7, "coap://b", 7, "Two servers have the Short Server ID 7.")]
    [InlineData("d", "coap://a", 2, "coap://b", null, "Two servers have the Short Server ID 2.")]
    public void What_does_not_fit_together_is_refused_where_the_device_is_made(
        string? endpoint, string uri, int? id, string other, int? otherId, string message)
    {
        DeviceOptions options = new()
        {
            Endpoint = endpoint,
            Servers = [new(uri) { ShortServerId = (ushort?)id }, new(other) { ShortServerId = (ushort?)otherId }],
        };
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => new DeviceEndpoint(new SeededRandom(1), options));
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_no_query_has_room_for_is_refused()
    {
        Assert.Throws<ArgumentException>(
            () => new DeviceEndpoint(new SeededRandom(1), new() { Endpoint = new('ü', 127), Server = new("coap://a") }));
        _ = new DeviceEndpoint(new SeededRandom(1), new() { Endpoint = new('ü', 126), Server = new("coap://a") });
    }

    [Fact]
    public void A_host_that_a_message_has_no_room_for_is_refused()
    {
        DeviceOptions options = new() { Endpoint = "device", Server = new($"coap://{new string('a', 60)}.{new string('b', 62)}") };
        _ = new DeviceEndpoint(new SeededRandom(1), options);
        Assert.Throws<ArgumentException>(() => new DeviceEndpoint(new SeededRandom(1), options with { Coap = new() { MaxMessageSize = 256 } }));
    }

    [Fact]
    public void Accounts_are_instances_of_objects_0_and_1()
    {
        DeviceEndpoint device = new(new SeededRandom(1), new()
        {
            Endpoint = "d",
            Server = new("coap://a") { Lifetime = TimeSpan.FromHours(1), DefaultMinimumPeriod = TimeSpan.FromSeconds(5), Binding = "UQ" },
            Servers = [new("coap://[::1]:5700") { ShortServerId = 77, PriorityOrder = 4, StoresNotifications = false, MutesSend = true }],
        });
        LWM2MSecurity security = device.Objects.Find<LWM2MSecurity>(1)!;
        Assert.Equal(("coap://[::1]:5700", false, 3, 77), (security.LWM2MServerURI, security.BootstrapServer, security.SecurityMode, security.ShortServerID));
        LwM2MServer first = device.Objects.Find<LwM2MServer>(0)!, second = device.Objects.Find<LwM2MServer>(1)!;
        Assert.Equal((1, 3600, 5, "UQ", true), (first.ShortServerID, first.Lifetime, first.DefaultMinimumPeriod, first.Binding, first.NotificationStoringWhenDisabledOrOffline));
        Assert.Null(first.CommunicationRetryCount);
        Assert.Equal((77, 4UL, false, true), (second.ShortServerID, second.RegistrationPriorityOrder, second.NotificationStoringWhenDisabledOrOffline, second.MuteSend));
    }
}
