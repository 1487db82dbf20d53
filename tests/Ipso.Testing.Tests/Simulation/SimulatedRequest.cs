using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>A request that a simulated client has made, and what has come of it.</summary>
internal sealed class SimulatedRequest(uint number, SimulatedNode client, SimulatedNode server, bool isConfirmable, bool isObservation)
{
    /// <summary>A number that no other request of the run has; it goes along as the query.</summary>
    public uint Number { get; } = number;

    public SimulatedNode Client { get; } = client;

    public SimulatedNode Server { get; } = server;

    public bool IsConfirmable { get; } = isConfirmable;

    public bool IsObservation { get; } = isObservation;

    public ExchangeId Id { get; set; }

    /// <summary>Whether the client has gone down before the end, so that nobody waits any longer.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>How it has ended; null as long as it has not.</summary>
    public CoapEventKind? End { get; set; }

    /// <summary>When it has ended.</summary>
    public Instant Ended { get; set; }

    /// <summary>Whether the server has accepted the observation.</summary>
    public bool IsEstablished { get; set; }

    /// <summary>Whether the client has asked for the end of the observation.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>The token, once a response has come.</summary>
    public CoapToken Token { get; set; }

    /// <summary>The value that the client knows.</summary>
    public uint Value { get; set; }

    /// <summary>The method of a request that is about bodies; null for one of the others.</summary>
    public CoapCode? BodyMethod { get; init; }

    /// <summary>Where the body of the response goes, if not into the event.</summary>
    public SimulatedSink? Sink { get; init; }

    public bool IsOpen => End is null && !IsAbandoned;

    public override string ToString() =>
        $"request {Number} of {Client} to {Server}{(IsObservation ? ", observing" : "")}{(BodyMethod is { } method ? $", {method}" : "")}{(IsConfirmable ? "" : ", NON")}";
}
