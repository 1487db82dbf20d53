namespace Ipso.Testing.Tests.Simulation;

/// <summary>An invariant does not hold. The message says which, how to see it again, and what went over the network before.</summary>
internal sealed class SimulationException : Exception
{
    private const int Lines = 120;

    public SimulationException(Simulation simulation, string what)
        : base(Describe(simulation, what)) => Seed = simulation.Plan.Seed;

    public ulong Seed { get; }

    private static string Describe(Simulation simulation, string what)
    {
        IEnumerable<TraceEntry> trace = simulation.Network.Trace.Skip(simulation.Network.Trace.Count - Lines);
        return $"""
            Seed {simulation.Plan.Seed}, at {simulation.Network.Now}: {what}

            Replay: IPSO_SEED={simulation.Plan.Seed} dotnet test tests/Ipso.Testing.Tests -c Release --filter SimulationTests

            {simulation.Plan}

            The last {Lines} datagrams before:
            {string.Join('\n', trace)}
            """;
    }
}
