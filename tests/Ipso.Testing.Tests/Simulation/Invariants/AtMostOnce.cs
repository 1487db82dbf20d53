namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>
/// No handler runs twice for one request (RFC 7252, 4.2, 4.3 and 4.5), as long as the endpoint lives and its ring has not had to forget,
/// which it counts. Copies come within MAX_LATENCY, retransmissions within MAX_TRANSMIT_SPAN, so that EXCHANGE_LIFETIME covers them all.
/// </summary>
internal sealed class AtMostOnce(Simulation simulation) : Invariant(simulation)
{
    private readonly Dictionary<(SimulatedNode Server, int Incarnation), HashSet<uint>> _executed = [];
    private readonly Dictionary<(SimulatedNode Server, int Incarnation), int> _again = [];

    public override void Executed(SimulatedNode server, uint number)
    {
        (SimulatedNode, int) key = (server, server.Node.Incarnation);
        if (!_executed.TryGetValue(key, out HashSet<uint>? numbers))
        {
            _executed.Add(key, numbers = []);
        }

        // A registration and its deregistration are two requests of one number.
        if (numbers.Add(number) || Simulation.Observations.Any(o => o.Number == number && o.IsCancelled))
        {
            return;
        }

        long forgotten = server.Node.Protocol.Counters.DeduplicationEvictions;
        int again = _again[key] = _again.GetValueOrDefault(key) + 1;
        Check(again <= forgotten, $"{server} runs request {number} again, {again} so far, and its ring has forgotten {forgotten} messages");
    }
}
