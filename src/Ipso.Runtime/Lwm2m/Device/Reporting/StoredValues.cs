namespace Ipso.Lwm2m.Device;

/// <summary>
/// Values that are kept for observers whose server is away (LwM2M TS Core, 5.1.2; Server object, resource 6), the oldest first. Bounded: what
/// finds no room takes the place of the oldest.
/// </summary>
/// <param name="capacity">How many values are kept.</param>
/// <param name="counters">Counts those that had to go.</param>
internal sealed class StoredValues(int capacity, ReportingCounters counters)
{
    private struct Entry
    {
        public RecordedValue Value;
        public int Observation;
    }

    // The first Count of them are in use. A device that nothing is kept for has none.
    private Entry[] _entries = [];

    /// <summary>How many values are kept.</summary>
    internal int Count { get; private set; }

    /// <summary>Keeps a value.</summary>
    /// <param name="observation">The place of the observation that it is for.</param>
    /// <param name="value">The value.</param>
    /// <param name="most">How many are kept of its path, at least one.</param>
    internal void Add(int observation, in RecordedValue value, long most)
    {
        if (_entries.Length == 0)
        {
            _entries = new Entry[capacity];
        }

        int oldest = -1;
        long same = 0;
        for (int i = 0; i < Count && most < capacity; i++)
        {
            if (_entries[i].Observation == observation && _entries[i].Value.Path == value.Path)
            {
                oldest = same++ == 0 ? i : oldest;
            }
        }

        if (same >= most || Count == capacity)
        {
            RemoveAt(same >= most ? oldest : 0);
            counters.ValuesDropped++;
        }

        _entries[Count++] = new() { Observation = observation, Value = value };
    }

    /// <summary>How many values are kept for an observation.</summary>
    internal int CountOf(int observation)
    {
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            count += _entries[i].Observation == observation ? 1 : 0;
        }

        return count;
    }

    /// <summary>Gives the next value of an observation.</summary>
    /// <param name="observation">The place of the observation.</param>
    /// <param name="place">Where to go on; 0 at first.</param>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryGetNext(int observation, ref int place, out RecordedValue value)
    {
        while (place < Count)
        {
            ref Entry entry = ref _entries[place++];
            if (entry.Observation == observation)
            {
                value = entry.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Forgets what was kept for an observation.</summary>
    /// <returns>How many values that were.</returns>
    internal int Remove(int observation)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_entries[i].Observation != observation)
            {
                _entries[kept++] = _entries[i];
            }
        }

        int removed = Count - kept;
        _entries.AsSpan(kept, removed).Clear();
        Count = kept;
        return removed;
    }

    private void RemoveAt(int index)
    {
        Count--;
        _entries.AsSpan(index + 1, Count - index).CopyTo(_entries.AsSpan(index));
        _entries[Count] = default;
    }
}
