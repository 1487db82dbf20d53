using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Codecs;

// Whether a value is the one that is there already, before it is read as any type.
internal ref partial struct RecordReader
{
    /// <summary>Whether the value is this one, said in its usual form; false also where only a longer look would tell.</summary>
    internal readonly bool Holds(long value) => _kind == ValueKind.Integer && _bits == (ulong)value;

    /// <inheritdoc cref="Holds(long)"/>
    internal readonly bool Holds(ulong value) => _kind == ValueKind.Integer && _bits == value && value <= long.MaxValue;

    /// <inheritdoc cref="Holds(long)"/>
    internal readonly bool Holds(double value) => _kind == ValueKind.Float
        ? BitConverter.UInt64BitsToDouble(_bits) == value
        : _kind == ValueKind.Integer && (long)_bits == value;

    /// <inheritdoc cref="Holds(long)"/>
    internal readonly bool Holds(bool value) => _kind == ValueKind.Boolean && _bits != 0 == value;

    /// <inheritdoc cref="Holds(long)"/>
    internal readonly bool Holds(string value) => _kind == ValueKind.Text && EqualsText(Bytes, value);

    /// <inheritdoc cref="Holds(long)"/>
    internal readonly bool HoldsTime(long utcTicks) => _kind == ValueKind.Integer && TryTime(out long ticks) && ticks == utcTicks;

    /// <inheritdoc cref="Holds(long)"/>
    // To the JIT each type is a method of its own with one line in it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool HoldsAny<T>(T value) =>
        typeof(T) == typeof(long) ? Holds((long)(object)value!)
        : typeof(T) == typeof(ulong) ? Holds((ulong)(object)value!)
        : typeof(T) == typeof(double) ? Holds((double)(object)value!)
        : typeof(T) == typeof(bool) ? Holds((bool)(object)value!)
        : value is string text && Holds(text);
}
