using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>
/// Every body arrives whole (RFC 7959): what a server takes is what its client sent, to the byte, and once; what a client is given is one
/// representation of the server's and never parts of two; and a success means that the request's body was taken. A transfer that fails
/// says so in one of the ways that are left to it.
/// </summary>
internal sealed class Bodies(Simulation simulation) : Invariant(simulation)
{
    private readonly Dictionary<(SimulatedNode Server, int Incarnation, uint Number), int> _taken = [];
    private readonly Dictionary<(SimulatedNode Server, int Incarnation), int> _again = [];
    private readonly HashSet<uint> _isTaken = [];
    private readonly Dictionary<uint, HashSet<uint>> _versions = [];

    public override void Taken(SimulatedNode server, CoapCode method, uint number, ReadOnlySpan<byte> body)
    {
        byte[] sent = Simulation.Bodies.OfRequest(number);
        Check(body.SequenceEqual(sent), $"{server} takes a body of {body.Length} bytes for request {number}, which has {Differ(body, sent)}");
        _isTaken.Add(number);

        if (method == CoapCode.Fetch)
        {
            // Safe: it is asked again for a block whose response is not kept any more (RFC 8132, 2).
            return;
        }

        int incarnation = server.Node.Incarnation;
        (SimulatedNode, int, uint) key = (server, incarnation, number);
        int times = _taken[key] = _taken.GetValueOrDefault(key) + 1;
        if (times > 1)
        {
            // Whoever has had to forget the answer to the last block has the client begin anew.
            long forgotten = server.Node.Protocol.Counters.DeduplicationEvictions;
            int again = _again[(server, incarnation)] = _again.GetValueOrDefault((server, incarnation)) + 1;
            Check(again <= forgotten, $"{server} takes the body of request {number} {times} times, and has forgotten {forgotten} messages");
        }
    }

    public override void Rendered(uint number, uint version)
    {
        if (!_versions.TryGetValue(number, out HashSet<uint>? versions))
        {
            _versions.Add(number, versions = []);
        }

        versions.Add(version);
    }

    public override void Happened(SimulatedRequest request, in CoapEvent e)
    {
        if (request.BodyMethod is not { } method)
        {
            return;
        }

        if (e.Kind == CoapEventKind.TransferFailed)
        {
            Check(
                e.TransferFault is TransferFault.Changed or TransferFault.TooLarge or TransferFault.Forgotten,
                $"{request} fails with {e.TransferFault}");
        }

        if (e.Kind != CoapEventKind.Response)
        {
            return;
        }

        if (!e.Message.Code.IsSuccess)
        {
            CheckRefusal(request, method, e.Message.Code);
            return;
        }

        Check(!SimulatedBody.IsInRequest(method) || _isTaken.Contains(request.Number), $"{request} succeeds, and its body was not taken");
        CheckResponse(request, method, request.Sink is { } sink ? sink.Bytes : e.Message.Payload);
        Simulation.Totals.Bodies++;
    }

    // Blocks were lost with a restart or for want of room, or one is asked for that the new, shorter representation has not.
    private void CheckRefusal(SimulatedRequest request, CoapCode method, CoapCode code)
    {
        bool isOneOfThem = code == CoapCode.RequestEntityIncomplete || code == CoapCode.RequestEntityTooLarge
            || code == CoapCode.ServiceUnavailable
            || (code == CoapCode.BadRequest && SimulatedBody.IsInResponse(method) && _versions.GetValueOrDefault(request.Number)?.Count > 1);
        Check(isOneOfThem, $"{request} is answered with {code}");
    }

    private void CheckResponse(SimulatedRequest request, CoapCode method, ReadOnlySpan<byte> body)
    {
        if (!SimulatedBody.IsInResponse(method))
        {
            Check(body.IsEmpty, $"{request} is answered with {body.Length} bytes");
            return;
        }

        HashSet<uint> versions = _versions.GetValueOrDefault(request.Number) ?? [];
        foreach (uint version in versions)
        {
            if (body.SequenceEqual(Simulation.Bodies.OfResponse(request.Number, version)))
            {
                return;
            }
        }

        string known = string.Join(", ", versions.Select(v => $"{v} of {Simulation.Bodies.OfResponse(request.Number, v).Length} bytes"));
        Check(false, $"{request} is given a body of {body.Length} bytes, which is none of its versions: {known}");
    }

    private static string Differ(ReadOnlySpan<byte> body, byte[] sent) =>
        body.Length == sent.Length ? $"another byte at {body.CommonPrefixLength(sent)}" : $"{sent.Length} bytes";
}
