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
        for (int place = 0; place < _observations.Places; place++)
        {
            ref ObservationTable.Observation observation = ref _observations[place];
            observation.IsOffline |= observation.IsUsed && observation.Account == account;
        }
    }

    /// <summary>Goes on with the notifications of a server, beginning with those that were kept.</summary>
    /// <param name="account">The server; <see langword="null"/> for anybody.</param>
    internal void ComeOnline(ServerAccount? account)
    {
        for (int place = 0; place < _observations.Places; place++)
        {
            ref ObservationTable.Observation observation = ref _observations[place];
            if (!observation.IsOffline || observation.Account != account)
            {
                continue;
            }

            observation.IsOffline = false;
            if (observation.IsHeld || observation.IsToBeKept)
            {
                observation.IsHeld = observation.IsToBeKept = false;
                observation.IsMarked = true;
                observation.WakeAt = Instant.Never;
                _observations.Timers.Clear(place);
                Tell(place);
            }
        }
    }

    /// <summary>
    /// Has a notification say what was kept, the values of now behind it (LwM2M TS Core, 7.4.6). What has no room is dropped, the oldest first.
    /// </summary>
    /// <param name="tag">The observation's tag.</param>
    /// <param name="now">The moment.</param>
    /// <param name="response">The notification as it is without.</param>
    internal void AddStored(ulong tag, Instant now, ref CoapResponse response) => _offline?.AddStored((int)tag, now, ref response);

    private void AddStored(OfflineRole offline, int place, Instant now, ref CoapResponse response)
    {
        ref ObservationTable.Observation observation = ref _observations[place];
        offline.Dropped = 0;
        if (!observation.HasStored || !response.Code.IsSuccess || observation.StoredFormat is not { } format)
        {
            return;
        }

        ReadCurrent(offline, observation, now);
        DateTimeOffset? clock = Clock?.UtcNow;
        byte[] rented = SpareBytes.Rent(response.Payload.Length + TimestampedWriter.Slack);
        int count = offline.Stored.CountOf(place), dropped = 0, length;
        while (true)
        {
            length = WriteStored(offline, place, dropped, format, rented, clock, now);
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
    internal void EndNotification(ulong tag)
    {
        ref ObservationTable.Observation observation = ref _observations[(int)tag];
        if (observation.HasStored)
        {
            observation.HasStored = false;
            counters.ValuesDropped += _offline!.End((int)tag);
        }
    }

    // The format in which values with times can be told: the one that is asked for, or one of the device's choice.
    private static ContentFormat? FormatOfStored(in CoapRequest request, bool knowsSenML)
    {
        ContentFormat? answer = request.Accept
            ?? (request.Method == CoapMethod.Fetch && request.ContentFormat is { } paths ? RecordReader.WithoutEtch(paths) : null);
        return answer is { } format ? TimestampedRecords.Supports(format) ? format : null
            : !knowsSenML ? null
            : TimestampedRecords.Supports(ContentFormat.SenMLCbor) ? ContentFormat.SenMLCbor
            : TimestampedRecords.Supports(ContentFormat.SenMLJson) ? ContentFormat.SenMLJson
            : null;
    }

    private int WriteStored(OfflineRole offline, int place, int skipped, ContentFormat format, Span<byte> buffer, DateTimeOffset? clock, Instant now)
    {
        ServerAccount? account = _observations[place].Account;
        TimestampedWriter writer = new(buffer, format);
        for (int next = 0; offline.Stored.TryGetNext(place, ref next, out RecordedValue value);)
        {
            if (skipped-- <= 0 && access.Permits(account, value.Path, AccessRights.Read))
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
    private void ReadCurrent(OfflineRole offline, in ObservationTable.Observation observation, Instant now)
    {
        List<RecordedValue> read = offline.Read;
        read.Clear();
        for (int i = observation.FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            Lwm2mPath path = _observations.TargetAt(i).Path;
            RecordedValue.Read(objects.On(path), path, offline.Captured, now, offline.Take);
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
    private void KeepWhatIsDue(Instant now)
    {
        for (int place = 0; _isAnyToBeKept && place < _observations.Places; place++)
        {
            if (_observations[place].IsToBeKept && !MustWait((ulong)place))
            {
                _offline!.Keep(place, now);
            }
        }

        _isAnyToBeKept = false;
    }

    // It is due, and its server is away: the values go to the store as if they were sent.
    private void Keep(OfflineRole offline, int place, Instant now)
    {
        ref ObservationTable.Observation observation = ref _observations[place];
        observation.IsToBeKept = false;
        observation.IsHeld = true;
        if (observation.StoredFormat is null || options.StoredValues == 0)
        {
            return;
        }

        ReadCurrent(offline, observation, now);
        bool isLimited = false;
        foreach (RecordedValue value in offline.Read)
        {
            isLimited |= MostOf(place, value.Path) is not null;
        }

        foreach (RecordedValue value in offline.Read)
        {
            // Once hqmax is in use only that is kept which has it (LwM2M TS Core, 5.1.2).
            long most = MostOf(place, value.Path) ?? (isLimited ? 0 : long.MaxValue);
            if (most > 0)
            {
                offline.Stored.Add(place, value, most);
                observation.HasStored = true;
            }
        }

        offline.Read.Clear();
        observation.IsMarked = false;
        TakeAsSent(place, now);
    }

    private long? MostOf(int place, Lwm2mPath path) =>
        ReplacesAll(place)
            ? _observations.QueryOf(place).Values.MaximumHistoricalQueue
            : Attributes.GetEffective(ServerOf(_observations[place].Account), path).MaximumHistoricalQueue;

    // The periods begin anew as if it had been sent. What later values are compared to is still what the server knows.
    private void Drop(int place, Instant now)
    {
        ref ObservationTable.Observation observation = ref _observations[place];
        observation.NotifiedAt = now;
        for (int i = observation.FirstTarget; i >= 0; i = _observations.TargetAt(i).Next)
        {
            ref ObservationTable.Target target = ref _observations.TargetAt(i);
            target.IsChanged = target.IsDue = false;
        }

        Schedule(place);
    }

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
        internal void AddStored(int place, Instant now, ref CoapResponse response) => _reporter.AddStored(this, place, now, ref response);

        [MethodImpl(MethodImplOptions.NoInlining)]
        internal void Keep(int place, Instant now) => _reporter.Keep(this, place, now);

        /// <summary>A notification is as it is sent.</summary>
        /// <returns>How many values it had no room for.</returns>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal int End(int place)
        {
            _ = Stored.Remove(place);
            return Dropped;
        }

        /// <summary>An observation has ended.</summary>
        /// <returns>How many values were kept for it.</returns>
        [MethodImpl(MethodImplOptions.NoInlining)]
        internal int Forget(int place) => Stored.Remove(place);
    }
}
