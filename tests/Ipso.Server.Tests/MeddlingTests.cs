using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Reporting;

namespace Ipso.Server.Tests;

/// <summary>What the program does within the calls that tell it of something: cancels, and removes devices.</summary>
public class MeddlingTests
{
    private readonly List<string> _told = [];

    [Fact]
    public void Who_is_told_of_one_end_may_cancel_another_observation()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lwm2m=1.1");
        Observation other = new(5701, _told);
        Observe(script, new(5700, _told) { Ended = () => Assert.True(script.Server.Cancel(other)) });
        Observe(script, other);
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, location));
        Assert.Equal(["5700 2.05", "5701 2.05", "5700 ended"], _told);
        Assert.Equal(0, script.Server.KeptCount);
    }

    [Fact]
    public void Who_is_told_of_one_end_may_remove_the_device_and_is_told_of_each_end_once()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        RegisteredDevice device = script.Server.Find("d")!;
        for (ushort i = 0; i < 3; i++)
        {
            Observe(script, new((ushort)(5700 + i), _told) { Ended = () => script.Server.Remove(device) });
        }

        _told.Clear();
        script.Device.Do(() => script.Server.Remove(device));
        Assert.Equal(["5700 ended", "5701 ended", "5702 ended"], _told.Order());
        Assert.Equal(0, script.Server.KeptCount);
    }

    // All were to be asked for anew, and one had no room to wait in.
    [Fact]
    public void What_was_cancelled_meanwhile_is_not_asked_for_after_a_Register()
    {
        ServerScript script = new(new() { MaxWaitingPerDevice = 2 });
        script.Locate("ep=d&lwm2m=1.1");
        Observation other = new(5701, _told);
        Observe(script, new(5700, _told) { Ended = () => script.Server.Cancel(other) }, answers: false);
        Observe(script, other, answers: false);
        Observe(script, new(5702, _told), answers: false);
        script.Device.Expect("CON * GET /3303/0/5700*");
        script.Locate("ep=d&lwm2m=1.1");
        Assert.Equal(["5700 ended"], _told);
        script.Device.PassOver().At(300);
        Assert.False(script.Server.Cancel(other));
        Assert.DoesNotContain(_told, static line => line.StartsWith("5701", StringComparison.Ordinal));
    }

    [Fact]
    public void Who_is_told_that_something_was_lost_as_the_device_moved_may_remove_it()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lwm2m=1.1");
        RegisteredDevice device = script.Server.Find("d")!;
        Execution execution = new(_told, () => script.Server.Remove(device));
        script.Device.Do(() => script.Server.Submit(device, execution, script.Now));
        script.Device.Expect("CON * POST /3/0/4 *");
        script.Ask(CoapCode.Post, location, from: script.AddDevice("elsewhere"));
        Assert.Equal(["Unknown"], _told);
        Assert.Equal((0, 0), (script.Server.DeviceCount, script.Server.KeptCount));
        Assert.Equal(RegistrationChangeKind.Removed, script.Changes[^1].Kind);

        // Its name is free, and whoever has it next keeps it for as long as it says.
        script.Locate("ep=d&lwm2m=1.1");
        script.Device.At(80_000);
        Assert.Equal(1, script.Server.DeviceCount);
    }

    private static void Observe(ServerScript script, Observation observation, bool answers = true)
    {
        script.Device.Do(() => script.Server.Observe(script.Server.Find("d")!, observation, script.Now));
        if (answers)
        {
            script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Observe(1).Payload("1"));
        }
    }

    private sealed class Observation(ushort resource, List<string> told) : DeviceObservation(DeviceRequest.Observe(new Lwm2mPath(3303, 0, resource)))
    {
        internal Action? Ended { get; init; }

        protected internal override void OnNotified(in DeviceResponse response) => told.Add($"{resource} {response.Code.Class}.{response.Code.Detail:00}");

        protected internal override void OnEnded(in DeviceResponse response)
        {
            told.Add($"{resource} ended");
            Ended?.Invoke();
        }
    }

    private sealed class Execution(List<string> told, Action completed) : DeviceOperation(DeviceRequest.Execute(new(3, 0, 4)))
    {
        protected internal override void OnCompleted(in DeviceResponse response)
        {
            told.Add(response.Outcome.ToString());
            completed();
        }
    }
}
