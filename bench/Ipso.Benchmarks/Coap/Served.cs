using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Coap;

/// <summary>Asks a server for something, over and over.</summary>
internal interface ILoad : IDisposable
{
    /// <summary>Asks until a number of requests was answered, or for a time.</summary>
    /// <returns>How many were answered.</returns>
    /// <exception cref="WrongResultException">An answer was wrong, or none came for seconds.</exception>
    long Run(long requests, TimeSpan time);
}

/// <summary>A server under load: what a request costs it on its core.</summary>
internal sealed class Served(string name, ServerProcess server, ILoad load, TimeSpan sample) : Contestant(name)
{
    internal override long CompiledMethods => server.CompiledMethods();

    internal override void WarmUp() => load.Run(long.MaxValue, sample);

    internal override void Calibrate(TimeSpan sample)
    {
    }

    internal override double AllocatedBytes() => throw new NotSupportedException("The server is another process.");

    internal override long Repeat(int count) => throw new NotSupportedException("The server is another process.");

    protected override double Measure()
    {
        long before = server.CpuNanoseconds();
        long answered = load.Run(long.MaxValue, sample);
        return (double)(server.CpuNanoseconds() - before) / answered;
    }
}
