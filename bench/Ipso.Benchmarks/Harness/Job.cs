namespace Ipso.Benchmarks.Harness;

/// <summary>A contestant whose work takes milliseconds: a sample is doing it once.</summary>
/// <param name="name">The contestant's name.</param>
/// <param name="work">Does the work, proves that it came to what it should, and says how long the measured part of it took.</param>
/// <param name="warmUp">A smaller piece of such work, where the whole takes seconds as long as its code has not been compiled well.</param>
internal sealed class Job(string name, Func<TimeSpan> work, Func<TimeSpan>? warmUp = null) : Contestant(name)
{
    internal override void WarmUp() => (warmUp ?? work)();

    internal override void Calibrate(TimeSpan sample)
    {
    }

    internal override double AllocatedBytes()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    internal override long Repeat(int count)
    {
        long ticks = 0;
        for (int i = 0; i < count; i++)
        {
            ticks += work().Ticks;
        }

        return ticks;
    }

    protected override double Measure()
    {
        // Nobody pays for what the one before him left behind.
        GC.Collect();
        return work().TotalNanoseconds;
    }
}
