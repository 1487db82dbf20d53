using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Writes to the program's own Object Instances wait for the end, and none of them is lost unseen.</summary>
public class BootstrapWaitingTests
{
    private const string Value = """[{"n":"/3303/0/5700","v":5}]""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_program_has_taken_out_is_no_end_and_nothing_is_written(bool isReplaced)
    {
        Temperature taken = new() { SensorValue = 1 };
        Temperature other = new() { SensorValue = 2 };
        BootstrapWorld world = new(0, null, taken, other);
        world.Open();
        world.Provision();
        Assert.Equal("2.04", world.Put("/3303/1/5700", """[{"n":"/3303/1/5700","v":6}]"""));
        Assert.Equal("2.04", world.Put("/3303/0/5700", Value));
        world.Device.Objects.Remove(taken);
        Temperature? next = isReplaced ? new() { SensorValue = 3 } : null;
        if (next is not null)
        {
            world.Device.Objects.Add(0, next);
        }

        string before = world.Content;
        Assert.Equal("4.06 the device has taken /3303/0 out meanwhile", world.Finish());
        Assert.Equal(before, world.Content);
        Assert.Equal("2.02", world.Delete("/3303/0"));
        Assert.Equal("2.04", world.Finish());
        Assert.Equal((1, 6), (taken.SensorValue, other.SensorValue));
        Assert.Equal(3, next?.SensorValue ?? 3);
    }

    [Fact]
    public void What_a_behaviour_does_not_take_now_is_refused_when_it_comes_and_at_the_end()
    {
        Stubborn behaviour = new(new Temperature { SensorValue = 1 });
        BootstrapWorld world = new();
        world.Device.Attach(behaviour);
        behaviour.Reason = "the probe is hot";
        world.Open();
        world.Provision();
        Assert.Equal("4.00 the probe is hot", world.Put("/3303/0/5700", Value));
        Assert.Equal("4.00 the probe is hot", world.Put("/3303", Value));
        behaviour.Reason = null;
        Assert.Equal("2.04", world.Put("/3303", Value));
        behaviour.Reason = "the probe is wet";
        string before = world.Content;
        Assert.Equal("4.06 the probe is wet", world.Finish());
        Assert.Equal(before, world.Content);
        Assert.Equal(0, behaviour.Written);
        behaviour.Reason = null;
        Assert.Equal("2.04", world.Finish());
        world.World.Run(1);
        Assert.Equal((5, 1), (behaviour.Temperature.SensorValue, behaviour.Written));
        Assert.All(behaviour.Asked, static path => Assert.InRange(path.Depth, 2, 3));
    }

    private sealed class Stubborn(Temperature temperature) : ObjectBehaviour(temperature)
    {
        internal Temperature Temperature { get; } = temperature;

        internal string? Reason { get; set; }

        internal int Written { get; private set; }

        internal List<Lwm2mPath> Asked { get; } = [];

        protected internal override string? RefuseWrite(Lwm2mPath path)
        {
            Asked.Add(path);
            return Reason;
        }

        protected internal override void OnWritten(Lwm2mPath path) => Written++;
    }
}
