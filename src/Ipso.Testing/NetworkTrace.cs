using System.Collections;
using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>What has gone over a network, in the order of sending: the newest entries, up to a bound.</summary>
public sealed class NetworkTrace : IReadOnlyList<TraceEntry>
{
    private readonly List<TraceEntry> _entries = [];
    private int _first;

    internal NetworkTrace(VirtualClock clock) => Clock = clock;

    /// <summary>How many entries are kept, so that a year of traffic does not fill the memory; 0 for none. 100000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int Capacity
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
            Trim();
        }
    }
    = 100_000;

    /// <summary>How many entries are there.</summary>
    public int Count => _entries.Count - _first;

    /// <summary>How many have given way to newer ones.</summary>
    public long Dropped { get; private set; }

    /// <summary>Gets an entry.</summary>
    /// <param name="index">0, the oldest, to <see cref="Count"/> - 1.</param>
    public TraceEntry this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _entries[_first + index];
        }
    }

    internal VirtualClock Clock { get; }

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        _entries.Clear();
        _first = 0;
        Dropped = 0;
    }

    /// <summary>Writes a line per entry.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteTo(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (Dropped > 0)
        {
            writer.Write($"({Dropped} entries before these)\n");
        }

        foreach (TraceEntry entry in this)
        {
            writer.Write(entry.ToString());
            writer.Write('\n');
        }
    }

    /// <summary>Writes the datagrams as a capture file for tcpdump, tshark and Wireshark: see <see cref="PcapWriter"/>.</summary>
    /// <param name="stream">Where to. Stays open.</param>
    /// <param name="arrivals">True for what the receivers saw: what has arrived, when it did. False for what the senders saw: what was
    /// sent, lost or not, without the copies that the network made.</param>
    public void WritePcap(Stream stream, bool arrivals = false)
    {
        PcapWriter writer = new(stream, Clock);
        IEnumerable<TraceEntry> datagrams = this.Where(static entry => !entry.IsStream && entry.To is not null);
        datagrams = arrivals
            ? datagrams.Where(static entry => entry.Fate == DatagramFate.Delivered).OrderBy(static entry => entry.Arrives)
            : datagrams.Where(static entry => !entry.IsDuplicate);
        foreach (TraceEntry entry in datagrams)
        {
            Instant moment = arrivals ? entry.Arrives.GetValueOrDefault() : entry.Sent;
            writer.Write(moment, entry.From.Address, entry.To!.Address, entry.Datagram.Span);
        }
    }

    /// <summary>All lines.</summary>
    /// <returns>A line per entry.</returns>
    public override string ToString()
    {
        using StringWriter writer = new();
        WriteTo(writer);
        return writer.ToString();
    }

    /// <summary>Goes over the entries.</summary>
    /// <returns>From the oldest to the newest.</returns>
    public IEnumerator<TraceEntry> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(TraceEntry entry)
    {
        if (Capacity > 0)
        {
            _entries.Add(entry);
            Trim();
        }
    }

    // What is dropped at the front is moved over once in a while, not each time.
    private void Trim()
    {
        int over = Count - Capacity;
        if (over > 0)
        {
            for (int i = 0; i < over; i++)
            {
                _entries[_first++] = null!;
            }

            Dropped += over;
        }

        if (_first > 64 && _first > _entries.Count / 2)
        {
            _entries.RemoveRange(0, _first);
            _first = 0;
        }
    }
}
