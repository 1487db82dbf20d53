using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Size;

/// <summary>The objects of the programs, without any resource.</summary>
internal static class Objects
{
    internal static ObjectInstance[] Two() => [New<Device>(), New<Temperature>()];

    /// <summary>The first sixty objects of registry-xml/.</summary>
    internal static ObjectInstance[] Sixty() =>
    [
        .. Thirty(),
        New<Barometer>(), New<Voltage>(), New<Current>(), New<Frequency>(), New<Depth>(), New<Percentage>(),
        New<Altitude>(), New<Load>(), New<Pressure>(), New<Loudness>(), New<Concentration>(), New<Acidity>(),
        New<Conductivity>(), New<Power>(), New<PowerFactor>(), New<Distance>(), New<Energy>(), New<Direction>(),
        New<Time>(), New<Gyrometer>(), New<Colour>(), New<Location3336>(), New<Positioner>(), New<Buzzer>(),
        New<AudioClip>(), New<Ipso.Objects.Timer>(), New<AddressableTextDisplay>(), New<OnOffSwitch>(), New<Dimmer>(),
        New<UpDownControl>(),
    ];

    /// <summary>The first thirty.</summary>
    internal static ObjectInstance[] Thirty() =>
    [
        New<LWM2MSecurity>(), New<LwM2MServer>(), New<LwM2MAccessControl>(), New<Device>(), New<ConnectivityMonitoring>(),
        New<FirmwareUpdate>(), New<Location6>(), New<ConnectivityStatistics>(), New<LWM2MSoftwareManagement>(),
        New<Portfolio>(), New<BinaryAppDataContainer>(), New<LWM2MOSCORE>(), New<LwM2MGateway>(), New<DigitalInput>(),
        New<DigitalOutput>(), New<AnalogInput>(), New<AnalogOutput>(), New<GenericSensor>(), New<Illuminance>(),
        New<Presence>(), New<Temperature>(), New<Humidity>(), New<PowerMeasurement>(), New<Actuation>(), New<SetPoint>(),
        New<LoadControl>(), New<LightControl>(), New<PowerControl>(), New<Accelerometer>(), New<Magnetometer>(),
    ];

    private static T New<T>()
        where T : ObjectInstance, ILwm2mObject<T> => T.Create();
}
