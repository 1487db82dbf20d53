using System.Globalization;
using Ipso.Coap.Engine;
using Xunit.Abstractions;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>
/// Clients and servers on a bad network, a run per seed. IPSO_SEED=n runs that seed alone; IPSO_SEEDS=n runs the first n, for a night.
/// </summary>
public class SimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 10_000;

    [Fact]
    public void Every_invariant_holds_for_every_seed()
    {
        if (Variable("IPSO_SEED") is { } seed)
        {
            Simulation simulation = new(seed);
            simulation.Run();
            output.WriteLine(simulation.Network.Trace.ToString());
            return;
        }

        SimulationTotals totals = RunAll(Variable("IPSO_SEEDS") ?? DefaultSeeds);
        output.WriteLine(totals.ToString());
        CheckThatMuchHasHappened(totals);
    }

    [Fact]
    public void A_seed_repeats_its_run_bit_for_bit()
    {
        Simulation one = new(12);
        one.Run();
        Simulation two = new(12);
        two.Run();
        Assert.True(one.Network.Trace.Count > 100);
        Assert.Equal(one.Network.Trace.ToString(), two.Network.Trace.ToString());
    }

    [Theory]
    [InlineData(SimulatedLie.WrongByte, "is given a body of")]
    [InlineData(SimulatedLie.Short, "is given a body of")]
    [InlineData(SimulatedLie.Mixed, "is given a body of")]
    [InlineData(SimulatedLie.ShortRequest, "takes a body of")]
    [InlineData(SimulatedLie.Twice, "2 times")]
    [InlineData(SimulatedLie.Lost, "and its body was not taken")]
    public void A_server_that_lies_about_bodies_is_found_out(object lie, string found)
    {
        SimulationException exception = Assert.Throws<SimulationException>(() =>
        {
            for (ulong seed = 1; seed <= 20; seed++)
            {
                new Simulation(seed, (SimulatedLie)lie).Run();
            }
        });
        Assert.Contains(found, exception.Message, StringComparison.Ordinal);
    }

    // Each run has a network of its own and one thread; several runs go on at a time. The failing run of the lowest seed is reported.
    private static SimulationTotals RunAll(ulong seeds)
    {
        SimulationTotals totals = new();
        SimulationException? failure = null;
        Lock gate = new();
        Parallel.For(0L, (long)seeds, () => new SimulationTotals(), (i, state, sum) =>
        {
            try
            {
                Simulation simulation = new((ulong)i + 1);
                simulation.Run();
                sum.Add(simulation.Totals);
            }
            catch (SimulationException exception)
            {
                lock (gate)
                {
                    failure = failure is null || exception.Seed < failure.Seed ? exception : failure;
                }

                state.Break();
            }

            return sum;
        }, sum =>
        {
            lock (gate)
            {
                totals.Add(sum);
            }
        });
        return failure is null ? totals : throw failure;
    }

    // Runs in which nothing happens prove nothing.
    private static void CheckThatMuchHasHappened(SimulationTotals totals)
    {
        Assert.True(totals[CoapEventKind.Response] > 10 * totals.Runs, totals.ToString());
        Assert.True(totals[CoapEventKind.Notification] > 5 * totals.Runs, totals.ToString());
        Assert.True(totals[CoapEventKind.Timeout] > totals.Runs, totals.ToString());
        Assert.True(totals.Bodies > totals.Runs / 2, totals.ToString());
        Assert.True(totals.Lost > 10 * totals.Runs, totals.ToString());
        Assert.True(totals.Duplicated > 5 * totals.Runs, totals.ToString());
        Assert.True(totals.Met < 5 + (totals.Runs / 500), totals.ToString());
        Assert.True(totals.Restarts > totals.Runs / 2, totals.ToString());
    }

    private static ulong? Variable(string name) =>
        Environment.GetEnvironmentVariable(name) is { } text ? ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;
}
