using System.Formats.Cbor;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>Writes SenML CBOR by hand on CborWriter, with a writer that is used again and again.</summary>
internal sealed class CborEncoding(CborConformanceMode mode)
{
    private static readonly string[] s_availablePowerSources = PlainName.OfInstances(6);
    private static readonly string[] s_powerSourceVoltage = PlainName.OfInstances(7);
    private static readonly string[] s_powerSourceCurrent = PlainName.OfInstances(8);
    private static readonly string[] s_errorCode = PlainName.OfInstances(11);

    private readonly CborWriter _writer = new(
        mode, convertIndefiniteLengthEncodings: false, allowMultipleRootLevelValues: false, initialCapacity: 1024);

    internal int Encode(PlainObject plain, Span<byte> destination) => plain switch
    {
        PlainDevice device => Encode(device, destination),
        PlainTemperature temperature => Encode(temperature, destination),
        _ => throw new ArgumentException("Neither a Device nor a Temperature.", nameof(plain)),
    };

    private int Encode(PlainDevice device, Span<byte> destination)
    {
        Begin(device.RecordCount);
        string? baseName = "/3/0/";
        Write(ref baseName, "0", device.Manufacturer);
        Write(ref baseName, "1", device.ModelNumber);
        Write(ref baseName, "2", device.SerialNumber);
        Write(ref baseName, "3", device.FirmwareVersion);
        Write(ref baseName, s_availablePowerSources, in device.AvailablePowerSources);
        Write(ref baseName, s_powerSourceVoltage, in device.PowerSourceVoltage);
        Write(ref baseName, s_powerSourceCurrent, in device.PowerSourceCurrent);
        Write(ref baseName, "9", device.BatteryLevel);
        Write(ref baseName, "10", device.MemoryFree);
        Write(ref baseName, s_errorCode, in device.ErrorCode);
        Write(ref baseName, "13", device.CurrentTime);
        Write(ref baseName, "14", device.UtcOffset);
        Write(ref baseName, "16", device.SupportedBindingAndModes);
        return End(destination);
    }

    private int Encode(PlainTemperature temperature, Span<byte> destination)
    {
        Begin(temperature.RecordCount);
        string? baseName = "/3303/0/";
        Write(ref baseName, "5518", temperature.Timestamp);
        Write(ref baseName, "5601", temperature.MinMeasuredValue);
        Write(ref baseName, "5602", temperature.MaxMeasuredValue);
        Write(ref baseName, "5603", temperature.MinRangeValue);
        Write(ref baseName, "5604", temperature.MaxRangeValue);
        Write(ref baseName, "5700", temperature.SensorValue);
        Write(ref baseName, "5701", temperature.SensorUnits);
        Write(ref baseName, "5750", temperature.ApplicationType);
        return End(destination);
    }

    private void Begin(int records)
    {
        _writer.Reset();
        _writer.WriteStartArray(records);
    }

    private int End(Span<byte> destination)
    {
        _writer.WriteEndArray();
        return _writer.Encode(destination);
    }

    private void BeginRecord(ref string? baseName, string name)
    {
        _writer.WriteStartMap(baseName is null ? 2 : 3);
        if (baseName is not null)
        {
            _writer.WriteInt32(SenMLLabel.BaseName);
            _writer.WriteTextString(baseName);
            baseName = null;
        }

        _writer.WriteInt32(SenMLLabel.Name);
        _writer.WriteTextString(name);
    }

    private void Write(ref string? baseName, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        BeginRecord(ref baseName, name);
        _writer.WriteInt32(SenMLLabel.StringValue);
        _writer.WriteTextString(value);
        _writer.WriteEndMap();
    }

    private void Write(ref string? baseName, string name, long? value)
    {
        if (value is { } integer)
        {
            Write(ref baseName, name, integer);
        }
    }

    private void Write(ref string? baseName, string name, long value)
    {
        BeginRecord(ref baseName, name);
        _writer.WriteInt32(SenMLLabel.Value);
        _writer.WriteInt64(value);
        _writer.WriteEndMap();
    }

    private void Write(ref string? baseName, string name, double? value)
    {
        if (value is not { } number)
        {
            return;
        }

        BeginRecord(ref baseName, name);
        _writer.WriteInt32(SenMLLabel.Value);
        _writer.WriteDouble(number);
        _writer.WriteEndMap();
    }

    private void Write(ref string? baseName, string[] names, in PlainInstances values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            Write(ref baseName, names[values.Id(i)], values[i]);
        }
    }
}
