using System.Formats.Cbor;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>
/// LwM2M CBOR by hand on System.Formats.Cbor: lax, as fast as it gets, or as the library comes and with all checked before anything is
/// changed.
/// </summary>
internal sealed class LwM2MCborBaseline : IBaseline
{
    private readonly CborWriter _writer;
    private readonly CborReader _reader;

    // Null if lax.
    private readonly PlainReport? _report;

    internal LwM2MCborBaseline(bool isLax)
    {
        CborConformanceMode mode = isLax ? CborConformanceMode.Lax : CborConformanceMode.Strict;
        _writer = new(mode, convertIndefiniteLengthEncodings: false, allowMultipleRootLevelValues: false, initialCapacity: 1024);
        _reader = new(default, mode);
        _report = isLax ? null : new PlainReport();
    }

    public string Writer => _report is null ? IBaseline.Lax + "cborwriter" : "cborwriter";

    public string Reader => _report is null ? IBaseline.Lax + "cborreader" : "cborreader";

    public int Encode(PlainObject plain, Span<byte> destination) => plain switch
    {
        PlainDevice device => Encode(device, destination),
        PlainTemperature temperature => Encode(temperature, destination),
        _ => throw new ArgumentException("Neither a Device nor a Temperature.", nameof(plain)),
    };

    private int Encode(PlainDevice device, Span<byte> destination)
    {
        Begin(device.ObjectId, device.ResourceCount);
        Write(0, device.Manufacturer);
        Write(1, device.ModelNumber);
        Write(2, device.SerialNumber);
        Write(3, device.FirmwareVersion);
        Write(6, in device.AvailablePowerSources);
        Write(7, in device.PowerSourceVoltage);
        Write(8, in device.PowerSourceCurrent);
        Write(9, device.BatteryLevel);
        Write(10, device.MemoryFree);
        Write(11, in device.ErrorCode);
        Write(13, device.CurrentTime);
        Write(14, device.UtcOffset);
        Write(16, device.SupportedBindingAndModes);
        return End(destination);
    }

    private int Encode(PlainTemperature temperature, Span<byte> destination)
    {
        Begin(temperature.ObjectId, temperature.RecordCount);
        Write(5518, temperature.Timestamp);
        Write(5601, temperature.MinMeasuredValue);
        Write(5602, temperature.MaxMeasuredValue);
        Write(5603, temperature.MinRangeValue);
        Write(5604, temperature.MaxRangeValue);
        Write(5700, temperature.SensorValue);
        Write(5701, temperature.SensorUnits);
        Write(5750, temperature.ApplicationType);
        return End(destination);
    }

    public bool Decode(byte[] payload, PlainObject target)
    {
        _report?.Begin(target);
        try
        {
            if (!DecodeAll(payload, target))
            {
                return false;
            }
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException or OverflowException)
        {
            return false;
        }

        _report?.Apply();
        return true;
    }

    private bool DecodeAll(byte[] payload, PlainObject target)
    {
        _reader.Reset(payload);
        target.BeginDecoding();
        if (_reader.ReadStartMap() != 1 || _reader.ReadInt32() != target.ObjectId
            || _reader.ReadStartMap() != 1 || _reader.ReadInt32() != 0)
        {
            return false;
        }

        _reader.ReadStartMap();
        while (_reader.PeekState() != CborReaderState.EndMap)
        {
            PlainRecord record = default;
            record.Resource = _reader.ReadInt32();
            record.Instance = -1;
            if (!(_reader.PeekState() == CborReaderState.StartMap ? DecodeInstances(ref record, target) : DecodeValue(ref record, target)))
            {
                return false;
            }
        }

        _reader.ReadEndMap();
        _reader.ReadEndMap();
        _reader.ReadEndMap();
        return _reader.BytesRemaining == 0;
    }

    private bool DecodeInstances(ref PlainRecord record, PlainObject target)
    {
        _reader.ReadStartMap();
        while (_reader.PeekState() != CborReaderState.EndMap)
        {
            record.Instance = _reader.ReadInt32();
            if (!DecodeValue(ref record, target))
            {
                return false;
            }
        }

        _reader.ReadEndMap();
        return true;
    }

    private bool DecodeValue(ref PlainRecord record, PlainObject target)
    {
        ReadOnlyMemory<byte> text = default;
        if (_reader.PeekState() == CborReaderState.TextString)
        {
            text = _reader.ReadDefiniteLengthTextStringBytes();
            record.Kind = PlainKind.Text;
        }
        else
        {
            CborBaseline.ReadNumber(_reader, ref record);
        }

        if (_report is not null)
        {
            return _report.TryAdd(ref record, text);
        }

        record.Text = text.Span;
        return target.Apply(in record);
    }

    private void Begin(int objectId, int resources)
    {
        _writer.Reset();
        _writer.WriteStartMap(1);
        _writer.WriteInt32(objectId);
        _writer.WriteStartMap(1);
        _writer.WriteInt32(0);
        _writer.WriteStartMap(resources);
    }

    private int End(Span<byte> destination)
    {
        _writer.WriteEndMap();
        _writer.WriteEndMap();
        _writer.WriteEndMap();
        return _writer.Encode(destination);
    }

    private void Write(int id, string? value)
    {
        if (value is not null)
        {
            _writer.WriteInt32(id);
            _writer.WriteTextString(value);
        }
    }

    private void Write(int id, long? value)
    {
        if (value is { } integer)
        {
            _writer.WriteInt32(id);
            _writer.WriteInt64(integer);
        }
    }

    private void Write(int id, double? value)
    {
        if (value is { } number)
        {
            _writer.WriteInt32(id);
            _writer.WriteDouble(number);
        }
    }

    private void Write(int id, in PlainInstances values)
    {
        if (values.Count == 0)
        {
            return;
        }

        _writer.WriteInt32(id);
        _writer.WriteStartMap(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            _writer.WriteInt32(values.Id(i));
            _writer.WriteInt64(values[i]);
        }

        _writer.WriteEndMap();
    }
}
