using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>A value of a resource or resource instance that is kept, with the time that it is of.</summary>
/// <param name="Path">The path of the resource or resource instance.</param>
/// <param name="Value">The value.</param>
/// <param name="Ticks">The time: UTC ticks, or those of the device's own <see cref="Instant"/>.</param>
/// <param name="IsUtc">Whether the time is in UTC.</param>
internal readonly record struct RecordedValue(Lwm2mPath Path, CapturedRecord Value, long Ticks, bool IsUtc)
{
    // Nobody prints it: a native program would have all that formats its parts.
    /// <inheritdoc/>
    public override string ToString() => nameof(RecordedValue);

    /// <summary>Reads what lies on a path now, and may be read at all.</summary>
    /// <param name="instances">The Object Instances that the path names.</param>
    /// <param name="path">The path, of any depth.</param>
    /// <param name="scratch">Where records are kept meanwhile; what is more than it keeps is not among the values.</param>
    /// <param name="now">The moment.</param>
    /// <param name="add">Takes the values, in ascending order of paths.</param>
    internal static void Read(
        ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path, CapturedRecords scratch, Instant now, Action<RecordedValue> add)
    {
        foreach (ObjectInstance instance in instances)
        {
            if (CoreObjects.IsForBootstrapOnly(instance.Definition.ObjectId))
            {
                continue;
            }

            Lwm2mPath whole = AccessControl.PathOf(instance);
            scratch.Begin(isCounting: false);
            ResourceWriter.Capture(instance, path.Depth > 2 ? path : whole, scratch);
            foreach (ref readonly CapturedRecord record in scratch.Records)
            {
                if (record.Kind != CapturedKind.Multiple)
                {
                    Lwm2mPath resource = whole.Append(ResourceKey.Id(record.Key));
                    add(new(
                        record.Instance < 0 ? resource : resource.Append((ushort)record.Instance),
                        record with { Key = 0, Instance = -1 }, now.Ticks, IsUtc: false));
                }
            }
        }
    }

    /// <summary>The time in seconds, as SenML has it (RFC 8428, 4.5.3): since 1970 in UTC or, without a clock, from now.</summary>
    /// <param name="utcNow">The time of day at <paramref name="now"/>; <see langword="null"/> where the device has no clock.</param>
    /// <param name="now">The moment.</param>
    internal double SecondsAt(DateTimeOffset? utcNow, Instant now)
    {
        double seconds = IsUtc ? Lwm2mTime.ToUnixSecondsWithFraction(Ticks)
            : utcNow is { } time ? Lwm2mTime.ToUnixSecondsWithFraction(time.UtcTicks - (now.Ticks - Ticks))
            : (Ticks - now.Ticks) / (double)TimeSpan.TicksPerSecond;
        return Math.Round(seconds, 3);
    }
}
