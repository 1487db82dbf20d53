using System.Runtime;

namespace Ipso.Benchmarks.Harness;

/// <summary>A contestant gave a wrong result: its time is worth nothing.</summary>
internal sealed class WrongResultException(string message) : Exception(message);

/// <summary>A piece of work with its name and its times.</summary>
internal abstract class Contestant(string name)
{
    private readonly List<double> _nanoseconds = [];

    internal string Name { get; } = name;

    /// <summary>The median of the rounds, in nanoseconds for an operation.</summary>
    internal double Nanoseconds => Median(_nanoseconds);

    /// <summary>
    /// How many times as long as another contestant this one takes: the median over the rounds of each round's ratio. A disturbance that
    /// lasts for a while slows both, so that their ratio stands it better than their times do.
    /// </summary>
    internal double RatioTo(Contestant other) => Median(_nanoseconds.Zip(other._nanoseconds, static (ours, theirs) => ours / theirs));

    /// <summary>How many methods the runtime that does the work has compiled.</summary>
    internal virtual long CompiledMethods => JitInfo.GetCompiledMethodCount();

    /// <summary>Takes the time of a round.</summary>
    internal void Sample() => _nanoseconds.Add(Measure());

    /// <summary>Works for a short while, so that the runtime compiles what is to be measured.</summary>
    internal abstract void WarmUp();

    /// <summary>Chooses how many operations make a sample of about the given length.</summary>
    internal abstract void Calibrate(TimeSpan sample);

    /// <summary>What an operation allocates.</summary>
    internal abstract double AllocatedBytes();

    /// <summary>Does the work a number of times, for who measures it otherwise.</summary>
    /// <returns>The sum of the results.</returns>
    internal abstract long Repeat(int count);

    /// <returns>The nanoseconds for an operation.</returns>
    protected abstract double Measure();

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
