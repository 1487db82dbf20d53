using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>Something that holds in every run. It is told what happens, and calls <see cref="Check"/>.</summary>
internal abstract class Invariant(Simulation simulation)
{
    protected Simulation Simulation { get; } = simulation;

    protected CoapEndpointOptions Options => Simulation.Plan.Options;

    protected Instant Now => Simulation.Network.Now;

    /// <summary>A client has made a request.</summary>
    public virtual void Begin(SimulatedRequest request)
    {
    }

    /// <summary>A node has sent a message. Copies that the network makes are not told.</summary>
    public virtual void Sent(TraceEntry entry, in CoapMessage message)
    {
    }

    /// <summary>A message arrives, and is taken next.</summary>
    public virtual void Arrived(TraceEntry entry, in CoapMessage message)
    {
    }

    /// <summary>A server runs a request.</summary>
    public virtual void Executed(SimulatedNode server, uint number)
    {
    }

    /// <summary>The application of a server has been handed the body of a request.</summary>
    public virtual void Taken(SimulatedNode server, CoapCode method, uint number, ReadOnlySpan<byte> body)
    {
    }

    /// <summary>A server has made a version of the representation that a request asks for.</summary>
    public virtual void Rendered(uint number, uint version)
    {
    }

    /// <summary>A client has taken an event.</summary>
    public virtual void Happened(SimulatedRequest request, in CoapEvent e)
    {
    }

    /// <summary>A step is over. The node is up.</summary>
    public virtual void Step(SimulatedNode node)
    {
    }

    /// <summary>A node has gone down, with all that its endpoint knew.</summary>
    public virtual void Stopped(SimulatedNode node)
    {
    }

    /// <summary>A client gives up an observation.</summary>
    public virtual void Cancelled(SimulatedRequest request)
    {
    }

    /// <summary>
    /// Each value has changed once more, with a Confirmable notification, on the bad network, and nothing is left to wait for.
    /// </summary>
    public virtual void AtRest()
    {
    }

    /// <summary>
    /// The network was healed, all observations were registered anew, each value has changed, and nothing is left to wait for.
    /// </summary>
    public virtual void AtEnd()
    {
    }

    protected void Check(bool holds, FormattableString what) => Simulation.Check(holds, what);
}
