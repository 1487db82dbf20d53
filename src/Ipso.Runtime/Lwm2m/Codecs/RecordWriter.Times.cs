using Ipso.Json;

namespace Ipso.Lwm2m.Codecs;

// Times in SenML (RFC 8428, 4.1 and 4.5.3): a base time in the first record of what was at that time. It holds on until the next.
internal ref partial struct RecordWriter
{
    /// <summary>The space that a time may need beyond <see cref="Slack"/>.</summary>
    internal const int TimeSlack = 32;

    /// <summary>The first time that is not relative to now.</summary>
    internal const double FirstAbsoluteTime = SenML.SenMLRecord.FirstAbsoluteTime;

    private const byte CborLabelBaseTime = 0x22;

    /// <summary>Whether there is a base time to write, which the format has room for.</summary>
    private readonly bool HasTime => !double.IsNaN(_time);

    /// <summary>Sets the time that the records begun next are of, in seconds since 1970 in UTC, or from now (RFC 8428, 4.5.3).</summary>
    internal void SetTime(double seconds)
    {
        _time = seconds;
        if (_position > _room - TimeSlack)
        {
            Overflow();
        }
    }

    /// <summary>Begins a value on a path of its own. The base name of the value before is left to hold where it is the same.</summary>
    internal void BeginValue(Lwm2mPath path)
    {
        _isBaseKnown = _records > 0 && _isSingleValue && _base == path;
        _isSingleValue = true;
        _base = path;
        _baseDepth = (byte)path.Depth;
        _isBasePending = true;
        _isWhole = false;
        _listed = default;
        _limit = -1;
    }

    private void PutJsonTime()
    {
        Put("\"bt\":"u8);
        _position += JsonNumberText.Write(ref At(_position), _time);
        Put((byte)',');
    }

    // Whole seconds are shorter as an integer.
    private void PutCborTime()
    {
        Put(CborLabelBaseTime);
        _position = _time >= 0 && _time == Math.Truncate(_time)
            ? PutCborUnsigned(_position, (ulong)_time)
            : PutCborFloat(_position, _time);
    }
}
