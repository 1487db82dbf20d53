using System.Runtime.CompilerServices;
using System.Text;

namespace Ipso.Lwm2m.Model;

/// <summary>The values that a numeric resource takes: one interval, or one of several.</summary>
/// <typeparam name="T">The resource's type: <see cref="long"/>, <see cref="ulong"/> or <see cref="double"/>.</typeparam>
public sealed class NumericRange<T> : ValueRange
    where T : struct, IComparable<T>, IFormattable
{
    private readonly Interval<T> _first;
    // One after the other, for an array of intervals would have all that compares them in a native program.
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
        for (int i = intervals.Length - 1; i > 0; i--)
        {
            _others = new(intervals[i], _others);
        }
    }

    private NumericRange(Interval<T> first, NumericRange<T>? others)
    {
        _first = first;
        _others = others;
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
    public bool Contains(T value) => _first.Contains(value) || (_others is not null && OthersContain(value));

    // Of a type of fewer bits nobody asks it.
    internal override bool AdmitsWord(ulong bits) => Contains(Unsafe.As<ulong, T>(ref bits));

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new(_first.ToString());
        for (NumericRange<T>? range = _others; range is not null; range = range._others)
        {
            text.Append(", ").Append(range._first.ToString());
        }

        return text.ToString();
    }

    private bool OthersContain(T value)
    {
        for (NumericRange<T>? range = _others; range is not null; range = range._others)
        {
            if (range._first.Contains(value))
            {
                return true;
            }
        }

        return false;
    }
}
