namespace Ipso.Buffers;

/// <summary>A number off the wire: an integer of 64 bits where it was written as one, else a double.</summary>
/// <remarks>Two words, so that it is returned in registers.</remarks>
internal readonly record struct Number(NumberKind Kind, ulong Bits)
{
    internal static Number Of(long value) => new(NumberKind.Integer, (ulong)value);

    internal static Number Of(ulong value) => new(value <= long.MaxValue ? NumberKind.Integer : NumberKind.Unsigned, value);

    internal static Number Of(double value) => new(NumberKind.Float, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>The number as a double, rounded where that is too small for it.</summary>
    internal double ToDouble() => Kind switch
    {
        NumberKind.Integer => (long)Bits,
        NumberKind.Unsigned => Bits,
        _ => BitConverter.UInt64BitsToDouble(Bits),
    };

    /// <summary>The number where it is whole and fits. Beyond 2^53 a double no longer says which integer was meant.</summary>
    internal bool TryInteger(out long value)
    {
        value = (long)Bits;
        if (Kind != NumberKind.Float)
        {
            return Kind == NumberKind.Integer;
        }

        double number = BitConverter.UInt64BitsToDouble(Bits);
        long whole = (long)number;
        bool isWhole = whole == number && Math.Abs(number) <= 1L << 53;
        value = isWhole ? whole : 0;
        return isWhole;
    }

    /// <inheritdoc cref="TryInteger"/>
    internal bool TryUnsigned(out ulong value)
    {
        if (Kind == NumberKind.Unsigned)
        {
            value = Bits;
            return true;
        }

        bool isWhole = TryInteger(out long signed) && signed >= 0;
        value = isWhole ? (ulong)signed : 0;
        return isWhole;
    }

    /// <summary>The sum: an integer where both are whole, 1.0 as 1 is, and it fits; else a double.</summary>
    internal static Number Add(Number a, Number b)
    {
        if (a.TryInt128(out Int128 left) && b.TryInt128(out Int128 right))
        {
            Int128 sum = left + right;
            if (sum >= long.MinValue && sum <= ulong.MaxValue)
            {
                return sum < 0 ? Of((long)sum) : Of((ulong)sum);
            }
        }

        return Of(a.ToDouble() + b.ToDouble());
    }

    private bool TryInt128(out Int128 value)
    {
        bool isWhole = TryInteger(out long signed);
        value = Kind == NumberKind.Unsigned ? Bits : signed;
        return isWhole || Kind == NumberKind.Unsigned;
    }
}

internal enum NumberKind : byte
{
    /// <summary>A signed integer in the bits.</summary>
    Integer,

    /// <summary>An unsigned integer above the signed ones in the bits.</summary>
    Unsigned,

    /// <summary>A double in the bits.</summary>
    Float,
}
