namespace Ipso.Generator.Registry;

/// <summary>What a range is about.</summary>
internal enum RangeSubject
{
    /// <summary>The value of a number.</summary>
    Value,

    /// <summary>The length of a text or of bytes, in bytes.</summary>
    Length,

    /// <summary>The text itself, which is one of some words.</summary>
    Words,
}

/// <summary>The values that a resource takes, as far as its RangeEnumeration could be read.</summary>
/// <param name="Subject">What the range is about.</param>
/// <param name="Intervals">The values or lengths; none where words are meant.</param>
/// <param name="Words">The words; none where numbers are meant.</param>
internal sealed record ValueRange(RangeSubject Subject, EquatableArray<Interval> Intervals, EquatableArray<string> Words);

/// <summary>
/// From one number to another, both included. They are kept as digits and not as doubles: how a double is printed differs between the
/// runtimes that host a compiler, and the emitted source must not.
/// </summary>
/// <param name="Min">The lower bound, as a plain decimal number.</param>
/// <param name="Max">The upper bound, as a plain decimal number.</param>
internal sealed record Interval(string Min, string Max)
{
    public override string ToString() => Min == Max ? Min : $"{Min}..{Max}";
}

/// <summary>A value that the registry gives a name: <c>1: CLICK</c>.</summary>
/// <param name="Value">The value, as a plain decimal number.</param>
/// <param name="Label">Its name, as the registry spells it.</param>
internal sealed record NamedValue(string Value, string Label);
