using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Writes values of resources over time, in SenML JSON (110) or SenML CBOR (112): for a Send, or a notification of what was stored while
/// the server was not there (LwM2M TS Core, 5.1.2 and 7.4.6). They go in in chronological order, the latest last.
/// </summary>
/// <remarks>
/// Nothing throws but the constructor, and nothing allocates: what does not fit and what cannot be written stick, and
/// <see cref="Finish"/> tells.
/// </remarks>
public ref struct TimestampedWriter
{
    /// <summary>How much longer than the payload the destination has to be for writing to be sure of success, in bytes.</summary>
    public const int Slack = RecordWriter.Slack + RecordWriter.TimeSlack;

    private ResourceWriter _writer;
    private long _latest;

    /// <summary>Writes a payload.</summary>
    /// <param name="destination">Where to; <see cref="Slack"/> bytes longer than the payload.</param>
    /// <param name="format">The format, one that <see cref="TimestampedRecords.Supports"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public TimestampedWriter(Span<byte> destination, ContentFormat format)
    {
        if (!TimestampedRecords.Supports(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format carries no times, or the program's IpsoFormats leave it out.");
        }

        _writer = new(destination, format);
        _latest = long.MinValue;
    }

    /// <summary>Whether the destination was too short.</summary>
    public readonly bool Overflowed => _writer.Overflowed;

    /// <summary>
    /// Whether something was added that cannot be written: a time before one that was added earlier, a time before 1978-07-04, which would
    /// mean one relative to now, or a value on a path that names no resource.
    /// </summary>
    public bool IsInvalid { get; private set; }

    /// <summary>Adds an Object Instance, or what lies below it on a path, as it is now.</summary>
    /// <param name="time">The time that its values are of.</param>
    /// <param name="instance">The Object Instance.</param>
    /// <param name="path">Its path, or one below it.</param>
    public void Add(DateTimeOffset time, ObjectInstance instance, Lwm2mPath path)
    {
        ArgumentNullException.ThrowIfNull(instance);
        IsInvalid |= path.Depth < 2;
        if (TrySeconds(time, out double seconds))
        {
            _writer.WriteAt(seconds, instance, path);
        }
    }

    /// <summary>Adds an Object Instance as it is now.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, ObjectInstance, Lwm2mPath)"/>
    public void Add(DateTimeOffset time, ObjectInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        Add(time, instance, new(instance.Definition.ObjectId, instance.InstanceId));
    }

    /// <summary>Adds a value that was kept: a Float.</summary>
    /// <param name="time">The time that the value is of.</param>
    /// <param name="path">The path of the resource or resource instance.</param>
    /// <param name="value">The value.</param>
    public void Add(DateTimeOffset time, Lwm2mPath path, double value)
    {
        IsInvalid |= !double.IsFinite(value);
        if (TryBegin(time, path))
        {
            _writer.Float(0, value);
        }
    }

    /// <summary>Adds a value that was kept: an Integer.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public void Add(DateTimeOffset time, Lwm2mPath path, long value)
    {
        if (TryBegin(time, path))
        {
            _writer.Integer(0, value);
        }
    }

    /// <summary>Adds a value that was kept: an Unsigned Integer.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public void Add(DateTimeOffset time, Lwm2mPath path, ulong value)
    {
        if (TryBegin(time, path))
        {
            _writer.Unsigned(0, value);
        }
    }

    /// <summary>Adds a value that was kept: a Boolean.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public void Add(DateTimeOffset time, Lwm2mPath path, bool value)
    {
        if (TryBegin(time, path))
        {
            _writer.Boolean(0, value);
        }
    }

    /// <summary>Adds a value that was kept: a String.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public void Add(DateTimeOffset time, Lwm2mPath path, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (TryBegin(time, path))
        {
            _writer.String(0, value);
        }
    }

    /// <summary>Adds a value that was kept: an Opaque.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public void Add(DateTimeOffset time, Lwm2mPath path, byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (TryBegin(time, path))
        {
            _writer.Opaque(0, value);
        }
    }

    /// <summary>Adds a value that was kept: a Time.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public void Add(DateTimeOffset time, Lwm2mPath path, DateTimeOffset value)
    {
        if (TryBegin(time, path))
        {
            _writer.Time(0, value.UtcTicks);
        }
    }

    /// <summary>Adds a value that was kept: an Objlnk.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public void Add(DateTimeOffset time, Lwm2mPath path, ObjectLink value)
    {
        if (TryBegin(time, path))
        {
            _writer.ObjectLink(0, value);
        }
    }

    /// <summary>Adds a value that was kept, of a time in seconds as SenML has it; in whatever order, and relative to now, too.</summary>
    internal void Add(double seconds, Lwm2mPath path, in CapturedRecord value)
    {
        _writer.BeginValueAt(seconds, path);
        _writer.Put(value);
    }

    /// <summary>Ends the payload.</summary>
    /// <returns>Its length in bytes; -1 where <see cref="Overflowed"/> or <see cref="IsInvalid"/>.</returns>
    public int Finish()
    {
        int length = _writer.Finish();
        return IsInvalid ? -1 : length;
    }

    private bool TryBegin(DateTimeOffset time, Lwm2mPath path)
    {
        IsInvalid |= path.Depth < 3;
        if (!TrySeconds(time, out double seconds))
        {
            return false;
        }

        _writer.BeginValueAt(seconds, path);
        return true;
    }

    private bool TrySeconds(DateTimeOffset time, out double seconds)
    {
        seconds = Lwm2mTime.ToUnixSecondsWithFraction(time.UtcTicks);
        IsInvalid |= time.UtcTicks < _latest || seconds < RecordWriter.FirstAbsoluteTime;
        _latest = time.UtcTicks;
        return !IsInvalid;
    }
}
