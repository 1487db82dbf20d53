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

/// <summary>A contestant whose operation is so short that a sample is many of them.</summary>
/// <param name="name">The contestant's name.</param>
/// <param name="expected">The result that the operation has to give.</param>
/// <param name="operation">What is measured.</param>
internal sealed class Contestant<TOperation>(string name, int expected, TOperation operation) : Contestant(name)
    where TOperation : struct, IOperation
{
    private int _iterations = 1;

    internal override void WarmUp()
    {
        // Many short calls, not a long one: the loop is recompiled between calls.
        for (int i = 0; i < 50; i++)
        {
            Time(32);
        }
    }

    internal override void Calibrate(TimeSpan sample)
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

    internal override double AllocatedBytes()
    {
        const int Count = 1_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(Count);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Count;
    }

    protected override double Measure() => Time(_iterations).TotalNanoseconds / _iterations;

    private TimeSpan Time(int count)
    {
        long start = Stopwatch.GetTimestamp();
        long sum = Repeat(count);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (sum != (long)expected * count)
        {
            throw new WrongResultException($"{Name}: results add up to {sum}, not to {count} x {expected}.");
        }

        return elapsed;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal override long Repeat(int count)
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
