using System.Runtime.CompilerServices;

namespace Ipso.Lwm2m.Model;

/// <summary>The values that a numeric resource takes: one interval, or one of several.</summary>
/// <typeparam name="T">The resource's type: <see cref="long"/>, <see cref="ulong"/> or <see cref="double"/>.</typeparam>
public sealed class NumericRange<T> : ValueRange
    where T : struct, IComparable<T>, IFormattable
{
    private readonly Interval<T> _first;
    private readonly Interval<T>[] _others;

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
        _others = intervals[1..].ToArray();
    }

    /// <summary>The intervals, at least one.</summary>
    public IReadOnlyList<Interval<T>> Intervals => [_first, .. _others];

    /// <summary>Whether the resource takes the value; it never takes NaN.</summary>
    /// <param name="value">A value.</param>
    public bool Contains(T value) => _first.Contains(value) || (_others.Length != 0 && OthersContain(value));

    // Of a type of fewer bits nobody asks it.
    internal override bool AdmitsWord(ulong bits) => Contains(Unsafe.As<ulong, T>(ref bits));

    /// <inheritdoc/>
    public override string ToString()
    {
        string text = _first.ToString();
        foreach (Interval<T> other in _others)
        {
            text += ", " + other.ToString();
        }

        return text;
    }

    private bool OthersContain(T value)
    {
        foreach (Interval<T> other in _others)
        {
            if (other.Contains(value))
            {
                return true;
            }
        }

        return false;
    }
}
