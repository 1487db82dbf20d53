using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// The values of a multiple resource by Resource Instance id. Ids are keys, not positions: they may have gaps, and a value keeps its id.
/// An optional resource without instances is absent.
/// </summary>
/// <remarks>
/// Any thread may change it while a device reads: readers see a consistent snapshot of the ids, and each value whole. Replacing the value
/// of an id that exists allocates nothing but the copy of an Opaque's bytes; adding and removing copy.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
// Compiled for each type of values: what can do without the type is in the class that it derives from.
[CollectionBuilder(typeof(ResourceInstances), nameof(ResourceInstances.Create))]
public sealed class ResourceInstances<T> : ResourceInstances, IReadOnlyCollection<T>
{
    /// <summary>How many instances a peer may create by writing; more are refused. The program itself may go up to 65535.</summary>
    public const int MaxInstancesByPeer = MaxByPeer;

    // Made when it is first asked for: a constructor of the class would be there for each type of values.
    private static Snapshot? s_empty;

    /// <summary>A resource without instances.</summary>
    public ResourceInstances()
        : base(EmptySnapshot, TypeInArrays, LengthInArrays)
    {
    }

    // To the compiler of each type one of these.
    private static ResourceType TypeInArrays
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(bool) ? ResourceType.Boolean
            : typeof(T) == typeof(string) ? ResourceType.String
            : typeof(T) == typeof(CoreLink) ? ResourceType.CoreLink
            : typeof(T) == typeof(ObjectLink) ? ResourceType.ObjectLink
            : typeof(T) == typeof(DateTimeOffset) ? ResourceType.Time
            : typeof(T) == typeof(ReadOnlyMemory<byte>) ? ResourceType.Opaque
            : Unsafe.SizeOf<T>() == sizeof(long) ? ResourceType.Integer
            : ResourceType.None;
    }

    // A Time lies there as its ticks, an Opaque as an array.
    private static int LengthInArrays
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(DateTimeOffset) ? sizeof(long)
            : typeof(T) == typeof(ReadOnlyMemory<byte>) ? IntPtr.Size
            : Unsafe.SizeOf<T>();
    }

    // On a machine of 32 bits a number could be seen half written: then an assignment copies as an addition does.
    private static bool AssignsInPlace => LengthInArrays <= IntPtr.Size;

    /// <summary>The value of an instance; assigning creates the instance where it is missing.</summary>
    /// <param name="id">The Resource Instance's id, 0 to 65534.</param>
    /// <exception cref="KeyNotFoundException">There is no instance of that id to read.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The id is 65535, which is reserved, or the value is outside the resource's range.</exception>
    public T this[ushort id]
    {
        get
        {
            if (!TryGetValue(id, out T? value))
            {
                ThrowMissing(id);
            }

            return value;
        }
        set
        {
            CheckId(id);
            CheckValue(value);
            Assign(id, value);
        }
    }

    /// <summary>The value of an instance, where there is one.</summary>
    /// <param name="id">A Resource Instance's id.</param>
    /// <param name="value">Its value.</param>
    public bool TryGetValue(ushort id, [MaybeNullWhen(false)] out T value)
    {
        Snapshot snapshot = Current;
        int place = PlaceOf(id, snapshot);
        value = place >= 0 ? ValueIn(snapshot.Values, place) : default;
        return place >= 0;
    }

    /// <summary>The values in ascending order of their ids, as they are now.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        Array stored = Current.Values;
        if (typeof(T) != typeof(DateTimeOffset) && typeof(T) != typeof(ReadOnlyMemory<byte>))
        {
            return ((IEnumerable<T>)Unsafe.As<T[]>(stored)).GetEnumerator();
        }

        T[] values = new T[stored.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ValueIn(stored, i);
        }

        return ((IEnumerable<T>)values).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void ReplaceAll(ResourceInstances<T> other)
    {
        Snapshot source = other.Current;
        for (int i = 0; i < source.Ids.Length; i++)
        {
            CheckValue(ValueIn(source.Values, i));
        }

        CommitCopy(source);
    }

    private void Assign(ushort id, T value)
    {
        lock (Gate)
        {
            int place = PlaceOf(id, Current);
            if (place >= 0)
            {
                AssignAt(place, value);
                return;
            }

            Snapshot wider = WithPlaceFor(id, ~place);
            SetIn(wider.Values, ~place, value);
            Publish(wider);
        }
    }

    private void AssignAt(int place, T value)
    {
        Snapshot old = Current;
        if (AreEqual(ValueIn(old.Values, place), value))
        {
            return;
        }

        if (AssignsInPlace)
        {
            SetIn(old.Values, place, value);
            MarkPresent();
        }
        else
        {
            Array values = Copied(old.Values, old.Ids.Length);
            SetIn(values, place, value);
            Publish(new(old.Ids, values));
        }
    }

    /// <summary>Keeps a value for <see cref="ResourceInstances.CommitStaged"/>: a payload that replaces a resource names its instances singly.</summary>
    internal void Stage(ushort id, T value)
    {
        Stage(id);
        SetIn(StagedValues, LastStaged, value);
    }

    private protected override Snapshot Empty => EmptySnapshot;

    private static Snapshot EmptySnapshot => s_empty ??= new([], NewArray(0));

    private protected override Array NewValues(int length) => NewArray(length);

    private static Array NewArray(int length) =>
        typeof(T) == typeof(DateTimeOffset) ? new long[length]
        : typeof(T) == typeof(ReadOnlyMemory<byte>) ? new byte[length][]
        : new T[length];

    // Nothing but such arrays gets into a snapshot of these.
    private static T ValueIn(Array values, int place)
    {
        if (typeof(T) == typeof(DateTimeOffset))
        {
            DateTimeOffset time = Lwm2mTime.ToDateTimeOffset(Unsafe.As<long[]>(values)[place]);
            return Unsafe.As<DateTimeOffset, T>(ref time);
        }

        if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            ReadOnlyMemory<byte> bytes = Unsafe.As<byte[][]>(values)[place];
            return Unsafe.As<ReadOnlyMemory<byte>, T>(ref bytes);
        }

        return Unsafe.As<T[]>(values)[place];
    }

    // Bytes are copied on the way in, so that nobody changes them behind the resource's back.
    private static void SetIn(Array values, int place, T value)
    {
        if (typeof(T) == typeof(DateTimeOffset))
        {
            Unsafe.As<long[]>(values)[place] = Unsafe.As<T, DateTimeOffset>(ref value).UtcTicks;
        }
        else if (typeof(T) == typeof(ReadOnlyMemory<byte>))
        {
            Unsafe.As<byte[][]>(values)[place] = Unsafe.As<T, ReadOnlyMemory<byte>>(ref value).ToArray();
        }
        else
        {
            Unsafe.As<T[]>(values)[place] = value;
        }
    }

    // Memories are equal here where their bytes are, not where they are the same place.
    private static bool AreEqual(T x, T y) => typeof(T) == typeof(ReadOnlyMemory<byte>)
        ? Unsafe.As<T, ReadOnlyMemory<byte>>(ref x).Span.SequenceEqual(Unsafe.As<T, ReadOnlyMemory<byte>>(ref y).Span)
        : EqualityComparer<T>.Default.Equals(x, y);

    private void CheckValue(T value)
    {
        // The questions about T come first: until the JIT has optimized them, those about the value box it.
        if (!typeof(T).IsValueType && value is null)
        {
            throw new ArgumentNullException(nameof(value), "An instance has a value; Remove takes the instance away.");
        }

        if (OwnerOf(out int index) is not { } owner)
        {
            return;
        }

        if (typeof(T) == typeof(double) && !double.IsFinite(Unsafe.As<T, double>(ref value)))
        {
            owner.ThrowNotFinite(index, Unsafe.As<T, double>(ref value));
        }

        if (owner.Definition.Resources[index].Range is { } range)
        {
            CheckRange(owner, index, value, range);
        }
    }

    private static void CheckRange(ObjectInstance owner, int index, T value, ValueRange range)
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
            owner.ThrowOutOfRange(index, value is ReadOnlyMemory<byte> bytes ? Phrase.Of($"{bytes.Length} bytes") : value!, range);
        }
    }
}
