using System.Globalization;

namespace Ipso.Lwm2m.Model;

/// <summary>The values that a numeric resource may take, both ends included.</summary>
/// <param name="Min">The smallest value.</param>
/// <param name="Max">The largest value.</param>
public readonly record struct NumericRange(double Min, double Max)
{
    /// <summary>Whether the value lies in the range; NaN never does.</summary>
    /// <param name="value">A value.</param>
    public bool Contains(double value) => value >= Min && value <= Max;

    /// <summary>The registry's spelling, for example <c>0..100</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Min}..{Max}");
}
