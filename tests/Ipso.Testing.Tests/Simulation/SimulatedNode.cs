using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>
/// A node that is client and server on one endpoint: it answers <c>POST /x?n</c> with the complement of n, has a value to observe at
/// <c>/v?n</c>, takes and gives bodies at <c>/b?n</c>, and makes the requests that the plan has it make. n is the number of the request.
/// </summary>
internal sealed class SimulatedNode : ICoapRequestHandler
{
    private const ulong ValueTag = 1;

    private readonly Simulation _simulation;
    private readonly Dictionary<ExchangeId, SimulatedRequest> _open = [];

    public SimulatedNode(Simulation simulation, string name, CoapEndpointOptions options)
    {
        _simulation = simulation;
        Node = simulation.Network.Add(name, random => new CoapEndpoint(options, random, this));
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
        return Begin(request);
    }

    /// <summary>Makes a request that is about bodies (<see cref="SimulatedBody"/>); null if the node is down or has no room for it.</summary>
    public SimulatedRequest? Transfer(SimulatedNode to, CoapCode method, bool isConfirmable)
    {
        if (!Node.IsUp)
        {
            return null;
        }

        uint number = _simulation.NextNumber();
        bool isStreamed = _simulation.Bodies.IsStreamed(number, atServer: false);
        SimulatedRequest request = new(number, this, to, isConfirmable, isObservation: false)
        {
            BodyMethod = method,
            Sink = isStreamed && SimulatedBody.IsInResponse(method) ? new SimulatedSink() : null,
        };
        CoapRequestHead head = new()
        {
            Method = method,
            Path = "/b",
            Query = number.ToString(CultureInfo.InvariantCulture),
            NonConfirmable = !isConfirmable,
            Sink = request.Sink,
        };
        byte[] body = SimulatedBody.IsInRequest(method) ? _simulation.Bodies.OfRequest(number) : [];
        request.Id = isStreamed && SimulatedBody.IsInRequest(method)
            ? Node.Protocol.Request(to.Node.Peer, head, new SimulatedSource(body))
            : Node.Protocol.Request(to.Node.Peer, head, body);
        return Begin(request);
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

        if (IsAboutBodies(request))
        {
            HandleBodies(request, number, ref response);
            return;
        }

        response.Code = request.Method == CoapMethod.Post ? CoapCode.Changed : CoapCode.Content;
        if (request.Observe == ObserveAction.Register && !request.IsNotification)
        {
            response.Observe(ValueTag);
        }

        BinaryPrimitives.WriteUInt32BigEndian(response.Payload, request.Method == CoapMethod.Post ? ~number : Value);
        response.PayloadLength = sizeof(uint);
    }

    public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) =>
        _simulation.Bodies.IsStreamed(NumberOf(request.UriQuery), atServer: true) ? new SimulatedSink() : null;

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

    private static bool IsAboutBodies(in CoapRequest request)
    {
        foreach (ReadOnlySpan<byte> segment in request.UriPath)
        {
            return segment.SequenceEqual("b"u8);
        }

        return false;
    }

    private void HandleBodies(in CoapRequest request, uint number, ref CoapResponse response)
    {
        SimulatedLie lie = _simulation.Lie;
        if (SimulatedBody.IsInRequest(request.Code) && lie != SimulatedLie.Lost)
        {
            ReadOnlySpan<byte> body = request.Sink is SimulatedSink sink ? sink.Bytes : request.Payload;
            for (int i = lie == SimulatedLie.Twice ? 2 : 1; i > 0; i--)
            {
                _simulation.Taken(this, request.Code, number, lie == SimulatedLie.ShortRequest && !body.IsEmpty ? body[1..] : body);
            }
        }

        response.Code = request.Method is CoapMethod.Get or CoapMethod.Fetch ? CoapCode.Content : CoapCode.Changed;
        if (!SimulatedBody.IsInResponse(request.Code))
        {
            return;
        }

        byte[] representation = _simulation.Bodies.OfResponse(number, Value);
        _simulation.Rendered(number, Value);
        representation = Belie(representation, _simulation.Bodies.OfResponse(number, Value + 1), lie);
        if (_simulation.Bodies.IsStreamed(number, atServer: true))
        {
            Span<byte> tag = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(tag, Value);
            response.SetETag(tag);
            response.SetBody(new SimulatedSource(representation));
        }
        else
        {
            representation.CopyTo(response.Payload);
            response.PayloadLength = representation.Length;
        }
    }

    private static byte[] Belie(byte[] bytes, byte[] other, SimulatedLie lie)
    {
        switch (lie)
        {
            case SimulatedLie.WrongByte when bytes.Length > 0:
                bytes[^1] ^= 1;
                return bytes;
            case SimulatedLie.Short when bytes.Length > 0:
                return bytes[..^1];
            case SimulatedLie.Mixed:
                other.AsSpan(0, Math.Min(bytes.Length, other.Length) / 2).CopyTo(bytes);
                return bytes;
            default:
                return bytes;
        }
    }

    private SimulatedRequest? Begin(SimulatedRequest request)
    {
        if (request.Id.IsNone)
        {
            return null;
        }

        _open.Add(request.Id, request);
        _simulation.Begin(request);
        return request;
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
