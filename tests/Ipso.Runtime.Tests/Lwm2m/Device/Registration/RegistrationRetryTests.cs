using System.Globalization;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Waits that are not the same for all devices, and a server that hears nothing of what it observes.</summary>
public class RegistrationRetryTests
{
    [Fact]
    public void Waits_are_longer_by_a_tenth_at_most_each_by_a_fraction_of_its_own()
    {
        RegistrationWorld world = new(Options(), 0, new DeviceOptions().RetrySpread, "s");
        world["s"].Answer = static _ => CoapCode.ServiceUnavailable;
        world.Start(200_000);
        double[] times = [.. world["s"].Times];
        double[] nominal = [60, 120, 240, 480, 86400, 60];
        double[] fractions = [.. nominal.Select((wait, i) => (times[i + 1] - times[i]) / wait)];
        Assert.All(fractions, static fraction => Assert.InRange(fraction, 1, 1.1));
        Assert.Equal(fractions.Length, fractions.Select(static fraction => Math.Round(fraction, 5)).Distinct().Count());
        Assert.True(fractions.Max() - fractions.Min() > 0.02);

        // What is told is what is done.
        double told = double.Parse(world.Events[0].Split("next in ")[1], CultureInfo.InvariantCulture);
        Assert.Equal(told, times[1] - times[0], 0.001);
    }

    [Fact]
    public void Waits_of_a_bootstrap_are_spread_as_well()
    {
        RegistrationWorld world = new(BootstrapWorld.Options(), 0, retrySpread: 0.5, RegistrationWorld.BootstrapServer);
        world[RegistrationWorld.BootstrapServer].Answer = static _ => CoapCode.ServiceUnavailable;
        world.Start(500);
        double[] waits = [.. world.Events.Where(static e => e.Contains("Failed", StringComparison.Ordinal) && !e.EndsWith(" 0", StringComparison.Ordinal))
            .Select(static e => double.Parse(e.Split("next in ")[1], CultureInfo.InvariantCulture))];
        Assert.InRange(waits[0], 60.1, 90);
        Assert.InRange(waits[1], 120.1, 180);
        Assert.NotEqual(waits[0] * 2, waits[1], 0.1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Devices_that_start_together_come_within_the_spread_each_at_a_time_of_its_own(bool isBootstrapped)
    {
        double[] first = [.. Enumerable.Range(1, 30).Select(seed =>
        {
            DeviceOptions options = (isBootstrapped ? BootstrapWorld.Options() : Options()) with { StartSpread = TimeSpan.FromMinutes(10) };
            string server = isBootstrapped ? RegistrationWorld.BootstrapServer : "s";
            RegistrationWorld world = new(options, 0, 0, (ulong)seed, server);
            world.Start(601);
            return world[server].Times[0];
        })];
        Assert.All(first, static time => Assert.InRange(time, 0, 600));
        Assert.InRange(first.Average(), 200, 400);
        Assert.True(first.Max() - first.Min() > 400);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new DeviceOptions { StartSpread = TimeSpan.FromDays(2) });
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_spread_is_a_fraction(double spread) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeviceOptions { RetrySpread = spread });

    [Fact]
    public void An_observation_that_ends_because_the_server_hears_nothing_is_followed_by_a_Register()
    {
        RegistrationWorld world = new(Options(), 0, "s");
        Temperature temperature = new() { SensorValue = 20 };
        world.Device.Objects.Add(temperature);
        world.Start();
        Observe(world);
        world.Network.Cut([world.DeviceNode], [world["s"].Node], TimeSpan.FromSeconds(61));
        temperature.SensorValue = 21;
        world.Until(() => world["s"].Registers.Count() == 2);
        Assert.InRange(world.Seconds, 62, 95);
        Assert.Contains(world.Events, static e => e.EndsWith("1 failed Timeout, next in 0", StringComparison.Ordinal));

        // It may observe again, and hears what there is.
        Assert.Equal(0, world.Device.ObserverCount);
        Observe(world);
        Assert.Equal(1, world.Device.ObserverCount);
    }

    [Theory]
    [InlineData(86400, new[] { 0.0, 60, 120, 240, 480 })]
    [InlineData(300, new[] { 0.0, 60, 120, 207 - 62, 207 - 62 })]
    public void A_server_that_never_hears_is_registered_with_less_and_less_often(int lifetime, double[] waits)
    {
        RegistrationWorld world = new(
            new() { Endpoint = "d", Server = new("coap://s") { Lifetime = TimeSpan.FromSeconds(lifetime) } }, 0, "s");
        Temperature temperature = new() { SensorValue = 20 };
        world.Device.Objects.Add(temperature);
        world.Start();
        for (int i = 0; i < waits.Length; i++)
        {
            Assert.Equal(waits[i], GoUnheard(world, temperature, i + 2), 34.0);
        }

        // One notification that is acknowledged, and it counts from the beginning.
        Observe(world);
        temperature.SensorValue++;
        world.Run(1);
        Assert.Equal(0, GoUnheard(world, temperature, waits.Length + 2), 34.0);
        Assert.Equal(60, GoUnheard(world, temperature, waits.Length + 3), 34.0);
    }

    // How long the Register waits, from 62 s after the notification on, which is the least until it is given up.
    private static double GoUnheard(RegistrationWorld world, Temperature temperature, int registers)
    {
        Observe(world);
        double start = world.Seconds;
        world.Network.Cut([world.DeviceNode], [world["s"].Node], TimeSpan.FromSeconds(61));
        temperature.SensorValue++;
        world.Until(() => world["s"].Registers.Count() == registers, days: 2);
        world.Run(1);
        return world.Seconds - 1 - start - 62;
    }

    [Fact]
    public void So_it_is_while_an_Update_is_under_way()
    {
        RegistrationWorld world = new(Options(), 0, "s");
        Temperature temperature = new() { SensorValue = 20 };
        world.Device.Objects.Add(temperature);
        world.Start();
        Observe(world);
        world.Network.Cut([world.DeviceNode], [world["s"].Node], TimeSpan.FromSeconds(200));
        temperature.SensorValue = 21;
        world.Run(30);
        world.ServerObject().RegistrationUpdateTrigger!(default);
        world.Until(() => world["s"].Registers.Count() == 2);
        world.Run(300);
        Assert.Equal(2, world["s"].Registers.Count());
        Assert.Empty(world["s"].Updates);
        Assert.Equal(2, world.Events.Count(static e => e.EndsWith("1 registered 1.2", StringComparison.Ordinal)));
    }

    private static DeviceOptions Options() => new() { Endpoint = "d", Server = new("coap://s") };

    private static void Observe(RegistrationWorld world) => Assert.StartsWith(
        "2.05", world["s"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700", [], null, observe: true, query: "con=1"), StringComparison.Ordinal);
}
