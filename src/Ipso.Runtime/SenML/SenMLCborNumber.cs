using Ipso.Cbor;

namespace Ipso.SenML;

/// <summary>
/// The numbers of SenML in CBOR: integers, floats and decimal fractions (RFC 8428, 6), and times with their tag, as some send them.
/// </summary>
internal static class SenMLCborNumber
{
    private const ulong TagEpochTime = 1;
    private const ulong TagDecimalFraction = 4;

    /// <summary>Reads the number whose head was read.</summary>
    /// <returns>Whether it is one; where not and the reader has not failed, it is an item of another kind.</returns>
    internal static bool TryRead(ref CborReader reader, CborHead head, out SenMLNumber number)
    {
        switch (head.Major)
        {
            case CborMajor.Unsigned:
                number = SenMLNumber.Of(head.Argument);
                return true;
            case CborMajor.Negative when head.Argument <= long.MaxValue:
                number = SenMLNumber.Of(~(long)head.Argument);
                return true;
            case CborMajor.Simple when head.IsFloat:
                number = SenMLNumber.Of(head.Float);
                return true;
            case CborMajor.Tag:
                return TryReadTagged(ref reader, head.Argument, out number);
            default:
                number = default;
                return false;
        }
    }

    private static bool TryReadTagged(ref CborReader reader, ulong tag, out SenMLNumber number)
    {
        number = default;
        CborHead head = reader.ReadHead();
        // A time's tag stands before a plain number.
        return !reader.Failed && tag switch
        {
            TagEpochTime => head.Major != CborMajor.Tag && TryRead(ref reader, head, out number),
            TagDecimalFraction => TryReadDecimalFraction(ref reader, head, out number),
            _ => false,
        };
    }

    // [exponent, mantissa], both integers: mantissa * 10^exponent (RFC 8949, 3.4.4).
    private static bool TryReadDecimalFraction(ref CborReader reader, CborHead array, out SenMLNumber number)
    {
        number = default;
        if (array.Major != CborMajor.Array || array.IsIndefinite || array.Argument != 2)
        {
            return false;
        }

        bool isNumber = TryReadInteger(ref reader, out double exponent) & TryReadInteger(ref reader, out double mantissa);
        number = SenMLNumber.Of(Scale(mantissa, exponent));
        return isNumber && !reader.Failed;
    }

    // Powers of ten up to 22 are doubles exactly: one multiplication or division then rounds once, and 2005 * 10^-2 is 20.05.
    private static double Scale(double mantissa, double exponent) => exponent switch
    {
        < 0 and >= -22 => mantissa / Math.Pow(10, -exponent),
        _ => mantissa * Math.Pow(10, exponent),
    };

    private static bool TryReadInteger(ref CborReader reader, out double value)
    {
        CborHead head = reader.ReadHead();
        value = head.Major == CborMajor.Negative ? -1 - (double)head.Argument : head.Argument;
        return head.Major is CborMajor.Unsigned or CborMajor.Negative;
    }
}
