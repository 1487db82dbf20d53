using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>
/// No Non-confirmable request goes to a peer that is owed more silence than PROBING_RATE makes up for in EXCHANGE_LIFETIME, as seen on the
/// network; and what was never sent ends when it has waited as long as a response would have been waited for.
/// </summary>
internal sealed class Probing(Simulation simulation) : Invariant(simulation)
{
    private readonly Dictionary<(VirtualNode From, VirtualNode To), Instant> _until = [];
    private readonly Dictionary<uint, Instant> _begun = [];
    private readonly HashSet<uint> _sent = [];

    private TransmissionParameters Parameters => Options.Transmission;

    public override void Begin(SimulatedRequest request) => _begun.Add(request.Number, Now);

    public override void Sent(TraceEntry entry, in CoapMessage message)
    {
        if (!message.Code.IsRequest || Parameters.ProbingRate == 0)
        {
            return;
        }

        Instant until = _until.GetValueOrDefault((entry.From, entry.To!));
        if (message.Type == CoapType.NonConfirmable)
        {
            Check(until <= Now + Parameters.ExchangeLifetime, $"{entry.From} exceeds PROBING_RATE by {(until - Now).TotalSeconds} s: {entry}");
        }

        long ticks = entry.Datagram.Length * TimeSpan.TicksPerSecond / Parameters.ProbingRate;
        long from = Math.Max(until.Ticks, Now.Ticks);

        // What is not held back itself runs up no more than that.
        long most = message.Type == CoapType.Confirmable
            ? Math.Max(from, (Now + Parameters.ExchangeLifetime).Ticks)
            : long.MaxValue;
        _until[(entry.From, entry.To!)] = new Instant(Math.Min(from + ticks, most));
        _sent.Add(SimulatedNode.NumberOf(message.Options.Values(CoapOptionNumber.UriQuery)));
    }

    public override void Arrived(TraceEntry entry, in CoapMessage message)
    {
        if (!message.Code.IsRequest)
        {
            _until.Remove((entry.To!, entry.From));
        }
    }

    public override void Happened(SimulatedRequest request, in CoapEvent e)
    {
        if (e.Kind != CoapEventKind.Timeout || e.Transmissions > 0)
        {
            Check(_sent.Contains(request.Number), $"{request} ends with {e.Kind} before it was sent");
            return;
        }

        Check(!request.IsConfirmable, $"{request} was held back");
        if (!_sent.Contains(request.Number))
        {
            TimeSpan waited = Now - _begun[request.Number];
            Check(waited == Options.ResponseTimeout, $"{request} was held back for {waited.TotalSeconds} s");
        }
    }

    public override void Stopped(SimulatedNode node)
    {
        foreach ((VirtualNode From, VirtualNode To) key in _until.Keys.Where(k => k.From == node.Node).ToList())
        {
            _until.Remove(key);
        }
    }
}
