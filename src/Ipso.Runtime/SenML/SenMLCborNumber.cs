using Ipso.Buffers;
using Ipso.Cbor;

namespace Ipso.SenML;

/// <summary>
/// The numbers of SenML in CBOR: integers, floats and decimal fractions (RFC 8428, 6), and times with their tag, as some send them.
/// </summary>
internal static class SenMLCborNumber
{
    /// <summary>Reads the number whose head was read.</summary>
    /// <returns>Whether it is one; where not and the reader has not failed, it is an item of another kind.</returns>
    internal static bool TryRead(ref CborReader reader, CborHead head, out Number number)
    {
        switch (head.Major)
        {
            case CborMajor.Unsigned:
                number = Number.Of(head.Argument);
                return true;
            case CborMajor.Negative when head.Argument <= long.MaxValue:
                number = Number.Of(~(long)head.Argument);
                return true;
            case CborMajor.Simple when head.IsFloat:
                number = Number.Of(head.Float);
                return true;
            case CborMajor.Tag:
                return TryReadTagged(ref reader, head.Argument, out number);
            default:
                number = default;
                return false;
        }
    }

    private static bool TryReadTagged(ref CborReader reader, ulong tag, out Number number)
    {
        number = default;
        CborHead head = reader.ReadHead();
        // A time's tag stands before a plain number.
        return !reader.Failed && tag switch
        {
            CborTags.EpochTime => head.Major != CborMajor.Tag && TryRead(ref reader, head, out number),
            CborTags.DecimalFraction => TryReadDecimalFraction(ref reader, head, out number),
            _ => false,
        };
    }

    // [exponent, mantissa], both integers: mantissa * 10^exponent (RFC 8949, 3.4.4).
    private static bool TryReadDecimalFraction(ref CborReader reader, CborHead array, out Number number)
    {
        number = default;
        if (array.Major != CborMajor.Array || (!array.IsIndefinite && array.Argument != 2))
        {
            return false;
        }

        CborHead exponent = reader.ReadHead();
        CborHead mantissa = reader.ReadHead();
        bool isPair = !array.IsIndefinite || reader.TryReadBreak();
        if (!isPair || reader.Failed || !CborDecimalFraction.TryToDouble(exponent, mantissa, out double value))
        {
            return false;
        }

        number = Number.Of(value);
        return true;
    }
}
