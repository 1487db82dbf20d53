namespace Ipso.Coap.Engine;

/// <summary>
/// One deadline for each entry of a table, or none: the earliest is at hand, setting and clearing cost the logarithm of their number.
/// </summary>
internal sealed class TimerHeap(int entries)
{
    // What the heap is of: ticks of an Instant, and the entries beside them. Arrays of numbers bring nothing into a native program.
    private readonly long[] _due = new long[entries];
    private readonly int[] _entries = new int[entries];

    // Where in the heap an entry is, plus one; 0 if it has no deadline.
    private readonly int[] _places = new int[entries];
    private int _count;

    /// <summary>The earliest deadline; <see cref="Instant.Never"/> if there is none.</summary>
    public Instant Next => _count == 0 ? Instant.Never : new(_due[0]);

    /// <summary>Whether an entry has a deadline.</summary>
    public bool IsSet(int entry) => _places[entry] > 0;

    /// <summary>Sets the deadline of an entry, in place of the one that it may have.</summary>
    public void Set(int entry, Instant due)
    {
        int place = _places[entry] - 1;
        if (place < 0)
        {
            place = _count++;
        }

        Sink(Rise(place, due.Ticks), due.Ticks, entry);
    }

    /// <summary>Clears the deadline of an entry, if it has one.</summary>
    public void Clear(int entry)
    {
        int place = _places[entry] - 1;
        if (place < 0)
        {
            return;
        }

        _places[entry] = 0;
        long last = _due[--_count];
        if (place < _count)
        {
            Sink(Rise(place, last), last, _entries[_count]);
        }
    }

    /// <summary>Takes an entry whose deadline has come, which then has none.</summary>
    public bool TryTakeDue(Instant now, out int entry)
    {
        entry = -1;
        if (_count == 0 || _due[0] > now.Ticks)
        {
            return false;
        }

        entry = _entries[0];
        Clear(entry);
        return true;
    }

    // Moves later parents down until the place is right for a deadline.
    private int Rise(int place, long due)
    {
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            if (_due[parent] <= due)
            {
                break;
            }

            Put(place, _due[parent], _entries[parent]);
            place = parent;
        }

        return place;
    }

    // Moves earlier children up until the place is right for a deadline, and puts it there.
    private void Sink(int place, long due, int entry)
    {
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _due[child + 1] < _due[child])
            {
                child++;
            }

            if (_due[child] >= due)
            {
                break;
            }

            Put(place, _due[child], _entries[child]);
            place = child;
        }

        Put(place, due, entry);
    }

    private void Put(int place, long due, int entry)
    {
        _due[place] = due;
        _entries[place] = entry;
        _places[entry] = place + 1;
    }
}
