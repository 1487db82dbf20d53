using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>No table outgrows its bound, and the counters tell the truth about what went over the network.</summary>
internal sealed class Bounds(Simulation simulation) : Invariant(simulation)
{
    private readonly Dictionary<SimulatedNode, (long Sent, long Received)> _before = [];

    public override void Step(SimulatedNode node)
    {
        CoapEndpoint endpoint = node.Node.Protocol;
        CoapCounters counters = endpoint.Counters;
        (long sent, long received) = _before.GetValueOrDefault(node);
        Check(endpoint.ExchangeCount <= Options.Exchanges, $"{node} has {endpoint.ExchangeCount} exchanges");
        Check(endpoint.ObserverCount <= Options.Observers, $"{node} has {endpoint.ObserverCount} observers");
        Check(endpoint.TransferCount <= Options.Transfers, $"{node} has {endpoint.TransferCount} transfers");
        Check(counters.Received == node.Node.Received - received, $"{node} counts {counters.Received} received");
        Check(counters.Transmitted == node.Node.Sent - sent, $"{node} counts {counters.Transmitted} transmitted");
        Check(counters.Malformed == 0 && counters.HandlerFaults == 0, $"{node} counts faults that nobody has made");
        Check(counters.EventsDropped == 0, $"{node} has lost events that were taken at once");
        Check(counters.TransmitDropped == 0 || counters.DeduplicationEvictions > 0, $"{node} has dropped answers that were taken at once");

        Check(
            counters.DeduplicationEvictions == 0 || Options.DeduplicationSlots < 100,
            $"{node} has forgotten messages although there was room");
    }

    public override void Stopped(SimulatedNode node) => _before[node] = (node.Node.Sent, node.Node.Received);
}
