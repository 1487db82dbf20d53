using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ipso.Lwm2m.Model;

/// <summary>What the instances of a multiple resource have in common, whatever the type of their values is.</summary>
public abstract class ResourceInstances
{
    internal const int MaxByPeer = 256;

    private readonly ResourceType _type;
    private readonly int _length;
    private Snapshot _snapshot;
    private ObjectInstance? _owner;
    private int _index;
    private ushort[] _stagedIds = [];
    private int _stagedCount;

    // The type is that of the values as they lie in the arrays, an Integer where it is a number of any kind; the length is in bytes. Each is a
    // word, or a reference, and so it is written at once.
    private protected ResourceInstances(Snapshot empty, ResourceType type, int length)
    {
        _length = length;
        _snapshot = empty;
        _type = type;
        StagedValues = empty.Values;
    }

    // No record: nobody compares or shows it, and a native program would have the code for that.
    private protected sealed class Snapshot(ushort[] ids, Array values)
    {
        internal ushort[] Ids => ids;

        internal Array Values => values;
    }

    /// <summary>Instances of the ids 0, 1, 2 ... in the order of the values: what <c>[3800, 5000]</c> is made by.</summary>
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

    /// <summary>The number of instances.</summary>
    public int Count => Current.Ids.Length;

    /// <summary>The ids in ascending order, as they are now.</summary>
    public ReadOnlyMemory<ushort> Ids => Current.Ids;

    private protected Lock Gate { get; } = new();

    private protected Snapshot Current => Volatile.Read(ref _snapshot);

    private protected Array StagedValues { get; private set; }

    private protected abstract Snapshot Empty { get; }

    /// <summary>Whether there is an instance of an id.</summary>
    /// <param name="id">A Resource Instance's id.</param>
    public bool Contains(ushort id) => PlaceOf(id, Current) >= 0;

    /// <summary>Removes an instance.</summary>
    /// <param name="id">A Resource Instance's id.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(ushort id)
    {
        lock (Gate)
        {
            Snapshot old = _snapshot;
            int place = PlaceOf(id, old);
            if (place < 0)
            {
                return false;
            }

            int length = old.Ids.Length - 1;
            Snapshot less = new(new ushort[length], NewValues(length));
            Copy(old, 0, less, 0, place);
            Copy(old, place + 1, less, place, length - place);
            Publish(less);
            return true;
        }
    }

    /// <summary>Removes all instances: the resource is absent then.</summary>
    public void Clear()
    {
        lock (Gate)
        {
            if (_snapshot.Ids.Length != 0)
            {
                Publish(Empty);
            }
        }
    }

    internal void Attach(ObjectInstance owner, int index)
    {
        _owner = owner;
        _index = index;
    }

    /// <summary>The ids in ascending order and the values in the same order, of one moment.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="length">How far one value is from the next, in bytes.</param>
    /// <returns>The place of the first value.</returns>
    internal ref byte View(out ReadOnlySpan<ushort> ids, out int length)
    {
        Snapshot snapshot = Current;
        ids = snapshot.Ids;
        length = _length;
        return ref MemoryMarshal.GetArrayDataReference(snapshot.Values);
    }

    /// <summary>The ids in ascending order and the values in the same order, of one moment.</summary>
    /// <typeparam name="TStored">As what the values lie in arrays: a number as one, whatever its name, a Time as ticks, an Opaque as an array.</typeparam>
    /// <param name="ids">The ids.</param>
    /// <returns>The values, as many.</returns>
    internal TStored[] View<TStored>(out ushort[] ids)
    {
        Snapshot snapshot = Current;
        ids = snapshot.Ids;
        return Unsafe.As<TStored[]>(snapshot.Values);
    }

    /// <summary>The place of a value, where it is that of an instance and the one at a place in ascending order.</summary>
    /// <returns>Whether it is.</returns>
    internal bool TryGetSlot(int place, ushort id, out ValueSlot slot)
    {
        Snapshot snapshot = Current;
        bool isThere = (uint)place < (uint)snapshot.Ids.Length && snapshot.Ids[place] == id;
        slot = isThere ? SlotIn(snapshot.Values, place) : default;
        return isThere;
    }

    /// <summary>
    /// Makes room for a value until <see cref="CommitStaged"/> or <see cref="MergeStaged"/>: a payload that replaces a resource names its
    /// instances singly. A text or bytes that are there already are in it, to be kept where they are the same.
    /// </summary>
    /// <param name="id">The Resource Instance's id.</param>
    /// <returns>The place.</returns>
    internal ValueSlot Stage(ushort id)
    {
        // They come in ascending order; of several of one id the last counts.
        if (_stagedCount == 0 || _stagedIds[_stagedCount - 1] != id)
        {
            AddStaged(id);
        }

        ValueSlot slot = SlotIn(StagedValues, _stagedCount - 1);
        Snapshot snapshot = Current;
        int place = PlaceOf(id, snapshot);
        if (place >= 0)
        {
            slot.Set(SlotIn(snapshot.Values, place));
        }
        else
        {
            slot.Clear();
        }

        return slot;
    }

    /// <summary>Adds the staged instance to the resource's, or puts its value in the place of the one with the same id.</summary>
    internal void MergeStaged()
    {
        ushort id = _stagedIds[0];
        lock (Gate)
        {
            int place = PlaceOf(id, _snapshot);
            if (place >= 0)
            {
                AssignStaged(0, place);
            }
            else
            {
                Snapshot wider = WithPlaceFor(id, ~place);
                SlotIn(wider.Values, ~place).Set(SlotIn(StagedValues, 0));
                Publish(wider);
            }
        }

        ForgetStaged();
    }

    /// <summary>Makes the staged instances, and no others, the resource's instances; none where none were staged.</summary>
    internal void CommitStaged()
    {
        ReadOnlySpan<ushort> ids = _stagedIds.AsSpan(0, _stagedCount);
        lock (Gate)
        {
            if (ids.SequenceEqual(_snapshot.Ids))
            {
                for (int i = 0; i < ids.Length; i++)
                {
                    AssignStaged(i, i);
                }
            }
            else
            {
                Publish(new(ids.ToArray(), Copied(StagedValues, ids.Length)));
            }
        }

        ForgetStaged();
    }

    /// <summary>Makes the instances of another resource of the same type this one's.</summary>
    private protected void CommitCopy(Snapshot source)
    {
        lock (Gate)
        {
            bool isKnown = source.Ids.AsSpan().SequenceEqual(_snapshot.Ids);
            for (int i = 0; isKnown && i < source.Ids.Length; i++)
            {
                isKnown = SlotIn(source.Values, i).Equals(SlotIn(_snapshot.Values, i));
            }

            if (!isKnown)
            {
                Publish(new(source.Ids, Copied(source.Values, source.Ids.Length)));
            }
        }
    }

    /// <summary>The first values of an array, in one of their own.</summary>
    private protected Array Copied(Array values, int length)
    {
        Array copy = NewValues(length);
        Array.Copy(values, copy, length);
        return copy;
    }

    private void ForgetStaged()
    {
        while (_stagedCount > 0)
        {
            SlotIn(StagedValues, --_stagedCount).Clear();
        }
    }

    private void AssignStaged(int staged, int place)
    {
        ValueSlot value = SlotIn(StagedValues, staged);
        ValueSlot slot = SlotIn(_snapshot.Values, place);
        if (!slot.Equals(value))
        {
            slot.Set(value);
            MarkPresent();
        }
    }

    private ValueSlot SlotIn(Array values, int place) =>
        new(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(values), (nint)place * _length), _type);

    private void AddStaged(ushort id)
    {
        if (_stagedCount == _stagedIds.Length)
        {
            int capacity = Math.Max(4, _stagedCount * 2);
            Array values = NewValues(capacity);
            Array.Copy(StagedValues, values, _stagedCount);
            StagedValues = values;
            ushort[] ids = new ushort[capacity];
            Array.Copy(_stagedIds, ids, _stagedCount);
            _stagedIds = ids;
        }

        _stagedIds[_stagedCount++] = id;
    }

    /// <summary>Where among the staged values the last one is.</summary>
    private protected int LastStaged => _stagedCount - 1;

    /// <summary>The instances with one more, whose value is still to be set.</summary>
    private protected Snapshot WithPlaceFor(ushort id, int place)
    {
        Snapshot old = _snapshot;
        int length = old.Ids.Length + 1;
        Snapshot wider = new(new ushort[length], NewValues(length));
        Copy(old, 0, wider, 0, place);
        Copy(old, place, wider, place + 1, length - 1 - place);
        wider.Ids[place] = id;
        return wider;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected void Publish(Snapshot snapshot)
    {
        Volatile.Write(ref _snapshot, snapshot);
        if (snapshot.Ids.Length != 0)
        {
            MarkPresent();
        }
        else
        {
            _owner?.MarkAbsent(_index);
        }
    }

    private protected void MarkPresent() => _owner?.MarkTaken(_index);

    private protected static int PlaceOf(ushort id, Snapshot snapshot) => snapshot.Ids.AsSpan().BinarySearch(id);

    private protected static void CheckId(ushort id)
    {
        if (id == Lwm2mPath.MaxId)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, "The Resource Instance id 65535 is reserved (LwM2M TS Core, 7.4).");
        }
    }

    [DoesNotReturn]
    private protected void ThrowMissing(ushort id) =>
        throw new KeyNotFoundException($"There is no Resource Instance {id}; there are: {string.Join(", ", Ids.ToArray())}.");

    /// <summary>The object that it belongs to, and where in it.</summary>
    private protected ObjectInstance? OwnerOf(out int index)
    {
        index = _index;
        return _owner;
    }

    private protected abstract Array NewValues(int length);

    private static void Copy(Snapshot from, int start, Snapshot to, int place, int length)
    {
        Array.Copy(from.Ids, start, to.Ids, place, length);
        Array.Copy(from.Values, start, to.Values, place, length);
    }
}
