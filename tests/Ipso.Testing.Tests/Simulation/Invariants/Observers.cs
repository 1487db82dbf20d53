using System.Buffers.Binary;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>
/// An observer never goes back to an older value, and whoever the server takes for an observer ends with the last one (RFC 7641, 1.3 and
/// 4.5): on the bad network too, since the last notification was Confirmable.
/// </summary>
internal sealed class Observers(Simulation simulation) : Invariant(simulation)
{
    private readonly Dictionary<uint, Instant> _registered = [];

    public override void Executed(SimulatedNode server, uint number) => _registered[number] = Now;

    public override void Happened(SimulatedRequest request, in CoapEvent e)
    {
        if (!request.IsObservation || !e.HasMessage)
        {
            return;
        }

        uint value = BinaryPrimitives.ReadUInt32BigEndian(e.Message.Payload);
        Check(value <= request.Server.Value, $"{request} sees {value}, which {request.Server} never had");
        if (e.Kind == CoapEventKind.Notification)
        {
            Check(value >= request.Value, $"{request} goes back from {request.Value} to {value}");
            request.IsEstablished = true;
            request.Token = e.Message.Token;
            request.Value = value;
        }
    }

    public override void AtRest()
    {
        foreach (SimulatedNode server in Simulation.Nodes)
        {
            CoapEndpoint endpoint = server.Node.Protocol;
            for (int i = 0; i < endpoint.ObserverCount; i++)
            {
                CoapObserver observer = endpoint.GetObserver(i);
                SimulatedRequest[] known = [.. Simulation.Observations.Where(o => o.Token == observer.Token && o.Server == server
                    && o.Client.Node.Peer == observer.Peer)];
                if (known.Any(o => o.Ended > Simulation.LastChange || _registered.GetValueOrDefault(o.Number) > Simulation.LastChange))
                {
                    // A refreshment has come since, or has failed to, and whether the client goes on the server does not know.
                    continue;
                }

                SimulatedRequest? request = known.FirstOrDefault(static o => o.IsOpen);
                Check(request is not null, $"{server} has told an observer, {observer.Token}, who knows nothing of it and has not said so");
                Check(request!.Value == server.Value, $"{request} ends with {request.Value} instead of {server.Value}");
            }
        }
    }

    public override void AtEnd()
    {
        AtRest();
        foreach (SimulatedRequest request in Simulation.Observations.Where(static o => o.IsOpen))
        {
            Check(request.Value == request.Server.Value, $"{request} ends with {request.Value} instead of {request.Server.Value}");
        }

        // Who is no observer in the end has been refused for want of room, at the server or at the client.
        foreach (SimulatedNode server in Simulation.Nodes)
        {
            int open = Simulation.Observations.Count(o => o.IsOpen && o.Server == server);
            int observers = server.Node.Protocol.ObserverCount;
            Check(open == observers, $"{server} has {observers} observers, and {open} observe it");
        }
    }
}
