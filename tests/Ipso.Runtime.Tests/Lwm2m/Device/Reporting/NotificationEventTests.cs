using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>What the program hears of its notifications.</summary>
public class NotificationEventTests
{
    private readonly Temperature _temperature = new() { SensorValue = 1 };
    private readonly DeviceScript _script;
    private readonly List<string> _events = [];

    public NotificationEventTests()
    {
        _script = new(_temperature);
        _script.AddServer(101, new([1]));
        _script.Device.NotificationChanged = e => _events.Add(e.ToString());
        _script.Get("/3303/0/5700", observe: 0, query: "con=1");
    }

    [Fact]
    public void A_server_that_acknowledges_is_told_of_each_time()
    {
        _temperature.SensorValue = 2;
        Assert.Single(_script.Drain());
        Assert.Empty(_events);
        _script.Receive(CoapDatagram.Ack(_script.LastMessage.MessageId).ToArray());
        Assert.Equal(["server 101 has acknowledged /3303/0/5700"], _events);
        _temperature.SensorValue = 3;
        _script.RunFor(5);
        Assert.Equal(2, _events.Count);
    }

    [Fact]
    public void A_server_that_does_not_is_told_of_as_well()
    {
        _temperature.SensorValue = 2;
        _script.Drain();
        for (int i = 0; i < 100 && _script.Device.ObserverCount > 0; i++)
        {
            _script.Receive([]);
            _script.Device.OnDeadline(_script.Now);
            _script.Drain();
        }

        Assert.Equal(["server 101 does not acknowledge /3303/0/5700"], _events);
    }

    [Fact]
    public void The_ends_of_observations_are_told()
    {
        _temperature.SensorValue = 2;
        _script.Drain();
        _script.Receive(CoapDatagram.Rst(_script.LastMessage.MessageId).ToArray());
        _script.Get("/3303/0/5700", observe: 0);
        _script.Get("/3303/0/5700", observe: 1);
        _script.Get("/3303/0/5700", observe: 0);
        _script.Device.Objects.Remove(_temperature);
        _script.Drain();
        Assert.Equal(
            [
                "server 101 has rejected /3303/0/5700",
                "server 101 observes no more /3303/0/5700",
                "server 101 was told the end of /3303/0/5700",
            ],
            _events);
    }

    [Fact]
    public void Without_accounts_it_is_somebody() =>
        Assert.Equal("somebody has acknowledged /3303/0", new NotificationEvent(NotificationEventKind.Acknowledged, new(3303, 0), null).ToString());
}
