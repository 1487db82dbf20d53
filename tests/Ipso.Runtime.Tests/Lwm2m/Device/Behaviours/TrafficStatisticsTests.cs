using Ipso.Coap;
using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>The object Connectivity Statistics (7): what is counted.</summary>
public class TrafficStatisticsTests
{
    private readonly TrafficStatistics _statistics = new();
    private readonly DeviceNetwork _network;

    public TrafficStatisticsTests() => _network = new(0, 1, random =>
    {
        DeviceEndpoint device = new(random);
        device.Attach(_statistics);
        return device;
    });

    [Fact]
    public void Nothing_is_counted_before_a_start_and_after_a_stop()
    {
        Assert.Equal("4.04", _network.Server.Get("/7/0/2", ContentFormat.PlainText));
        Assert.Equal("2.04", _network.Server.Post("/7/0/6"));
        Talk(100);
        Assert.Equal("2.04", _network.Server.Post("/7/0/7"));
        (long sent, long received) = Data();
        Assert.InRange(sent, 3, 10);
        Assert.InRange(received, 3, 10);
        Talk(100);
        Assert.Equal((sent, received), Data());

        // Each start begins anew.
        Assert.Equal("2.04", _network.Server.Post("/7/0/6"));
        Assert.Equal((0, 0), Data());
    }

    [Fact]
    public void The_period_ends_it()
    {
        Assert.Equal("2.04", _network.Server.Put("/7/0/8", "60"));
        Assert.Equal("2.04", _network.Server.Post("/7/0/6"));
        Talk(100);
        _network.Network.Run(TimeSpan.FromSeconds(61));
        (long, long) data = Data();
        Talk(100);
        Assert.Equal(data, Data());
    }

    [Fact]
    public void Sizes_are_those_of_packets()
    {
        Assert.Equal("2.04", _network.Server.Post("/7/0/6"));
        Talk(50);
        string[] sizes = [.. new[] { "/7/0/4", "/7/0/5" }.Select(path => _network.Server.Get(path, ContentFormat.PlainText)[7..])];
        int largest = int.Parse(sizes[0], System.Globalization.CultureInfo.InvariantCulture);
        int average = int.Parse(sizes[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(average, 28 + 8, largest);
        Assert.InRange(largest, 28 + 12, 28 + 60);
    }

    [Fact]
    public void Who_observes_it_is_not_told_of_his_own_notifications()
    {
        Assert.Equal("2.04", _network.Server.Post("/7/0/6"));
        Talk(100);
        Assert.StartsWith("2.05", _network.Server.Observe("/7/0", out _, ContentFormat.SenMLJson), StringComparison.Ordinal);
        Talk(100);
        Assert.NotEmpty(_network.Server.Notifications);
        _network.Network.Run(TimeSpan.FromHours(1));
        int count = _network.Server.Notifications.Count;
        Assert.InRange(count, 1, 20);
        _network.Network.Run(TimeSpan.FromHours(1));
        Assert.Equal(count, _network.Server.Notifications.Count);
    }

    private void Talk(int requests)
    {
        for (int i = 0; i < requests; i++)
        {
            Assert.StartsWith("2.05", _network.Server.Get("/7", ContentFormat.SenMLCbor), StringComparison.Ordinal);
        }
    }

    private (long Sent, long Received) Data() => (_statistics.Target.TxData ?? -1, _statistics.Target.RxData ?? -1);
}
