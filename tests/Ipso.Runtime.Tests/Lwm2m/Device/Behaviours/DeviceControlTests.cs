using Ipso.Coap;
using Ipso.Lwm2m.Device;

namespace Ipso.Tests.Lwm2m;

/// <summary>The object Device (3): what it does.</summary>
public class DeviceControlTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(1));

    private readonly DeviceControl _control = new();
    private readonly DeviceNetwork _network;

    public DeviceControlTests()
    {
        _network = new(0, 1, random =>
        {
            DeviceEndpoint device = new(random);
            device.Attach(_control);
            device.Clock = new ScriptedWallClock(() => s_start + (_network!.Network.Now - default(Ipso.Coap.Engine.Instant)));
            return device;
        });
    }

    [Fact]
    public void A_reboot_comes_after_the_answer()
    {
        int reboots = 0;
        _control.Rebooting = () => reboots++;
        Assert.Equal("2.04", _network.Server.Post("/3/0/4"));
        Assert.Equal(0, reboots);
        _network.Network.Run(DeviceControl.Delay);
        Assert.Equal(1, reboots);
        _network.Network.Run(TimeSpan.FromHours(1));
        Assert.Equal(1, reboots);
    }

    [Fact]
    public void What_the_program_does_not_do_is_refused()
    {
        Assert.Equal("4.05", _network.Server.Post("/3/0/4"));
        Assert.Equal("4.04", _network.Server.Post("/3/0/5"));
        int resets = 0;
        _control.Resetting = () => resets++;
        Assert.Equal("2.04", _network.Server.Post("/3/0/5"));
        _network.Network.Run(DeviceControl.Delay);
        Assert.Equal(1, resets);
    }

    [Fact]
    public void There_is_an_instance_for_each_fault_and_one_for_none()
    {
        Assert.Equal("""2.05 110 [{"bn":"/3/0/11/","n":"0","v":0}]""", Errors());
        _control.AddError(7);
        _control.AddError(1);
        _control.AddError(1);
        Assert.Equal("""2.05 110 [{"bn":"/3/0/11/","n":"0","v":1},{"n":"1","v":7}]""", Errors());
        Assert.True(_control.RemoveError(1));
        Assert.False(_control.RemoveError(1));
        Assert.Equal("""2.05 110 [{"bn":"/3/0/11/","n":"0","v":7}]""", Errors());
        _control.ErrorsReset = () => _control.AddError(16);
        Assert.Equal("2.04", _network.Server.Post("/3/0/12"));
        Assert.Equal("""2.05 110 [{"bn":"/3/0/11/","n":"0","v":16}]""", Errors());
        Assert.Throws<ArgumentOutOfRangeException>(() => _control.AddError(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => _control.AddError(33));
    }

    [Fact]
    public void The_time_goes_on_and_nobody_is_told_of_each_second()
    {
        long first = Time();
        Assert.Equal(s_start.ToUnixTimeSeconds(), first, 5.0);
        Assert.StartsWith("2.05", _network.Server.Observe("/3/0", out _, ContentFormat.SenMLJson), StringComparison.Ordinal);
        _network.Network.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(first + 60, Time(), 5.0);
        _network.Network.Run(TimeSpan.FromMinutes(1));
        Assert.Empty(_network.Server.Notifications);
    }

    [Fact]
    public void A_server_sets_the_clock()
    {
        TimeSpan? correction = null;
        _control.TimeSet = span => correction = span;
        Assert.Equal("2.04", _network.Server.Put("/3/0/13", "1000000000"));
        Assert.NotNull(correction);
        _network.Network.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(1000000060, Time(), 5.0);

        // Who writes something else has not set it.
        correction = null;
        Assert.Equal("2.04", _network.Server.Put("/3/0/15", "Europe/Berlin"));
        Assert.Equal("2.04", _network.Server.Post("/3/0", """[{"n":"/3/0/14","vs":"+02:00"}]""", ContentFormat.SenMLJson));
        Assert.Null(correction);
        Assert.Equal(1000000060, Time(), 5.0);
        _control.ClockWasSet();
        Assert.Equal(s_start.ToUnixTimeSeconds() + 60, Time(), 5.0);
    }

    [Fact]
    public void A_clock_at_the_end_of_time_stands_still()
    {
        Assert.Equal("2.04", _network.Server.Put("/3/0/13", "253402300799"));
        _network.Network.Run(TimeSpan.FromMinutes(1));
        Assert.Equal(253402300799, Time());
    }

    [Fact]
    public void A_composite_asks_once_however_often_it_names_it()
    {
        int asked = 0;
        _control.Refreshing = _ => asked++;
        string paths = string.Join(',', Enumerable.Repeat("""{"n":"/3/0/9"}""", 50));
        Assert.StartsWith("2.05", _network.Server.Fetch($"[{paths}]"), StringComparison.Ordinal);
        Assert.Equal(1, asked);
    }

    [Fact]
    public void What_is_measured_is_set_when_it_is_read()
    {
        int level = 90;
        _control.Refreshing = device => device.BatteryLevel = --level;
        Assert.Equal("2.05 0 89", _network.Server.Get("/3/0/9", ContentFormat.PlainText));
        Assert.Contains("88", _network.Server.Fetch("""[{"n":"/3/0/9"}]"""), StringComparison.Ordinal);
    }

    [Fact]
    public void It_belongs_to_one_device()
    {
        DeviceEndpoint other = new(new Ipso.Testing.SeededRandom(1));
        Assert.Throws<InvalidOperationException>(() => other.Attach(_control));
    }

    private string Errors() => _network.Server.Get("/3/0/11", ContentFormat.SenMLJson);

    private long Time() => long.Parse(
        _network.Server.Get("/3/0/13", ContentFormat.PlainText)[7..], System.Globalization.CultureInfo.InvariantCulture);
}
