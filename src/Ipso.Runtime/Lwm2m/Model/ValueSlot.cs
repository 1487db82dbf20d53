using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// Where a value lives: in a field of an object, or in an array with the instances of a multiple resource. What reads values off the wire
/// does the same with all types, and is there once: a value is a word, a text or bytes.
/// </summary>
/// <param name="place">Where it lives.</param>
/// <param name="type">What lives there; a number of any kind, or the ticks of a Time, may be said to be an Integer.</param>
internal readonly ref struct ValueSlot(ref byte place, ResourceType type)
{
    private readonly ref byte _place = ref place;
    private readonly ResourceType _type = type;

    /// <summary>Whether a value of the type is a text.</summary>
    internal static bool IsText(ResourceType type) => type is ResourceType.String or ResourceType.CoreLink;

    /// <summary>A number, a Boolean, an Objlnk or the ticks of a time. It is read and written at once.</summary>
    // Not in line, as all that looks at the type: that would be some ten times in a program.
    internal ulong Word
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        get => _type switch
        {
            ResourceType.Boolean => As<bool>() ? 1UL : 0,
            ResourceType.ObjectLink => As<uint>(),
            _ => As<ulong>(),
        };
        [MethodImpl(MethodImplOptions.NoInlining)]
        set
        {
            switch (_type)
            {
                case ResourceType.Boolean:
                    As<bool>() = value != 0;
                    break;
                case ResourceType.ObjectLink:
                    As<uint>() = (uint)value;
                    break;
                default:
                    As<ulong>() = value;
                    break;
            }
        }
    }

    /// <summary>The instances of a multiple resource, where the field is of one; null where nobody has asked for them yet.</summary>
    internal ResourceInstances? Instances => As<ResourceInstances?>();

    /// <summary>A String, or the text of a Corelnk.</summary>
    internal string Text
    {
        // A Corelnk is a text and nothing else; that of one that nobody has made is null.
        get => As<string?>() ?? "";
        set => As<string>() = value;
    }

    /// <summary>Whether it is this very text that lives there; where none was set there is none, not even an empty one.</summary>
    internal bool RefersTo(string text) => ReferenceEquals(As<string?>(), text);

    /// <summary>An Opaque; what is set is nobody else's.</summary>
    internal byte[] Bytes
    {
        get => As<byte[]?>() ?? [];
        set => As<byte[]>() = value;
    }

    /// <summary>Sets what a resource has that is absent.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Clear()
    {
        if (IsText(_type))
        {
            Text = "";
        }
        else if (_type == ResourceType.Opaque)
        {
            Bytes = [];
        }
        else
        {
            Word = 0;
        }
    }

    /// <summary>Takes over the value of a place in an array of the same kind.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void Set(ValueSlot other)
    {
        if (IsText(_type) || _type == ResourceType.Opaque)
        {
            As<object?>() = other.As<object?>();
        }
        else
        {
            Word = other.Word;
        }
    }

    /// <summary>Whether the same value lives in another place of the same kind.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool Equals(ValueSlot other) =>
        IsText(_type) ? Text == other.Text
        : _type == ResourceType.Opaque ? Bytes.AsSpan().SequenceEqual(other.Bytes)
        : Word == other.Word;

    /// <summary>The slot of a resource by its place in the definition, where the first one is given (<see cref="ObjectInstance.FirstSlot"/>).</summary>
    internal static ref byte In(ref byte first, int index) => ref Unsafe.AddByteOffset(ref first, (nint)(uint)index * sizeof(ulong));

    /// <summary>What lives in a place, which is of the type that it is said to be.</summary>
    internal static ref T At<T>(ref byte place) => ref Unsafe.As<byte, T>(ref place);

    private ref T As<T>() => ref At<T>(ref _place);
}
