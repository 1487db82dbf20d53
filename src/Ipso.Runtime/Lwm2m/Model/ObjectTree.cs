using System.Collections;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// The Object Instances of a device, in ascending order of Object and Object Instance id. Any thread may add and remove while the device
/// serves: a reader sees the tree before or after, never between.
/// </summary>
public sealed partial class ObjectTree : IReadOnlyCollection<ObjectInstance>
{
    private readonly Lock _gate = new();
    private ObjectInstance[] _instances = [];
    // Those noted, and those being reported.
    private InstanceMoves _moves = new();
    private InstanceMoves _takenMoves = new();
    private ObjectInstance? _firstChanged;
    private int _changePending;
    private volatile bool _hasObservers;

    /// <summary>The number of instances.</summary>
    public int Count => Volatile.Read(ref _instances).Length;

    /// <summary>Adds an instance under the lowest free Object Instance id of its object.</summary>
    /// <param name="instance">The instance; it belongs to one device at most.</param>
    /// <returns>A link to the instance, for Objlnk resources that are to point at it.</returns>
    /// <exception cref="InvalidOperationException">
    /// The instance belongs to a device already, or its object has a single instance and it is there already.
    /// </exception>
    public ObjectLink Add(ObjectInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ushort id;
        lock (_gate)
        {
            id = FreeIdOf(instance.Definition.ObjectId);
            Insert(id, instance);
        }

        SignalMove();
        return new(instance.Definition.ObjectId, id);
    }

    /// <summary>Adds an instance under an Object Instance id of the caller's choice.</summary>
    /// <param name="instanceId">The id, 0 to 65534; 0 where the object has a single instance.</param>
    /// <param name="instance">The instance; it belongs to one device at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is reserved, or the object has a single instance and the id is not 0.</exception>
    /// <exception cref="InvalidOperationException">The instance belongs to a device already, or the id is taken.</exception>
    public void Add(ushort instanceId, ObjectInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        lock (_gate)
        {
            Insert(instanceId, instance);
        }

        SignalMove();
    }

    /// <summary>Takes an instance out.</summary>
    /// <param name="instance">The instance.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(ObjectInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        lock (_gate)
        {
            int place = PlaceOf(_instances, instance.Definition.ObjectId, instance.InstanceId);
            if (place == _instances.Length || _instances[place] != instance)
            {
                return false;
            }

            instance.Detach();
            Splice(place, added: null);
            NoteMove(instance, isRemoval: true);
        }

        SignalMove();
        return true;
    }

    /// <summary>The instance of the given ids, or <see langword="null"/>.</summary>
    /// <param name="objectId">The Object's id.</param>
    /// <param name="instanceId">The Object Instance's id.</param>
    public ObjectInstance? Find(ushort objectId, ushort instanceId)
    {
        ObjectInstance[] instances = Volatile.Read(ref _instances);
        int place = PlaceOf(instances, objectId, instanceId);
        return place < instances.Length && Is(instances[place], objectId, instanceId) ? instances[place] : null;
    }

    /// <summary>The instance of an object's class and an id, or <see langword="null"/>.</summary>
    /// <typeparam name="T">The object's class.</typeparam>
    /// <param name="instanceId">The Object Instance's id.</param>
    public T? Find<T>(ushort instanceId)
        where T : ObjectInstance, ILwm2mObject<T> => Find(T.Info.ObjectId, instanceId) as T;

    /// <summary>The instance that an Objlnk resource points at, or <see langword="null"/>.</summary>
    /// <param name="link">The link.</param>
    public ObjectInstance? Find(ObjectLink link) => Find(link.ObjectId, link.InstanceId);

    /// <summary>The instances of an object, in ascending order of id.</summary>
    /// <param name="objectId">The Object's id.</param>
    public ReadOnlySpan<ObjectInstance> OfObject(ushort objectId)
    {
        ObjectInstance[] instances = Volatile.Read(ref _instances);
        int start = PlaceOf(instances, objectId, 0);
        // The id that no instance has comes behind all of them.
        int end = PlaceOf(instances, objectId, Lwm2mPath.MaxId);
        return instances.AsSpan(start, end - start);
    }

    /// <summary>The instances that lie on a path, or that it lies on: all for the root, one at most for what is below an Object.</summary>
    /// <param name="path">The path.</param>
    internal ReadOnlySpan<ObjectInstance> On(Lwm2mPath path)
    {
        if (path.Depth <= 1)
        {
            return path.Depth == 0 ? Instances : OfObject(path.ObjectId);
        }

        ObjectInstance[] all = Volatile.Read(ref _instances);
        int place = PlaceOf(all, path.ObjectId, path.InstanceId);
        return place < all.Length && Is(all[place], path.ObjectId, path.InstanceId) ? new(all, place, 1) : default;
    }

    /// <summary>All instances as they are now, in ascending order of ids.</summary>
    public ReadOnlySpan<ObjectInstance> Instances => Volatile.Read(ref _instances);

    /// <inheritdoc/>
    public IEnumerator<ObjectInstance> GetEnumerator() => ((IEnumerable<ObjectInstance>)Volatile.Read(ref _instances)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// The tree as text, a line per object, instance and present resource with its name, value and unit: for people, not for parsing. It is
    /// no <see cref="object.ToString"/>, which would be in every native program, 4 KB, whether it prints the tree or not.
    /// </summary>
    public string ToText() => ObjectTreeText.Format(this);

    /// <summary>Called on whatever thread changes an observed instance, once until <see cref="TakePendingChange"/>.</summary>
    internal Action? OnChange { get; set; }

    /// <summary>Whether anybody observes anything or has assigned attributes: else nobody need hear of what comes and goes.</summary>
    internal bool HasObservers
    {
        get => _hasObservers;
        set => _hasObservers = value;
    }

    /// <summary>Whether servers are told which instances there are, so that those that come and go wake the device.</summary>
    internal bool IsAnnounced { get; set; }

    /// <summary>Stands for the instances that there are: another object as soon as one comes or goes.</summary>
    internal object Membership => Volatile.Read(ref _instances);

    internal bool CanResolve(ObjectLink link) =>
        link.IsNull
        || (link.InstanceId == Lwm2mPath.MaxId ? DefinitionOf(link.ObjectId) is not null : Find(link) is not null);

    internal void SignalChange()
    {
        if (Interlocked.Exchange(ref _changePending, 1) == 0)
        {
            OnChange?.Invoke();
        }
    }

    /// <summary>Hears of a change in an observed resource of an instance.</summary>
    internal void SignalChange(ObjectInstance instance)
    {
        instance.ListBefore(ref _firstChanged);
        SignalChange();
    }

    /// <summary>Takes the list of the instances that have changed since the last call; <see cref="ObjectInstance.Unlist"/> goes on.</summary>
    internal ObjectInstance? TakeChanged() => Interlocked.Exchange(ref _firstChanged, null);

    internal bool TakePendingChange() => Interlocked.Exchange(ref _changePending, 0) != 0;

    private void Insert(ushort instanceId, ObjectInstance instance)
    {
        ObjectInfo definition = instance.Definition;
        if (instanceId == Lwm2mPath.MaxId)
        {
            throw new ArgumentOutOfRangeException(nameof(instanceId), instanceId, "The Object Instance id 65535 is reserved (LwM2M TS Core, 7.4).");
        }

        string? other = !definition.IsMultiple && OfObject(definition.ObjectId).Length != 0 ? "a single instance, and it is there"
            : Find(definition.ObjectId, instanceId) is not null ? Phrase.Of($"an instance {instanceId}")
            : null;
        if (other is not null)
        {
            throw new InvalidOperationException(Phrase.Of($"Object {definition} has {other} already."));
        }

        if (!definition.IsMultiple && instanceId != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(instanceId), instanceId, Phrase.Of($"Object {definition} has a single instance, and its id is 0."));
        }

        int place = PlaceOf(_instances, definition.ObjectId, instanceId);
        instance.Attach(this, instanceId);
        Splice(place, instance);
        NoteMove(instance);
    }

    // Adds an instance, or takes out the one that is there, by another array: whoever reads has the one that was.
    private void Splice(int place, ObjectInstance? added)
    {
        ObjectInstance[] old = _instances;
        int behindOld = place, behind = place;
        ObjectInstance[] instances = new ObjectInstance[old.Length + (added is null ? -1 : 1)];
        if (added is null)
        {
            behindOld++;
        }
        else
        {
            instances[behind++] = added;
        }

        Array.Copy(old, instances, place);
        Array.Copy(old, behindOld, instances, behind, old.Length - behindOld);
        Volatile.Write(ref _instances, instances);
    }

    // An instance that comes or goes is a change to whoever observes its object.
    private void NoteMove(ObjectInstance instance, bool isRemoval = false)
    {
        if (HasObservers)
        {
            _moves.Add(instance.Definition.ObjectId, instance.InstanceId, isRemoval);
        }
    }

    // Outside of the lock: whoever is told may wait for a thread that wants the tree.
    private void SignalMove()
    {
        if (HasObservers || IsAnnounced)
        {
            SignalChange();
        }
    }

    /// <summary>
    /// Takes the instances that were added or removed and are not reported yet. The one caller takes out what it has reported; what it leaves
    /// comes again.
    /// </summary>
    internal InstanceMoves TakeMoves()
    {
        lock (_gate)
        {
            if (_takenMoves.IsEmpty)
            {
                (_moves, _takenMoves) = (_takenMoves, _moves);
            }

            return _takenMoves;
        }
    }

    /// <summary>The place of the first instance that lies on a path, or that it lies on, if there is one.</summary>
    internal static int PlaceOf(ReadOnlySpan<ObjectInstance> instances, Lwm2mPath path) =>
        PlaceOf(instances, path.Depth < 1 ? (ushort)0 : path.ObjectId, path.Depth < 2 ? (ushort)0 : path.InstanceId);

    /// <summary>The place of the first instance that is not before the one of the given ids.</summary>
    internal static int PlaceOf(ReadOnlySpan<ObjectInstance> instances, ushort objectId, ushort instanceId)
    {
        uint wanted = (uint)objectId << 16 | instanceId;
        int low = 0, high = instances.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            ObjectInstance instance = instances[middle];
            if (((uint)instance.Definition.ObjectId << 16 | instance.InstanceId) < wanted)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static bool Is(ObjectInstance instance, ushort objectId, ushort instanceId) =>
        instance.InstanceId == instanceId && instance.Definition.ObjectId == objectId;
}
