using Ipso.Coap;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>
/// No handler runs twice for one message (RFC 7252, 4.2, 4.3 and 4.5), as long as the endpoint lives and its ring has not had to forget
/// the message, which it counts. Copies come within MAX_LATENCY, retransmissions within MAX_TRANSMIT_SPAN, so that EXCHANGE_LIFETIME covers
/// them all.
/// </summary>
/// <remarks>
/// A registration, its refreshment and its deregistration have one number and a Message ID each, and run once each: what has run again is
/// told by the message, since a later message of the same number is not to answer for an earlier one that ran twice.
/// </remarks>
internal sealed class AtMostOnce(Simulation simulation) : Invariant(simulation)
{
    private readonly Dictionary<(SimulatedNode Server, int Incarnation, VirtualNode From, ushort MessageId, uint Number), long> _run = [];
    private readonly Dictionary<(SimulatedNode Server, int Incarnation), int> _again = [];
    private VirtualNode? _from;
    private VirtualNode? _to;
    private ushort _messageId;

    public override void Arrived(TraceEntry entry, in CoapMessage message) =>
        (_from, _to, _messageId) = (entry.From, entry.To, message.MessageId);

    public override void Executed(SimulatedNode server, uint number)
    {
        Check(ReferenceEquals(_to, server.Node), $"{server} runs request {number}, which has not come");
        int incarnation = server.Node.Incarnation;
        long forgotten = server.Node.Protocol.Counters.DeduplicationEvictions;
        (SimulatedNode, int, VirtualNode, ushort, uint) message = (server, incarnation, _from!, _messageId, number);
        if (_run.TryGetValue(message, out long before))
        {
            int again = _again[(server, incarnation)] = _again.GetValueOrDefault((server, incarnation)) + 1;
            Check(
                again <= forgotten && forgotten > before,
                $"{server} runs 0x{_messageId:x4}, request {number}, again, {again} so far, and has forgotten {forgotten} messages");
        }

        _run[message] = forgotten;
    }
}
