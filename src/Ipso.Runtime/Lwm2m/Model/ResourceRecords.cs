using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>A value of a Resource or Resource Instance, as a peer says it is, or was at a time.</summary>
public readonly struct ResourceRecord
{
    internal ResourceRecord(Lwm2mPath path, ResourceValue value, DateTimeOffset? time)
    {
        Path = path;
        Value = value;
        Time = time;
    }

    /// <summary>The path of the Resource or Resource Instance.</summary>
    public Lwm2mPath Path { get; }

    /// <summary>The value.</summary>
    public ResourceValue Value { get; }

    /// <summary>When it was; <see langword="null"/> where the payload does not say, and it is of now.</summary>
    public DateTimeOffset? Time { get; }

    /// <summary>Path, value and time, for logs.</summary>
    public override string ToString() => Time is { } time ? $"{Path} {Value} at {time:u}" : $"{Path} {Value}";
}

/// <summary>
/// The records of a payload, untyped: what a peer answers, notifies or sends, whatever objects it is about. In every format that
/// <see cref="Representation.CanRead"/>; the same Resource may come several times, of several times, in SenML (RFC 8428, 4.1) and OMA JSON.
/// </summary>
/// <remarks>
/// Reading takes time and memory in proportion to the payload. The payload is not copied: it must not change as long as the records are used.
/// A multiple resource without instances, which some formats can say, has no record. Immutable.
/// </remarks>
public sealed class ResourceRecords : IReadOnlyList<ResourceRecord>
{
    private readonly ReadOnlyMemory<byte> _payload;
    private readonly PayloadRecord[] _records;

    // As UTC ticks, negative where a record has none; null where none has one.
    private readonly long[]? _times;

    private ResourceRecords(ReadOnlyMemory<byte> payload, PayloadRecord[] records, long[]? times)
    {
        _payload = payload;
        _records = records;
        _times = times;
    }

    /// <summary>No records.</summary>
    public static ResourceRecords Empty { get; } = new(default, [], null);

    /// <summary>The number of records.</summary>
    public int Count => _records.Length;

    /// <summary>Whether any record says when its value was.</summary>
    public bool HasTimes => _times is not null;

    /// <summary>A record, in the payload's order.</summary>
    /// <param name="index">Which, from 0 on.</param>
    public ResourceRecord this[int index] =>
        new(_records[index].Path, new(_payload, in _records[index]), TicksOf(index) is >= 0 and long ticks ? Lwm2mTime.ToDateTimeOffset(ticks) : null);

    /// <summary>Reads a payload.</summary>
    /// <param name="path">The path that it belongs to, and that all of it lies on: what was read or observed, the root for a composite or a Send.
    /// </param>
    /// <param name="format">The payload's format, one that <see cref="Representation.CanRead"/>.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="now">The present, which times below 2^28 seconds are relative to (RFC 8428, 4.5.3).</param>
    /// <param name="records">The records; none where anything is wrong.</param>
    /// <param name="error">What is wrong.</param>
    /// <returns>Whether the payload was read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The format is not supported.</exception>
    public static bool TryRead(
        Lwm2mPath path, ContentFormat format, ReadOnlyMemory<byte> payload, DateTimeOffset now, out ResourceRecords records, out PayloadError error)
    {
        if (!Representation.CanRead(format))
        {
            throw new ArgumentOutOfRangeException(
                nameof(format), (int)format, "This Content-Format is not one of Representation's, or the program's IpsoFormats leave it out.");
        }

        format = RecordReader.FormatOf(format);
        RecordReader reader = new(payload.Span, format, path);
        List<double>? seconds = null;
        RecordList list = new(stackalloc PayloadRecord[16]);
        int count = 0;
        int read = 0;
        while (reader.Next())
        {
            read++;
            if (reader.Record.HasNoInstances)
            {
                continue;
            }

            reader.Save(ref list.Add());
            ref PayloadRecord record = ref list.All[count];
            // Of the one instance that there can be TLV need not speak.
            record.Path = record.Path.InstanceId != Lwm2mPath.MaxId
                ? record.Path
                : new(record.Path.ObjectId, 0, record.Path.ResourceId, record.InstanceId);
            Note(ref seconds, count++, reader.HasTime ? reader.Time : double.NaN);
        }

        long[]? times = null;
        PayloadFault fault = reader.Fault != PayloadFault.None ? reader.Fault
            : TryResolve(seconds, list.All.Length, reader.LateBaseTime, now, out times) ? PayloadFault.None
            : PayloadFault.NotUnderstood;
        error = default;
        if (fault != PayloadFault.None)
        {
            PayloadError.OfPayload(fault, null, reader.PlaceOf(read + 1), out error);
        }

        records = fault == PayloadFault.None ? new(payload, list.All.ToArray(), times) : Empty;
        list.Dispose();
        return fault == PayloadFault.None;
    }

    /// <summary>Takes the value on a path: of several the last one.</summary>
    /// <typeparam name="T">The type, one that <see cref="ResourceValue.TryGet{T}"/> gives.</typeparam>
    /// <param name="path">The path of a Resource or Resource Instance.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one, and of that type.</returns>
    /// <exception cref="NotSupportedException">No value of LwM2M is a <typeparamref name="T"/>.</exception>
    public bool TryGet<T>(Lwm2mPath path, [MaybeNullWhen(false)] out T value)
    {
        for (int i = _records.Length - 1; i >= 0; i--)
        {
            if (_records[i].Path == path)
            {
                return this[i].Value.TryGet(out value);
            }
        }

        value = default;
        return false;
    }

    /// <summary>Takes the instances of a multiple Resource: of several values of one the last.</summary>
    /// <typeparam name="T">The type, one that <see cref="ResourceValue.TryGet{T}"/> gives.</typeparam>
    /// <param name="resource">The path of the Resource.</param>
    /// <param name="values">The values by Resource Instance id; none where one is not of the type.</param>
    /// <returns>
    /// Whether all that lies on the path are instances, of that type; also where there are none, for that is how most formats say so.
    /// </returns>
    /// <exception cref="NotSupportedException">No value of LwM2M is a <typeparamref name="T"/>.</exception>
    public bool TryGetInstances<T>(Lwm2mPath resource, out ResourceInstances<T> values)
    {
        values = [];
        ResourceInstances<T> read = [];
        // In ascending order each goes behind the others.
        foreach (ResourceRecord record in On(resource).OrderBy(static one => one.Path.ResourceInstanceId))
        {
            if (record.Path.Depth != 4 || !record.Value.TryGet(out T? value))
            {
                return false;
            }

            read.Stage(record.Path.ResourceInstanceId, value!);
        }

        read.CommitStaged();
        values = read;
        return true;
    }

    /// <summary>The records on a path, in the payload's order.</summary>
    /// <param name="path">A path of any depth.</param>
    public ResourceRecords On(Lwm2mPath path) => Pick([.. Enumerable.Range(0, Count).Where(i => path.Contains(_records[i].Path))]);

    /// <summary>
    /// The records of each time together, in chronological order, whatever the payload's; those that say no time come last, being of now.
    /// </summary>
    public IEnumerable<ResourceRecords> ByTime() => _times is null
        ? Count == 0 ? [] : [this]
        : Enumerable.Range(0, Count).GroupBy(i => TicksOf(i) is >= 0 and long ticks ? ticks : long.MaxValue).OrderBy(static group => group.Key)
            .Select(group => Pick([.. group]));

    /// <summary>
    /// Reads the records on an Object Instance into a new object of its type, as a peer's report (<see cref="ReadMode.Mirror"/>): all of
    /// them, or nothing where anything in them is wrong.
    /// </summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <param name="instanceId">The Object Instance's id.</param>
    /// <param name="instance">The object; without any resource where something is wrong.</param>
    /// <param name="error">What is wrong: a value is not of its Resource's type or range, or comes twice.</param>
    /// <returns>Whether the records were read.</returns>
    public bool TryRead<T>(ushort instanceId, out T instance, out PayloadError error)
        where T : ObjectInstance, ILwm2mObject<T>
    {
        Lwm2mPath path = new(T.Info.ObjectId, instanceId);
        instance = T.Create();
        return InstancePayload.TryMirror(instance, path, _payload.Span, On(path)._records, out error);
    }

    /// <summary>Goes over the records in the payload's order.</summary>
    public IEnumerator<ResourceRecord> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private long TicksOf(int index) => _times is { } times ? times[index] : -1;

    private ResourceRecords Pick(int[] places)
    {
        long[]? times = _times is null ? null : Array.ConvertAll(places, TicksOf);
        return new(
            _payload, Array.ConvertAll(places, i => _records[i]), times is null || Array.TrueForAll(times, static t => t < 0) ? null : times);
    }

    private static void Note(ref List<double>? seconds, int index, double time)
    {
        if (seconds is null && double.IsNaN(time))
        {
            return;
        }

        seconds ??= [.. Enumerable.Repeat(double.NaN, index)];
        seconds.Add(time);
    }

    private static bool TryResolve(List<double>? seconds, int count, double lateBase, DateTimeOffset now, out long[]? times)
    {
        times = null;
        if (seconds is null && lateBase == 0)
        {
            return true;
        }

        double present = Lwm2mTime.ToUnixSecondsWithFraction(now.UtcTicks);
        times = new long[count];
        for (int i = 0; i < count; i++)
        {
            double time = seconds is null ? double.NaN : seconds[i];
            if (double.IsNaN(time) && lateBase == 0)
            {
                times[i] = -1;
                continue;
            }

            time = (double.IsNaN(time) ? 0 : time) + lateBase;
            // Below it is relative to now.
            time = time < RecordWriter.FirstAbsoluteTime ? present + time : time;
            if (!Lwm2mTime.TryFromUnixSeconds(time, out times[i]))
            {
                return false;
            }
        }

        return true;
    }
}
