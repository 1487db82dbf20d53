using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// The base of every generated object class: which resources are present, which have changed, and who hears of it. A setter may be called
/// by any thread while a device reads: every value is one atomic word or reference (on 64-bit machines), and its presence a bit.
/// </summary>
public abstract partial class ObjectInstance
{
    // Scopes below it have a bit each.
    private const uint CountedUpdate = 1 << 16;

    private ResourceSet _present;
    private ResourceSet _changed;
    private uint _openUpdates;
    private uint _updates;
    private int _isAwaited;
    private ObjectTree? _tree;
    private ResourceSet _observed;
    private ObjectInstance? _nextChanged;
    private int _isListed;

    /// <summary>An instance of an object.</summary>
    /// <param name="definition">What the registry says of the object.</param>
    protected ObjectInstance(ObjectInfo definition) => Definition = definition;

    /// <summary>The Object Instance's id; given by <see cref="ObjectTree.Add(ObjectInstance)"/>, 0 until then.</summary>
    public ushort InstanceId { get; private set; }

    /// <summary>What the registry says of the object.</summary>
    public ObjectInfo Definition { get; }

    /// <summary>
    /// Groups several changes: observers hear of them once, when the scope is disposed, not of each, and of no half of them, however long it is
    /// open: a notification that falls due meanwhile waits. Scopes nest.
    /// </summary>
    /// <returns>The scope; dispose it on every way out.</returns>
    public UpdateScope BeginUpdate()
    {
        // The lowest free bit is the scope's own, so that one that is disposed twice ends no other. Those that find none are counted above.
        while (true)
        {
            uint open = Volatile.Read(ref _openUpdates);
            uint free = ~open & (CountedUpdate - 1);
            uint hold = free != 0 ? free & (~free + 1) : CountedUpdate;
            if (Interlocked.CompareExchange(ref _openUpdates, open + hold, open) == open)
            {
                Interlocked.Increment(ref _updates);
                return new(this, hold);
            }
        }
    }

    /// <summary>Writes the present and readable resources in ascending order of id; generated.</summary>
    /// <param name="w">Where they go, in whatever format it has.</param>
    protected abstract void WriteTo(ref ResourceWriter w);

    /// <summary>
    /// Writes the present resources that no server may read, in ascending order of id; generated for objects that have such. Only what keeps
    /// an object as a whole asks for them.
    /// </summary>
    /// <param name="w">Where they go, in whatever format it has.</param>
    protected virtual void WriteUnreadableTo(ref ResourceWriter w)
    {
    }

    /// <summary>
    /// Where the values live that are read off the wire, in this instance: a slot of eight bytes for each resource, in the order of the
    /// definition, in which the value is at the beginning, as the resource's type asks for. No place at all where nothing can be read; generated.
    /// </summary>
    /// <remarks>
    /// For generated code: nothing but the generator sees to it that a slot is there and of the type that the definition says. To one of
    /// another type what is read would go all the same.
    /// </remarks>
    protected virtual ref byte FirstSlot => ref Unsafe.NullRef<byte>();

    /// <summary>The place where something lives.</summary>
    /// <param name="field">What lives there: for <see cref="FirstSlot"/>, a structure of the slots.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static ref byte SlotOf<T>(ref T field)
        where T : struct => ref Unsafe.As<T, byte>(ref field);

    /// <summary>The instances of a multiple resource, made where nobody has asked for them yet; generated for objects that have such.</summary>
    /// <param name="index">The resource's place in the definition.</param>
    /// <returns>The instances; <see langword="null"/> where there is no multiple resource in that place.</returns>
    protected virtual ResourceInstances? InstancesOf(int index) => null;

    /// <summary>Makes others follow a value that a server has written; generated for objects that have such.</summary>
    /// <param name="index">The resource's place in the definition.</param>
    protected virtual void FollowWritten(int index)
    {
    }

    /// <summary>The handler of an executable resource, or <see langword="null"/>; generated.</summary>
    /// <param name="resourceId">A Resource's id.</param>
    protected virtual ExecuteHandler? HandlerOf(ushort resourceId) => null;

    /// <summary>Whether a resource is present.</summary>
    /// <param name="index">Its place in the definition.</param>
    protected bool Has(int index) => _present.Contains(index);

    // A generated class overrides these as "protected", in whatever assembly it is compiled: the runtime comes in through here.
    internal void WriteResourcesTo(ref ResourceWriter writer) => WriteTo(ref writer);

    internal void WriteUnreadableResourcesTo(ref ResourceWriter writer) => WriteUnreadableTo(ref writer);

    internal ref byte Slots => ref FirstSlot;

    internal ResourceInstances MadeInstancesOf(int index) => InstancesOf(index)!;

    internal void Follow(int index) => FollowWritten(index);

    internal ExecuteHandler? FindHandler(ushort resourceId) => HandlerOf(resourceId);

    /// <summary>Whether a resource is present.</summary>
    internal bool IsPresent(int index) => Has(index);

    /// <summary>The present ones of 64 resources, by their places as bits.</summary>
    internal ulong PresentBits(int word) => _present.Bits(word);

    // The value goes in before its presence: whoever sees the bit sees the value.
    internal void Assign<T>(ref T field, T value, int index)
    {
        if (Has(index) && EqualityComparer<T>.Default.Equals(field, value))
        {
            return;
        }

        field = value;
        MarkPresent(index);
    }

    // Not the general one: code that several reference types share looks its comparer up at each call.
    internal void Assign(ref string field, string value, int index)
    {
        if (Has(index) && string.Equals(field, value))
        {
            return;
        }

        field = value;
        MarkPresent(index);
    }

    internal void Assign(ref byte[] field, ReadOnlySpan<byte> value, int index)
    {
        if (Has(index) && value.SequenceEqual(field))
        {
            return;
        }

        field = value.ToArray();
        MarkPresent(index);
    }

    internal void Remove<T>(ref T field, T absent, int index)
    {
        if (!TryRemove(index, out bool isCleared))
        {
            return;
        }

        if (isCleared)
        {
            field = absent;
        }

        MarkRemoved(index);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Remove(in ValueSlot field, int index)
    {
        if (!TryRemove(index, out bool isCleared))
        {
            return;
        }

        if (isCleared)
        {
            field.Clear();
        }

        MarkRemoved(index);
    }

    // Not in line: there is a Remove for each type of fields.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryRemove(int index, out bool isCleared)
    {
        // The getter of an optional resource looks at its presence and then at the field: clearing it could show a value that never was.
        // The getter of a mandatory one, which only a peer's report can remove, has nothing but the field.
        ReadOnlySpan<ResourceInfo> resources = Definition.Resources;
        isCleared = resources[index].IsMandatory;
        return _present.Remove(index, resources.Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MarkRemoved(int index) => MarkChanged(index);

    internal void MarkPresent(int index)
    {
        if (!_present.Contains(index))
        {
            AddPresent(index);
        }

        MarkChanged(index);
    }

    /// <summary>Marks a resource present whose value was taken off the wire, or is one of several: no setter waits for it.</summary>
    // Setters have it in line.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void MarkTaken(int index) => MarkPresent(index);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddPresent(int index) => _present.Add(index, Definition.Resources.Length);

    internal void MarkAbsent(int index)
    {
        if (_present.Remove(index, Definition.Resources.Length))
        {
            MarkChanged(index);
        }
    }

    // Nobody observes most of what is set, and a locked instruction takes longer than all the rest of a setter: none comes before the look at
    // who observes. So a processor may look before it lets others see the value; it is up to who begins to observe to go by that.
    private void MarkChanged(int index)
    {
        if (_observed.Contains(index))
        {
            KeepChange(index);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void KeepChange(int index)
    {
        _changed.Add(index, Definition.Resources.Length);
        if (Volatile.Read(ref _openUpdates) == 0)
        {
            SignalChange();
        }
    }

    private void SignalChange()
    {
        if (Volatile.Read(ref _tree) is { } tree)
        {
            tree.SignalChange(this);
        }
    }

    internal void EndUpdate(uint hold)
    {
        uint open, rest;
        do
        {
            open = Volatile.Read(ref _openUpdates);
            bool isOpen = hold == CountedUpdate ? open >= CountedUpdate : (open & hold) != 0;
            if (!isOpen)
            {
                return;
            }

            rest = open - hold;
        }
        while (Interlocked.CompareExchange(ref _openUpdates, rest, open) != open);

        if (rest == 0)
        {
            SignalNews();
        }
    }

    /// <summary>Whether an update is open; if so, its device hears of the end.</summary>
    /// <param name="begun">How many have begun so far, modulo 2^32: where that stays, whoever reads meanwhile reads no half of one.</param>
    internal bool IsBeingUpdated(out uint begun)
    {
        begun = Volatile.Read(ref _updates);
        if (Volatile.Read(ref _openUpdates) == 0)
        {
            return false;
        }

        // Who ends the last one looks at this after that; here it is the other way round, so that one of the two sees the other.
        Interlocked.Exchange(ref _isAwaited, 1);
        return Volatile.Read(ref _openUpdates) != 0;
    }

    /// <summary>Whether somebody has waited for the end of an update that is over now; once.</summary>
    internal bool TakeAwaited() =>
        Volatile.Read(ref _isAwaited) != 0 && Volatile.Read(ref _openUpdates) == 0 && Interlocked.Exchange(ref _isAwaited, 0) != 0;

    /// <summary>Has its device hear of changes that it has not taken, and of an end that it waits for.</summary>
    internal void SignalNews()
    {
        if (HasNews || Volatile.Read(ref _isAwaited) != 0)
        {
            SignalChange();
        }
    }

    /// <summary>The tree that it belongs to.</summary>
    internal ObjectTree? Tree => Volatile.Read(ref _tree);

    /// <summary>Whether any resource is observed; to set it observes all of them or none.</summary>
    internal bool IsObserved
    {
        get => !_observed.IsEmpty;
        set
        {
            for (int i = 0; i < Definition.Resources.Length; i++)
            {
                Observe(i, value);
            }
        }
    }

    /// <summary>
    /// Says whether anybody wants to hear of a resource: only then a change is kept, and wakes the device. Who begins to calls
    /// <see cref="AwaitSetters"/> before the value is read.
    /// </summary>
    /// <param name="index">The resource's place in the definition.</param>
    /// <param name="isObserved">Whether somebody does.</param>
    /// <returns>Whether that is new.</returns>
    internal bool Observe(int index, bool isObserved)
    {
        if (_observed.Contains(index) == isObserved)
        {
            return false;
        }

        int capacity = Definition.Resources.Length;
        if (!isObserved)
        {
            return _observed.Remove(index, capacity);
        }

        // What was left when nobody observed it any longer is old news.
        _changed.Remove(index, capacity);
        return _observed.Add(index, capacity);
    }

    /// <summary>
    /// Has every value seen by this thread that was set before the setter could see who observes; setters that come after it see that.
    /// </summary>
    /// <remarks>Half of a fence between the two in each setter, at the price of an interrupt of the other processors.</remarks>
    internal static void AwaitSetters() => Interlocked.MemoryBarrierProcessWide();

    /// <summary>Whether an observed resource has changed that was not reported yet, and no update is open.</summary>
    internal bool HasNews =>
        Volatile.Read(ref _openUpdates) == 0 && _changed.Overlaps(_observed, Definition.Resources.Length);

    /// <summary>Whether it belongs to a tree.</summary>
    internal bool IsIn(ObjectTree tree) => Volatile.Read(ref _tree) == tree;

    /// <summary>Puts it before others in the list of what has changed, unless it is in one.</summary>
    internal void ListBefore(ref ObjectInstance? first)
    {
        if (Interlocked.Exchange(ref _isListed, 1) != 0)
        {
            return;
        }

        ObjectInstance? next;
        do
        {
            _nextChanged = next = Volatile.Read(ref first);
        }
        while (Interlocked.CompareExchange(ref first, this, next) != next);
    }

    /// <summary>Takes it out of the list that it is the first of; what changes from now on puts it into one again.</summary>
    /// <returns>The next one.</returns>
    internal ObjectInstance? Unlist()
    {
        ObjectInstance? next = _nextChanged;
        _nextChanged = null;
        // A setter marks its change and then looks at this; here changes are looked at after it, so that one of the two sees the other.
        Interlocked.Exchange(ref _isListed, 0);
        return next;
    }

    /// <summary>Whether it belongs to a device.</summary>
    internal bool IsAttached => Volatile.Read(ref _tree) is not null;

    internal bool HasChanges => Volatile.Read(ref _openUpdates) == 0 && !_changed.IsEmpty;

    /// <summary>Takes one changed resource out of the ones not reported yet; its index, or -1.</summary>
    internal int TakeChange() => _changed.Take(Definition.Resources.Length);

    internal void Attach(ObjectTree tree, ushort instanceId)
    {
        if (Interlocked.CompareExchange(ref _tree, tree, null) is not null)
        {
            throw new InvalidOperationException(
                Phrase.Of($"This instance of object {Definition} already belongs to a device, as instance {InstanceId}."));
        }

        InstanceId = instanceId;
    }

    internal void Detach()
    {
        IsObserved = false;
        Volatile.Write(ref _tree, null);
    }
}
