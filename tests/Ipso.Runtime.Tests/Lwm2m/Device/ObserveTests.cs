using Ipso.Coap;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Observation: who hears of which change, how often, and until when.</summary>
public class ObserveTests
{
    private readonly Temperature _first = new() { SensorValue = 1 };
    private readonly Temperature _second = new() { SensorValue = 2 };
    private readonly SetPoint _setPoint = new() { SetPointValue = 3 };
    private readonly DeviceScript _script;

    public ObserveTests() => _script = new(_first, _second, _setPoint);

    [Fact]
    public void A_change_of_an_observed_resource_is_told_once()
    {
        Assert.Equal("2.05 0 observed 1", _script.Get("/3303/0/5700", observe: 0));
        Assert.Empty(_script.Drain());
        _first.SensorValue = 21.5;
        Assert.Equal(1, _script.Wakes);
        Assert.Equal(["NOTIFY 01 2.05 0 21.5"], _script.Drain());
        Assert.Empty(_script.Drain());

        _first.SensorValue = 22;
        _first.SensorValue = 23;
        Assert.Equal(2, _script.Wakes);
        Assert.Equal(["NOTIFY 01 2.05 0 23"], _script.Drain());
        Assert.Empty(_script.Drain());
    }

    [Theory]
    [InlineData(60, "f94d60")]
    [InlineData(11543, """{"bn":"/3303/0/","e":[{"n":"5700","v":21.5}]}""")]
    [InlineData(11544, "a1190ce7a100a1191644f94d60")]
    public void A_notification_comes_in_the_format_that_was_asked_for(int format, string payload)
    {
        _script.Get("/3303/0/5700", (ContentFormat)format, observe: 0);
        _first.SensorValue = 21.5;
        Assert.Equal([$"NOTIFY 01 2.05 {format} {payload}"], _script.Drain());
    }

    [Fact]
    public void What_does_not_change_or_is_not_observed_wakes_nobody()
    {
        _script.Get("/3303/0/5700", observe: 0);
        _first.SensorValue = 1;
        _second.SensorValue = 9;
        _setPoint.SetPointValue = 9;
        Assert.Equal(0, _script.Wakes);
        Assert.Empty(_script.Drain());

        // Another resource of the same instance may wake, but nobody is told.
        _first.ApplicationType = "x";
        Assert.Empty(_script.Drain());
    }

    [Fact]
    public void A_change_without_observers_wakes_nobody_and_is_old_news_later()
    {
        _first.SensorValue = 5;
        Assert.Equal(0, _script.Wakes);
        Assert.Equal("2.05 0 observed 5", _script.Get("/3303/0/5700", observe: 0));
        Assert.Empty(_script.Drain());
        _second.SensorValue = 6;
        Assert.Equal("2.05 0 6", _script.Get("/3303/1/5700"));
        Assert.Empty(_script.Drain());
        _first.SensorValue = 7;
        Assert.Equal(["NOTIFY 01 2.05 0 7"], _script.Drain());
    }

    [Fact]
    public void Instance_and_object_hear_of_each_resource_in_their_own_format()
    {
        _script.Get("/3303/0", ContentFormat.SenMLJson, observe: 0, token: "0a");
        _script.Get("/3303", ContentFormat.Tlv, observe: 0, token: "0b");
        _first.SensorValue = 2;
        Assert.Equal(
            ["NOTIFY 0a 2.05 110 [{\"bn\":\"/3303/0/\",\"n\":\"5601\",\"v\":1},{\"n\":\"5602\",\"v\":2},{\"n\":\"5700\",\"v\":2}]",
             "NOTIFY 0b 2.05 11542 080015e415e13f800000e415e240000000e41644400000000801"
             + "15e415e140000000e415e240000000e4164440000000"],
            _script.Drain());
        _second.ApplicationType = "x";
        Assert.StartsWith("NOTIFY 0b 2.05 11542", Assert.Single(_script.Drain()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_of_changes_is_one_notification()
    {
        _script.Get("/3303/0", ContentFormat.SenMLJson, observe: 0);
        using (_first.BeginUpdate())
        {
            _first.SensorValue = 4;
            Assert.Empty(_script.Drain());
            _first.SensorUnits = "K";
            Assert.Empty(_script.Drain());
            Assert.Equal(0, _script.Wakes);
        }

        Assert.Equal(1, _script.Wakes);
        const string Notified = """[{"bn":"/3303/0/","n":"5601","v":1},{"n":"5602","v":4},{"n":"5700","v":4},{"n":"5701","vs":"K"}]""";
        Assert.Equal(["NOTIFY 01 2.05 110 " + Notified], _script.Drain());
        Assert.Empty(_script.Drain());
    }

    [Fact]
    public void A_write_by_a_server_is_told_to_observers()
    {
        _script.Get("/3308/0/5900", observe: 0, token: "0c");
        byte[] put = _script.Request(CoapCode.Put, "/3308/0/5900", "18"u8.ToArray());
        Assert.Equal(["2.04", "NOTIFY 0c 2.05 0 18"], _script.Receive(put));
    }

    [Fact]
    public void A_resource_instance_is_observed_with_its_resource()
    {
        Device device = DeckTests.Device();
        DeviceScript script = new(device);
        script.Get("/3/0/7/1", observe: 0);
        device.PowerSourceVoltage[1] = 4900;
        Assert.Equal(["NOTIFY 01 2.05 0 4900"], script.Drain());
        device.PowerSourceVoltage.Remove(1);
        Assert.Equal(["NOTIFY 01 4.04"], script.Drain());
        Assert.Equal(0, script.Device.ObserverCount);
    }

    [Fact]
    public void The_removal_of_an_observed_instance_ends_the_observation()
    {
        _script.Get("/3303/0/5700", observe: 0, token: "0a");
        _script.Get("/3303/0", observe: 0, token: "0b");
        _script.Get("/3303", ContentFormat.SenMLJson, observe: 0, token: "0c");
        _script.Get("/3303/1/5700", observe: 0, token: "0d");
        Assert.True(_script.Device.Objects.Remove(_first));
        Assert.True(_script.Wakes > 0);
        List<string> sent = _script.Drain();
        // The last words are Confirmable; NSTART lets one of them go at a time.
        Assert.Contains("NOTIFY 0a 4.04", sent);
        Assert.Contains(sent, s => s.StartsWith("NOTIFY 0c 2.05 110 [{\"bn\":\"/3303/1/\",", StringComparison.Ordinal));
        Assert.DoesNotContain(sent, s => s.StartsWith("NOTIFY 0d", StringComparison.Ordinal));
        Assert.Equal(2, _script.Device.ObserverCount);

        // Gone, it is nobody's any more.
        int wakes = _script.Wakes;
        _first.SensorValue = 99;
        Assert.Equal(wakes, _script.Wakes);
    }

    [Fact]
    public void An_added_instance_is_news_to_the_observers_of_its_object()
    {
        _script.Get("/3308", ContentFormat.SenMLJson, observe: 0);
        SetPoint added = new() { SetPointValue = 7 };
        _script.Device.Objects.Add(added);
        Assert.Equal(
            ["NOTIFY 01 2.05 110 [{\"bn\":\"/3308/0/\",\"n\":\"5900\",\"v\":3},{\"bn\":\"/3308/1/\",\"n\":\"5900\",\"v\":7}]"],
            _script.Drain());
        added.SetPointValue = 8;
        Assert.EndsWith("\"v\":8}]", Assert.Single(_script.Drain()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_that_goes_ends_its_observation()
    {
        _first.ApplicationType = "x";
        _script.Get("/3303/0/5750", observe: 0);
        _first.ApplicationType = null;
        Assert.Equal(["NOTIFY 01 4.04"], _script.Drain());
        Assert.Equal(0, _script.Device.ObserverCount);
    }

    [Fact]
    public void Deregistration_ends_the_notifications()
    {
        _script.Get("/3303/0/5700", observe: 0);
        Assert.Equal(1, _script.Device.ObserverCount);
        Assert.Equal("2.05 0 1", _script.Get("/3303/0/5700", observe: 1));
        Assert.Equal(0, _script.Device.ObserverCount);
        _first.SensorValue = 50;
        Assert.Equal(0, _script.Wakes);
        Assert.Empty(_script.Drain());
    }

    [Fact]
    public void A_change_right_behind_the_first_response_is_not_lost()
    {
        _script.Device.RequestHandled = (in Ipso.Lwm2m.Device.HandledRequest handled) =>
        {
            if (!handled.Request.IsNotification)
            {
                _first.SensorValue = 77;
            }
        };
        byte[] request = _script.Request(CoapCode.Get, "/3303/0/5700", observe: 0);
        Assert.Equal(["2.05 0 observed 1", "NOTIFY 01 2.05 0 77"], _script.Receive(request));
    }

    [Fact]
    public void What_cannot_be_read_cannot_be_observed()
    {
        Assert.Equal("4.04", _script.Get("/3303/0/5603", observe: 0));
        Assert.Equal("4.06", _script.Get("/3303/0", ContentFormat.PlainText, observe: 0));
        Assert.Equal(0, _script.Device.ObserverCount);
        _first.SensorValue = 50;
        Assert.Equal(0, _script.Wakes);
    }
}
