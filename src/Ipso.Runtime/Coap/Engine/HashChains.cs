using System.Numerics;

namespace Ipso.Coap.Engine;

/// <summary>
/// An index over the entries of a table that is kept elsewhere: for each hash the chain of entries that have it, newest first. The table
/// compares the keys. Adding and removing cost the same however many entries there are.
/// </summary>
internal sealed class HashChains
{
    /// <summary>What an entry takes in bytes: two links and, rounded up to a power of two, its share of the buckets.</summary>
    public const int EntrySize = 16;

    // Indices plus one, so that 0 is none. Below a link of -1 - bucket an entry is the first of that bucket.
    private readonly int[] _buckets;
    private readonly int[] _next;
    private readonly int[] _previous;

    public HashChains(int entries)
    {
        _buckets = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries, 1))];
        _next = new int[entries];
        _previous = new int[entries];
    }

    /// <summary>The newest entry that may have this hash; -1 if there is none.</summary>
    public int First(int hash) => _buckets[hash & (_buckets.Length - 1)] - 1;

    /// <summary>The entry after one in its chain; -1 at the end.</summary>
    public int Next(int entry) => _next[entry] - 1;

    /// <summary>Adds an entry, which must not be in already.</summary>
    public void Add(int hash, int entry)
    {
        int bucket = hash & (_buckets.Length - 1);
        int first = _buckets[bucket];
        _next[entry] = first;
        _previous[entry] = -1 - bucket;
        if (first > 0)
        {
            _previous[first - 1] = entry + 1;
        }

        _buckets[bucket] = entry + 1;
    }

    /// <summary>Removes an entry, which must be in.</summary>
    public void Remove(int entry)
    {
        int next = _next[entry];
        int previous = _previous[entry];
        if (previous > 0)
        {
            _next[previous - 1] = next;
        }
        else
        {
            _buckets[-1 - previous] = next;
        }

        if (next > 0)
        {
            _previous[next - 1] = previous;
        }
    }
}
