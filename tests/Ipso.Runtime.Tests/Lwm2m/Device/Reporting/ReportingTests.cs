using System.Globalization;
using Ipso.Coap;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>When observers are notified, by attributes and by time (LwM2M TS Core, 5.1.2 and 6.4).</summary>
[Trait("Category", "Conformance")]
public class ReportingTests
{
    private readonly AllTypes _types = new() { Whole = 3000, Natural = 3000, Real = 3000, Flag = false, ManyWhole = [1, 2] };
    private readonly DeviceScript _script;
    private readonly Temperature _temperature = new() { SensorValue = 1 };

    public ReportingTests() => _script = new(_types, _temperature);

    // "5 7" is the value 7, 5 seconds from now.
    private List<string> RunFor(double seconds) =>
        [.. _script.RunFor(seconds).Select(sent => string.Create(
            CultureInfo.InvariantCulture, $"{sent.After} {sent.Message.Replace("NOTIFY 01 2.05 0 ", "", StringComparison.Ordinal)}"))];

    // Row 77.
    [Fact]
    public void The_least_period_holds_back_and_what_is_sent_is_the_value_of_then()
    {
        _script.WriteAttributes("/3303/0/5700", "pmin=10");
        _script.Get("/3303/0/5700", observe: 0);
        RunFor(2);
        _temperature.SensorValue = 2;
        Assert.Empty(RunFor(3));
        _temperature.SensorValue = 3;
        Assert.Equal(["5 3"], RunFor(100));
        _temperature.SensorValue = 4;
        Assert.Equal(["0 4"], RunFor(100));
        _temperature.SensorValue = 5;
        Assert.Equal(["0 5"], RunFor(4));
        _temperature.SensorValue = 6;
        Assert.Equal(["6 6"], RunFor(100));
    }

    // Row 77.
    [Fact]
    public void What_was_met_within_the_least_period_is_told_even_if_it_is_no_more()
    {
        _script.WriteAttributes("/3303/0/5700", "pmin=10&gt=20");
        _script.Get("/3303/0/5700", observe: 0);
        _temperature.SensorValue = 25;
        Assert.Empty(RunFor(3));
        _temperature.SensorValue = 15;
        Assert.Equal(["7 15"], RunFor(100));
    }

    // Row 77.
    [Fact]
    public void The_greatest_period_forces_and_begins_anew_with_each_notification()
    {
        _script.WriteAttributes("/3303/0/5700", "pmax=20");
        _script.Get("/3303/0/5700", observe: 0);
        Assert.Equal(["20 1", "40 1"], RunFor(45));
        _temperature.SensorValue = 2;
        Assert.Equal(["0 2", "20 2"], RunFor(35));
    }

    // Row 77.
    [Fact]
    public void Periods_of_the_server_object_count_as_soon_as_they_are_written()
    {
        _script.AddServer(101, new([1]));
        var server = _script.Account!.Server;
        _script.Device.Objects.Add(server);
        _script.Get("/3303/0/5700", observe: 0);
        Assert.Empty(RunFor(100));
        Assert.StartsWith("2.04", _script.Put("/1/0/3", "120"), StringComparison.Ordinal);
        Assert.Equal(["19 1"], RunFor(30));

        server.DefaultMinimumPeriod = 50;
        _temperature.SensorValue = 2;
        Assert.Empty(RunFor(10));
        server.DefaultMinimumPeriod = 5;
        Assert.Equal(["0 2"], RunFor(10));

        // Nobody observes: nothing wakes the device.
        _script.Get("/3303/0/5700", observe: 1);
        int wakes = _script.Wakes;
        server.DefaultMinimumPeriod = 6;
        Assert.Equal(wakes, _script.Wakes);
    }

    // Row 77.
    [Fact]
    public void Equal_periods_make_a_clock()
    {
        _script.WriteAttributes("/3303/0/5700", "pmin=10&pmax=10");
        _script.Get("/3303/0/5700", observe: 0);
        _temperature.SensorValue = 2;
        Assert.Equal(["10 2", "20 2", "30 2"], RunFor(35));
    }

    // Row 77.
    [Theory]
    [InlineData("pmin=10&pmax=5")]
    [InlineData("pmin=10&pmax=0")]
    public void A_greatest_period_below_the_least_or_zero_is_ignored(string query)
    {
        Assert.Equal("2.04", _script.WriteAttributes("/3303/0/5700", query));
        _script.Get("/3303/0/5700", observe: 0);
        _temperature.SensorValue = 2;
        Assert.Equal(["10 2"], RunFor(1000));
    }

    // Row 78, with the values that others test by.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_step_and_thresholds_ask_for_more_than_a_change(int resource)
    {
        string path = $"/26241/0/{resource}";
        _script.WriteAttributes(path, "pmin=0&pmax=10&st=200");
        _script.Get(path, observe: 0);
        Set(resource, 3100);
        Assert.Equal(["10 3100"], RunFor(15));
        Set(resource, 3500);
        Assert.Equal(["0 3500"], RunFor(1));
        Set(resource, 3301);
        Assert.Empty(RunFor(1));
        Set(resource, 3300);
        Assert.Equal(["0 3300"], RunFor(1));

        _script.WriteAttributes(path, "st&gt=4200");
        Set(resource, 4100);
        Assert.Equal(["8 4100"], RunFor(10));
        Set(resource, 4400);
        Assert.Equal(["0 4400"], RunFor(1));
        Set(resource, 4300);
        Assert.Empty(RunFor(1));
        Set(resource, 4100);
        Assert.Equal(["0 4100"], RunFor(1));

        _script.WriteAttributes(path, "gt&lt=2000");
        Set(resource, 2000);
        Assert.Empty(RunFor(1));
        Set(resource, 1900);
        Assert.Equal(["0 1900"], RunFor(1));
        Set(resource, 1950);
        Assert.Empty(RunFor(1));
        Set(resource, 2000);
        Assert.Equal(["0 2000"], RunFor(1));
    }

    private void Set(int resource, long value)
    {
        switch (resource)
        {
            case 1: _types.Whole = value; break;
            case 2: _types.Natural = (ulong)value; break;
            default: _types.Real = value; break;
        }
    }

    // Row 79.
    [Theory]
    [InlineData("edge=1", new[] { "0 1" }, new string[0])]
    [InlineData("edge=0", new string[0], new[] { "0 0" })]
    public void An_edge_is_one_of_the_two_changes(string query, string[] rises, string[] falls)
    {
        _script.WriteAttributes("/26241/0/4", query);
        _script.Get("/26241/0/4", observe: 0);
        for (int i = 0; i < 2; i++)
        {
            _types.Flag = true;
            Assert.Equal(rises, RunFor(1));
            _types.Flag = false;
            Assert.Equal(falls, RunFor(1));
        }
    }

    // Row 80.
    [Theory]
    [InlineData("/3303/0/5700", "/3303/0/5700", "con=1", CoapType.Confirmable)]
    [InlineData("/3303/0/5700", "/3303", "con=1", CoapType.Confirmable)]
    [InlineData("/3303/0/5700", "/3303", "con=0", CoapType.NonConfirmable)]
    [InlineData("/3303/0", "/3303/0/5700", "con=1", CoapType.Confirmable)]
    [InlineData("/3303", "/3303/0/5700", "con=1", CoapType.Confirmable)]
    [InlineData("/3303", "/3303/0/5601", "con=1", CoapType.NonConfirmable)]
    public void Notifications_are_confirmable_where_a_part_of_them_asks_for_it(
        string observed, string assigned, string query, CoapType type)
    {
        _script.WriteAttributes(assigned, query);
        _script.Get(observed, ContentFormat.SenMLJson, observe: 0);
        _temperature.SensorValue = 0.5;
        Assert.Single(_script.RunFor(1));
        Assert.Equal(assigned == "/3303/0/5601" && observed == "/3303" ? CoapType.Confirmable : type, _script.LastMessage.Type);
    }

    // Row 80: the Server object's default (1/x/26), which an attribute goes before.
    [Fact]
    public void The_server_may_want_confirmable_notifications_by_default()
    {
        _script.AddServer(101, _script.Peer);
        _script.Account!.Server.DefaultNotificationMode = 1;
        _script.Get("/3303/0/5700", observe: 0);
        _temperature.SensorValue = 2;
        Assert.Equal(["0 2"], RunFor(1));
        Assert.Equal(CoapType.Confirmable, _script.LastMessage.Type);
        _script.WriteAttributes("/3303/0/5700", "con=0");
        _temperature.SensorValue = 3;
        Assert.Equal(["0 3"], RunFor(1));
        Assert.Equal(CoapType.NonConfirmable, _script.LastMessage.Type);
    }

    // Row 81.
    [Fact]
    public void Attributes_of_the_request_stand_for_all_that_are_assigned()
    {
        _script.WriteAttributes("/3303/0/5700", "gt=20&pmin=50");
        Assert.Equal("2.05 0 observed 1", _script.Get("/3303/0/5700", observe: 0, query: "pmin=5"));
        _temperature.SensorValue = 2;
        Assert.Equal(["5 2"], RunFor(10));
        Assert.Equal("2.05 40 </3303/0/5700>;pmin=50;gt=20", _script.Get("/3303/0/5700", ContentFormat.LinkFormat));

        // Not changed by what is assigned later, either.
        _script.WriteAttributes("/3303/0/5700", "pmin=90");
        _temperature.SensorValue = 3;
        Assert.Equal(["0 3"], RunFor(10));
        Assert.Equal("2.05 0 3", _script.Get("/3303/0/5700", observe: 1, query: "pmin=5"));
        Assert.Equal(0, _script.Device.ObserverCount);
    }

    // Row 81.
    [Theory]
    [InlineData("epmin=5&epmax=5")]
    [InlineData("gt=1&lt=2")]
    [InlineData("pmin")]
    [InlineData("x=1")]
    [InlineData("edge=1")]
    public void A_request_with_attributes_that_are_wrong_is_refused(string query)
    {
        Assert.Equal("4.00", _script.Get("/3303/0/5700", observe: 0, query: query));
        Assert.Equal(0, _script.Device.ObserverCount);
        _temperature.SensorValue = 2;
        Assert.Equal(0, _script.Wakes);
        Assert.Null(_script.Device.NextDeadline);
    }

    // Row 82.
    [Fact]
    public void Notifications_are_not_confirmable_but_once_a_day()
    {
        _script.Get("/3303/0/5700", observe: 0);
        for (int hour = 0; hour < 23; hour++)
        {
            _temperature.SensorValue++;
            Assert.Single(_script.RunFor(3600));
            Assert.Equal(CoapType.NonConfirmable, _script.LastMessage.Type);
        }

        Assert.Equal(["3600 24"], RunFor(3601));
        Assert.Equal(CoapType.Confirmable, _script.LastMessage.Type);
        _temperature.SensorValue++;
        Assert.Single(_script.RunFor(1));
        Assert.Equal(CoapType.NonConfirmable, _script.LastMessage.Type);
    }

    // Row 75.
    [Theory]
    [InlineData("/3303")]
    [InlineData("/3303/0")]
    [InlineData("/3303/0/5700")]
    [InlineData("/26241/0/101/1")]
    public void Every_level_is_observed(string path)
    {
        Assert.Contains(" observed ", _script.Get(path, ContentFormat.SenMLJson, observe: 0, token: "0e"), StringComparison.Ordinal);
        _temperature.SensorValue = 0.5;
        _types.ManyWhole[1] = 9;
        Assert.StartsWith("NOTIFY 0e 2.05 110 ", Assert.Single(_script.Drain()), StringComparison.Ordinal);
        _temperature.SensorValue = 0.25;
        _types.ManyWhole[1] = 10;
        Assert.Single(_script.Drain());
    }

    // Row 75.
    [Fact]
    public void The_other_instances_of_a_resource_are_no_news()
    {
        _script.Get("/26241/0/101/1", observe: 0);
        _types.ManyWhole[0] = 9;
        _types.ManyWhole[7] = 9;
        Assert.Empty(_script.Drain());
        _types.ManyWhole[1] = 9;
        Assert.Equal(["NOTIFY 01 2.05 0 9"], _script.Drain());
    }

    // Row 76.
    [Fact]
    public void A_reset_ends_an_observation_and_so_does_a_cancellation()
    {
        _script.Get("/3303/0/5700", observe: 0, query: "pmax=10");
        Assert.Single(_script.RunFor(10));
        Assert.Empty(_script.Receive(Ipso.Testing.CoapDatagram.Rst(_script.LastMessage.MessageId).ToArray()));
        Assert.Equal(0, _script.Device.ObserverCount);
        Assert.Empty(RunFor(100));

        _script.Get("/3303/0/5700", observe: 0, query: "pmax=10");
        Assert.Equal("2.05 0 1", _script.Get("/3303/0/5700", observe: 1));
        Assert.Empty(RunFor(100));
        int wakes = _script.Wakes;
        _temperature.SensorValue = 2;
        Assert.Equal(wakes, _script.Wakes);
        Assert.Null(_script.Device.Reporter.NextDeadline);
    }

    // Row 84.
    [Fact]
    public void The_end_of_what_is_observed_is_told_at_once_and_ends_it()
    {
        _script.WriteAttributes("/3303/0/5700", "pmin=50&gt=7");
        _script.Get("/3303/0/5700", observe: 0);
        _script.Device.Objects.Remove(_temperature);
        Assert.Equal(["0 NOTIFY 01 4.04"], RunFor(1));
        Assert.Equal(0, _script.Device.ObserverCount);
        Assert.Null(_script.Device.Reporter.NextDeadline);
    }

    [Fact]
    public void An_evaluation_waits_for_its_period_and_sees_the_value_of_then()
    {
        _script.WriteAttributes("/3303/0/5700", "epmin=10&gt=20");
        _script.Get("/3303/0/5700", observe: 0);
        _temperature.SensorValue = 25;
        Assert.Empty(RunFor(5));
        _temperature.SensorValue = 15;
        Assert.Empty(RunFor(20));
        _temperature.SensorValue = 25;
        Assert.Equal(["0 25"], RunFor(2));
        _temperature.SensorValue = 15;
        Assert.Equal(["8 15"], RunFor(20));
    }

    [Fact]
    public void Attributes_that_change_hold_from_then_on()
    {
        _script.Get("/3303/0/5700", observe: 0);
        _script.WriteAttributes("/3303", "pmax=10");
        _temperature.SensorValue = 2;
        Assert.Equal(["0 2", "10 2"], RunFor(15));
        _script.WriteAttributes("/3303", "pmax=30");
        _script.WriteAttributes("/3303/0", "pmin=20");
        _temperature.SensorValue = 3;
        Assert.Equal(["13 3"], RunFor(14));
        _script.WriteAttributes("/3303", "pmax");
        Assert.Empty(RunFor(1000));
    }

    [Fact]
    public void The_attributes_of_one_server_are_nothing_to_another()
    {
        _script.AddServer(101, new([1]));
        _script.AddServer(102, new([2]));
        _script.WriteAttributes("/3303/0/5700", "pmin=10");
        _script.Get("/3303/0/5700", observe: 0, token: "0a");
        _script.Peer = new([2]);
        _script.Get("/3303/0/5700", observe: 0, token: "0b");
        _temperature.SensorValue = 2;
        Assert.Equal([(0, "NOTIFY 0b 2.05 0 2"), (9, "NOTIFY 0a 2.05 0 2")], _script.RunFor(100));
    }

    [Fact]
    public void The_observations_of_a_server_can_be_ended()
    {
        _script.AddServer(101, new([1]));
        _script.AddServer(102, new([2]));
        _script.Get("/3303/0/5700", observe: 0, token: "0a");
        _script.Peer = new([2]);
        _script.Get("/3303/0/5700", observe: 0, token: "0b", query: "pmax=10");
        _script.Device.Reporter.EndObservations(102);
        Assert.Equal(1, _script.Device.ObserverCount);
        _temperature.SensorValue = 2;
        Assert.Equal([(0, "NOTIFY 0a 2.05 0 2")], _script.RunFor(100));
    }

    [Fact]
    public void An_instance_that_goes_to_another_device_is_heard_of_there()
    {
        DeviceScript other = new();
        _script.Get("/3303/0/5700", observe: 0);
        _temperature.SensorValue = 2;
        _script.Device.Objects.Remove(_temperature);
        other.Device.Objects.Add(_temperature);
        other.Get("/3303/0/5700", observe: 0);
        _temperature.SensorValue = 3;
        Assert.Equal(["NOTIFY 01 4.04"], _script.Drain());
        Assert.Equal(["NOTIFY 01 2.05 0 3"], other.Drain());
    }

    [Fact]
    public void Evaluation_periods_of_different_levels_that_contradict_each_other_do_not_count()
    {
        _script.WriteAttributes("/3303", "epmax=5");
        _script.WriteAttributes("/3303/0/5700", "epmin=10&gt=20");
        _script.Get("/3303/0/5700", observe: 0);
        _temperature.SensorValue = 25;
        Assert.Equal(["0 25"], RunFor(5));
    }
}
