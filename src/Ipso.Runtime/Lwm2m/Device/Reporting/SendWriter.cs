using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>Makes the payloads of a Send: for each server what it may read, and what is registered with it.</summary>
/// <param name="objects">The objects.</param>
/// <param name="access">The rights.</param>
/// <param name="maxLength">The longest payload in bytes.</param>
internal sealed class SendWriter(ObjectTree objects, AccessControl access, int maxLength)
{
    // An empty pack of each format is no longer than this, and one that is not is longer.
    private const int EmptyLength = 2;

    private static readonly ObjectVersion s_withLwM2MCbor = new(1, 2);

    /// <summary>Keeps what there is to be sent, as it is now.</summary>
    internal RecordedValue[] Capture(SendContent content, Instant now)
    {
        List<RecordedValue> values = new(content.Values.Count);
        values.AddRange(content.Values);
        using CapturedRecords scratch = new(int.MaxValue);
        Lwm2mPath[] paths = [.. content.Paths];
        foreach (Lwm2mPath path in PathSet.Merge(paths))
        {
            RecordedValue.Read(objects.On(path), path, scratch, now, values.Add);
        }

        return [.. values];
    }

    /// <summary>Writes the payload for a server.</summary>
    /// <param name="job">What is sent.</param>
    /// <param name="server">The server.</param>
    /// <param name="version">The version of LwM2M that it is registered with.</param>
    /// <param name="buffer">Where to; longer than the longest payload by <see cref="TimestampedWriter.Slack"/>.</param>
    /// <param name="utcNow">The time of day, where the device has a clock.</param>
    /// <param name="now">The moment.</param>
    /// <param name="format">The payload's format.</param>
    /// <param name="length">Its length.</param>
    /// <returns>What is in the way of it; <see langword="null"/> where nothing is.</returns>
    internal SendOutcome? Write(
        SendJob job, ServerAccount server, ObjectVersion version, Span<byte> buffer, DateTimeOffset? utcNow, Instant now,
        out ContentFormat format, out int length)
    {
        // What has waited is of the time when it was asked for, and what the program has kept of its own.
        bool hasTimes = job.Snapshot is not null || job.Content.Values.Count > 0;
        ContentFormat wanted = job.Content.Format ?? ContentFormat.SenMLCbor;
        bool isPossible = Representation.SupportsComposite(wanted)
            && (wanted != ContentFormat.Lwm2mCbor || (!hasTimes && version >= s_withLwM2MCbor));
        format = isPossible ? wanted : TimestampedRecords.Supports(ContentFormat.SenMLCbor) ? ContentFormat.SenMLCbor : ContentFormat.SenMLJson;
        length = 0;
        return !Representation.SupportsComposite(format) ? SendOutcome.NotSupported
            : hasTimes ? WriteTimed(job, server, format, buffer, utcNow, now, out length)
            : WriteCurrent(job.Content, server, format, buffer[..maxLength], out length);
    }

    private SendOutcome? WriteCurrent(
        SendContent content, ServerAccount server, ContentFormat format, Span<byte> destination, out int length)
    {
        ObjectInstance[]? rented = null;
        ReadOnlySpan<ObjectInstance> readable = access.Readable(server, objects.Instances, ref rented);
        Lwm2mPath[] paths = [.. content.Paths];
        RepresentationResult result = CompositeWriter.Write(readable, paths, format, destination, out length);
        AccessControl.Return(rented);
        return result != RepresentationResult.Written ? SendOutcome.TooLarge
            : length <= EmptyLength ? SendOutcome.NothingToSend
            : null;
    }

    private SendOutcome? WriteTimed(
        SendJob job, ServerAccount server, ContentFormat format, Span<byte> buffer, DateTimeOffset? utcNow, Instant now, out int length)
    {
        RecordedValue[] values = job.Snapshot ?? Capture(job.Content, now);
        TimestampedWriter writer = new(buffer, format);
        bool isEmpty = true;
        foreach (int place in InOrder(values, utcNow, now))
        {
            RecordedValue value = values[place];
            if (MayHave(server, value.Path))
            {
                writer.Add(value.SecondsAt(utcNow, now), value.Path, value.Value);
                isEmpty = false;
            }
        }

        length = writer.Finish();
        return isEmpty ? SendOutcome.NothingToSend
            : length < 0 || length > maxLength ? SendOutcome.TooLarge
            : null;
    }

    // The latest comes last: without a clock, what is of the device's own time. What is of one time stays in its order.
    private static int[] InOrder(RecordedValue[] values, DateTimeOffset? utcNow, Instant now)
    {
        int[] order = new int[values.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (x, y) =>
        {
            bool isLate = utcNow is null && !values[x].IsUtc;
            int difference = isLate.CompareTo(utcNow is null && !values[y].IsUtc);
            difference = difference != 0 ? difference : values[x].SecondsAt(utcNow, now).CompareTo(values[y].SecondsAt(utcNow, now));
            return difference != 0 ? difference : x.CompareTo(y);
        });
        return order;
    }

    // What the program has kept may be of what is not there any more, or never was readable.
    private bool MayHave(ServerAccount server, Lwm2mPath path)
    {
        if (CoreObjects.IsForBootstrapOnly(path.ObjectId) || objects.Find(path.ObjectId, path.InstanceId) is not { } instance)
        {
            return false;
        }

        int index = instance.Definition.IndexOf(path.ResourceId);
        return index >= 0
            && instance.Definition.Resources[index] is { IsReadable: true } resource
            && resource.IsMultiple == (path.Depth == 4)
            && access.Permits(server, path, AccessRights.Read);
    }
}
