using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// What a Send tells servers without being asked (LwM2M TS Core, 6.4.6): what lies on some paths as it is when it is sent, and values that
/// the program has kept with their times. Not changed by what becomes of it, so that it can be sent again.
/// </summary>
/// <example>
/// <code>
/// SendContent content = new(new Lwm2mPath(3303, 0));
/// content.Add(yesterday, new Lwm2mPath(3303, 0, 5700), 20.5).Add(today, new Lwm2mPath(3303, 0, 5700), 21.0);
/// </code>
/// </example>
public sealed class SendContent
{
    private readonly List<RecordedValue> _values = [];
    private readonly List<Lwm2mPath> _paths = [];

    /// <summary>Sends what lies on some paths.</summary>
    /// <param name="paths">Objects, Object Instances, Resources or Resource Instances; more come by <see cref="Add(Lwm2mPath)"/>.</param>
    /// <exception cref="ArgumentException">The root is among them.</exception>
    public SendContent(params ReadOnlySpan<Lwm2mPath> paths)
    {
        foreach (Lwm2mPath path in paths)
        {
            Add(path);
        }
    }

    /// <summary>
    /// The Content-Format: SenML JSON (110), SenML CBOR (112) or LwM2M CBOR (11544); <see langword="null"/>, the default, for SenML CBOR. LwM2M
    /// CBOR is for servers of LwM2M 1.2 and carries no times: where it cannot be, SenML CBOR stands in.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is another format, or one that the program's <c>IpsoFormats</c> leave out.</exception>
    public ContentFormat? Format
    {
        get;
        init => field = value is null || Representation.SupportsComposite(value.Value)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"A Send has one of these formats: {Representation.SupportedComposites}.");
    }

    /// <summary>
    /// Sends it to servers of LwM2M 1.2 as NON: once, for what may get lost (LwM2M TS Core 1.2.1, 6.4.6). It is delivered where an answer comes;
    /// where none does it has timed out. Others get it as CON, as all do by default, and so does who gets it after the device has started again.
    /// </summary>
    public bool NonConfirmable { get; init; }

    /// <summary>The paths of what is sent as it is.</summary>
    internal IReadOnlyList<Lwm2mPath> Paths => _paths;

    /// <summary>The values that were kept.</summary>
    internal IReadOnlyList<RecordedValue> Values => _values;

    /// <summary>Adds what lies on a path, as it is when it is sent.</summary>
    /// <param name="path">An Object, Object Instance, Resource or Resource Instance.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">It is the root.</exception>
    public SendContent Add(Lwm2mPath path)
    {
        if (path.Depth == 0)
        {
            throw new ArgumentException("A Send names what it sends: an Object, or what is below one.", nameof(path));
        }

        _paths.Add(path);
        return this;
    }

    /// <summary>Adds a value of a time: a Float.</summary>
    /// <param name="time">The time that the value is of.</param>
    /// <param name="path">The path of the Resource or Resource Instance.</param>
    /// <param name="value">The value.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">The path names no Resource; or the time is before 1978-07-04, which SenML takes for a relative one; or
    /// the value is no number.</exception>
    public SendContent Add(DateTimeOffset time, Lwm2mPath path, double value) =>
        double.IsFinite(value)
            ? Add(time, path, new CapturedRecord { Kind = CapturedKind.Float, Bits = BitConverter.DoubleToUInt64Bits(value) })
            : throw new ArgumentException($"{value} is nothing that SenML can say.", nameof(value));

    /// <summary>Adds a value of a time: an Integer.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public SendContent Add(DateTimeOffset time, Lwm2mPath path, long value) =>
        Add(time, path, new CapturedRecord { Kind = CapturedKind.Integer, Bits = (ulong)value });

    /// <summary>Adds a value of a time: an Unsigned Integer.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public SendContent Add(DateTimeOffset time, Lwm2mPath path, ulong value) =>
        Add(time, path, new CapturedRecord { Kind = CapturedKind.Unsigned, Bits = value });

    /// <summary>Adds a value of a time: a Boolean.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public SendContent Add(DateTimeOffset time, Lwm2mPath path, bool value) =>
        Add(time, path, new CapturedRecord { Kind = CapturedKind.Boolean, Bits = value ? 1UL : 0 });

    /// <summary>Adds a value of a time: a String.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public SendContent Add(DateTimeOffset time, Lwm2mPath path, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add(time, path, new CapturedRecord { Kind = CapturedKind.String, Reference = value });
    }

    /// <summary>Adds a value of a time: an Opaque. The bytes are copied.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public SendContent Add(DateTimeOffset time, Lwm2mPath path, ReadOnlySpan<byte> value) =>
        Add(time, path, new CapturedRecord { Kind = CapturedKind.Opaque, Bytes = value.ToArray() });

    /// <summary>Adds a value of a time: a Time.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public SendContent Add(DateTimeOffset time, Lwm2mPath path, DateTimeOffset value) =>
        Add(time, path, Lwm2mTime.ToUnixSeconds(value.UtcTicks));

    /// <summary>Adds a value of a time: an Objlnk.</summary>
    /// <inheritdoc cref="Add(DateTimeOffset, Lwm2mPath, double)"/>
    public SendContent Add(DateTimeOffset time, Lwm2mPath path, ObjectLink value) =>
        Add(
            time, path, new CapturedRecord { Kind = CapturedKind.ObjectLink, Bits = (ulong)value.ObjectId << 16 | value.InstanceId });

    private SendContent Add(DateTimeOffset time, Lwm2mPath path, CapturedRecord record)
    {
        if (path.Depth < 3)
        {
            throw new ArgumentException($"{path} names no Resource.", nameof(path));
        }

        if (Lwm2mTime.ToUnixSecondsWithFraction(time.UtcTicks) < RecordWriter.FirstAbsoluteTime)
        {
            throw new ArgumentException($"{time:O} is a time that SenML takes for one relative to now.", nameof(time));
        }

        record.Instance = -1;
        _values.Add(new(path, record, time.UtcTicks, IsUtc: true));
        return this;
    }
}
