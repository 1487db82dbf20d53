using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// The base of every generated object class: which resources are present, which have changed, and who hears of it. A setter may be called
/// by any thread while a device reads: every value is one atomic word or reference (on 64-bit machines), and its presence a bit.
/// </summary>
public abstract class ObjectInstance
{
    private ResourceSet _present;
    private ResourceSet _changed;
    private int _openUpdates;
    private ObjectTree? _tree;
    private volatile bool _isObserved;

    /// <summary>The Object Instance's id; given by <see cref="ObjectTree.Add(ObjectInstance)"/>, 0 until then.</summary>
    public ushort InstanceId { get; private set; }

    /// <summary>What the registry says of the object.</summary>
    public abstract ObjectInfo Definition { get; }

    /// <summary>
    /// Groups several changes: observers hear of them once, when the scope is disposed, not of each. Scopes nest.
    /// </summary>
    /// <returns>The scope; dispose it on every way out.</returns>
    public UpdateScope BeginUpdate()
    {
        Interlocked.Increment(ref _openUpdates);
        return new(this);
    }

    /// <summary>Writes the present and readable resources in ascending order of id; generated.</summary>
    /// <param name="w">Where they go, in whatever format it has.</param>
    protected abstract void WriteTo(ref ResourceWriter w);

    /// <summary>Takes each record of a payload to the resource that it belongs to; generated.</summary>
    /// <param name="r">The records. It decides whether values are only checked or applied.</param>
    protected abstract void ReadFrom(ref ResourceReader r);

    /// <summary>The handler of an executable resource, or <see langword="null"/>; generated.</summary>
    /// <param name="resourceId">A Resource's id.</param>
    protected virtual ExecuteHandler? HandlerOf(ushort resourceId) => null;

    /// <summary>Whether a resource is present.</summary>
    /// <param name="index">Its place in the definition.</param>
    protected bool Has(int index) => _present.Contains(index);

    /// <summary>Sets a String resource, or removes it.</summary>
    /// <param name="field">Where the value lives.</param>
    /// <param name="value">The value; <see langword="null"/> removes the resource.</param>
    /// <param name="index">The resource's place in the definition.</param>
    protected void Set(ref string field, string? value, int index)
    {
        if (value is null)
        {
            Remove(ref field, "", index);
        }
        else
        {
            Assign(ref field, value, index);
        }
    }

    /// <summary>Sets an Integer resource, or removes it.</summary>
    /// <inheritdoc cref="Set(ref string, string?, int)"/>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range that the registry gives.</exception>
    protected void Set(ref long field, long? value, int index)
    {
        if (value is not { } v)
        {
            Remove(ref field, 0, index);
            return;
        }

        if (Definition.Resources[index].Range is { } range && !range.Contains(v))
        {
            ThrowOutOfRange(index, v, range);
        }

        Assign(ref field, v, index);
    }

    /// <summary>Sets an Unsigned Integer resource, or removes it.</summary>
    /// <inheritdoc cref="Set(ref long, long?, int)"/>
    protected void Set(ref ulong field, ulong? value, int index)
    {
        if (value is not { } v)
        {
            Remove(ref field, 0UL, index);
            return;
        }

        if (Definition.Resources[index].Range is { } range && !range.Contains(v))
        {
            ThrowOutOfRange(index, v, range);
        }

        Assign(ref field, v, index);
    }

    /// <summary>Sets a Float resource, or removes it.</summary>
    /// <inheritdoc cref="Set(ref long, long?, int)"/>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is outside the range that the registry gives, or it is infinite or NaN, which SenML cannot carry (RFC 8428, 4.3).
    /// </exception>
    protected void Set(ref double field, double? value, int index)
    {
        if (value is not { } v)
        {
            Remove(ref field, 0.0, index);
            return;
        }

        if (!double.IsFinite(v))
        {
            ThrowNotFinite(index, v);
        }

        if (Definition.Resources[index].Range is { } range && !range.Contains(v))
        {
            ThrowOutOfRange(index, v, range);
        }

        Assign(ref field, v, index);
    }

    /// <summary>Sets a Boolean resource, or removes it.</summary>
    /// <inheritdoc cref="Set(ref string, string?, int)"/>
    protected void Set(ref bool field, bool? value, int index)
    {
        if (value is { } v)
        {
            Assign(ref field, v, index);
        }
        else
        {
            Remove(ref field, false, index);
        }
    }

    /// <summary>Sets an Opaque resource to a copy of the bytes, or removes it.</summary>
    /// <inheritdoc cref="Set(ref string, string?, int)"/>
    protected void Set(ref byte[] field, ReadOnlyMemory<byte>? value, int index)
    {
        if (value is { } v)
        {
            Assign(ref field, v.Span, index);
        }
        else
        {
            Remove(ref field, [], index);
        }
    }

    /// <summary>Sets a Time resource, or removes it. On the wire a time is a whole number of seconds.</summary>
    /// <inheritdoc cref="Set(ref string, string?, int)"/>
    protected void Set(ref long field, DateTimeOffset? value, int index)
    {
        if (value is { } v)
        {
            Assign(ref field, v.UtcTicks, index);
        }
        else
        {
            Remove(ref field, 0, index);
        }
    }

    /// <summary>Sets an Objlnk resource, or removes it.</summary>
    /// <inheritdoc cref="Set(ref string, string?, int)"/>
    protected void Set(ref ObjectLink field, ObjectLink? value, int index)
    {
        if (value is { } v)
        {
            Assign(ref field, v, index);
        }
        else
        {
            Remove(ref field, default, index);
        }
    }

    /// <summary>Sets a Corelnk resource, or removes it.</summary>
    /// <inheritdoc cref="Set(ref string, string?, int)"/>
    protected void Set(ref CoreLink field, CoreLink? value, int index)
    {
        if (value is { } v)
        {
            Assign(ref field, v, index);
        }
        else
        {
            Remove(ref field, default, index);
        }
    }

    /// <summary>The instances of a multiple resource, created empty when first asked for.</summary>
    /// <param name="field">Where they live.</param>
    /// <param name="index">The resource's place in the definition.</param>
    protected ResourceInstances<T> Instances<T>(ref ResourceInstances<T>? field, int index)
    {
        if (Volatile.Read(ref field) is { } instances)
        {
            return instances;
        }

        ResourceInstances<T> created = new();
        created.Attach(this, index);
        return Interlocked.CompareExchange(ref field, created, null) ?? created;
    }

    /// <summary>Replaces the instances of a multiple resource by the ones of another collection.</summary>
    /// <param name="field">Where they live.</param>
    /// <param name="value">The new instances; copied.</param>
    /// <param name="index">The resource's place in the definition.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside the range that the registry gives.</exception>
    protected void Replace<T>(ref ResourceInstances<T>? field, ResourceInstances<T> value, int index)
    {
        ArgumentNullException.ThrowIfNull(value);
        Instances(ref field, index).ReplaceAll(value);
    }

    /// <summary>The value of a Time resource.</summary>
    /// <param name="utcTicks">The field.</param>
    protected static DateTimeOffset ToTime(long utcTicks) => Lwm2mTime.ToDateTimeOffset(utcTicks);

    // A generated class overrides these as "protected", in whatever assembly it is compiled: the runtime comes in through here.
    internal void WriteResourcesTo(ref ResourceWriter writer) => WriteTo(ref writer);

    internal void ReadResourcesFrom(ref ResourceReader reader) => ReadFrom(ref reader);

    internal ExecuteHandler? FindHandler(ushort resourceId) => HandlerOf(resourceId);

    internal ResourceInstances<T> InstancesIn<T>(ref ResourceInstances<T>? field, int index) => Instances(ref field, index);

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
        if (!_present.Remove(index, Definition.Resources.Length))
        {
            return;
        }
        // The getter of an optional resource looks at its presence and then at the field: clearing it could show a value that never was.
        // The getter of a mandatory one, which only a peer's report can remove, has nothing but the field.
        if (Definition.Resources[index].IsMandatory)
        {
            field = absent;
        }

        MarkChanged(index);
    }

    internal void MarkPresent(int index)
    {
        if (!_present.Contains(index))
        {
            _present.Add(index, Definition.Resources.Length);
        }

        MarkChanged(index);
    }

    internal void MarkAbsent(int index)
    {
        if (_present.Remove(index, Definition.Resources.Length))
        {
            MarkChanged(index);
        }
    }

    private void MarkChanged(int index)
    {
        _changed.Add(index, Definition.Resources.Length);
        if (Volatile.Read(ref _openUpdates) == 0)
        {
            SignalChange();
        }
    }

    private void SignalChange()
    {
        if (Volatile.Read(ref _tree) is { } tree && IsObserved)
        {
            tree.SignalChange();
        }
    }

    internal void EndUpdate()
    {
        int open = Interlocked.Decrement(ref _openUpdates);
        // A scope that was disposed twice must not silence the instance for good.
        if (open < 0)
        {
            Interlocked.Increment(ref _openUpdates);
        }
        else if (open == 0 && !_changed.IsEmpty)
        {
            SignalChange();
        }
    }

    /// <summary>
    /// Whether an Objlnk resource may point there: at an Object Instance or, with the instance 65535, an Object of the same device, or
    /// nowhere (LwM2M TS Core, 6.3.3). An instance that belongs to no device cannot tell.
    /// </summary>
    internal bool CanLinkTo(ObjectLink link) => Volatile.Read(ref _tree) is not { } tree || tree.CanResolve(link);

    /// <summary>Whether someone observes a path at, above or below this instance: only then a change wakes the device.</summary>
    internal bool IsObserved
    {
        get => _isObserved;
        set => _isObserved = value;
    }

    internal bool HasChanges => Volatile.Read(ref _openUpdates) == 0 && !_changed.IsEmpty;

    /// <summary>Takes one changed resource out of the ones not reported yet; its index, or -1.</summary>
    internal int TakeChange() => _changed.Take(Definition.Resources.Length);

    internal void Attach(ObjectTree tree, ushort instanceId)
    {
        if (Interlocked.CompareExchange(ref _tree, tree, null) is not null)
        {
            throw new InvalidOperationException($"This instance of object {Definition} already belongs to a device, as instance {InstanceId}.");
        }

        InstanceId = instanceId;
        // The instance itself is the news: what was set before is part of it.
        while (TakeChange() >= 0)
        {
        }
    }

    internal void Detach()
    {
        IsObserved = false;
        Volatile.Write(ref _tree, null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ThrowOutOfRange(int index, object value, NumericRange range)
    {
        ResourceInfo resource = Definition.Resources[index];
        throw new ArgumentOutOfRangeException(
            nameof(value), value, $"Resource {resource} of object {Definition} takes {range}.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ThrowNotFinite(int index, double value) =>
        throw new ArgumentOutOfRangeException(
            nameof(value), value, $"Resource {Definition.Resources[index]} of object {Definition} takes finite numbers only (RFC 8428, 4.3).");

    /// <summary>A group of changes that observers hear of at once, from <see cref="BeginUpdate"/> to <see cref="Dispose"/>.</summary>
    public readonly struct UpdateScope : IDisposable, IEquatable<UpdateScope>
    {
        private readonly ObjectInstance? _instance;

        internal UpdateScope(ObjectInstance instance) => _instance = instance;

        /// <summary>Ends the group.</summary>
        public void Dispose() => _instance?.EndUpdate();

        /// <inheritdoc/>
        public bool Equals(UpdateScope other) => ReferenceEquals(_instance, other._instance);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is UpdateScope other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => RuntimeHelpers.GetHashCode(_instance);

        /// <summary>Whether two scopes group changes of the same instance.</summary>
        public static bool operator ==(UpdateScope left, UpdateScope right) => left.Equals(right);

        /// <summary>Whether two scopes group changes of different instances.</summary>
        public static bool operator !=(UpdateScope left, UpdateScope right) => !left.Equals(right);
    }
}
