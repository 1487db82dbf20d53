using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>
/// Every Confirmable message that arrives is acknowledged or rejected in time, nothing else is, and a duplicate gets the reply that the
/// first one got (RFC 7252, 4.2 and 4.5).
/// </summary>
internal sealed class Replies(Simulation simulation) : Invariant(simulation)
{
    private sealed class Arrival
    {
        public required Instant First { get; set; }

        public required CoapToken Token { get; init; }

        /// <summary>When replies fell due that have not been sent.</summary>
        public Queue<Instant> Due { get; } = new();

        public byte[]? Reply { get; set; }
    }

    private readonly Dictionary<(VirtualNode Node, VirtualNode From, ushort MessageId), Arrival> _arrivals = [];

    public override void Arrived(TraceEntry entry, in CoapMessage message)
    {
        if (message.Type is CoapType.Acknowledgement or CoapType.Reset)
        {
            return;
        }

        (VirtualNode, VirtualNode, ushort) key = (entry.To!, entry.From, message.MessageId);
        if (!_arrivals.TryGetValue(key, out Arrival? arrival)
            || Now - arrival.First > Options.Transmission.ExchangeLifetime
            || arrival.Token != message.Token)
        {
            bool isOwing = arrival is not null && arrival.Due.TryPeek(out Instant due) && due < Now;
            Check(!isOwing, $"{entry.To} owes a reply to 0x{message.MessageId:x4}");
            _arrivals[key] = arrival = new Arrival { First = Now, Token = message.Token };
        }

        if (message.Type == CoapType.Confirmable)
        {
            arrival.Due.Enqueue(Now + Options.Transmission.ProcessingDelay);
        }
    }

    public override void Sent(TraceEntry entry, in CoapMessage message)
    {
        if (message.Type is not (CoapType.Acknowledgement or CoapType.Reset))
        {
            return;
        }

        Arrival? arrival = _arrivals.GetValueOrDefault((entry.From, entry.To!, message.MessageId));
        Check(arrival is not null, $"{entry.From} replies to 0x{message.MessageId:x4}, which it never got: {entry}");
        Check(
            message.Type == CoapType.Reset || arrival!.Due.Count > 0,
            $"{entry.From} acknowledges 0x{message.MessageId:x4} more often than it has come as CON");
        arrival!.Due.TryDequeue(out _);
        if (Simulation.NodeOf(entry.From).Node.Protocol.Counters.DeduplicationEvictions > 0)
        {
            return;
        }

        if (message.Type == CoapType.Acknowledgement)
        {
            byte[] reply = entry.Datagram.ToArray();
            bool isSame = arrival.Reply is null || reply.AsSpan().SequenceEqual(arrival.Reply);
            Check(isSame, $"{entry.From} replies otherwise than before: {entry}");
            arrival.Reply = reply;
        }
    }

    public override void Stopped(SimulatedNode node)
    {
        foreach ((VirtualNode Node, VirtualNode From, ushort MessageId) key in _arrivals.Keys.Where(k => k.Node == node.Node).ToList())
        {
            _arrivals.Remove(key);
        }
    }

    public override void AtRest() => CheckNothingIsOwed();

    public override void AtEnd() => CheckNothingIsOwed();

    private void CheckNothingIsOwed()
    {
        foreach ((var key, Arrival arrival) in _arrivals)
        {
            bool hasDropped = Simulation.NodeOf(key.Node).Node.Protocol.Counters.TransmitDropped > 0;
            Check(hasDropped || arrival.Due.Count == 0, $"{key.Node} has not replied to 0x{key.MessageId:x4} of {key.From}");
        }
    }
}
