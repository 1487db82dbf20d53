using System.Formats.Cbor;

namespace Ipso.Benchmarks.Codecs;

/// <summary>
/// SenML CBOR by hand on System.Formats.Cbor, in its most lenient and fastest mode, with a writer and a reader that are used again and
/// again.
/// </summary>
internal sealed class CborBaseline
{
    private const int BaseName = -2;
    private const int Name = 0;
    private const int Value = 2;
    private const int StringValue = 3;

    private static readonly string[] s_availablePowerSources = PlainName.OfInstances(6);
    private static readonly string[] s_powerSourceVoltage = PlainName.OfInstances(7);
    private static readonly string[] s_powerSourceCurrent = PlainName.OfInstances(8);
    private static readonly string[] s_errorCode = PlainName.OfInstances(11);

    private readonly CborWriter _writer = new(
        CborConformanceMode.Lax, convertIndefiniteLengthEncodings: false, allowMultipleRootLevelValues: false, initialCapacity: 1024);

    private readonly CborReader _reader = new(default, CborConformanceMode.Lax);

    internal int Encode(PlainDevice device, Span<byte> destination)
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

    internal int Encode(PlainTemperature temperature, Span<byte> destination)
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

    internal bool Decode(ReadOnlyMemory<byte> payload, PlainObject target)
    {
        _reader.Reset(payload);
        target.BeginDecoding();
        _reader.ReadStartArray();
        while (_reader.PeekState() != CborReaderState.EndArray)
        {
            PlainRecord record = default;
            record.Resource = -1;
            _reader.ReadStartMap();
            while (_reader.PeekState() != CborReaderState.EndMap)
            {
                switch (_reader.ReadInt32())
                {
                    case BaseName:
                        if (!_reader.ReadDefiniteLengthTextStringBytes().Span.SequenceEqual(target.BaseName))
                        {
                            return false;
                        }

                        break;
                    case Name:
                        if (!PlainName.TryParse(_reader.ReadDefiniteLengthTextStringBytes().Span, out record.Resource, out record.Instance))
                        {
                            return false;
                        }

                        break;
                    case Value:
                        record.IsFloat = IsFloat(_reader.PeekState());
                        if (record.IsFloat)
                        {
                            record.Float = _reader.ReadDouble();
                        }
                        else
                        {
                            record.Integer = _reader.ReadInt64();
                        }

                        break;
                    case StringValue:
                        record.Text = _reader.ReadDefiniteLengthTextStringBytes().Span;
                        break;
                    default:
                        _reader.SkipValue();
                        break;
                }
            }

            _reader.ReadEndMap();
            if (!target.Apply(in record))
            {
                return false;
            }
        }

        _reader.ReadEndArray();
        return _reader.BytesRemaining == 0;
    }

    internal static bool IsFloat(CborReaderState state) => state
        is CborReaderState.HalfPrecisionFloat or CborReaderState.SinglePrecisionFloat or CborReaderState.DoublePrecisionFloat;

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
            _writer.WriteInt32(BaseName);
            _writer.WriteTextString(baseName);
            baseName = null;
        }

        _writer.WriteInt32(Name);
        _writer.WriteTextString(name);
    }

    private void Write(ref string? baseName, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        BeginRecord(ref baseName, name);
        _writer.WriteInt32(StringValue);
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
        _writer.WriteInt32(Value);
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
        _writer.WriteInt32(Value);
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
