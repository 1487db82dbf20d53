using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

/// <summary>The values that a numeric resource takes: one interval, or one of several.</summary>
/// <typeparam name="T">The resource's type: <see cref="long"/>, <see cref="ulong"/> or <see cref="double"/>.</typeparam>
public sealed class NumericRange<T> : ValueRange
    where T : struct, IComparable<T>, IFormattable
{
    private readonly Interval<T> _first;
    private readonly NumericRange<T>? _others;

    /// <summary>The values of some intervals.</summary>
    /// <param name="intervals">The intervals, at least one.</param>
    /// <exception cref="ArgumentException">There is no interval.</exception>
    public NumericRange(ReadOnlySpan<Interval<T>> intervals)
    {
        if (intervals.IsEmpty)
        {
            throw new ArgumentException("A range has at least one interval.", nameof(intervals));
        }

        _first = intervals[0];
        _others = intervals.Length > 1 ? new(intervals[1..]) : null;
    }

    /// <summary>The intervals, at least one.</summary>
    public IReadOnlyList<Interval<T>> Intervals
    {
        get
        {
            List<Interval<T>> intervals = [];
            for (NumericRange<T>? range = this; range is not null; range = range._others)
            {
                intervals.Add(range._first);
            }

            return intervals.AsReadOnly();
        }
    }

    /// <summary>Whether the resource takes the value; it never takes NaN.</summary>
    /// <param name="value">A value.</param>
    public bool Contains(T value) => _first.Contains(value) || _others?.Contains(value) == true;

    // Of a type of fewer bits nobody asks it.
    internal override bool AdmitsWord(ulong bits) => Contains(Unsafe.As<ulong, T>(ref bits));

    /// <inheritdoc/>
    public override string ToString() => _others is null ? _first.ToString() : _first + ", " + _others;
}
