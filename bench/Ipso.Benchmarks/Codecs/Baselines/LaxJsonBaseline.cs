using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>
/// SenML JSON on System.Text.Json as fast as it gets by hand: a writer that checks nothing, property names and record names that were
/// encoded beforehand, and a reader that takes only one base name, knows neither types nor ranges, and has changed the object already when
/// it finds a fault.
/// </summary>
internal sealed class LaxJsonBaseline : IBaseline, IDisposable
{
    private static readonly JsonEncodedText s_baseName = JsonEncodedText.Encode("bn");
    private static readonly JsonEncodedText s_name = JsonEncodedText.Encode("n");
    private static readonly JsonEncodedText s_value = JsonEncodedText.Encode("v");
    private static readonly JsonEncodedText s_stringValue = JsonEncodedText.Encode("vs");

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    internal LaxJsonBaseline()
    {
        // The default encoder spells "+" as an escape: right, but not the same bytes.
        _writer = new(_buffer, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public string Writer => IBaseline.Lax + "utf8jsonwriter";

    public string Reader => IBaseline.Lax + "utf8jsonreader";

    public void Dispose() => _writer.Dispose();

    public int Encode(PlainObject plain, Span<byte> destination) => plain switch
    {
        PlainDevice device => Encode(device, destination),
        PlainTemperature temperature => Encode(temperature, destination),
        _ => throw new ArgumentException("Neither a Device nor a Temperature.", nameof(plain)),
    };

    private int Encode(PlainDevice device, Span<byte> destination)
    {
        Begin();
        JsonEncodedText? baseName = DeviceNames.Base;
        Write(ref baseName, DeviceNames.Manufacturer, device.Manufacturer);
        Write(ref baseName, DeviceNames.ModelNumber, device.ModelNumber);
        Write(ref baseName, DeviceNames.SerialNumber, device.SerialNumber);
        Write(ref baseName, DeviceNames.FirmwareVersion, device.FirmwareVersion);
        Write(ref baseName, DeviceNames.AvailablePowerSources, in device.AvailablePowerSources);
        Write(ref baseName, DeviceNames.PowerSourceVoltage, in device.PowerSourceVoltage);
        Write(ref baseName, DeviceNames.PowerSourceCurrent, in device.PowerSourceCurrent);
        Write(ref baseName, DeviceNames.BatteryLevel, device.BatteryLevel);
        Write(ref baseName, DeviceNames.MemoryFree, device.MemoryFree);
        Write(ref baseName, DeviceNames.ErrorCode, in device.ErrorCode);
        Write(ref baseName, DeviceNames.CurrentTime, device.CurrentTime);
        Write(ref baseName, DeviceNames.UtcOffset, device.UtcOffset);
        Write(ref baseName, DeviceNames.SupportedBindingAndModes, device.SupportedBindingAndModes);
        return End(destination);
    }

    private int Encode(PlainTemperature temperature, Span<byte> destination)
    {
        Begin();
        JsonEncodedText? baseName = TemperatureNames.Base;
        Write(ref baseName, TemperatureNames.Timestamp, temperature.Timestamp);
        Write(ref baseName, TemperatureNames.MinMeasuredValue, temperature.MinMeasuredValue);
        Write(ref baseName, TemperatureNames.MaxMeasuredValue, temperature.MaxMeasuredValue);
        Write(ref baseName, TemperatureNames.MinRangeValue, temperature.MinRangeValue);
        Write(ref baseName, TemperatureNames.MaxRangeValue, temperature.MaxRangeValue);
        Write(ref baseName, TemperatureNames.SensorValue, temperature.SensorValue);
        Write(ref baseName, TemperatureNames.SensorUnits, temperature.SensorUnits);
        Write(ref baseName, TemperatureNames.ApplicationType, temperature.ApplicationType);
        return End(destination);
    }

    public bool Decode(byte[] payload, PlainObject target)
    {
        Utf8JsonReader reader = new(payload);
        target.BeginDecoding();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            PlainRecord record = default;
            record.Resource = -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadOnlySpan<byte> label = reader.ValueSpan;
                reader.Read();
                if (!TryReadField(ref reader, label, target, ref record))
                {
                    return false;
                }
            }

            if (!target.Apply(in record))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray && !reader.Read();
    }

    private static bool TryReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> label, PlainObject target, ref PlainRecord record)
    {
        switch (label)
        {
            case [(byte)'n']:
                return PlainName.TryParse(reader.ValueSpan, out record.Resource, out record.Instance);
            case [(byte)'v']:
                record.Kind = reader.TryGetInt64(out record.Integer) ? PlainKind.Integer : PlainKind.Float;
                if (record.Kind == PlainKind.Float)
                {
                    record.Float = reader.GetDouble();
                }

                return true;
            case [(byte)'v', (byte)'s']:
                record.Text = reader.ValueIsEscaped ? Unescape(ref reader) : reader.ValueSpan;
                return true;
            case [(byte)'b', (byte)'n']:
                return reader.ValueSpan.SequenceEqual(target.BaseName);
            default:
                reader.Skip();
                return true;
        }
    }

    private static byte[] Unescape(ref Utf8JsonReader reader)
    {
        byte[] text = new byte[reader.ValueSpan.Length];
        return text[..reader.CopyString(text)];
    }

    private void Begin()
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartArray();
    }

    private int End(Span<byte> destination)
    {
        _writer.WriteEndArray();
        _writer.Flush();
        _buffer.WrittenSpan.CopyTo(destination);
        return _buffer.WrittenCount;
    }

    private void BeginRecord(ref JsonEncodedText? baseName, JsonEncodedText name)
    {
        _writer.WriteStartObject();
        if (baseName is { } text)
        {
            _writer.WriteString(s_baseName, text);
            baseName = null;
        }

        _writer.WriteString(s_name, name);
    }

    private void Write(ref JsonEncodedText? baseName, JsonEncodedText name, string? value)
    {
        if (value is null)
        {
            return;
        }

        BeginRecord(ref baseName, name);
        _writer.WriteString(s_stringValue, value);
        _writer.WriteEndObject();
    }

    private void Write(ref JsonEncodedText? baseName, JsonEncodedText name, long? value)
    {
        if (value is { } integer)
        {
            Write(ref baseName, name, integer);
        }
    }

    private void Write(ref JsonEncodedText? baseName, JsonEncodedText name, long value)
    {
        BeginRecord(ref baseName, name);
        _writer.WriteNumber(s_value, value);
        _writer.WriteEndObject();
    }

    private void Write(ref JsonEncodedText? baseName, JsonEncodedText name, double? value)
    {
        if (value is not { } number)
        {
            return;
        }

        BeginRecord(ref baseName, name);
        _writer.WriteNumber(s_value, number);
        _writer.WriteEndObject();
    }

    private void Write(ref JsonEncodedText? baseName, JsonEncodedText[] names, in PlainInstances values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            Write(ref baseName, names[values.Id(i)], values[i]);
        }
    }

    private static JsonEncodedText[] OfInstances(int resource) =>
        [.. PlainName.OfInstances(resource).Select(static name => JsonEncodedText.Encode(name))];

    private static class DeviceNames
    {
        internal static readonly JsonEncodedText Base = JsonEncodedText.Encode("/3/0/");
        internal static readonly JsonEncodedText Manufacturer = JsonEncodedText.Encode("0");
        internal static readonly JsonEncodedText ModelNumber = JsonEncodedText.Encode("1");
        internal static readonly JsonEncodedText SerialNumber = JsonEncodedText.Encode("2");
        internal static readonly JsonEncodedText FirmwareVersion = JsonEncodedText.Encode("3");
        internal static readonly JsonEncodedText[] AvailablePowerSources = OfInstances(6);
        internal static readonly JsonEncodedText[] PowerSourceVoltage = OfInstances(7);
        internal static readonly JsonEncodedText[] PowerSourceCurrent = OfInstances(8);
        internal static readonly JsonEncodedText BatteryLevel = JsonEncodedText.Encode("9");
        internal static readonly JsonEncodedText MemoryFree = JsonEncodedText.Encode("10");
        internal static readonly JsonEncodedText[] ErrorCode = OfInstances(11);
        internal static readonly JsonEncodedText CurrentTime = JsonEncodedText.Encode("13");
        internal static readonly JsonEncodedText UtcOffset = JsonEncodedText.Encode("14");
        internal static readonly JsonEncodedText SupportedBindingAndModes = JsonEncodedText.Encode("16");
    }

    private static class TemperatureNames
    {
        internal static readonly JsonEncodedText Base = JsonEncodedText.Encode("/3303/0/");
        internal static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("5518");
        internal static readonly JsonEncodedText MinMeasuredValue = JsonEncodedText.Encode("5601");
        internal static readonly JsonEncodedText MaxMeasuredValue = JsonEncodedText.Encode("5602");
        internal static readonly JsonEncodedText MinRangeValue = JsonEncodedText.Encode("5603");
        internal static readonly JsonEncodedText MaxRangeValue = JsonEncodedText.Encode("5604");
        internal static readonly JsonEncodedText SensorValue = JsonEncodedText.Encode("5700");
        internal static readonly JsonEncodedText SensorUnits = JsonEncodedText.Encode("5701");
        internal static readonly JsonEncodedText ApplicationType = JsonEncodedText.Encode("5750");
    }
}
