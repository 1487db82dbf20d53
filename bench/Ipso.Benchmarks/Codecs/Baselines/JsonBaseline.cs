using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>
/// SenML JSON on System.Text.Json as the library comes, with names as texts, and with a reader that does what ours does: base names in any
/// record, labels in any order, types, ranges and UTF-8 checked, all of it before anything is changed.
/// </summary>
internal sealed class JsonBaseline : IBaseline, IDisposable
{
    private static readonly string[] s_availablePowerSources = PlainName.OfInstances(6);
    private static readonly string[] s_powerSourceVoltage = PlainName.OfInstances(7);
    private static readonly string[] s_powerSourceCurrent = PlainName.OfInstances(8);
    private static readonly string[] s_errorCode = PlainName.OfInstances(11);

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;
    private readonly PlainReport _report = new();

    internal JsonBaseline()
    {
        // The default encoder spells "+" as an escape: right, but not the same bytes.
        _writer = new(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public string Writer => "utf8jsonwriter";

    public string Reader => "utf8jsonreader";

    public void Dispose() => _writer.Dispose();

    public int Encode(PlainObject plain, Span<byte> destination)
    {
        _buffer.ResetWrittenCount();
        _writer.Reset();
        _writer.WriteStartArray();
        switch (plain)
        {
            case PlainDevice device:
                Write(device);
                break;
            case PlainTemperature temperature:
                Write(temperature);
                break;
            default:
                throw new ArgumentException("Neither a Device nor a Temperature.", nameof(plain));
        }

        _writer.WriteEndArray();
        _writer.Flush();
        _buffer.WrittenSpan.CopyTo(destination);
        return _buffer.WrittenCount;
    }

    public bool Decode(byte[] payload, PlainObject target)
    {
        try
        {
            Utf8JsonReader reader = new(payload);
            _report.Begin(target);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                if (!TryReadRecord(ref reader, payload))
                {
                    return false;
                }
            }

            if (reader.TokenType != JsonTokenType.EndArray || reader.Read())
            {
                return false;
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }

        _report.Apply();
        return true;
    }

    private bool TryReadRecord(ref Utf8JsonReader reader, byte[] payload)
    {
        PlainRecord record = default;
        ReadOnlyMemory<byte> name = default, text = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("n"u8))
            {
                reader.Read();
                name = Text(ref reader, payload);
            }
            else if (reader.ValueTextEquals("v"u8))
            {
                reader.Read();
                record.Kind = reader.TryGetInt64(out record.Integer) ? PlainKind.Integer : PlainKind.Float;
                if (record.Kind == PlainKind.Float)
                {
                    record.Float = reader.GetDouble();
                }
            }
            else if (reader.ValueTextEquals("vs"u8))
            {
                reader.Read();
                text = Text(ref reader, payload);
                record.Kind = PlainKind.Text;
            }
            else if (reader.ValueTextEquals("bn"u8))
            {
                reader.Read();
                _report.Base(Text(ref reader, payload));
            }
            else if (reader.ValueSpan is [.., (byte)'_'])
            {
                return false;
            }
            else
            {
                reader.Skip();
            }
        }

        return record.Kind == PlainKind.None ? name.IsEmpty : _report.TryAdd(name.Span, ref record, text);
    }

    private static ReadOnlyMemory<byte> Text(ref Utf8JsonReader reader, byte[] payload)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new FormatException("A text was expected.");
        }

        if (!reader.ValueIsEscaped)
        {
            return payload.AsMemory((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        }

        byte[] text = new byte[reader.ValueSpan.Length];
        return text.AsMemory(0, reader.CopyString(text));
    }

    private void Write(PlainDevice device)
    {
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
    }

    private void Write(PlainTemperature temperature)
    {
        string? baseName = "/3303/0/";
        Write(ref baseName, "5518", temperature.Timestamp);
        Write(ref baseName, "5601", temperature.MinMeasuredValue);
        Write(ref baseName, "5602", temperature.MaxMeasuredValue);
        Write(ref baseName, "5603", temperature.MinRangeValue);
        Write(ref baseName, "5604", temperature.MaxRangeValue);
        Write(ref baseName, "5700", temperature.SensorValue);
        Write(ref baseName, "5701", temperature.SensorUnits);
        Write(ref baseName, "5750", temperature.ApplicationType);
    }

    private void BeginRecord(ref string? baseName, string name)
    {
        _writer.WriteStartObject();
        if (baseName is not null)
        {
            _writer.WriteString("bn"u8, baseName);
            baseName = null;
        }

        _writer.WriteString("n"u8, name);
    }

    private void Write(ref string? baseName, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        BeginRecord(ref baseName, name);
        _writer.WriteString("vs"u8, value);
        _writer.WriteEndObject();
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
        _writer.WriteNumber("v"u8, value);
        _writer.WriteEndObject();
    }

    private void Write(ref string? baseName, string name, double? value)
    {
        if (value is not { } number)
        {
            return;
        }

        BeginRecord(ref baseName, name);
        _writer.WriteNumber("v"u8, number);
        _writer.WriteEndObject();
    }

    private void Write(ref string? baseName, string[] names, in PlainInstances values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            Write(ref baseName, names[values.Id(i)], values[i]);
        }
    }
}
