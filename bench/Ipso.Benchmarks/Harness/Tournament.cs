using System.Diagnostics;

namespace Ipso.Benchmarks.Harness;

/// <summary>
/// Measures contestants side by side: each round runs every one once, and begins with another one each time, so that what disturbs the
/// machine disturbs all of them alike.
/// </summary>
internal sealed class Tournament
{
    private static readonly TimeSpan s_sampleLength = TimeSpan.FromMicroseconds(100);

    private readonly List<Contestant> _contestants = [];

    internal IReadOnlyList<Contestant> Contestants => _contestants;

    internal Contestant Add<TOperation>(string name, int expected, TOperation operation)
        where TOperation : struct, IOperation => Add(new Contestant<TOperation>(name, expected, operation));

    internal Contestant Add(Contestant contestant)
    {
        _contestants.Add(contestant);
        return contestant;
    }

    /// <summary>Warms up, for no longer than it measures afterwards, and measures for a time.</summary>
    /// <returns>The number of rounds.</returns>
    internal int Run(TimeSpan measuring)
    {
        WarmUp(measuring);
        foreach (Contestant contestant in _contestants)
        {
            contestant.Calibrate(s_sampleLength);
        }

        int round = 0;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < measuring; round++)
        {
            for (int i = 0; i < _contestants.Count; i++)
            {
                _contestants[(round + i) % _contestants.Count].Sample();
            }
        }

        return round;
    }

    /// <summary>
    /// Lets the contestants work for a time at most. The runtime recompiles what runs often, in steps and in the background, once no new
    /// code has come up for 100 ms. So: until it has compiled nothing for a while, however busy the machine is.
    /// </summary>
    internal void WarmUp(TimeSpan most)
    {
        const int QuietStages = 3;
        const int MaxStages = 24;
        int quiet = 0;
        long start = Stopwatch.GetTimestamp();
        for (int stage = 0; stage < MaxStages && quiet < QuietStages && Stopwatch.GetElapsedTime(start) < most; stage++)
        {
            long compiled = CompiledMethods();
            foreach (Contestant contestant in _contestants)
            {
                contestant.WarmUp();
            }

            Thread.Sleep(250);
            quiet = CompiledMethods() == compiled ? quiet + 1 : 0;
        }
    }

    private long CompiledMethods() => _contestants.Sum(static contestant => contestant.CompiledMethods);
}
