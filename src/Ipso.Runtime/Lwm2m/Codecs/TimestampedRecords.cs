using Ipso.Coap;
using Ipso.SenML;

namespace Ipso.Lwm2m.Codecs;

/// <summary>A value that a resource or resource instance had at some time.</summary>
public readonly ref struct TimestampedRecord
{
    internal TimestampedRecord(Lwm2mPath path, SenMLRecord record)
    {
        Path = path;
        Record = record;
    }

    /// <summary>The path of the resource or resource instance.</summary>
    public Lwm2mPath Path { get; }

    /// <summary>The value, and the time as it was sent.</summary>
    public SenMLRecord Record { get; }

    /// <summary>Gives the time of the value; a value without one is of now.</summary>
    /// <param name="now">The present: what a relative time is relative to.</param>
    /// <param name="time">The time.</param>
    /// <returns>Whether the time is one of the years 1 to 9999.</returns>
    public bool TryGetTime(DateTimeOffset now, out DateTimeOffset time)
    {
        double present = Lwm2mTime.ToUnixSecondsWithFraction(now.UtcTicks);
        bool inRange = Lwm2mTime.TryFromUnixSeconds(Record.TimeAt(present), out long utcTicks);
        time = Lwm2mTime.ToDateTimeOffset(inRange ? utcTicks : 0);
        return inRange;
    }

    /// <summary>Gives the value of an Objlnk resource.</summary>
    /// <param name="link">The link.</param>
    /// <returns>Whether the value is one.</returns>
    public bool TryGetObjectLink(out ObjectLink link)
    {
        link = default;
        return Record.Kind == SenMLValueKind.ObjectLink
            && Record.Text.TryGetUtf8(out ReadOnlySpan<byte> text)
            && ObjectLink.TryParse(text, out link);
    }
}

/// <summary>
/// Reads values of resources over time: what a Send or a notification carries that was stored while the server was not there (LwM2M TS
/// Core, 5.1.2 and 7.4.6). The same resource may come several times, and the objects of one device side by side.
/// </summary>
public ref struct TimestampedRecords
{
    /// <summary>The length of a buffer for names that every path fits into, in bytes.</summary>
    public const int NameBufferLength = 32;

    private readonly Lwm2mPath _scope;
    private SenMLReader _reader;
    private double _latest;
    private bool _isOutOfOrder;

    /// <summary>Reads a payload.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="format">Its format: SenML JSON (110) or SenML CBOR (112).</param>
    /// <param name="scope">The path that all records lie on or below: what was observed, or the root for a Send.</param>
    /// <param name="nameBuffer">Where names are put together; <see cref="NameBufferLength"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public TimestampedRecords(ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath scope, Span<byte> nameBuffer)
    {
        if (!Supports(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format carries no times, or the program's IpsoFormats leave it out.");
        }

        _scope = scope;
        _latest = double.NegativeInfinity;
        _reader = new(payload, PathPack.FormatOf(format), nameBuffer);
    }

    /// <summary>Why reading ended early; <see cref="PayloadFault.None"/> while it has not.</summary>
    public PayloadFault Fault { get; private set; }

    /// <summary>Where and why the payload is wrong, where it is no SenML.</summary>
    public readonly SenMLFault PackFault => _reader.Fault;

    /// <summary>
    /// Whether the records so far came in chronological order, the latest last. Not all peers keep it: where it matters which value is the
    /// latest, compare times.
    /// </summary>
    public readonly bool IsInOrder => !_isOutOfOrder;

    /// <summary>Whether a format carries times, and is not left out of the program.</summary>
    /// <param name="format">A Content-Format.</param>
    public static bool Supports(ContentFormat format) => RecordReader.WithoutEtch(format) == format && PathPack.Supports(format);

    /// <summary>Goes to the next record.</summary>
    /// <param name="record">The record; it is valid until the next call.</param>
    /// <returns>Whether there is one; where not, <see cref="Fault"/> says whether the payload is over or wrong.</returns>
    public bool Next(out TimestampedRecord record)
    {
        record = default;
        if (Fault != PayloadFault.None)
        {
            return false;
        }

        if (!_reader.Next(out SenMLRecord found))
        {
            Fault = PathPack.FaultOf(_reader.Fault.Reason);
            return false;
        }

        bool isPath = Lwm2mPath.TryParse(found.Name, out Lwm2mPath path) && path.Depth >= 3;
        // A sum alone has no place in a resource.
        Fault = !isPath ? PayloadFault.Malformed
            : !_scope.Contains(path) ? PayloadFault.OutsidePath
            : found.Kind == SenMLValueKind.None || found.Sum is not null ? PayloadFault.NotUnderstood
            : PayloadFault.None;
        if (Fault != PayloadFault.None)
        {
            return false;
        }

        // Relative and absolute times are not to be compared without a clock: each kind has its order, and relative ones are near now.
        double time = found.Time;
        _isOutOfOrder |= time < _latest && time < SenMLRecord.FirstAbsoluteTime == _latest < SenMLRecord.FirstAbsoluteTime;
        _latest = time;
        record = new(path, found);
        return true;
    }
}
