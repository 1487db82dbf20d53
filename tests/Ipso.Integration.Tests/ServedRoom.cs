using System.Net;
using Ipso.Lwm2m;
using Ipso.Net;
using Ipso.Objects;

namespace Ipso.Integration.Tests;

/// <summary>A device on a port of its own, with values that the tests know.</summary>
public sealed class ServedRoom : IAsyncDisposable
{
    private readonly Lwm2mDevice _host = new();

    public ServedRoom()
    {
        Temperature.ResetMinAndMaxMeasuredValues = arguments => Resets.Add(arguments.ToString());
        _host.Objects.Add(Device);
        ObjectLink temperature = _host.Objects.Add(Temperature);
        ObjectLink setPoint = _host.Objects.Add(SetPoint);
        _host.Objects.Add(new Thermostat { Temperature = temperature, SetPoint = setPoint, Mode = 1 });
        _host.Start(new IPEndPoint(IPAddress.Loopback, 0));
        Client = new(_host.LocalEndPoint);
    }

    /// <summary>The device of the LwM2M specification's examples.</summary>
    public Device Device { get; } = new()
    {
        Manufacturer = "Open Mobile Alliance",
        ModelNumber = "Lightweight M2M Client",
        SerialNumber = "345000123",
        FirmwareVersion = "1.0",
        Reboot = null,
        AvailablePowerSources = [1, 5],
        PowerSourceVoltage = [3800, 5000],
        PowerSourceCurrent = [125, 900],
        BatteryLevel = 100,
        MemoryFree = 15,
        ErrorCode = [0],
        CurrentTime = DateTimeOffset.FromUnixTimeSeconds(1367491215),
        UTCOffset = "+02:00",
        SupportedBindingAndModes = "U",
    };

    public Temperature Temperature { get; } = new() { SensorValue = 21.5, SensorUnits = "Cel" };

    public SetPoint SetPoint { get; } = new() { SetPointValue = 21, SensorUnits = "Cel" };

    /// <summary>The arguments of each reset of the temperature's minimum and maximum.</summary>
    public List<string> Resets { get; } = [];

    internal LibcoapClient Client { get; }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
