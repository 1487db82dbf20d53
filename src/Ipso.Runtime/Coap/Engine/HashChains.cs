using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

/// <summary>
/// An index over the entries of a table that is kept elsewhere: for each hash the chain of entries that have it, newest first. The table
/// compares the keys. Adding and removing cost the same however many entries there are.
/// </summary>
internal readonly struct HashChains
{
    /// <summary>What an entry takes in bytes: two links and, rounded up to a power of two, its share of the buckets.</summary>
    public const int EntrySize = 16;

    // The buckets, then the two links of each entry, next and previous: one array, since a device has a dozen of these and each array has
    // a head. Indices plus one, so that 0 is none. Below a link of -1 - bucket an entry is the first of that bucket.
    private readonly int[] _words;
    private readonly int _buckets;

    // Of no speed: inlined, it would be a dozen times in a device.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public HashChains(int entries)
    {
        _buckets = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries, 1));
        _words = new int[_buckets + (2 * entries)];
    }

    /// <summary>The newest entry that may have this hash; -1 if there is none.</summary>
    public int First(int hash) => _words[hash & (_buckets - 1)] - 1;

    /// <summary>The entry after one in its chain; -1 at the end.</summary>
    public int Next(int entry) => _words[NextOf(entry)] - 1;

    /// <summary>Adds an entry, which must not be in already.</summary>
    public void Add(int hash, int entry)
    {
        int[] words = _words;
        int bucket = hash & (_buckets - 1);
        int first = words[bucket];
        words[NextOf(entry)] = first;
        words[NextOf(entry) + 1] = -1 - bucket;
        if (first > 0)
        {
            words[NextOf(first - 1) + 1] = entry + 1;
        }

        words[bucket] = entry + 1;
    }

    /// <summary>Removes an entry, which must be in.</summary>
    public void Remove(int entry)
    {
        int[] words = _words;
        int next = words[NextOf(entry)];
        int previous = words[NextOf(entry) + 1];
        words[previous > 0 ? NextOf(previous - 1) : -1 - previous] = next;
        if (next > 0)
        {
            words[NextOf(next - 1) + 1] = previous;
        }
    }

    // The place of an entry's link to the next one; that to the previous one lies behind it.
    private int NextOf(int entry) => _buckets + (2 * entry);
}
