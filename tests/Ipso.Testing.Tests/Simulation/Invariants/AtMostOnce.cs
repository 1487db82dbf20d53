using Ipso.Coap;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>
/// No handler runs twice for one request (RFC 7252, 4.2, 4.3 and 4.5), as long as the endpoint lives and its ring has not had to forget,
/// which it counts. Copies come within MAX_LATENCY, retransmissions within MAX_TRANSMIT_SPAN, so that EXCHANGE_LIFETIME covers them all.
/// </summary>
/// <remarks>
/// A registration, its refreshment and its deregistration have one number and a Message ID each, and run once each.
/// </remarks>
internal sealed class AtMostOnce(Simulation simulation) : Invariant(simulation)
{
    private readonly Dictionary<uint, HashSet<ushort>> _messages = [];
    private readonly Dictionary<(SimulatedNode Server, int Incarnation, uint Number), int> _executions = [];
    private readonly Dictionary<(SimulatedNode Server, int Incarnation), int> _again = [];

    public override void Sent(TraceEntry entry, in CoapMessage message)
    {
        if (message.Code.IsRequest)
        {
            uint number = SimulatedNode.NumberOf(message.Options.Values(CoapOptionNumber.UriQuery));
            if (!_messages.TryGetValue(number, out HashSet<ushort>? messages))
            {
                _messages.Add(number, messages = []);
            }

            messages.Add(message.MessageId);
        }
    }

    public override void Executed(SimulatedNode server, uint number)
    {
        int incarnation = server.Node.Incarnation;
        (SimulatedNode, int, uint) key = (server, incarnation, number);
        int executions = _executions[key] = _executions.GetValueOrDefault(key) + 1;
        int messages = _messages.TryGetValue(number, out HashSet<ushort>? ids) ? ids.Count : 0;
        if (executions > messages)
        {
            long forgotten = server.Node.Protocol.Counters.DeduplicationEvictions;
            int again = _again[(server, incarnation)] = _again.GetValueOrDefault((server, incarnation)) + 1;
            Check(again <= forgotten, $"{server} runs request {number} again, {again} so far, and has forgotten {forgotten} messages");
        }
    }
}
