using Ipso.Coap;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What follows a measured value by itself: extremes, their reset, timestamps.</summary>
public class MeasuredTests
{
    private readonly Temperature _temperature = new() { SensorValue = 20 };

    [Fact]
    public void The_extremes_follow_the_value()
    {
        Assert.Equal((20, 20), Extremes);
        _temperature.SensorValue = 22.5;
        _temperature.SensorValue = 18;
        _temperature.SensorValue = 21;
        Assert.Equal((18, 22.5), Extremes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Extremes_from_before_a_restart_are_taken_up_in_either_order(bool valueFirst)
    {
        Temperature t = valueFirst
            ? new() { SensorValue = 20, MinMeasuredValue = -3, MaxMeasuredValue = 31 }
            : new() { MinMeasuredValue = -3, MaxMeasuredValue = 31, SensorValue = 20 };
        t.SensorValue = 32;
        Assert.Equal((-3, 32), (t.MinMeasuredValue, t.MaxMeasuredValue));
    }

    [Fact]
    public void A_reset_begins_anew_at_the_present_value()
    {
        DeviceScript script = new(_temperature);
        _temperature.SensorValue = 30;
        _temperature.SensorValue = 25;
        Assert.Equal("2.04", script.Post("/3303/0/5605"));
        Assert.Equal((25, 25), Extremes);
        _temperature.SensorValue = 26;
        Assert.Equal((25, 26), Extremes);
    }

    [Fact]
    public void A_reset_of_the_applications_own_takes_its_place_and_may_call_the_first()
    {
        ExecuteHandler first = _temperature.ResetMinAndMaxMeasuredValues!;
        int resets = 0;
        _temperature.ResetMinAndMaxMeasuredValues = arguments => resets++;
        DeviceScript script = new(_temperature);
        _temperature.SensorValue = 30;
        Assert.Equal("2.04", script.Post("/3303/0/5605"));
        Assert.Equal((1, (20, 30)), (resets, Extremes));

        _temperature.ResetMinAndMaxMeasuredValues = first;
        script.Post("/3303/0/5605");
        Assert.Equal((30, 30), Extremes);
        _temperature.ResetMinAndMaxMeasuredValues = null;
        Assert.Equal("4.04", script.Post("/3303/0/5605"));
    }

    [Fact]
    public void Value_and_extremes_are_one_change()
    {
        DeviceScript script = new(_temperature);
        script.Get("/3303/0", ContentFormat.SenMLJson, observe: 0);
        _temperature.SensorValue = 21;
        Assert.Equal(1, script.Wakes);
        Assert.Equal(
            ["NOTIFY 01 2.05 110 [{\"bn\":\"/3303/0/\",\"n\":\"5601\",\"v\":20},{\"n\":\"5602\",\"v\":21},{\"n\":\"5700\",\"v\":21}]"],
            script.Drain());
    }

    [Fact]
    public void A_server_that_moves_a_positioner_moves_its_extremes()
    {
        Positioner positioner = new() { CurrentPosition = 50 };
        DeviceScript script = new(positioner);
        Assert.Equal("2.04", script.Put("/3337/0/5536", "75.5"));
        Assert.Equal((50, 75.5), (positioner.MinMeasuredValue, positioner.MaxMeasuredValue));
        Assert.Equal("4.00", script.Put("/3337/0/5536", "x")[..4]);
        Assert.Equal((50, 75.5), (positioner.MinMeasuredValue, positioner.MaxMeasuredValue));
    }

    [Fact]
    public void A_peers_report_is_taken_as_it_is()
    {
        byte[] payload = """[{"bn":"/3303/0/","n":"5601","v":19},{"n":"5700","v":3}]"""u8.ToArray();
        Assert.True(Representation.TryRead(0, ContentFormat.SenMLJson, payload, out Temperature t, out _));
        Assert.Equal((3, 19, null), (t.SensorValue, t.MinMeasuredValue, t.MaxMeasuredValue));
    }

    [Fact]
    public void An_object_with_one_mandatory_number_measures_that()
    {
        AnalogInput input = new() { AnalogInputCurrentValue = 3 };
        input.AnalogInputCurrentValue = 1;
        Assert.Equal((1, 3), (input.MinMeasuredValue, input.MaxMeasuredValue));
    }

    [Fact]
    public void Timestamps_follow_a_clock_if_there_is_one()
    {
        Clock clock = new() { Now = new(1969, 12, 31, 23, 59, 58, 250, TimeSpan.Zero) };
        _temperature.SensorValue = 21;
        Assert.Equal((null, null), (_temperature.Timestamp, _temperature.FractionalTimestamp));

        _temperature.TimestampClock = clock;
        _temperature.SensorValue = 22;
        Assert.Equal((clock.Now, 0.25), (_temperature.Timestamp, _temperature.FractionalTimestamp));

        // The same value measured again is news by its time.
        DeviceScript script = new(_temperature);
        script.Get("/3303/0/5518", observe: 0);
        clock.Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_750);
        _temperature.SensorValue = 22;
        Assert.Equal(["NOTIFY 01 2.05 0 1700000000"], script.Drain());
        Assert.Equal(0.75, _temperature.FractionalTimestamp);
    }

    [Fact]
    public void A_servers_write_has_a_time_as_well()
    {
        Clock clock = new() { Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) };
        Actuation actuation = new() { OnOff = false, TimestampClock = clock };
        DeviceScript script = new(actuation);
        Assert.Null(actuation.Timestamp);
        Assert.Equal("2.04", script.Put("/3306/0/5850", "1"));
        Assert.Equal((true, 1_700_000_000), (actuation.OnOff, actuation.Timestamp!.Value.ToUnixTimeSeconds()));
    }

    // A reset that reads the old value and writes behind the new one would leave extremes that do not hold it.
    [Fact]
    public void Sensor_and_server_at_once_leave_extremes_that_hold_the_value()
    {
        const int Rounds = 20_000;
        ExecuteHandler reset = _temperature.ResetMinAndMaxMeasuredValues!;
        using Barrier barrier = new(2);
        int misses = 0;
        Thread sensor = new(() =>
        {
            for (int i = 1; i <= Rounds; i++)
            {
                barrier.SignalAndWait();
                _temperature.SensorValue = -i;
                barrier.SignalAndWait();
            }
        });
        sensor.Start();
        for (int i = 1; i <= Rounds; i++)
        {
            barrier.SignalAndWait();
            reset(default);
            barrier.SignalAndWait();
            misses += _temperature.MinMeasuredValue <= -i && _temperature.MaxMeasuredValue >= -i ? 0 : 1;
        }

        sensor.Join();
        Assert.Equal(0, misses);
    }

    [Fact]
    public void Measuring_allocates_nothing()
    {
        _temperature.TimestampClock = new Clock { Now = DateTimeOffset.UnixEpoch };
        double value = 0;
        Assert.Equal(0, AllocationTests.Allocated(() => _temperature.SensorValue = value++));
    }

    private (double?, double?) Extremes => (_temperature.MinMeasuredValue, _temperature.MaxMeasuredValue);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
