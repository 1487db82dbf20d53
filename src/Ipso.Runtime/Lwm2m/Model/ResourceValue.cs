using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Ipso.Buffers;
using Ipso.Lwm2m.Codecs;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// A value as a payload has it. Most formats do not say the LwM2M type of a value, and TLV says nothing at all: it is taken as the type that
/// is wanted, which the Resource's definition knows. A view into the payload that it was read from.
/// </summary>
public readonly struct ResourceValue
{
    private readonly ReadOnlyMemory<byte> _payload;
    private readonly PayloadRecord _record;

    internal ResourceValue(ReadOnlyMemory<byte> payload, in PayloadRecord record)
    {
        _payload = payload;
        _record = record;
    }

    /// <summary>Whether the payload says that there is no value (<c>null</c> in CBOR); it is of no type then.</summary>
    public bool IsNull => _record.Kind == ValueKind.Null;

    /// <summary>Takes the value as a type of LwM2M (LwM2M TS Core, Appendix C).</summary>
    /// <typeparam name="T">
    /// <see cref="long"/> (Integer), <see cref="ulong"/> (Unsigned Integer), <see cref="double"/> (Float), <see cref="bool"/> (Boolean),
    /// <see cref="string"/> (String), <see cref="ReadOnlyMemory{T}"/> of bytes (Opaque), <see cref="DateTimeOffset"/> (Time),
    /// <see cref="ObjectLink"/> (Objlnk), <see cref="CoreLink"/> (Corelnk), or an enumeration of <see cref="long"/> or <see cref="ulong"/>.
    /// </typeparam>
    /// <param name="value">The value. Bytes may be a part of the payload.</param>
    /// <returns>Whether it is of that type.</returns>
    /// <exception cref="NotSupportedException">No value of LwM2M is a <typeparamref name="T"/>.</exception>
    public bool TryGet<T>([MaybeNullWhen(false)] out T value)
    {
        RecordValue read = new(_payload.Span, in _record);
        switch (ValueType<T>.Type)
        {
            case ResourceType.Integer:
                return Give(read.TryInteger(out long integer), ref integer, out value);
            case ResourceType.UnsignedInteger:
                return Give(read.TryUnsigned(out ulong unsigned), ref unsigned, out value);
            case ResourceType.Float:
                return Give(read.TryFloat(out double number), ref number, out value);
            case ResourceType.Boolean:
                return Give(read.TryBoolean(out bool boolean), ref boolean, out value);
            case ResourceType.String:
                return Give(read.TryString("", out string text), ref text, out value);
            case ResourceType.Opaque:
                return Give(TryBytes(read, out ReadOnlyMemory<byte> bytes), ref bytes, out value);
            case ResourceType.Time:
                bool isTime = read.TryTime(stackalloc byte[DateTimeText.MaxLength], out long ticks);
                DateTimeOffset time = Lwm2mTime.ToDateTimeOffset(ticks);
                return Give(isTime, ref time, out value);
            case ResourceType.ObjectLink:
                return Give(read.TryObjectLink(stackalloc byte[ObjectLink.MaxTextLength], out ObjectLink link), ref link, out value);
            case ResourceType.CoreLink:
                bool isLinks = read.TryString("", out string spelt);
                CoreLink links = new(spelt);
                return Give(isLinks, ref links, out value);
            default:
                throw ValueType<T>.NotSupported();
        }
    }

    /// <summary>The value as its form suggests, for logs: a TLV value of a number's length is shown as an integer.</summary>
    public override string ToString()
    {
        RecordValue read = new(_payload.Span, in _record);
        return IsNull ? "null"
            : _record.Kind == ValueKind.Boolean ? (_record.Bits != 0 ? "true" : "false")
            : _record.HasInteger ? ((long)_record.Bits).ToString(CultureInfo.InvariantCulture)
            : _record.Kind is ValueKind.Unsigned ? _record.Bits.ToString(CultureInfo.InvariantCulture)
            : _record.Kind is ValueKind.Float ? read.NumberAsDouble().ToString(CultureInfo.InvariantCulture)
            : _record.Kind is ValueKind.LinkText ? Encoding.UTF8.GetString(_record.BytesIn(_payload.Span))
            : _record.Kind is not ValueKind.Tlv && read.TryString("", out string text) ? text
            : Phrase.Of($"{_record.Length} bytes");
    }

    private bool TryBytes(RecordValue read, out ReadOnlyMemory<byte> value)
    {
        byte[] scratch = read.ScratchLength == 0 ? [] : new byte[read.ScratchLength];
        bool areBytes = read.TryOpaque(scratch, out ReadOnlySpan<byte> bytes);
        value = !areBytes ? default
            : scratch.Length == 0 ? _payload.Slice(_record.Start, _record.Length)
            : scratch.AsMemory(0, bytes.Length);
        return areBytes;
    }

    // The types are the same, or one is an enumeration of the other: the switch on the type has seen to it.
    private static bool Give<TFrom, T>(bool isOfType, ref TFrom from, [MaybeNullWhen(false)] out T value)
    {
        value = isOfType ? Unsafe.As<TFrom, T>(ref from) : default;
        return isOfType;
    }
}

/// <summary>Which type of LwM2M a type of .NET stands for.</summary>
internal static class ValueType<T>
{
    /// <summary><see cref="ResourceType.None"/> where it stands for none.</summary>
    internal static ResourceType Type { get; } =
        typeof(T) == typeof(string) ? ResourceType.String
        : typeof(T) == typeof(double) ? ResourceType.Float
        : typeof(T) == typeof(bool) ? ResourceType.Boolean
        : typeof(T) == typeof(ReadOnlyMemory<byte>) ? ResourceType.Opaque
        : typeof(T) == typeof(DateTimeOffset) ? ResourceType.Time
        : typeof(T) == typeof(ObjectLink) ? ResourceType.ObjectLink
        : typeof(T) == typeof(CoreLink) ? ResourceType.CoreLink
        // Of an enumeration it is the code of the type below it.
        : System.Type.GetTypeCode(typeof(T)) switch
        {
            TypeCode.Int64 => ResourceType.Integer,
            TypeCode.UInt64 => ResourceType.UnsignedInteger,
            _ => ResourceType.None,
        };

    internal static NotSupportedException NotSupported() => new(Phrase.Of($"No value of LwM2M is a {typeof(T)} (LwM2M TS Core, Appendix C)."));
}
