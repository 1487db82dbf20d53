using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Objects;

namespace Greenhouse;

/// <summary>The devices: two thermostats, two lamps, a light sensor and a meter, each with a socket of its own.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private readonly List<Lwm2mDevice> _devices = [];
    private readonly List<(Temperature Sensor, SetPoint Target)> _benches = [];
    private readonly List<LightControl> _lamps = [];
    private readonly Illuminance _sun = new() { SensorValue = 0, SensorUnits = "lx" };
    private readonly PowerMeasurement _meter = new() { InstantaneousActivePower = 0 };
    private readonly Sky _sky;

    private Fleet(Sky sky) => _sky = sky;

    internal static async Task<Fleet> StartAsync(int port, Sky sky)
    {
        Fleet fleet = new(sky);
        foreach (string bench in (string[])["bench-1", "bench-2"])
        {
            Temperature sensor = new() { SensorValue = 15, SensorUnits = "Cel" };
            SetPoint target = new() { SetPointValue = 15, SensorUnits = "Cel" };
            fleet._benches.Add((sensor, target));
            await fleet.AddAsync(port, bench, sensor, target);
        }

        foreach (string name in (string[])["lamp-1", "lamp-2"])
        {
            LightControl lamp = new() { OnOff = false, Dimmer = 0 };
            fleet._lamps.Add(lamp);
            await fleet.AddAsync(port, name, lamp);
        }

        await fleet.AddAsync(port, "roof", fleet._sun);
        await fleet.AddAsync(port, "meter", fleet._meter);
        return fleet;
    }

    /// <summary>What the world does to the devices, until it is told to stop or its time is over.</summary>
    internal async Task RunAsync(TimeSpan time, CancellationToken stop)
    {
        using PeriodicTimer timer = new(_sky.Day / 240);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        end.CancelAfter(time);
        try
        {
            while (await timer.WaitForNextTickAsync(end.Token))
            {
                Step();
            }
        }
        catch (OperationCanceledException)
        {
            // The day is over.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lwm2mDevice device in _devices)
        {
            await device.DisposeAsync();
        }
    }

    private async Task AddAsync(int port, string name, params Ipso.Lwm2m.Model.ObjectInstance[] objects)
    {
        Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = name, StopTimeout = TimeSpan.FromSeconds(2), Server = new($"coap://127.0.0.1:{port}") { Lifetime = TimeSpan.FromMinutes(5) },
        });
        foreach (Ipso.Lwm2m.Model.ObjectInstance instance in objects)
        {
            device.Objects.Add(instance);
        }

        _devices.Add(device);
        await device.StartAsync();
    }

    private void Step()
    {
        _sun.SensorValue = _sky.Light;
        double power = 0;
        foreach ((Temperature sensor, SetPoint target) in _benches)
        {
            // It loses warmth to the night, and a heater of 1 kW makes up for it.
            double missing = target.SetPointValue - sensor.SensorValue;
            bool isHeating = missing > 0;
            power += isHeating ? 1000 : 0;
            sensor.SensorValue = Math.Round(sensor.SensorValue + Math.Clamp(missing / 4, -0.3, 0.8), 1);
        }

        foreach (LightControl lamp in _lamps)
        {
            power += lamp.OnOff ? 4 * (lamp.Dimmer ?? 100) : 0;
        }

        _meter.InstantaneousActivePower = power;
    }
}
