namespace Ipso.Coap.Engine;

/// <summary>
/// One deadline for each entry of a table, or none: the earliest is at hand, setting and clearing cost the logarithm of their number.
/// </summary>
internal sealed class TimerHeap(int entries)
{
    // No tuple: in an array one brings its texts and comparisons into a native program.
    private struct Item
    {
        public Instant Due;
        public int Entry;
    }

    private readonly Item[] _heap = new Item[entries];

    // Where in the heap an entry is, plus one; 0 if it has no deadline.
    private readonly int[] _places = new int[entries];
    private int _count;

    /// <summary>The earliest deadline; <see cref="Instant.Never"/> if there is none.</summary>
    public Instant Next => _count == 0 ? Instant.Never : _heap[0].Due;

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

        Sink(Rise(place, due), due, entry);
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
        Item last = _heap[--_count];
        if (place < _count)
        {
            Sink(Rise(place, last.Due), last.Due, last.Entry);
        }
    }

    /// <summary>Takes an entry whose deadline has come, which then has none.</summary>
    public bool TryTakeDue(Instant now, out int entry)
    {
        entry = -1;
        if (_count == 0 || _heap[0].Due > now)
        {
            return false;
        }

        entry = _heap[0].Entry;
        Clear(entry);
        return true;
    }

    // Moves later parents down until the place is right for a deadline.
    private int Rise(int place, Instant due)
    {
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            if (_heap[parent].Due <= due)
            {
                break;
            }

            Put(place, _heap[parent]);
            place = parent;
        }

        return place;
    }

    // Moves earlier children up until the place is right for a deadline, and puts it there.
    private void Sink(int place, Instant due, int entry)
    {
        while (true)
        {
            int child = (2 * place) + 1;
            if (child >= _count)
            {
                break;
            }

            if (child + 1 < _count && _heap[child + 1].Due < _heap[child].Due)
            {
                child++;
            }

            if (_heap[child].Due >= due)
            {
                break;
            }

            Put(place, _heap[child]);
            place = child;
        }

        Put(place, new() { Due = due, Entry = entry });
    }

    private void Put(int place, Item item)
    {
        _heap[place] = item;
        _places[item.Entry] = place + 1;
    }
}
