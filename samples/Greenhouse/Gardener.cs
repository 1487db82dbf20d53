using Ipso.Objects;
using Ipso.Server;
using Ipso.Server.Registration;
using Ipso.Server.Remote;

namespace Greenhouse;

/// <summary>The server's side: whoever registers is observed, by what it has, and told what to do.</summary>
internal sealed class Gardener(Lwm2mServer server, Sky sky)
{
    private const double Dark = 2000;

    private readonly List<Task> _watching = [];
    private bool? _isLit;
    private int _readings;
    private int _commands;

    internal int Readings => _readings;

    internal int Commands => _commands;

    internal async Task WorkAsync(CancellationToken stop)
    {
        try
        {
            await foreach (RegistrationChange change in server.ReadChangesAsync(stop))
            {
                Console.WriteLine($"{sky.Time:HH:mm} {change}");
                if (change.Kind == RegistrationChangeKind.Registered && server.Find(change.Endpoint) is { } device)
                {
                    _watching.AddRange(Watch(device, stop));
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(_watching);
        }
    }

    // What a device has decides what is done about it, not what it is called.
    private IEnumerable<Task> Watch(DeviceClient device, CancellationToken stop)
    {
        foreach (RemoteObject<Temperature> sensor in device.Objects<Temperature>())
        {
            yield return ReadAsync(device, sensor.SensorValue, "Cel", static (_, _) => Task.CompletedTask, stop);
            if (device.Has<SetPoint>())
            {
                yield return HeatAsync(device.Object<SetPoint>(), stop);
            }
        }

        foreach (RemoteObject<Illuminance> sun in device.Objects<Illuminance>())
        {
            yield return ReadAsync(device, sun.SensorValue, "lx", LightAsync, stop);
        }

        foreach (RemoteObject<PowerMeasurement> meter in device.Objects<PowerMeasurement>())
        {
            yield return ReadAsync(device, meter.InstantaneousActivePower, "W", static (_, _) => Task.CompletedTask, stop);
        }
    }

    private async Task ReadAsync(
        DeviceClient device, ReadableResource<double> resource, string unit, Func<double, CancellationToken, Task> react, CancellationToken stop)
    {
        try
        {
            await foreach (RemoteValue<double> reading in resource.ObserveAsync(cancellationToken: stop))
            {
                Interlocked.Increment(ref _readings);
                Console.WriteLine($"{sky.Time:HH:mm} {device.Endpoint,-8} {reading.Value,8:0.#} {unit}");
                await react(reading.Value, stop);
            }
        }
        catch (DeviceException e)
        {
            Console.WriteLine($"{sky.Time:HH:mm} {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The gardener goes home.
        }
    }

    // 22 degrees by day, 16 by night.
    private async Task HeatAsync(RemoteObject<SetPoint> target, CancellationToken stop)
    {
        using PeriodicTimer timer = new(sky.Day / 96);
        double set = double.NaN;
        try
        {
            do
            {
                double wanted = sky.IsDay ? 22 : 16;
                if (wanted != set)
                {
                    await target.SetPointValue.WriteAsync(wanted, stop);
                    set = wanted;
                    Interlocked.Increment(ref _commands);
                    Console.WriteLine($"{sky.Time:HH:mm} {target.Client.Endpoint,-8} is to have {wanted} Cel");
                }
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (DeviceException e)
        {
            Console.WriteLine($"{sky.Time:HH:mm} {e.Message}");
        }
        catch (OperationCanceledException)
        {
            // The gardener goes home.
        }
    }

    // What the sun lacks by day the lamps give: each is told both values in one message.
    private async Task LightAsync(double lux, CancellationToken stop)
    {
        bool isLit = sky.IsDay && lux < Dark;
        if (isLit == _isLit)
        {
            return;
        }

        _isLit = isLit;
        foreach (DeviceClient device in server.List(LightControl.ObjectId))
        {
            RemoteObject<LightControl> lamp = device.Object<LightControl>();
            await device.WriteAsync(new CompositeWrite().Set(lamp.OnOff, isLit).Set(lamp.Dimmer, isLit ? 80 : 0), stop);
            Interlocked.Increment(ref _commands);
            Console.WriteLine($"{sky.Time:HH:mm} {device.Endpoint,-8} {(isLit ? "on, 80 %" : "off")}");
        }
    }
}
