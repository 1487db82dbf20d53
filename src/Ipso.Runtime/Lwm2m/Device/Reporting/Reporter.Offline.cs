using System.Runtime.CompilerServices;
using Ipso.Buffers;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

// Servers that are away for a while: the device is asleep, or an Update to them was sent again and not answered yet. What is kept for them is
// reached through an object that the first one makes which is away: a native program with a device that registers nowhere leaves it out.
internal sealed partial class Reporter
{
    private OfflineRole? _offline;
    private bool _isAnyToBeKept;

    /// <summary>Tells the time of day; <see langword="null"/> where the device has no clock.</summary>
    internal IWallClock? Clock { get; set; }

    /// <summary>
    /// Notifies a server of no change until <see cref="ComeOnline"/>. What it is to be notified of is kept for then, or dropped where its
    /// instance of the Server object says so (1/x/6): the values of each moment when it was due, with their times, where the observation's
    /// format carries times; else that it is due, and the value is that of then.
    /// </summary>
    /// <param name="account">The server; <see langword="null"/> for anybody.</param>
    internal void GoOffline(ServerAccount? account)
    {
        _offline ??= new(this);
        foreach (Observation observation in _observations.All)
        {
            observation.IsOffline |= observation.IsUsed && observation.Account == account;
        }
    }

    /// <summary>Goes on with the notifications of a server, beginning with those that were kept.</summary>
    /// <param name="account">The server; <see langword="null"/> for anybody.</param>
    internal void ComeOnline(ServerAccount? account)
    {
        foreach (Observation observation in _observations.All)
        {
            if (!observation.IsOffline || observation.Account != account)
            {
                continue;
            }

            observation.IsOffline = false;
            if (observation.IsHeld || observation.IsToBeKept)
            {
                observation.IsHeld = observation.IsToBeKept = false;
                observation.IsMarked = true;
                _observations.LetSleep(observation);
                Tell(observation);
            }
        }
    }

    /// <summary>
    /// Has a notification say what was kept, the values of now behind it (LwM2M TS Core, 7.4.6). What has no room is dropped, the oldest first.
    /// </summary>
    /// <param name="observation">The observation.</param>
    /// <param name="now">The moment.</param>
    /// <param name="response">The notification as it is without.</param>
    internal void AddStored(Observation observation, Instant now, ref CoapResponse response) =>
        _offline?.AddStored(observation, now, ref response);

    private void AddStored(OfflineRole offline, Observation observation, Instant now, ref CoapResponse response)
    {
        offline.Dropped = 0;
        if (!observation.HasStored || !response.Code.IsSuccess || FormatOfStored(observation) is not { } format)
        {
            return;
        }

        ReadCurrent(offline, observation, now);
        DateTimeOffset? clock = Clock?.UtcNow;
        byte[] rented = SpareBytes.Rent(response.Payload.Length + TimestampedWriter.Slack);
        int count = offline.Stored.CountOf(observation.Place), dropped = 0, length;
        while (true)
        {
            length = WriteStored(offline, observation, dropped, format, rented, clock, now);
            if ((uint)length <= (uint)response.Payload.Length || dropped == count)
            {
                break;
            }

            dropped += (count - dropped + 1) / 2;
        }

        offline.Dropped = dropped;
        if ((uint)length <= (uint)response.Payload.Length)
        {
            rented.AsSpan(0, length).CopyTo(response.Payload);
            response.ContentFormat = format;
            response.PayloadLength = length;
        }

        SpareBytes.Return(rented);
    }

    /// <summary>A notification is as it is sent: what was kept for it is kept no longer.</summary>
    internal void EndNotification(Observation observation)
    {
        if (observation.HasStored)
        {
            observation.HasStored = false;
            counters.ValuesDropped += _offline!.End(observation);
        }
    }

    // The format in which values with times can be told: the one that is asked for, or one of the device's choice.
    private static ContentFormat? FormatOfStored(Observation observation) =>
        observation.Format is { } asked ? Supported(RecordReader.WithoutEtch(asked))
        : observation.KnowsSenML ? Supported(ContentFormat.SenMLCbor) ?? Supported(ContentFormat.SenMLJson)
        : null;

    private static ContentFormat? Supported(ContentFormat format) => TimestampedRecords.Supports(format) ? format : null;

    private int WriteStored(
        OfflineRole offline, Observation observation, int skipped, ContentFormat format, Span<byte> buffer, DateTimeOffset? clock, Instant now)
    {
        TimestampedWriter writer = new(buffer, format);
        for (int next = 0; offline.Stored.TryGetNext(observation.Place, ref next, out RecordedValue value);)
        {
            if (skipped-- <= 0 && access.Permits(observation.Account, value.Path, AccessRights.Read))
            {
                writer.Add(value.SecondsAt(clock, now), value.Path, value.Value);
            }
        }

        foreach (RecordedValue value in offline.Read)
        {
            writer.Add(value.SecondsAt(clock, now), value.Path, value.Value);
        }

        return writer.Finish();
    }

    // What the server may read of what is observed, as it is now.
    private void ReadCurrent(OfflineRole offline, Observation observation, Instant now)
    {
        List<RecordedValue> read = offline.Read;
        read.Clear();
        for (ObservationTarget? target = observation.FirstTarget; target is not null; target = target.Next)
        {
            RecordedValue.Read(objects.On(target.Path), target.Path, offline.Captured, now, offline.Take);
        }

        for (int i = read.Count - 1; i >= 0; i--)
        {
            if (!access.Permits(observation.Account, read[i].Path, AccessRights.Read))
            {
                read.RemoveAt(i);
            }
        }
    }

    // What changes at once is kept once.
    private void KeepWhatIsDue(OfflineRole offline, Instant now)
    {
        if (!_isAnyToBeKept)
        {
            return;
        }

        foreach (Observation observation in _observations.All)
        {
            if (observation.IsToBeKept && !MustWait(observation))
            {
                Keep(offline, observation, now);
            }
        }

        _isAnyToBeKept = false;
    }

    // It is due, and its server is away: the values go to the store as if they were sent.
    private void Keep(OfflineRole offline, Observation observation, Instant now)
    {
        observation.IsToBeKept = false;
        observation.IsHeld = true;
        if (FormatOfStored(observation) is null || options.StoredValues == 0)
        {
            return;
        }

        ReadCurrent(offline, observation, now);
        bool isLimited = false;
        foreach (RecordedValue value in offline.Read)
        {
            isLimited |= MostOf(observation, value.Path) is not null;
        }

        foreach (RecordedValue value in offline.Read)
        {
            // Once hqmax is in use only that is kept which has it (LwM2M TS Core, 5.1.2).
            long most = MostOf(observation, value.Path) ?? (isLimited ? 0 : long.MaxValue);
            if (most > 0)
            {
                offline.Stored.Add(observation.Place, value, most);
                observation.HasStored = true;
            }
        }

        offline.Read.Clear();
        observation.IsMarked = false;
        BeginPeriods(observation, isSent: true, now);
    }

    private long? MostOf(Observation observation, Lwm2mPath path) =>
        ReplacesAll(observation)
            ? observation.Query.Values.MaximumHistoricalQueue
            : Attributes.GetEffective(ServerOf(observation.Account), path).MaximumHistoricalQueue;

    private StoredValues MakeStored() => new(options.StoredValues, counters);

    private sealed class OfflineRole
    {
        private readonly Reporter _reporter;

        internal OfflineRole(Reporter reporter)
        {
            _reporter = reporter;
            Stored = reporter.MakeStored();
            Take = Read.Add;
        }

        internal StoredValues Stored { get; }

        internal CapturedRecords Captured { get; } = new(int.MaxValue);

        /// <summary>The values of an observation that are looked at.</summary>
        internal List<RecordedValue> Read { get; } = [];

        internal Action<RecordedValue> Take { get; }

        /// <summary>How many values the notification has no room for that was rendered last.</summary>
        internal int Dropped { get; set; }

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void AddStored(Observation observation, Instant now, ref CoapResponse response) =>
            _reporter.AddStored(this, observation, now, ref response);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void KeepWhatIsDue(Instant now) => _reporter.KeepWhatIsDue(this, now);

        /// <summary>A notification is as it is sent.</summary>
        /// <returns>How many values it had no room for.</returns>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal int End(Observation observation)
        {
            _ = Stored.Remove(observation.Place);
            return Dropped;
        }

        /// <summary>An observation has ended.</summary>
        /// <returns>How many values were kept for it.</returns>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal int Forget(Observation observation) => Stored.Remove(observation.Place);
    }
}
