using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Model;

// What the properties of a generated class are made of.
public abstract partial class ObjectInstance
{
    /// <summary>Sets a String resource, or removes it.</summary>
    /// <param name="field">Where the value lives.</param>
    /// <param name="value">The value; <see langword="null"/> removes the resource.</param>
    /// <param name="index">The resource's place in the definition.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range that the registry gives.</exception>
    protected void Set(ref string field, string? value, int index)
    {
        if (value is null)
        {
            Remove(ref field, "", index);
            return;
        }

        if (Definition.Resources[index].Range is { } range && !range.Admits(value))
        {
            ThrowOutOfRange(index, value, range);
        }

        Assign(ref field, value, index);
    }

    /// <summary>Sets an Integer resource, or removes it.</summary>
    /// <inheritdoc cref="Set(ref string, string?, int)"/>
    protected void Set(ref long field, long? value, int index)
    {
        if (value is not { } v)
        {
            Remove(ref field, 0, index);
            return;
        }

        if (Definition.Resources[index].Range is NumericRange<long> range && !range.Contains(v))
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

        if (Definition.Resources[index].Range is NumericRange<ulong> range && !range.Contains(v))
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

        if (Definition.Resources[index].Range is NumericRange<double> range && !range.Contains(v))
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
        if (value is not { } v)
        {
            Remove(ref field, [], index);
            return;
        }

        if (Definition.Resources[index].Range is { } range && !range.Admits(v.Span))
        {
            ThrowOutOfRange(index, Phrase.Of($"{v.Length} bytes"), range);
        }

        Assign(ref field, v.Span, index);
    }

    /// <summary>Sets a Time resource, or removes it. On the wire a time is a whole number of seconds.</summary>
    /// <inheritdoc cref="Set(ref string, string?, int)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ThrowOutOfRange(int index, object value, ValueRange range) => ThrowRefused(index, value, range.ToString());

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void ThrowNotFinite(int index, double value) => ThrowRefused(index, value, "finite numbers only (RFC 8428, 4.3)");

    private void ThrowRefused(int index, object value, string? taken) =>
        throw new ArgumentOutOfRangeException(
            nameof(value), value, Phrase.Of($"Resource {Definition.Resources[index]} of object {Definition} takes {taken}."));
}
