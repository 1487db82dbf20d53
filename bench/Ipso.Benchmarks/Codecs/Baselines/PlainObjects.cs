using System.Runtime.CompilerServices;
using System.Text;

namespace Ipso.Benchmarks.Codecs.Baselines;

/// <summary>What a record's value is.</summary>
internal enum PlainKind
{
    None,
    Integer,
    Float,
    Text,
}

/// <summary>A SenML record as the hand-written decoders have it before it goes to its field.</summary>
internal ref struct PlainRecord
{
    internal int Resource;
    internal int Instance;
    internal PlainKind Kind;
    internal long Integer;
    internal double Float;
    internal ReadOnlySpan<byte> Text;

    internal readonly double Number => Kind == PlainKind.Float ? Float : Integer;

    /// <summary>The text, allocated only where it is not the current one.</summary>
    internal readonly string TextOr(string? current) =>
        current is not null && Ascii.Equals(Text, current) ? current : Encoding.UTF8.GetString(Text);
}

/// <summary>What a good engineer decodes into who has no generator: fields, and a switch on the id.</summary>
internal abstract class PlainObject
{
    internal abstract ReadOnlySpan<byte> BaseName { get; }

    internal abstract int ObjectId { get; }

    internal abstract void BeginDecoding();

    /// <summary>Whether there is such a resource, and whether it can have this value.</summary>
    internal abstract bool Accepts(in PlainRecord record);

    internal abstract bool Apply(in PlainRecord record);
}

/// <summary>A multiple Integer resource: ids and values side by side.</summary>
internal struct PlainInstances
{
    private Room _ids;
    private Room _values;

    internal int Count { get; private set; }

    internal readonly int Id(int place) => (int)_ids[place];

    internal readonly long this[int place] => _values[place];

    internal void Clear() => Count = 0;

    internal bool Append(int id, long value)
    {
        if (id < 0 || Count == Room.Length)
        {
            return false;
        }

        _ids[Count] = id;
        _values[Count++] = value;
        return true;
    }

    [InlineArray(Length)]
    private struct Room
    {
        internal const int Length = 8;
        private long _first;
    }
}

internal sealed class PlainDevice : PlainObject
{
    internal string? Manufacturer;
    internal string? ModelNumber;
    internal string? SerialNumber;
    internal string? FirmwareVersion;
    internal PlainInstances AvailablePowerSources;
    internal PlainInstances PowerSourceVoltage;
    internal PlainInstances PowerSourceCurrent;
    internal long? BatteryLevel;
    internal long? MemoryFree;
    internal PlainInstances ErrorCode;
    internal long? CurrentTime;
    internal string? UtcOffset;
    internal string? SupportedBindingAndModes;

    internal override ReadOnlySpan<byte> BaseName => "/3/0/"u8;

    internal override int ObjectId => 3;

    internal int RecordCount =>
        AvailablePowerSources.Count + PowerSourceVoltage.Count + PowerSourceCurrent.Count + ErrorCode.Count + SingleCount;

    internal int ResourceCount =>
        Math.Min(AvailablePowerSources.Count, 1) + Math.Min(PowerSourceVoltage.Count, 1) + Math.Min(PowerSourceCurrent.Count, 1)
        + Math.Min(ErrorCode.Count, 1) + SingleCount;

    private int SingleCount =>
        (Manufacturer is null ? 0 : 1) + (ModelNumber is null ? 0 : 1) + (SerialNumber is null ? 0 : 1)
        + (FirmwareVersion is null ? 0 : 1) + (BatteryLevel is null ? 0 : 1) + (MemoryFree is null ? 0 : 1)
        + (CurrentTime is null ? 0 : 1) + (UtcOffset is null ? 0 : 1) + (SupportedBindingAndModes is null ? 0 : 1);

    internal override void BeginDecoding()
    {
        AvailablePowerSources.Clear();
        PowerSourceVoltage.Clear();
        PowerSourceCurrent.Clear();
        ErrorCode.Clear();
    }

    internal override bool Accepts(in PlainRecord record) => record.Resource switch
    {
        0 or 1 or 2 or 3 or 14 or 16 => record is { Kind: PlainKind.Text, Instance: < 0 },
        6 => record is { Kind: PlainKind.Integer, Instance: >= 0, Integer: >= 0 and <= 7 },
        7 or 8 => record is { Kind: PlainKind.Integer, Instance: >= 0 },
        9 => record is { Kind: PlainKind.Integer, Instance: < 0, Integer: >= 0 and <= 100 },
        10 or 13 => record is { Kind: PlainKind.Integer, Instance: < 0 },
        11 => record is { Kind: PlainKind.Integer, Instance: >= 0, Integer: >= 0 and <= 32 },
        _ => false,
    };

    internal override bool Apply(in PlainRecord record)
    {
        switch (record.Resource)
        {
            case 0: Manufacturer = record.TextOr(Manufacturer); return true;
            case 1: ModelNumber = record.TextOr(ModelNumber); return true;
            case 2: SerialNumber = record.TextOr(SerialNumber); return true;
            case 3: FirmwareVersion = record.TextOr(FirmwareVersion); return true;
            case 6: return AvailablePowerSources.Append(record.Instance, record.Integer);
            case 7: return PowerSourceVoltage.Append(record.Instance, record.Integer);
            case 8: return PowerSourceCurrent.Append(record.Instance, record.Integer);
            case 9: BatteryLevel = record.Integer; return true;
            case 10: MemoryFree = record.Integer; return true;
            case 11: return ErrorCode.Append(record.Instance, record.Integer);
            case 13: CurrentTime = record.Integer; return true;
            case 14: UtcOffset = record.TextOr(UtcOffset); return true;
            case 16: SupportedBindingAndModes = record.TextOr(SupportedBindingAndModes); return true;
            default: return false;
        }
    }
}

internal sealed class PlainTemperature : PlainObject
{
    internal long? Timestamp;
    internal double? MinMeasuredValue;
    internal double? MaxMeasuredValue;
    internal double? MinRangeValue;
    internal double? MaxRangeValue;
    internal double? SensorValue;
    internal string? SensorUnits;
    internal string? ApplicationType;

    internal override ReadOnlySpan<byte> BaseName => "/3303/0/"u8;

    internal override int ObjectId => 3303;

    internal int RecordCount =>
        (Timestamp is null ? 0 : 1) + (MinMeasuredValue is null ? 0 : 1) + (MaxMeasuredValue is null ? 0 : 1)
        + (MinRangeValue is null ? 0 : 1) + (MaxRangeValue is null ? 0 : 1) + (SensorValue is null ? 0 : 1)
        + (SensorUnits is null ? 0 : 1) + (ApplicationType is null ? 0 : 1);

    internal override void BeginDecoding()
    {
    }

    internal override bool Accepts(in PlainRecord record) => record.Resource switch
    {
        5518 => record is { Kind: PlainKind.Integer, Instance: < 0 },
        5601 or 5602 or 5603 or 5604 or 5700 => record is { Kind: PlainKind.Integer or PlainKind.Float, Instance: < 0 },
        5701 or 5750 => record is { Kind: PlainKind.Text, Instance: < 0 },
        _ => false,
    };

    internal override bool Apply(in PlainRecord record)
    {
        switch (record.Resource)
        {
            case 5518: Timestamp = record.Integer; return true;
            case 5601: MinMeasuredValue = record.Number; return true;
            case 5602: MaxMeasuredValue = record.Number; return true;
            case 5603: MinRangeValue = record.Number; return true;
            case 5604: MaxRangeValue = record.Number; return true;
            case 5700: SensorValue = record.Number; return true;
            case 5701: SensorUnits = record.TextOr(SensorUnits); return true;
            case 5750: ApplicationType = record.TextOr(ApplicationType); return true;
            default: return false;
        }
    }
}
