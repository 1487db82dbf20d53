using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>Sums over runs.</summary>
internal sealed class SimulationTotals
{
    private readonly long[] _events = new long[Enum.GetValues<CoapEventKind>().Length];

    public long Runs { get; private set; }

    /// <summary>Runs in which the Message IDs of two lives of an endpoint have met, and which prove nothing from there on.</summary>
    public long Met { get; private set; }

    public long Requests { get; set; }

    public long Executions { get; set; }

    /// <summary>Requests about bodies that have ended well.</summary>
    public long Bodies { get; set; }

    public long Datagrams { get; private set; }

    public long Lost { get; private set; }

    public long Duplicated { get; private set; }

    public long Restarts { get; private set; }

    public double Seconds { get; private set; }

    public long this[CoapEventKind kind] => _events[(int)kind];

    public void Count(CoapEventKind kind) => _events[(int)kind]++;

    public void Add(Simulation simulation)
    {
        Runs++;
        Met += simulation.HaveMet ? 1 : 0;
        Datagrams += simulation.Network.Counters.Sent;
        Lost += simulation.Network.Counters.Lost + simulation.Network.Counters.Partitioned + simulation.Network.Counters.Down;
        Duplicated += simulation.Network.Counters.Duplicated;
        Restarts += simulation.Nodes.Sum(static node => node.Node.Incarnation - 1);
        Seconds += TimeSpan.FromTicks(simulation.Network.Now.Ticks).TotalSeconds;
    }

    public void Add(SimulationTotals other)
    {
        Runs += other.Runs;
        Met += other.Met;
        Requests += other.Requests;
        Executions += other.Executions;
        Bodies += other.Bodies;
        Datagrams += other.Datagrams;
        Lost += other.Lost;
        Duplicated += other.Duplicated;
        Restarts += other.Restarts;
        Seconds += other.Seconds;
        for (int i = 0; i < _events.Length; i++)
        {
            _events[i] += other._events[i];
        }
    }

    public override string ToString() =>
        $"{Runs} runs, {Seconds / 86_400:0} days: {Requests} requests, {Executions} executions, {this[CoapEventKind.Response]} responses, {Bodies} with bodies, "
        + $"{this[CoapEventKind.Notification]} notifications, {this[CoapEventKind.Timeout]} time-outs, {this[CoapEventKind.Reset]} resets, "
        + $"{Datagrams} datagrams, {Lost} lost, {Duplicated} doubled, {Restarts} restarts, {Met} runs given up";
}
