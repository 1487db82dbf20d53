using System.Diagnostics.CodeAnalysis;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The Sends that were not delivered: for each server the one under way, and those that wait, in the order in which they were asked for.
/// </summary>
/// <param name="capacity">How many wait for each server.</param>
/// <param name="counters">What had to be let go.</param>
internal sealed class SendQueue(int capacity, ReportingCounters counters)
{
    /// <summary>The Sends to one server.</summary>
    internal sealed class Line(ushort server)
    {
        internal ushort Server => server;

        internal Queue<SendJob> Waiting { get; set; } = new();

        internal ExchangeId Exchange { get; set; }

        internal SendJob? UnderWay { get; set; }

        internal bool IsEmpty => UnderWay is null && Waiting.Count == 0;

        internal IEnumerable<SendJob> All => UnderWay is { } first ? Waiting.Prepend(first) : Waiting;
    }

    private readonly List<Line> _lines = [];
    private IReadOnlyList<StoredSend> _restored = [];
    private long _last;

    /// <summary>The servers that something was sent to.</summary>
    internal IReadOnlyList<Line> Lines => _lines;

    /// <summary>Told of each result.</summary>
    internal Action<SendResult>? Ended { get; set; }

    /// <summary>Whether they are stored, and so have to be kept as they are.</summary>
    internal bool IsStored { get; set; }

    /// <summary>Another number whenever one has come or gone.</summary>
    internal long Version { get; private set; }

    /// <summary>Whether all were delivered.</summary>
    internal bool IsEmpty => _restored.Count == 0 && _lines.TrueForAll(static line => line.IsEmpty);

    /// <summary>Makes a Send out of what is asked for.</summary>
    internal SendJob Make(SendContent content, Action<IReadOnlyList<SendResult>>? completed = null, bool isParked = false) =>
        new(content, result => Ended?.Invoke(result), completed) { Number = ++_last, IsParked = isParked };

    /// <summary>The Sends to a server.</summary>
    internal Line LineOf(ushort server)
    {
        Line? line = _lines.Find(candidate => candidate.Server == server);
        if (line is null)
        {
            _lines.Add(line = new(server));
        }

        return line;
    }

    /// <summary>Has a Send wait; the oldest one gives way to it.</summary>
    internal void Wait(Line line, SendJob job)
    {
        Version++;
        Enqueue(line, job);
    }

    /// <summary>Takes the first one that waits.</summary>
    internal bool TryTake(Line line, [NotNullWhen(true)] out SendJob? job)
    {
        Version++;
        return line.Waiting.TryDequeue(out job);
    }

    /// <summary>A Send is on its way.</summary>
    internal void Begin(Line line, SendJob job, ExchangeId exchange)
    {
        Version++;
        (line.Exchange, line.UnderWay) = (exchange, job);
    }

    /// <summary>The one under way is so no more.</summary>
    internal SendJob End(Line line)
    {
        Version++;
        SendJob job = line.UnderWay!;
        (line.Exchange, line.UnderWay) = (default, null);
        return job;
    }

    /// <summary>
    /// The device sends no more. Whoever waits is told: that it is sent when the device has started again, where it is stored, and stays here;
    /// else that it is not.
    /// </summary>
    internal void Park(Line line)
    {
        if (line.UnderWay is null && line.Waiting.All(static job => job.IsParked))
        {
            return;
        }

        SendJob[] all = [.. line.All];
        line.Waiting = new();
        (line.Exchange, line.UnderWay) = (default, null);
        foreach (SendJob job in all)
        {
            if (!job.IsStored)
            {
                Version++;
                job.End(line.Server, SendOutcome.NotRegistered);
                continue;
            }

            if (!job.IsParked)
            {
                job.End(line.Server, SendOutcome.Stored);
            }

            SendJob parked = Make(job.Content, isParked: true);
            (parked.Snapshot, parked.Number, parked.IsStored) = (job.Snapshot ?? job.Kept, job.Number, true);
            line.Waiting.Enqueue(parked);
        }
    }

    /// <summary>Takes what was stored; it is awake when time is known.</summary>
    internal void Restore(IReadOnlyList<StoredSend> sends) => _restored = sends;

    /// <summary>What was stored waits from now on, before all others.</summary>
    internal void Awake(Instant now)
    {
        if (_restored.Count > 0)
        {
            AwakeAll(now);
        }
    }

    /// <summary>All of them, in their order, to be stored.</summary>
    internal IEnumerable<SendJob> All => _lines.SelectMany(static line => line.All).OrderBy(static job => job.Number);

    /// <summary>What is to be stored of a Send.</summary>
    /// <param name="jobs">The Send; after a stop it is another one for each server, with one number.</param>
    /// <param name="now">The moment.</param>
    /// <param name="utcNow">The time of day, where the device knows it.</param>
    internal StoredSend Describe(IGrouping<long, SendJob> jobs, Instant now, DateTimeOffset? utcNow)
    {
        ushort[] servers = [.. _lines.Where(line => line.All.Any(job => job.Number == jobs.Key)).Select(static line => line.Server)];
        SendJob first = jobs.First();
        RecordedValue[] values = first.Snapshot ?? first.Kept ?? [];
        return new(servers, first.Content.Format, [.. values.Select(value => StoredSend.Timed(value, now, utcNow))]);
    }

    private void Enqueue(Line line, SendJob job)
    {
        line.Waiting.Enqueue(job);
        if (line.Waiting.Count > capacity)
        {
            Version++;
            counters.SendsDropped++;
            line.Waiting.Dequeue().End(line.Server, SendOutcome.Dropped);
        }
    }

    // On its own, since it allocates as soon as it is called.
    private void AwakeAll(Instant now)
    {
        IReadOnlyList<StoredSend> restored = _restored;
        _restored = [];
        foreach (StoredSend send in restored)
        {
            // Nobody knows for how long the device was off: what is of no known time is at least as old as it was.
            SendJob job = Make(new()
            {
                Format = send.Format is { } format && Representation.SupportsComposite(format) ? format : null,
            });
            job.Snapshot = [.. send.Values.Select(value => value.IsUtc ? value : value with { Ticks = now.Ticks - value.Ticks })];
            job.IsStored = true;
            foreach (ushort server in send.Servers)
            {
                job.Await();
                Enqueue(LineOf(server), job);
            }
        }
    }
}
