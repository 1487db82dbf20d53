using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// The values of a multiple resource by Resource Instance id. Ids are keys, not positions: they may have gaps, and a value keeps its id.
/// An optional resource without instances is absent.
/// </summary>
/// <remarks>
/// Any thread may change it while a device reads: readers see a consistent snapshot of the ids, and each value whole. Replacing the value
/// of an id that exists allocates nothing (for types of at most a word); adding and removing copy.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
[CollectionBuilder(typeof(ResourceInstances), nameof(ResourceInstances.Create))]
public sealed class ResourceInstances<T> : IReadOnlyCollection<T>
{
    /// <summary>How many instances a peer may create by writing; more are refused. The program itself may go up to 65535.</summary>
    public const int MaxInstancesByPeer = 256;

    private static readonly Snapshot s_empty = new([], []);

    // A value of more than a word could be seen half written: then an assignment copies as an addition does.
    private static readonly bool s_assignsInPlace = Unsafe.SizeOf<T>() <= IntPtr.Size;

    // Memories are equal here where their bytes are, not where they are the same place.
    private static readonly IEqualityComparer<T> s_comparer = typeof(T) == typeof(ReadOnlyMemory<byte>)
        ? (IEqualityComparer<T>)(object)new BytesComparer()
        : EqualityComparer<T>.Default;

    private readonly Lock _gate = new();
    private Snapshot _snapshot = s_empty;
    private ObjectInstance? _owner;
    private int _index;
    private ushort[] _stagedIds = [];
    private T[] _stagedValues = [];
    private int _stagedCount;

    // No record: nobody compares or shows it, and a native program would have the code for that for each type of values.
    private sealed class Snapshot(ushort[] ids, T[] values)
    {
        internal ushort[] Ids => ids;

        internal T[] Values => values;
    }

    /// <summary>The number of instances.</summary>
    public int Count => Volatile.Read(ref _snapshot).Ids.Length;

    /// <summary>The ids in ascending order, as they are now.</summary>
    public ReadOnlyMemory<ushort> Ids => Volatile.Read(ref _snapshot).Ids;

    /// <summary>The value of an instance; assigning creates the instance where it is missing.</summary>
    /// <param name="id">The Resource Instance's id, 0 to 65534.</param>
    /// <exception cref="KeyNotFoundException">There is no instance of that id to read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The id is 65535, which is reserved, or the value is outside the resource's range.</exception>
    public T this[ushort id]
    {
        get => TryGetValue(id, out T? value)
            ? value
            : throw new KeyNotFoundException($"There is no Resource Instance {id}; there are: {string.Join(", ", Ids.ToArray())}.");
        set
        {
            CheckId(id);
            CheckValue(value);
            Assign(id, OwnedCopy(value));
        }
    }

    /// <summary>Whether there is an instance of an id.</summary>
    /// <param name="id">A Resource Instance's id.</param>
    public bool Contains(ushort id) => PlaceOf(id, Volatile.Read(ref _snapshot)) >= 0;

    /// <summary>The value of an instance, where there is one.</summary>
    /// <param name="id">A Resource Instance's id.</param>
    /// <param name="value">Its value.</param>
    public bool TryGetValue(ushort id, [MaybeNullWhen(false)] out T value)
    {
        Snapshot snapshot = Volatile.Read(ref _snapshot);
        int place = PlaceOf(id, snapshot);
        value = place >= 0 ? snapshot.Values[place] : default;
        return place >= 0;
    }

    /// <summary>The ids in ascending order and the values in the same order, of one moment.</summary>
    internal void View(out ReadOnlySpan<ushort> ids, out ReadOnlySpan<T> values)
    {
        Snapshot snapshot = Volatile.Read(ref _snapshot);
        ids = snapshot.Ids;
        values = snapshot.Values;
    }

    /// <summary>The value of an instance, where it is the one at a place in ascending order.</summary>
    internal bool TryGetAt(int place, ushort id, [MaybeNullWhen(false)] out T value)
    {
        Snapshot snapshot = Volatile.Read(ref _snapshot);
        bool isThere = (uint)place < (uint)snapshot.Ids.Length && snapshot.Ids[place] == id;
        value = isThere ? snapshot.Values[place] : default;
        return isThere;
    }

    /// <summary>Removes an instance.</summary>
    /// <param name="id">A Resource Instance's id.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(ushort id)
    {
        lock (_gate)
        {
            int place = PlaceOf(id, _snapshot);
            if (place < 0)
            {
                return false;
            }

            Snapshot old = _snapshot;
            Publish(new(Without(old.Ids, place), Without(old.Values, place)));
            return true;
        }
    }

    /// <summary>Removes all instances: the resource is absent then.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_snapshot.Ids.Length != 0)
            {
                Publish(s_empty);
            }
        }
    }

    /// <summary>The values in ascending order of their ids, as they are now.</summary>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)Volatile.Read(ref _snapshot).Values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Read(out ReadOnlySpan<ushort> ids, out ReadOnlySpan<T> values)
    {
        Snapshot snapshot = Volatile.Read(ref _snapshot);
        ids = snapshot.Ids;
        values = snapshot.Values;
    }

    internal void Attach(ObjectInstance owner, int index)
    {
        _owner = owner;
        _index = index;
    }

    internal void ReplaceAll(ResourceInstances<T> other)
    {
        Snapshot source = Volatile.Read(ref other._snapshot);
        foreach (T value in source.Values)
        {
            CheckValue(value);
        }

        lock (_gate)
        {
            if (source.Ids.AsSpan().SequenceEqual(_snapshot.Ids) && source.Values.AsSpan().SequenceEqual(_snapshot.Values, s_comparer))
            {
                return;
            }

            Publish(new(source.Ids, Copy(source.Values)));
        }
    }

    internal void Assign(ushort id, T value)
    {
        lock (_gate)
        {
            Snapshot old = _snapshot;
            int place = PlaceOf(id, old);
            if (place < 0)
            {
                place = ~place;
                Publish(new(With(old.Ids, place, id), With(old.Values, place, value)));
            }
            else
            {
                AssignAt(place, value);
            }
        }
    }

    private void AssignAt(int place, T value)
    {
        Snapshot old = _snapshot;
        if (s_comparer.Equals(old.Values[place], value))
        {
            return;
        }

        if (s_assignsInPlace)
        {
            old.Values[place] = value;
            _owner?.MarkPresent(_index);
        }
        else
        {
            T[] values = Copy(old.Values);
            values[place] = value;
            Publish(new(old.Ids, values));
        }
    }

    /// <summary>Keeps a value for <see cref="CommitStaged"/>: a payload that replaces a resource names its instances singly.</summary>
    internal void Stage(ushort id, T value)
    {
        if (_stagedCount == _stagedIds.Length)
        {
            int capacity = Math.Max(4, _stagedCount * 2);
            Array.Resize(ref _stagedIds, capacity);
            Array.Resize(ref _stagedValues, capacity);
        }

        // They come in ascending order as a rule.
        int place = _stagedCount;
        if (place > 0 && _stagedIds[place - 1] >= id)
        {
            place = _stagedIds.AsSpan(0, place).BinarySearch(id);
            if (place >= 0)
            {
                _stagedValues[place] = value;
                return;
            }

            place = ~place;
            Array.Copy(_stagedIds, place, _stagedIds, place + 1, _stagedCount - place);
            Array.Copy(_stagedValues, place, _stagedValues, place + 1, _stagedCount - place);
        }

        _stagedIds[place] = id;
        _stagedValues[place] = value;
        _stagedCount++;
    }

    /// <summary>Makes the staged instances, and no others, the resource's instances; none where none were staged.</summary>
    internal void CommitStaged()
    {
        ReadOnlySpan<ushort> ids = _stagedIds.AsSpan(0, _stagedCount);
        Span<T> values = _stagedValues.AsSpan(0, _stagedCount);
        // A report repeats what is known as a rule. A change by another thread meanwhile counts as one that came after this one.
        Snapshot known = Volatile.Read(ref _snapshot);
        if (!ids.SequenceEqual(known.Ids) || !values.SequenceEqual(known.Values))
        {
            Commit(ids, values);
        }

        _stagedCount = 0;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            values.Clear();
        }
    }

    private void Commit(ReadOnlySpan<ushort> ids, ReadOnlySpan<T> values)
    {
        lock (_gate)
        {
            if (!ids.SequenceEqual(_snapshot.Ids))
            {
                Publish(ids.IsEmpty ? s_empty : new(ids.ToArray(), values.ToArray()));
                return;
            }

            for (int i = 0; i < values.Length; i++)
            {
                AssignAt(i, values[i]);
            }
        }
    }

    // These three are compiled for each type of values: a collection expression would be several times as long.
    private static TItem[] Copy<TItem>(TItem[] items) => items.AsSpan().ToArray();

    private static TItem[] With<TItem>(TItem[] items, int place, TItem item)
    {
        TItem[] more = new TItem[items.Length + 1];
        Array.Copy(items, more, place);
        more[place] = item;
        Array.Copy(items, place, more, place + 1, items.Length - place);
        return more;
    }

    private static TItem[] Without<TItem>(TItem[] items, int place)
    {
        TItem[] less = new TItem[items.Length - 1];
        Array.Copy(items, less, place);
        Array.Copy(items, place + 1, less, place, less.Length - place);
        return less;
    }

    private static int PlaceOf(ushort id, Snapshot snapshot) => snapshot.Ids.AsSpan().BinarySearch(id);

    private void Publish(Snapshot snapshot)
    {
        Volatile.Write(ref _snapshot, snapshot);
        if (snapshot.Ids.Length != 0)
        {
            _owner?.MarkPresent(_index);
        }
        else
        {
            _owner?.MarkAbsent(_index);
        }
    }

    private static void CheckId(ushort id)
    {
        if (id == Lwm2mPath.MaxId)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, "The Resource Instance id 65535 is reserved (LwM2M TS Core, 7.4).");
        }
    }

    // Bytes are copied on the way in, so that nobody changes them behind the resource's back.
    private static T OwnedCopy(T value)
    {
        if (typeof(T) != typeof(ReadOnlyMemory<byte>))
        {
            return value;
        }

        ReadOnlyMemory<byte> copy = Unsafe.As<T, ReadOnlyMemory<byte>>(ref value).ToArray();
        return Unsafe.As<ReadOnlyMemory<byte>, T>(ref copy);
    }

    private void CheckValue(T value)
    {
        // The questions about T come first: until the JIT has optimized them, those about the value box it.
        if (!typeof(T).IsValueType && value is null)
        {
            throw new ArgumentNullException(nameof(value), "An instance has a value; Remove takes the instance away.");
        }

        if (_owner is null)
        {
            return;
        }

        if (typeof(T) == typeof(double) && !double.IsFinite(Unsafe.As<T, double>(ref value)))
        {
            _owner.ThrowNotFinite(_index, Unsafe.As<T, double>(ref value));
        }

        if (_owner.Definition.Resources[_index].Range is { } range)
        {
            CheckRange(_owner, value, range);
        }
    }

    private void CheckRange(ObjectInstance owner, T value, ValueRange range)
    {
        bool isInRange = (value, range) switch
        {
            (long number, NumericRange<long> numbers) => numbers.Contains(number),
            (ulong number, NumericRange<ulong> numbers) => numbers.Contains(number),
            (double number, NumericRange<double> numbers) => numbers.Contains(number),
            (string text, _) => range.Admits(text),
            (ReadOnlyMemory<byte> bytes, _) => range.Admits(bytes.Span),
            _ => true,
        };
        if (!isInRange)
        {
            owner.ThrowOutOfRange(_index, value is ReadOnlyMemory<byte> bytes ? $"{bytes.Length} bytes" : value!, range);
        }
    }
}

/// <summary>Compares bytes by content.</summary>
internal sealed class BytesComparer : IEqualityComparer<ReadOnlyMemory<byte>>
{
    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<byte> obj) => obj.Length;
}

/// <summary>Builds <see cref="ResourceInstances{T}"/> from collection expressions: <c>[3800, 5000]</c> gives the instances 0 and 1.</summary>
public static class ResourceInstances
{
    /// <summary>Instances of the ids 0, 1, 2 ... in the order of the values.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="values">The values, at most 65535.</param>
    public static ResourceInstances<T> Create<T>(ReadOnlySpan<T> values)
    {
        ResourceInstances<T> instances = new();
        for (int i = 0; i < values.Length; i++)
        {
            instances[checked((ushort)i)] = values[i];
        }

        return instances;
    }
}
