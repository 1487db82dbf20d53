using Ipso.Buffers;

namespace Ipso.Cbor;

/// <summary>Decimal fractions (RFC 8949, 3.4.4): mantissa * 10^exponent, both integers.</summary>
internal static class CborDecimalFraction
{
    // Beyond it the value of any mantissa is zero or infinite.
    private const ulong MaxExponent = 999;

    /// <summary>The double that is nearest to the value; infinite where it is too large for any.</summary>
    /// <returns>Whether the two items are integers of at most 64 bits.</returns>
    internal static bool TryToDouble(CborHead exponent, CborHead mantissa, out double value)
    {
        value = 0;
        bool isNegative = mantissa.Major == CborMajor.Negative;
        ulong magnitude = mantissa.Argument + (isNegative ? 1UL : 0);
        // One more than the greatest is none of 64 bits.
        if (!CborHead.IsInteger(exponent.Initial) || !CborHead.IsInteger(mantissa.Initial) || isNegative && magnitude == 0)
        {
            return false;
        }

        int power = (int)Math.Min(exponent.Argument, MaxExponent);
        power = exponent.Major == CborMajor.Negative ? -1 - power : power;
        value = DecimalText.Scaled(magnitude, power);
        value = isNegative ? -value : value;
        return true;
    }
}
