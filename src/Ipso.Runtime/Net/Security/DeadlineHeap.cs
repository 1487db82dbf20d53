using Ipso.Coap.Engine;

namespace Ipso.Net.Security;

/// <summary>
/// At most one deadline for each of a fixed number of slots, the earliest on top: a binary heap that knows where each slot is.
/// </summary>
internal sealed class DeadlineHeap(int slots)
{
    private readonly Instant[] _due = new Instant[slots];
    private readonly int[] _heap = new int[slots];

    // Where a slot is in the heap, plus one; 0 if it has no deadline.
    private readonly int[] _place = new int[slots];
    private int _count;

    public Instant? Next => _count > 0 ? _due[_heap[0]] : null;

    /// <summary>Sets, changes or removes the deadline of a slot.</summary>
    public void Set(int slot, Instant? due)
    {
        int place = _place[slot] - 1;
        if (due is not { } moment)
        {
            if (place >= 0)
            {
                RemoveAt(place);
            }

            return;
        }

        _due[slot] = moment;
        if (place < 0)
        {
            place = _count++;
        }

        Sift(place, slot);
    }

    /// <summary>Takes a slot whose deadline has come.</summary>
    public bool TryTake(Instant now, out int slot)
    {
        slot = _count > 0 && _due[_heap[0]] <= now ? _heap[0] : -1;
        if (slot < 0)
        {
            return false;
        }

        RemoveAt(0);
        return true;
    }

    private void RemoveAt(int place)
    {
        _place[_heap[place]] = 0;
        int last = _heap[--_count];
        if (place < _count)
        {
            Sift(place, last);
        }
    }

    // Puts a slot at a place, or above or below it where it belongs.
    private void Sift(int place, int slot)
    {
        Instant due = _due[slot];
        while (place > 0 && _due[_heap[(place - 1) / 2]] > due)
        {
            int parent = (place - 1) / 2;
            Put(place, _heap[parent]);
            place = parent;
        }

        while (true)
        {
            int child = (2 * place) + 1;
            if (child + 1 < _count && _due[_heap[child + 1]] < _due[_heap[child]])
            {
                child++;
            }

            if (child >= _count || _due[_heap[child]] >= due)
            {
                break;
            }

            Put(place, _heap[child]);
            place = child;
        }

        Put(place, slot);
    }

    private void Put(int place, int slot)
    {
        _heap[place] = slot;
        _place[slot] = place + 1;
    }
}
