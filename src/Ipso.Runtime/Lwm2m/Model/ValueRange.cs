using System.Globalization;

namespace Ipso.Lwm2m.Model;

/// <summary>
/// The values that a resource takes, where the registry limits them (LwM2M TS Core, Appendix D.1: RangeEnumeration): a
/// <see cref="NumericRange{T}"/>, a <see cref="LengthRange"/> or a <see cref="WordRange"/>. Setters and writes off the wire refuse others.
/// </summary>
public abstract class ValueRange
{
    private protected ValueRange()
    {
    }

    /// <summary>What the resource takes, for messages: <c>0..100</c>, <c>16, 32, 48 bytes</c>, <c>ON, OFF</c>.</summary>
    public abstract override string ToString();

    /// <summary>Whether a number may be set, of the range's type and given by its bits.</summary>
    internal virtual bool AdmitsWord(ulong bits) => true;

    /// <summary>Whether a String may be set; a range that is not about texts has nothing against it.</summary>
    internal virtual bool Admits(string text) => true;

    /// <summary>Whether bytes may be set, be they Opaque or the UTF-8 of a String.</summary>
    internal virtual bool Admits(ReadOnlySpan<byte> bytes) => true;
}

/// <summary>All values from one to another, both included.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest value.</param>
public readonly record struct Interval<T>(T Min, T Max)
    where T : struct, IComparable<T>, IFormattable
{
    /// <summary>Whether the value lies in the interval.</summary>
    /// <param name="value">A value.</param>
    public bool Contains(T value) => value.CompareTo(Min) >= 0 && value.CompareTo(Max) <= 0;

    /// <summary><c>0..100</c>, or <c>16</c> where both ends are one.</summary>
    public override string ToString()
    {
        string min = Min.ToString(null, CultureInfo.InvariantCulture);
        return Min.CompareTo(Max) == 0 ? min : min + ".." + Max.ToString(null, CultureInfo.InvariantCulture);
    }
}
