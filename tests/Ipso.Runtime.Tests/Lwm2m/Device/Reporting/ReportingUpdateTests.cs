using Ipso.Coap;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What is changed as one is told as one, whatever falls due meanwhile.</summary>
public class ReportingUpdateTests
{
    private readonly Hooked _hooked = new() { First = 0, Second = 0 };
    private readonly Temperature _temperature = new() { SensorValue = 1 };
    private readonly DeviceScript _script;

    public ReportingUpdateTests() => _script = new(_hooked, _temperature);

    private string[] Told(double seconds) => [.. _script.RunFor(seconds).Select(static sent => sent.Message)];

    [Theory]
    [InlineData("/26290/0", "/26290/0")]
    [InlineData("/26290", "/26290")]
    [InlineData("/26290/0", "/")]
    public void A_greatest_period_that_ends_within_an_update_waits_for_its_end(string assigned, string observed)
    {
        _script.WriteAttributes(assigned, "pmax=20");
        if (observed == "/")
        {
            byte[] request = _script.Request(
                CoapCode.Fetch, "/", """[{"n":"/3303/0/5700"},{"n":"/26290/0"}]"""u8.ToArray(), ContentFormat.SenMLJson, observe: 0);
            Assert.StartsWith("2.05 110 observed ", _script.Receive(request)[0], StringComparison.Ordinal);
        }
        else
        {
            Assert.StartsWith("2.05", _script.Get(observed, ContentFormat.SenMLJson, observe: 0), StringComparison.Ordinal);
        }

        UpdateScope update = _hooked.BeginUpdate();
        _hooked.First = 5;
        Assert.Empty(Told(50));
        _hooked.Second = 6;
        update.Dispose();
        string told = Assert.Single(Told(15));
        Assert.Contains("\"v\":5", told, StringComparison.Ordinal);
        Assert.Contains("\"v\":6", told, StringComparison.Ordinal);
        // The period begins anew with it.
        Assert.Single(Told(10));
    }

    [Fact]
    public void An_update_that_changes_nothing_is_an_end_too()
    {
        _script.WriteAttributes("/26290/0", "pmax=20");
        _script.Get("/26290/0", ContentFormat.SenMLJson, observe: 0);
        UpdateScope update = _hooked.BeginUpdate();
        Assert.Empty(Told(50));
        update.Dispose();
        Assert.Single(Told(5));
    }

    [Fact]
    public void An_instance_that_is_taken_out_within_an_update_keeps_nobody_waiting()
    {
        Hooked second = new() { First = 3, Second = 3 };
        _script.Device.Objects.Add(second);
        _script.WriteAttributes("/26290", "pmax=20");
        _script.Get("/26290", ContentFormat.SenMLJson, observe: 0);
        UpdateScope update = second.BeginUpdate();
        Assert.Empty(Told(50));
        _script.Device.Objects.Remove(second);
        Assert.DoesNotContain("\"v\":3", Assert.Single(Told(5)), StringComparison.Ordinal);
        update.Dispose();
    }

    [Fact]
    public void An_update_that_begins_while_a_notification_is_rendered_puts_it_off()
    {
        _script.WriteAttributes("/26290/0", "pmax=20");
        _script.Get("/26290/0", ContentFormat.SenMLJson, observe: 0);
        UpdateScope? update = null;
        _hooked.BeforeRead = () =>
        {
            update ??= _hooked.BeginUpdate();
            _hooked.First = 5;
        };
        Assert.Empty(Told(30));
        _hooked.BeforeRead = null;
        _hooked.Second = 6;
        update!.Value.Dispose();
        string told = Assert.Single(Told(15));
        Assert.Contains("\"v\":5", told, StringComparison.Ordinal);
        Assert.Contains("\"v\":6", told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_kept_for_a_server_that_is_away_is_no_half_either()
    {
        _script.WriteAttributes("/26290/0", "pmax=20");
        _script.Get("/26290/0", ContentFormat.SenMLJson, observe: 0);
        _script.Device.Reporter.GoOffline(null);
        UpdateScope update = _hooked.BeginUpdate();
        _hooked.First = 5;
        Assert.Empty(Told(30));
        _hooked.Second = 6;
        update.Dispose();
        Assert.Empty(Told(15));
        using (_hooked.BeginUpdate())
        {
            _hooked.First = 7;
            _hooked.Second = 7;
        }

        Assert.Empty(Told(1));
        _script.Device.Reporter.ComeOnline(null);
        string told = Assert.Single(Told(1));
        Assert.Equal(1, Count(told, "\"v\":5"));
        Assert.Equal(1, Count(told, "\"v\":6"));
        Assert.DoesNotContain("\"v\":0", told, StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
