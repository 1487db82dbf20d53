using Ipso.Benchmarks.Codecs.Baselines;
using Ipso.Benchmarks.Harness;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Benchmarks.Codecs;

/// <summary>
/// An object that is encoded and decoded: generated and plain with the same values, a second time with some numbers changed, and an empty
/// one of each to decode into.
/// </summary>
internal sealed record Subject(
    string Name,
    ObjectInstance Ours,
    ObjectInstance OursChanged,
    Func<ObjectInstance> NewOurs,
    PlainObject Plain,
    Func<PlainObject> NewPlain)
{
    // The records of the example of a Device in LwM2M TS Core, 7.4.
    internal static Subject Device()
    {
        PlainDevice plain = new()
        {
            Manufacturer = "Open Mobile Alliance",
            ModelNumber = "Lightweight M2M Client",
            SerialNumber = "345000123",
            FirmwareVersion = "1.0",
            BatteryLevel = 100,
            MemoryFree = 15,
            CurrentTime = 1_367_491_215,
            UtcOffset = "+02:00",
            SupportedBindingAndModes = "U",
        };
        plain.AvailablePowerSources.Append(0, 1);
        plain.AvailablePowerSources.Append(1, 5);
        plain.PowerSourceVoltage.Append(0, 3800);
        plain.PowerSourceVoltage.Append(1, 5000);
        plain.PowerSourceCurrent.Append(0, 125);
        plain.PowerSourceCurrent.Append(1, 900);
        plain.ErrorCode.Append(0, 0);

        Device changed = NewDevice();
        changed.PowerSourceVoltage = [3790, 5010];
        changed.PowerSourceCurrent = [121, 894];
        changed.MemoryFree = 14;
        changed.CurrentTime = DateTimeOffset.FromUnixTimeSeconds(1_367_491_275);

        return new("device", NewDevice(), changed, static () => Empty<Device>(3), plain, static () => new PlainDevice());

        static Device NewDevice() => new()
        {
            Manufacturer = "Open Mobile Alliance",
            ModelNumber = "Lightweight M2M Client",
            SerialNumber = "345000123",
            FirmwareVersion = "1.0",
            AvailablePowerSources = [1, 5],
            PowerSourceVoltage = [3800, 5000],
            PowerSourceCurrent = [125, 900],
            BatteryLevel = 100,
            MemoryFree = 15,
            ErrorCode = [0],
            CurrentTime = DateTimeOffset.FromUnixTimeSeconds(1_367_491_215),
            UTCOffset = "+02:00",
            SupportedBindingAndModes = "U",
            Reboot = null,
        };
    }

    internal static Subject Temperature()
    {
        PlainTemperature plain = new()
        {
            Timestamp = 1_367_491_215,
            MinMeasuredValue = -3.2,
            MaxMeasuredValue = 38.75,
            MinRangeValue = -40,
            MaxRangeValue = 125,
            SensorValue = 21.5,
            SensorUnits = "Cel",
            ApplicationType = "Living room",
        };

        Temperature changed = NewTemperature();
        changed.Timestamp = DateTimeOffset.FromUnixTimeSeconds(1_367_491_275);
        changed.SensorValue = 22.5;

        return new(
            "temperature", NewTemperature(), changed, static () => Empty<Temperature>(3303), plain, static () => new PlainTemperature());

        static Temperature NewTemperature() => new()
        {
            Timestamp = DateTimeOffset.FromUnixTimeSeconds(1_367_491_215),
            MinMeasuredValue = -3.2,
            MaxMeasuredValue = 38.75,
            MinRangeValue = -40,
            MaxRangeValue = 125,
            SensorValue = 21.5,
            SensorUnits = "Cel",
            ApplicationType = "Living room",
        };
    }

    internal byte[] Payload(ContentFormat format) => PayloadOf(Ours, format);

    internal byte[] ChangedPayload(ContentFormat format) => PayloadOf(OursChanged, format);

    /// <summary>An object into which our decoder took a payload, and from which our encoder makes the same payload again.</summary>
    internal ObjectInstance DecodedByUs(ContentFormat format)
    {
        byte[] payload = Payload(format);
        ObjectInstance target = NewOurs();
        Lwm2mPath path = new(target.Definition.ObjectId, target.InstanceId);
        if (!Representation.TryRead(target, path, format, payload, ReadMode.Mirror, out PayloadError error))
        {
            throw new WrongResultException($"{Name}, {format}: our decoder refuses our encoder's payload: {error}");
        }

        Require(PayloadOf(target, format).AsSpan().SequenceEqual(payload), $"{format}: our decoder lost something");
        return target;
    }

    internal void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new WrongResultException($"{Name}, {otherwise}.");
        }
    }

    // The way off the wire that users have, with a payload that gives no resource.
    private static T Empty<T>(ushort objectId)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        if (!Representation.TryRead(0, ContentFormat.SenMLJson, "[]"u8, out T instance, out PayloadError error))
        {
            throw new WrongResultException($"Object {objectId}: an empty payload is refused: {error}");
        }

        return instance;
    }

    private static byte[] PayloadOf(ObjectInstance instance, ContentFormat format)
    {
        byte[] buffer = new byte[1024];
        Representation.Write(instance, format, buffer, out int written);
        return buffer[..written];
    }
}
