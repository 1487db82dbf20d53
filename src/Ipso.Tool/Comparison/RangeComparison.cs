using System.Globalization;
using System.Numerics;
using Ipso.Generator.Registry;

namespace Ipso.Tool.Comparison;

/// <summary>Whether values that were valid are so still.</summary>
internal static class RangeComparison
{
    /// <summary>Whether a range refuses a value that another one took.</summary>
    /// <param name="before">The range before; null takes everything.</param>
    /// <param name="after">The range now.</param>
    /// <param name="areIntegers">Whether there is no value between 1 and 2.</param>
    public static bool IsNarrower(ValueRange? before, ValueRange? after, bool areIntegers)
    {
        if (after is null)
        {
            return false;
        }

        if (before is null || before.Subject != after.Subject)
        {
            return true;
        }

        if (after.Subject == RangeSubject.Words)
        {
            return before.Words.Any(word => !after.Words.Contains(word));
        }

        Span[] spans = Joined(after.Intervals, areIntegers || after.Subject == RangeSubject.Length);
        return before.Intervals.Select(Span.Of).Any(old => !spans.Any(one => one.Holds(old)));
    }

    // 0..5 and 6..10 of integers are 0..10.
    private static Span[] Joined(IEnumerable<Interval> intervals, bool areIntegers)
    {
        List<Span> joined = [];
        foreach (Span next in intervals.Select(Span.Of).OrderBy(static span => span.Min))
        {
            if (joined.Count > 0 && joined[^1].Reaches(next, areIntegers))
            {
                joined[^1] = joined[^1].With(next);
            }
            else
            {
                joined.Add(next);
            }
        }

        return [.. joined];
    }

    private readonly record struct Span(Number Min, Number Max)
    {
        public static Span Of(Interval interval) => new(Read(interval.Min), Read(interval.Max));

        public bool Holds(Span other) => Min.CompareTo(other.Min) <= 0 && Max.CompareTo(other.Max) >= 0;

        public bool Reaches(Span next, bool areIntegers) =>
            Max.CompareTo(next.Min) >= 0 || (areIntegers && Whole(Max) + 1 == Whole(next.Min));

        public Span With(Span next) => Max.CompareTo(next.Max) >= 0 ? this : new Span(Min, next.Max);

        // The reader of ranges has made them: they are numbers.
        private static Number Read(string digits) => Number.TryParse(digits)!.Value;

        private static BigInteger Whole(Number number) => BigInteger.Parse(number.Digits.Split('.')[0], CultureInfo.InvariantCulture);
    }
}
