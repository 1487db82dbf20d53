using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>
/// A node that is client and server on one endpoint: it answers <c>POST /x?n</c> with the complement of n, has a value to observe at
/// <c>/v?n</c>, and makes the requests that the plan has it make. n is the number of the request.
/// </summary>
internal sealed class SimulatedNode : ICoapRequestHandler
{
    private const ulong ValueTag = 1;

    private readonly Simulation _simulation;
    private readonly Dictionary<ExchangeId, SimulatedRequest> _open = [];

    public SimulatedNode(Simulation simulation, string name)
    {
        _simulation = simulation;
        Node = simulation.Network.Add(name, random => new CoapEndpoint(simulation.Plan.Options, random, this));
        Node.AfterStep = AfterStep;
    }

    public VirtualNode<CoapEndpoint> Node { get; }

    /// <summary>The value, which only grows; it outlives a restart.</summary>
    public uint Value { get; private set; }

    /// <summary>The requests that are not over.</summary>
    public IEnumerable<SimulatedRequest> Open => _open.Values;

    /// <summary>Makes a request; null if the node is down or its table full.</summary>
    public SimulatedRequest? Request(SimulatedNode to, bool isConfirmable, bool observe = false)
    {
        if (!Node.IsUp)
        {
            return null;
        }

        SimulatedRequest request = new(_simulation.NextNumber(), this, to, isConfirmable, observe);
        CoapRequestHead head = new()
        {
            Method = observe ? CoapCode.Get : CoapCode.Post,
            Path = observe ? "/v" : "/x",
            Query = request.Number.ToString(CultureInfo.InvariantCulture),
            NonConfirmable = !isConfirmable,
            Observe = observe,
        };
        request.Id = Node.Protocol.Request(to.Node.Peer, head);
        if (request.Id.IsNone)
        {
            return null;
        }

        _open.Add(request.Id, request);
        _simulation.Begin(request);
        return request;
    }

    /// <summary>Gives up an observation that the server has accepted.</summary>
    public void Cancel(SimulatedRequest request)
    {
        if (Node.IsUp && request is { IsOpen: true, IsEstablished: true, IsCancelled: false } && Node.Protocol.IsOpen(request.Id))
        {
            request.IsCancelled = true;
            _simulation.Cancel(request);
            Node.Protocol.Cancel(request.Id);
        }
    }

    public void Change(bool confirmable)
    {
        Value++;
        if (Node.IsUp)
        {
            Node.Protocol.Notify(ValueTag, confirmable);
        }
    }

    public void Stop()
    {
        foreach (SimulatedRequest request in _open.Values)
        {
            request.IsAbandoned = true;
        }

        _open.Clear();
        Node.Stop();
        _simulation.Stopped(this);
    }

    public void Handle(in CoapRequest request, ref CoapResponse response)
    {
        uint number = NumberOf(request.UriQuery);
        if (!request.IsNotification)
        {
            _simulation.Executed(this, number);
        }

        response.Code = request.Method == CoapMethod.Post ? CoapCode.Changed : CoapCode.Content;
        if (request.Observe == ObserveAction.Register && !request.IsNotification)
        {
            response.Observe(ValueTag);
        }

        BinaryPrimitives.WriteUInt32BigEndian(response.Payload, request.Method == CoapMethod.Post ? ~number : Value);
        response.PayloadLength = sizeof(uint);
    }

    public override string ToString() => Node.Name;

    /// <summary>The number in the query; 0 if there is none.</summary>
    public static uint NumberOf(CoapOptionValues query)
    {
        foreach (ReadOnlySpan<byte> argument in query)
        {
            return Utf8Parser.TryParse(argument, out uint number, out _) ? number : 0;
        }

        return 0;
    }

    private void AfterStep()
    {
        while (Node.Protocol.TryTakeEvent(out CoapEvent e))
        {
            if (e.Exception is SimulationException failure)
            {
                // An invariant that the handler has found broken; the endpoint has caught it.
                throw failure;
            }

            if (e.Kind is CoapEventKind.ObserverRemoved or CoapEventKind.HandlerFault)
            {
                _simulation.Check(e.Kind == CoapEventKind.ObserverRemoved, $"the handler of {this} has thrown {e.Exception}");
                continue;
            }

            SimulatedRequest? request = _open.GetValueOrDefault(e.Exchange);
            _simulation.Check(request is not null, $"{this} has an event {e.Kind} of an exchange that is over");
            if (e.Kind != CoapEventKind.Notification)
            {
                _open.Remove(e.Exchange);
                request!.End = e.Kind;
                request.Ended = _simulation.Network.Now;
            }

            _simulation.Happened(request!, e);
        }

        _simulation.Step(this);
    }
}
