using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// A set of resources of one object, by their place in its definition. Any thread may change it at any time: each change is atomic.
/// The first 64 places, more than any object of the registry has, need no memory beside it.
/// </summary>
internal struct ResourceSet
{
    private ulong _first;
    private ulong[]? _rest;

    // Generated code asks it for every resource, by constant places: a bit of a word is then all that is left.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool Contains(int index) =>
        index < 64 ? (Volatile.Read(in _first) >> index & 1) != 0 : ContainsBeyond(index);

    private readonly bool ContainsBeyond(int index)
    {
        ulong[]? rest = Volatile.Read(in _rest);
        int word = (index >> 6) - 1;
        return rest is not null && word < rest.Length && (Volatile.Read(in rest[word]) >> (index & 63) & 1) != 0;
    }

    /// <summary>Sixty-four places as bits, the first from <paramref name="word"/> * 64 on.</summary>
    internal readonly ulong Bits(int word)
    {
        if (word == 0)
        {
            return Volatile.Read(in _first);
        }

        ulong[]? rest = Volatile.Read(in _rest);
        return rest is not null && word <= rest.Length ? Volatile.Read(in rest[word - 1]) : 0;
    }

    /// <summary>Adds a place of a set of at most <paramref name="capacity"/>.</summary>
    internal bool Add(int index, int capacity)
    {
        ulong bit = 1UL << (index & 63);
        return (Interlocked.Or(ref Word(index, capacity), bit) & bit) == 0;
    }

    internal bool Remove(int index, int capacity)
    {
        ulong bit = 1UL << (index & 63);
        return (Interlocked.And(ref Word(index, capacity), ~bit) & bit) != 0;
    }

    internal readonly bool IsEmpty
    {
        get
        {
            if (Volatile.Read(in _first) != 0)
            {
                return false;
            }

            foreach (ulong word in Volatile.Read(in _rest) ?? [])
            {
                if (word != 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Whether the two sets, of one object both, have a place in common.</summary>
    internal readonly bool Overlaps(in ResourceSet other, int capacity)
    {
        for (int word = 0; word << 6 < capacity; word++)
        {
            if ((Bits(word) & other.Bits(word)) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a place out and tells which, or gives -1 when the set is empty.</summary>
    internal int Take(int capacity)
    {
        for (int start = 0; start < capacity; start += 64)
        {
            ref ulong word = ref Word(start, capacity);
            ulong bits = Volatile.Read(in word);
            if (bits == 0)
            {
                continue;
            }

            int index = start + BitOperations.TrailingZeroCount(bits);
            Remove(index, capacity);
            return index;
        }

        return -1;
    }

    [UnscopedRef]
    private ref ulong Word(int index, int capacity)
    {
        if (index < 64)
        {
            return ref _first;
        }

        return ref WordBeyond(index, capacity);
    }

    // Not in line: no object of the registry has as many resources.
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref ulong WordBeyond(int index, int capacity)
    {
        if (_rest is null)
        {
            Interlocked.CompareExchange(ref _rest, new ulong[(capacity - 1) >> 6], null);
        }

        return ref _rest[(index >> 6) - 1];
    }
}
