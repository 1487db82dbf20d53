using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Ipso.Benchmarks.Harness;

/// <summary>One way to do a piece of work. A struct, so that the measuring loop is compiled for it and calls it directly.</summary>
internal interface IOperation
{
    /// <summary>Does the work once.</summary>
    /// <returns>What it came to, the same each time: the bytes that were written or read.</returns>
    int Run();
}

/// <summary>A contestant gave a wrong result: its time is worth nothing.</summary>
internal sealed class WrongResultException(string message) : Exception(message);

/// <summary>An operation with its name, the result that it has to give, and its times.</summary>
internal abstract class Contestant(string name, int expected)
{
    private readonly List<double> _nanoseconds = [];
    private int _iterations = 1;

    internal string Name { get; } = name;

    /// <summary>The median of the rounds, in nanoseconds for an operation.</summary>
    internal double Nanoseconds => Median(_nanoseconds);

    /// <summary>
    /// How many times as long as another contestant this one takes: the median over the rounds of each round's ratio. A disturbance that
    /// lasts for a while slows both, so that their ratio stands it better than their times do.
    /// </summary>
    internal double RatioTo(Contestant other) => Median(_nanoseconds.Zip(other._nanoseconds, static (ours, theirs) => ours / theirs));

    /// <summary>Does the work a number of times and adds up the results.</summary>
    protected abstract long RunMany(int count);

    /// <summary>Chooses how many operations make a sample of about the given length.</summary>
    internal void Calibrate(TimeSpan sample)
    {
        for (_iterations = 16; ; _iterations *= 2)
        {
            TimeSpan elapsed = Time(_iterations);
            if (elapsed < sample / 4)
            {
                continue;
            }

            _iterations = Math.Max(1, (int)(_iterations * (sample / elapsed)));
            return;
        }
    }

    internal void WarmUp(int count)
    {
        // Many short calls, not a long one: the loop is recompiled between calls.
        for (int i = 0; i < count; i++)
        {
            Time(32);
        }
    }

    internal void Sample() => _nanoseconds.Add(Time(_iterations).TotalNanoseconds / _iterations);

    internal double AllocatedBytes()
    {
        const int Count = 1_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        RunMany(Count);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Count;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private TimeSpan Time(int count)
    {
        long start = Stopwatch.GetTimestamp();
        long sum = RunMany(count);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (sum != (long)expected * count)
        {
            throw new WrongResultException($"{Name}: results add up to {sum}, not to {count} x {expected}.");
        }

        return elapsed;
    }
}

/// <inheritdoc/>
internal sealed class Contestant<TOperation>(string name, int expected, TOperation operation) : Contestant(name, expected)
    where TOperation : struct, IOperation
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    protected override long RunMany(int count)
    {
        // A copy: what the operation keeps from one run to the next begins anew with each sample.
        TOperation ours = operation;
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += ours.Run();
        }

        return sum;
    }
}
