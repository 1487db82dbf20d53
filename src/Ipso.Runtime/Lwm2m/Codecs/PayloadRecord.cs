using System.Runtime.CompilerServices;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Codecs;

/// <summary>What is to become of a record that was checked.</summary>
internal enum RecordUse : byte
{
    /// <summary>Nothing: it says what is known, or is of a resource that is not.</summary>
    None,

    /// <summary>It changes something.</summary>
    Changes,

    /// <summary>It is one of the instances that take the place of those that are there, together or, where nothing changes, not at all.</summary>
    JoinsRun,
}

/// <summary>A record of a payload: a path, a value as the format has it, and what has been found out about it.</summary>
internal struct PayloadRecord
{
    /// <summary>
    /// The path: of a resource or a resource instance. Of an object's payload in TLV also of an Object Instance that has nothing in it; and
    /// without an Object Instance's id, where the payload does not say one.
    /// </summary>
    internal Lwm2mPath Path;

    /// <summary>A number or a boolean; anything where the value is another.</summary>
    internal ulong Bits;

    /// <summary>Where the bytes of any other value are in the payload, and of one in TLV; anything where the value is a number.</summary>
    internal int Start, Length;

    /// <summary>Where in the payload the record ends, in bytes.</summary>
    internal int End;

    /// <summary>The place of the resource in its object's definition, once it is to be used.</summary>
    internal ushort Index;

    internal ValueKind Kind;
    internal RecordUse Use;

    /// <summary>The ids of the Resource, in the upper half, and of the Resource Instance.</summary>
    internal readonly uint Place => (uint)Path.Packed;

    /// <summary>The Resource Instance's id; <see cref="Lwm2mPath.MaxId"/> where the record is of the whole resource.</summary>
    internal readonly ushort InstanceId => (ushort)Path.Packed;

    /// <summary>Whether what the path names is to be removed (RFC 8790).</summary>
    internal readonly bool IsRemoval => Kind == ValueKind.Removal;

    /// <summary>Whether the record stands for a multiple resource without instances, which TLV and LwM2M CBOR can say.</summary>
    internal readonly bool HasNoInstances => Kind == ValueKind.NoInstances;

    /// <summary>Whether the record is about all instances of a multiple resource at once: there are none, or they are to go.</summary>
    internal readonly bool IsOfAllInstances => HasNoInstances || IsRemoval && Path.Depth == 3;

    /// <summary>Whether an integer stands in the bits, one of TLV among them.</summary>
    internal readonly bool HasInteger => (Kind & ValueKind.IntegerFlag) != 0;

    /// <summary>Whether the value is a text, or may be one, whose bytes stand in the payload as they are.</summary>
    internal readonly bool IsPlainText => (Kind & ValueKind.PlainTextFlag) != 0;

    /// <summary>What a TLV value is as a Float; NaN where it is none.</summary>
    internal readonly double TlvFloat => Length switch
    {
        sizeof(double) => BitConverter.UInt64BitsToDouble(Bits),
        sizeof(float) => BitConverter.UInt32BitsToSingle((uint)Bits),
        _ => double.NaN,
    };

    /// <summary>The bytes of the value.</summary>
    internal readonly ReadOnlySpan<byte> BytesIn(ReadOnlySpan<byte> payload) => payload.Slice(Start, Length);

    internal void SetInteger(long value)
    {
        Kind = ValueKind.Integer;
        Bits = (ulong)value;
    }

    internal void SetUnsigned(ulong value)
    {
        Kind = value <= long.MaxValue ? ValueKind.Integer : ValueKind.Unsigned;
        Bits = value;
    }

    internal void SetFloat(double value)
    {
        Kind = ValueKind.Float;
        Bits = BitConverter.DoubleToUInt64Bits(value);
    }

    internal void SetBoolean(bool value)
    {
        Kind = ValueKind.Boolean;
        Bits = value ? 1UL : 0;
    }

    internal void SetNumber(Number number)
    {
        Bits = number.Bits;
        Kind = number.Kind switch
        {
            NumberKind.Integer => ValueKind.Integer,
            NumberKind.Unsigned => ValueKind.Unsigned,
            _ => ValueKind.Float,
        };
    }

    internal void SetWord(ulong word)
    {
        Kind = ValueKind.Word;
        Bits = word;
    }

    internal void SetBytes(ValueKind kind, int start, int length)
    {
        Kind = kind;
        Start = start;
        Length = length;
    }

    /// <summary>Whether the value is this one, said in its usual form; false also where only a longer look would tell.</summary>
    internal readonly bool Holds(long value) => HasInteger && Bits == (ulong)value;

    /// <inheritdoc cref="Holds(long)"/>
    internal readonly bool Holds(ulong value) => HasInteger && Bits == value && value <= long.MaxValue;

    /// <inheritdoc cref="Holds(long)"/>
    internal readonly bool Holds(double value) =>
        Kind == ValueKind.Float ? BitConverter.UInt64BitsToDouble(Bits) == value
        : Kind == ValueKind.Integer ? (long)Bits == value
        : CodecSwitches.Tlv && Kind == ValueKind.TlvNumber && TlvFloat == value;

    /// <inheritdoc cref="Holds(long)"/>
    internal readonly bool Holds(bool value) =>
        (Kind == ValueKind.Boolean || Kind == ValueKind.TlvNumber && Length == 1) && Bits == (value ? 1UL : 0);

    /// <inheritdoc cref="Holds(long)"/>
    // Not in line, nor are times: who goes through the records keeps the registers for them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal readonly bool Holds(string value, ReadOnlySpan<byte> payload) => IsPlainText && AsciiText.IsAt(value, BytesIn(payload));

    /// <inheritdoc cref="Holds(long)"/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal readonly bool HoldsTime(long utcTicks) =>
        HasInteger && Lwm2mTime.TryFromUnixSeconds((long)Bits, out long ticks) && ticks == utcTicks;
}
