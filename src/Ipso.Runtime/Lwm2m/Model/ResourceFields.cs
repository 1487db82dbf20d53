using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// What a generated class shows its fields to: each resource that has a value, in the order of the definition. What is read goes to the
/// fields by a table of their places that is made of this, once for a class; so there is no code for each resource.
/// </summary>
/// <remarks>
/// For generated code: nothing but the generator sees to it that a field is of the type that the definition says. To one of another type what
/// is read would go all the same.
/// </remarks>
public ref struct ResourceFields
{
    // No resource.
    internal const int None = -1;

    private readonly ObjectInstance _instance;
    private readonly Span<ResourceField> _table;
    private readonly int _wanted;
    private int _index;

    /// <param name="instance">What the fields are of.</param>
    /// <param name="table">Where their places go.</param>
    /// <param name="wanted">The place in the definition of a multiple resource whose instances are to be made, or <see cref="None"/>.</param>
    internal ResourceFields(ObjectInstance instance, Span<ResourceField> table, int wanted)
    {
        _instance = instance;
        _table = table;
        _wanted = wanted;
        _index = -1;
    }

    /// <summary>Shows the field of the next resource; it has one value, and the field is of the instance and of the resource's type.</summary>
    /// <param name="field">The field.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next<T>(ref T field) => Note(ref ValueSlot.PlaceOf(ref field));

    /// <summary>Shows the fields of the next two resources.</summary>
    /// <inheritdoc cref="Next{T}(ref T)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next<T1, T2>(ref T1 first, ref T2 second) => Note(ref ValueSlot.PlaceOf(ref first), ref ValueSlot.PlaceOf(ref second));

    /// <summary>Shows the fields of the next three resources.</summary>
    /// <inheritdoc cref="Next{T}(ref T)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next<T1, T2, T3>(ref T1 first, ref T2 second, ref T3 third) =>
        Note(ref ValueSlot.PlaceOf(ref first), ref ValueSlot.PlaceOf(ref second), ref ValueSlot.PlaceOf(ref third));

    /// <summary>Shows the fields of the next four resources.</summary>
    /// <inheritdoc cref="Next{T}(ref T)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Next<T1, T2, T3, T4>(ref T1 first, ref T2 second, ref T3 third, ref T4 fourth) =>
        Note(
            ref ValueSlot.PlaceOf(ref first), ref ValueSlot.PlaceOf(ref second), ref ValueSlot.PlaceOf(ref third),
            ref ValueSlot.PlaceOf(ref fourth));

    /// <summary>Shows the field of the next resource, a multiple one.</summary>
    /// <param name="field">The field.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void NextInstances<T>(ref ResourceInstances<T>? field)
    {
        Note(ref ValueSlot.PlaceOf(ref field));
        // Here alone is said of which type they are.
        if (_index == _wanted)
        {
            _instance.InstancesIn(ref field, _index);
        }
    }

    // As many as there are registers for; each resource takes a few bytes of code then.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Note(ref byte first, ref byte second, ref byte third, ref byte fourth)
    {
        Note(ref first);
        Note(ref second);
        Note(ref third, ref fourth);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Note(ref byte first, ref byte second, ref byte third)
    {
        Note(ref first);
        Note(ref second, ref third);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Note(ref byte first, ref byte second)
    {
        Note(ref first);
        Note(ref second);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Note(ref byte field)
    {
        // An action has no field.
        do
        {
            _index++;
        }
        while (_table[_index].IsAction);
        _table[_index].Distance = _instance.DistanceTo(ref field);
    }
}
