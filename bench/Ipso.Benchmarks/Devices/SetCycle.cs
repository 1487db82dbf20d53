using Ipso.Benchmarks.Harness;
using Ipso.Lwm2m.Device;

namespace Ipso.Benchmarks.Devices;

/// <summary>A property of an object on a device is set, and nobody observes it: the result is the value.</summary>
internal readonly struct SetCycle : IOperation
{
    private readonly Objects.Device _device;

    internal SetCycle(DeviceEndpoint endpoint)
    {
        _device = new()
        {
            Reboot = static _ => { },
            ErrorCode = [0],
            SupportedBindingAndModes = "U",
            BatteryLevel = 1,
        };
        endpoint.Objects.Add(_device);
        endpoint.WakeRequested = static () => throw new WrongResultException("A change that nobody observes has woken the device.");
    }

    public int Run()
    {
        long? level = _device.BatteryLevel == 1 ? 2 : 1;
        _device.BatteryLevel = level;
        _device.BatteryLevel = 3 - level;
        return (int)_device.BatteryLevel!;
    }
}
