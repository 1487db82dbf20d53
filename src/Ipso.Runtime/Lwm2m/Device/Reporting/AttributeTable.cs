using Ipso.Coap.Engine;
using Ipso.Lwm2m.Model;

namespace Ipso.Lwm2m.Device;

/// <summary>
/// The notification attributes that servers have assigned, each server for itself (LwM2M TS Core, 5.1.1), bounded. What concerns one path
/// costs the same however many there are.
/// </summary>
internal sealed class AttributeTable(int capacity)
{
    private const int FirstLength = 8;

    private sealed class Entry
    {
        public Lwm2mPath Path;
        public NotificationAttributes Values;
        public ushort Server;
    }

    // The first Count of them are in use, in no order; what is behind those is used again.
    private Entry[] _entries = [];

    // By the resource, or what is above it: the paths of resource instances are in the chain of their resource.
    private HashChains _byResource = new(0);

    /// <summary>On how many paths there are attributes.</summary>
    internal int Count { get; private set; }

    /// <summary>Called when any has changed.</summary>
    internal Action? Changed { get; set; }

    /// <summary>All of them, to be stored.</summary>
    internal IEnumerable<StoredAttributes> All =>
        _entries.Take(Count).Select(static entry => new StoredAttributes(entry.Server, entry.Path, entry.Values));

    /// <summary>What a server has assigned at a path; the default where that is nothing.</summary>
    internal NotificationAttributes Get(ushort server, Lwm2mPath path)
    {
        int i = Find(server, path);
        return i < 0 ? default : _entries[i].Values;
    }

    /// <summary>What is assigned at a path or, where it is not, inherited from the nearest level above that has it.</summary>
    internal NotificationAttributes GetEffective(ushort server, Lwm2mPath path)
    {
        NotificationAttributes values = default;
        for (int depth = path.Depth; depth > 0 && Count > 0; depth--)
        {
            int i = Find(server, PathHash.Truncate(path, depth));
            if (i >= 0)
            {
                values = values.InheritFrom(_entries[i].Values);
            }
        }

        return values;
    }

    /// <summary>Whether a server wants confirmable notifications of something below a path (LwM2M TS Core, 5.1.2, con).</summary>
    internal bool HasConfirmableBelow(ushort server, Lwm2mPath path)
    {
        for (int i = 0; i < Count && path.Depth < 4; i++)
        {
            Entry entry = _entries[i];
            if (entry.Server == server && entry.Values.Confirmable == true && path.Contains(entry.Path))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Assigns attributes; those that are all <see langword="null"/> take no room.</summary>
    /// <returns>Whether there was room.</returns>
    internal bool TrySet(ushort server, Lwm2mPath path, in NotificationAttributes values)
    {
        int i = Find(server, path);
        if (values.IsEmpty)
        {
            if (i >= 0)
            {
                RemoveAt(i);
            }

            return true;
        }

        if (i < 0)
        {
            if (Count == capacity)
            {
                return false;
            }

            Grow();
            i = Count++;
            Entry added = _entries[i] ??= new();
            added.Server = server;
            added.Path = path;
            _byResource.Add(PathHash.OfResource(path), i);
        }

        Entry entry = _entries[i];
        if (!entry.Values.AreSame(values))
        {
            entry.Values = values;
            Changed?.Invoke();
        }

        return true;
    }

    /// <summary>Forgets what is assigned at a path and below it, whoever did.</summary>
    internal void Remove(Lwm2mPath path)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (path.Contains(_entries[i].Path))
            {
                RemoveAt(i);
            }
        }
    }

    /// <summary>Forgets what is assigned to what is not there: a device that starts again may not have all that it had.</summary>
    internal void RemoveAbsent(ObjectTree objects)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            Lwm2mPath path = _entries[i].Path;
            if (path.Depth == 1 ? objects.DefinitionOf(path.ObjectId) is null : objects.Find(path.ObjectId, path.InstanceId) is null)
            {
                RemoveAt(i);
            }
        }
    }

    /// <summary>Forgets what a server has assigned.</summary>
    internal void RemoveServer(ushort server)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (_entries[i].Server == server)
            {
                RemoveAt(i);
            }
        }
    }

    /// <summary>Finds a path of an instance of a resource that attributes are assigned to.</summary>
    /// <param name="resource">The resource's path.</param>
    /// <param name="place">Where to go on; 0 at first.</param>
    /// <param name="path">The path.</param>
    /// <returns>Whether there is one.</returns>
    internal bool TryGetInstance(Lwm2mPath resource, ref int place, out Lwm2mPath path)
    {
        int skipped = place++;
        for (int i = Count == 0 ? -1 : _byResource.First(PathHash.OfResource(resource)); i >= 0; i = _byResource.Next(i))
        {
            path = _entries[i].Path;
            if (path.Depth == 4 && resource.Contains(path) && skipped-- == 0)
            {
                return true;
            }
        }

        path = default;
        return false;
    }

    private int Find(ushort server, Lwm2mPath path)
    {
        int i = Count == 0 ? -1 : _byResource.First(PathHash.OfResource(path));
        while (i >= 0 && (_entries[i].Path != path || _entries[i].Server != server))
        {
            i = _byResource.Next(i);
        }

        return i;
    }

    private void RemoveAt(int index)
    {
        _byResource.Remove(index);
        int last = --Count;
        if (index != last)
        {
            _byResource.Remove(last);
            (_entries[index], _entries[last]) = (_entries[last], _entries[index]);
            _byResource.Add(PathHash.OfResource(_entries[index].Path), index);
        }

        _entries[last].Values = default;
        Changed?.Invoke();
    }

    private void Grow()
    {
        if (Count < _entries.Length)
        {
            return;
        }

        int length = Math.Min(Math.Max(FirstLength, Count * 2), capacity);
        Array.Resize(ref _entries, length);
        _byResource = new HashChains(length);
        for (int i = 0; i < Count; i++)
        {
            _byResource.Add(PathHash.OfResource(_entries[i].Path), i);
        }
    }
}
