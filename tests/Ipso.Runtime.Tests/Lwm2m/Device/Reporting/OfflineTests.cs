using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Notifications for a server that is away (LwM2M TS Core, 5.1.2; Server object, resource 6).</summary>
[Trait("Category", "Conformance")]
public class OfflineTests
{
    private readonly Temperature _temperature = new() { SensorValue = 1 };
    private readonly DeviceScript _script;

    public OfflineTests()
    {
        _script = new(_temperature);
        _script.AddServer(101, new([1]));
    }

    // Row 83.
    [Theory]
    [InlineData("pmin=0")]
    [InlineData("gt=5")]
    [InlineData("pmax=10")]
    public void What_was_due_is_told_once_when_the_server_is_back_with_the_value_of_then(string query)
    {
        _script.Get("/3303/0/5700", observe: 0, query: query);
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 7;
        Assert.Empty(_script.RunFor(100));
        _temperature.SensorValue = 8;
        Assert.Empty(_script.RunFor(100));
        _script.Device.Reporter.ComeOnline(_script.Account);
        Assert.Equal([(0, "NOTIFY 01 2.05 0 8")], _script.RunFor(5));
        _temperature.SensorValue = 2;
        Assert.Equal("NOTIFY 01 2.05 0 2", Assert.Single(_script.RunFor(6)).Message);
    }

    // Row 83.
    [Fact]
    public void Nothing_is_kept_where_the_server_does_not_want_it()
    {
        _script.Account!.Server.NotificationStoringWhenDisabledOrOffline = false;
        _script.Get("/3303/0/5700", observe: 0, query: "pmax=10&gt=5");
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 7;
        Assert.Empty(_script.RunFor(95));
        _script.Device.Reporter.ComeOnline(_script.Account);
        Assert.Equal([(5, "NOTIFY 01 2.05 0 7")], _script.RunFor(6));
    }

    [Fact]
    public void The_others_go_on()
    {
        _script.AddServer(102, new([2]));
        _script.Get("/3303/0/5700", observe: 0, token: "0a");
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 7;
        Assert.Equal([(0, "NOTIFY 0a 2.05 0 7")], _script.RunFor(5));
    }
}
