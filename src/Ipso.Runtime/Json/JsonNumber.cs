namespace Ipso.Json;

/// <summary>A number of RFC 8259: an integer of 64 bits where it is spelled as one and fits, else a double.</summary>
/// <remarks>Two words, so that it is returned in registers.</remarks>
internal readonly record struct JsonNumber(JsonNumberKind Kind, ulong Bits)
{
    internal static JsonNumber OfFloat(double value) => new(JsonNumberKind.Float, BitConverter.DoubleToUInt64Bits(value));

    internal bool IsInteger => Kind != JsonNumberKind.Float;

    internal bool IsAboveInt64 => Kind == JsonNumberKind.Unsigned;

    internal double Float => BitConverter.UInt64BitsToDouble(Bits);

    /// <summary>The number of any kind, rounded where a double is too small for it.</summary>
    internal double ToDouble() => Kind switch
    {
        JsonNumberKind.Float => Float,
        JsonNumberKind.Integer => (long)Bits,
        _ => Bits,
    };
}

internal enum JsonNumberKind : byte
{
    /// <summary>A double in the bits.</summary>
    Float,

    /// <summary>A signed integer in the bits.</summary>
    Integer,

    /// <summary>An unsigned integer above the signed ones in the bits.</summary>
    Unsigned,
}
