using System.Buffers.Binary;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>Every answer is that of its request, every request ends, once, and after the rest none is open but observations.</summary>
internal sealed class Answers(Simulation simulation) : Invariant(simulation)
{
    private readonly HashSet<uint> _ended = [];

    public override void Happened(SimulatedRequest request, in CoapEvent e)
    {
        Check(!_ended.Contains(request.Number), $"{request} has an event {e.Kind} after its end");
        bool tellsOfMessage = e.Kind is CoapEventKind.Response or CoapEventKind.Notification or CoapEventKind.ObservationEnded;
        Check(e.HasMessage == tellsOfMessage, $"{request} has an event {e.Kind}, and a message is {(e.HasMessage ? "" : "not ")}there");
        if (e.Kind != CoapEventKind.Notification)
        {
            _ended.Add(request.Number);
        }

        if (e.HasMessage && !request.IsObservation && request.BodyMethod is null)
        {
            Check(e.Message.Code.IsSuccess && e.Message.Payload.Length == 4, $"{request} is answered with {e.Message.Code}");
            uint answer = BinaryPrimitives.ReadUInt32BigEndian(e.Message.Payload);
            Check(answer == ~request.Number, $"{request} is answered with the answer to {~answer}");
        }
    }

    public override void AtRest() => CheckNoneIsOpen();

    public override void AtEnd() => CheckNoneIsOpen();

    private void CheckNoneIsOpen()
    {
        foreach (SimulatedNode node in Simulation.Nodes)
        {
            int observations = 0;
            foreach (SimulatedRequest request in node.Open)
            {
                Check(request is { IsEstablished: true, IsCancelled: false }, $"{request} has not ended");
                observations++;
            }

            int exchanges = node.Node.Protocol.ExchangeCount;
            Check(exchanges == observations, $"{node} has {exchanges} exchanges and {observations} observations");
        }
    }
}
