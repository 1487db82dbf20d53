using System.Diagnostics.CodeAnalysis;

namespace Ipso.Lwm2m.Model;

/// <summary>What the instances of a multiple resource have in common, whatever the type of their values is.</summary>
public abstract class ResourceInstances
{
    internal const int MaxByPeer = 256;

    private Snapshot _snapshot;
    private ObjectInstance? _owner;
    private int _index;
    private ushort[] _stagedIds = [];
    private int _stagedCount;

    private protected ResourceInstances(Snapshot empty)
    {
        _snapshot = empty;
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
                    AssignStaged(i);
                }
            }
            else
            {
                Array values = NewValues(ids.Length);
                Array.Copy(StagedValues, values, ids.Length);
                Publish(ids.IsEmpty ? Empty : new(ids.ToArray(), values));
            }
        }

        Array.Clear(StagedValues, 0, _stagedCount);
        _stagedCount = 0;
    }

    /// <summary>Makes room among the staged values, and says where.</summary>
    private protected int StagedPlaceFor(ushort id)
    {
        if (_stagedCount == _stagedIds.Length)
        {
            int capacity = Math.Max(4, _stagedCount * 2);
            Array values = NewValues(capacity);
            Array.Copy(StagedValues, values, _stagedCount);
            StagedValues = values;
            Array.Resize(ref _stagedIds, capacity);
        }

        // They come in ascending order as a rule.
        int place = _stagedCount;
        if (place > 0 && _stagedIds[place - 1] >= id)
        {
            place = _stagedIds.AsSpan(0, place).BinarySearch(id);
            if (place >= 0)
            {
                return place;
            }

            place = ~place;
            Array.Copy(_stagedIds, place, _stagedIds, place + 1, _stagedCount - place);
            Array.Copy(StagedValues, place, StagedValues, place + 1, _stagedCount - place);
        }

        _stagedIds[place] = id;
        _stagedCount++;
        return place;
    }

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

    private protected void MarkPresent() => _owner?.MarkPresent(_index);

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

    private protected abstract void AssignStaged(int place);

    private static void Copy(Snapshot from, int start, Snapshot to, int place, int length)
    {
        Array.Copy(from.Ids, start, to.Ids, place, length);
        Array.Copy(from.Values, start, to.Values, place, length);
    }
}
