using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation.Invariants;

/// <summary>
/// Confirmable messages are repeated when they are to be and no longer than they are to be, no Message ID is used twice in
/// EXCHANGE_LIFETIME, NSTART holds, and who waits in vain hears so at the moment that RFC 7252, 4.2 and 4.8.2, gives: told by what is seen
/// on the network, not by the engine.
/// </summary>
internal sealed class Transmissions(Simulation simulation) : Invariant(simulation)
{
    private sealed class Transmission
    {
        public required VirtualNode To { get; init; }

        public required byte[] Message { get; init; }

        public required bool IsConfirmable { get; init; }

        public required CoapToken Token { get; init; }

        /// <summary>The Observe option of a request; null for every other message.</summary>
        public uint? Observe { get; init; }

        /// <summary>Whether it registers an observation anew: a notification may be its answer, or one that left before.</summary>
        public bool IsRefresh { get; set; }

        public List<Instant> Times { get; } = [];

        /// <summary>When an Empty ACK came.</summary>
        public Instant? Acknowledged { get; set; }

        /// <summary>When an answer came that ends the repetition: a response or a Reset.</summary>
        public Instant? Answered { get; set; }

        /// <summary>Whether the endpoint may have dropped it for a reason of its own: the observer it went to is gone.</summary>
        public bool IsForgotten { get; set; }

        /// <summary>Whether it has come at least once: what comes again says nothing new.</summary>
        public bool HasArrived { get; set; }

        public bool IsSettled => Acknowledged is not null || Answered is not null;
    }

    private readonly Dictionary<(VirtualNode From, VirtualNode To, ushort MessageId), Transmission> _messages = [];
    private readonly Dictionary<VirtualNode, List<Transmission>> _outstanding = [];
    private readonly Dictionary<uint, Transmission> _requests = [];

    private TransmissionParameters Parameters => Options.Transmission;

    public override void Sent(TraceEntry entry, in CoapMessage message)
    {
        if (message.Type is CoapType.Acknowledgement or CoapType.Reset)
        {
            return;
        }

        (VirtualNode From, VirtualNode To, ushort MessageId) key = (entry.From, entry.To!, message.MessageId);
        TimeSpan lifetime = message.Type == CoapType.Confirmable ? Parameters.ExchangeLifetime : Parameters.NonLifetime;
        if (_messages.TryGetValue(key, out Transmission? known) && Now - known.Times[0] < lifetime)
        {
            Check(entry.Datagram.Span.SequenceEqual(known.Message), $"{entry.From} uses a Message ID again in EXCHANGE_LIFETIME: {entry}");
            Check(known.IsConfirmable, $"{entry.From} repeats a NON: {entry}");
            Repeat(entry, known);
            return;
        }

        Transmission transmission = new()
        {
            To = entry.To!,
            Message = entry.Datagram.ToArray(),
            IsConfirmable = message.Type == CoapType.Confirmable,
            Token = message.Token,
            Observe = message.Code.IsRequest && message.Options.TryGetUInt(CoapOptionNumber.Observe, out uint observe) ? observe : null,
        };
        transmission.Times.Add(Now);
        _messages[key] = transmission;
        if (message.Code.IsRequest)
        {
            // What the endpoint sends for a request of its own anew, to refresh or to deregister, takes the place of what it sent before.
            uint number = SimulatedNode.NumberOf(message.Options.Values(CoapOptionNumber.UriQuery));
            transmission.IsRefresh = transmission.Observe == 0 && _requests.ContainsKey(number);
            _requests.GetValueOrDefault(number)?.IsForgotten = true;
            _requests[number] = transmission;
        }

        if (transmission.IsConfirmable)
        {
            CheckNstart(entry, transmission);
        }
    }

    public override void Arrived(TraceEntry entry, in CoapMessage message)
    {
        (VirtualNode, VirtualNode, ushort) key = (entry.To!, entry.From, message.MessageId);
        switch (message.Type)
        {
            case CoapType.Reset when _messages.TryGetValue(key, out Transmission? rejected):
                rejected.Answered ??= Now;
                break;
            case CoapType.Acknowledgement when message.Code.IsEmpty && _messages.TryGetValue(key, out Transmission? received):
                received.Acknowledged ??= Now;
                break;
            case CoapType.Acknowledgement
                when message.Code.IsResponse && _messages.TryGetValue(key, out Transmission? answered) && answered.Token == message.Token:
                answered.Answered ??= Now;
                break;
            case CoapType.Confirmable or CoapType.NonConfirmable when message.Code.IsResponse:
                AnswerByToken(entry, message);
                break;
            case CoapType.Confirmable or CoapType.NonConfirmable when message.Options.TryGet(CoapOptionNumber.Observe, out _):
                ForgetByToken(entry, message.Token);
                break;
            default:
                break;
        }
    }

    public override void Happened(SimulatedRequest request, in CoapEvent e)
    {
        if (e.Kind == CoapEventKind.Timeout && e.Transmissions == 0)
        {
            // Held back to the end: Probing looks at those.
            return;
        }

        Check(_requests.TryGetValue(request.Number, out Transmission? sent), $"{request} ends with {e.Kind} before it was sent");
        if (e.Kind == CoapEventKind.Timeout)
        {
            CheckTimeout(request, sent!);
        }
        else if (!request.IsObservation)
        {
            Check(sent!.Answered == Now, $"{request} has {e.Kind} now, and its answer came at {sent.Answered}");
        }
    }

    // A registration that is under way is not waited for: the deregistration takes its place.
    public override void Cancelled(SimulatedRequest request) => _requests.GetValueOrDefault(request.Number)?.IsForgotten = true;

    public override void Stopped(SimulatedNode node)
    {
        foreach ((VirtualNode From, VirtualNode To, ushort MessageId) key in _messages.Keys.Where(k => k.From == node.Node).ToList())
        {
            _messages.Remove(key);
        }

        _outstanding.Remove(node.Node);
    }

    public override void AtRest()
    {
        foreach (Transmission transmission in _messages.Values.Where(static t => t.IsConfirmable && !t.IsSettled && !t.IsForgotten))
        {
            // Where Confirmable notifications come by the clock, one may be under way.
            Check(
                Now < transmission.Times[0] + Parameters.MaxTransmitWait || transmission.Times.Count == Parameters.MaxRetransmit + 1,
                $"{CoapText.Describe(transmission.Message)} to {transmission.To} was sent {transmission.Times.Count} times and given up");
        }
    }

    // Each wait is twice the one before; the first was drawn from ACK_TIMEOUT to ACK_TIMEOUT times ACK_RANDOM_FACTOR.
    private void Repeat(TraceEntry entry, Transmission transmission)
    {
        List<Instant> times = transmission.Times;
        TimeSpan wait = Now - times[^1];
        Instant? settled = transmission.Acknowledged ?? transmission.Answered;
        Check(settled is null, $"{entry.From} repeats what was answered at {settled}: {entry}");
        Check(times.Count <= Parameters.MaxRetransmit, $"{entry.From} repeats more often than MAX_RETRANSMIT: {entry}");
        if (times.Count == 1)
        {
            CheckFirstWait(wait, entry.ToString());
        }
        else
        {
            TimeSpan before = times[^1] - times[^2];
            Check(wait == 2 * before, $"{entry.From} waits {wait.TotalSeconds} s after {before.TotalSeconds} s: {entry}");
        }

        times.Add(Now);
    }

    private void CheckFirstWait(TimeSpan wait, string what)
    {
        TimeSpan longest = (Parameters.AckTimeout * Parameters.AckRandomFactor) + TimeSpan.FromTicks(1);
        Check(wait >= Parameters.AckTimeout && wait <= longest, $"{wait.TotalSeconds} s is no first wait: {what}");
    }

    private void CheckTimeout(SimulatedRequest request, Transmission sent)
    {
        Check(sent.Answered is null, $"{request} times out, and its answer came at {sent.Answered}");
        if (!sent.IsConfirmable || sent.Acknowledged is not null)
        {
            Instant from = sent.Acknowledged ?? sent.Times[0];
            Check(Now == from + Options.ResponseTimeout, $"{request} times out {(Now - from).TotalSeconds} s after {from}");
            return;
        }

        TimeSpan wait = Now - sent.Times[^1];
        Check(sent.Times.Count == Parameters.MaxRetransmit + 1, $"{request} times out after {sent.Times.Count} transmissions");
        if (Parameters.MaxRetransmit == 0)
        {
            CheckFirstWait(wait, request.ToString());
        }
        else
        {
            Check(wait == 2 * (sent.Times[^1] - sent.Times[^2]), $"{request} times out {wait.TotalSeconds} s after the last transmission");
        }

        Check(Now - sent.Times[0] <= Parameters.MaxTransmitWait + TimeSpan.FromTicks(64), $"{request} times out after MAX_TRANSMIT_WAIT");
    }

    private void CheckNstart(TraceEntry entry, Transmission transmission)
    {
        if (!_outstanding.TryGetValue(entry.From, out List<Transmission>? outstanding))
        {
            _outstanding.Add(entry.From, outstanding = []);
        }

        outstanding.RemoveAll(t => t.IsSettled || t.IsForgotten || Now >= GivenUp(t));
        outstanding.Add(transmission);
        int count = outstanding.Count(t => t.To == entry.To);
        Check(count <= Parameters.Nstart, $"{entry.From} has {count} messages outstanding to {entry.To}");
    }

    // Not before the moment when the sender gives up; with one transmission so far, when it is to be repeated at the earliest.
    private Instant GivenUp(Transmission transmission) => transmission.Times.Count <= 1
        ? transmission.Times[0] + (Parameters.MaxRetransmit == 0 ? Parameters.AckTimeout : Parameters.MaxTransmitWait)
        : transmission.Times[0] + ((transmission.Times[1] - transmission.Times[0]) * (Math.ScaleB(1, Parameters.MaxRetransmit + 1) - 1));

    // A response acknowledges the request, should the ACK have been lost (RFC 7252, 5.2.2).
    private void AnswerByToken(TraceEntry entry, in CoapMessage message)
    {
        if (_messages.TryGetValue((entry.From, entry.To!, message.MessageId), out Transmission? response))
        {
            if (response.HasArrived)
            {
                return;
            }

            response.HasArrived = true;
        }

        bool isNotification = message.Options.TryGet(CoapOptionNumber.Observe, out _);
        foreach (((VirtualNode From, VirtualNode To, ushort) key, Transmission request) in _messages)
        {
            // A notification that left before the deregistration came is no answer to it.
            if (key.From == entry.To && key.To == entry.From && request.Token == message.Token && request.Message[1] < 32
                && !(isNotification && request.Observe == 1))
            {
                if (isNotification && request.IsRefresh)
                {
                    // Its number says which, unless the server has started anew.
                    request.IsForgotten = true;
                }
                else
                {
                    request.Answered ??= Now;
                }
            }
        }
    }

    private void ForgetByToken(TraceEntry entry, CoapToken token)
    {
        foreach (((VirtualNode From, VirtualNode To, ushort) key, Transmission notification) in _messages)
        {
            if (key.From == entry.To && key.To == entry.From && notification.Token == token)
            {
                notification.IsForgotten = true;
            }
        }
    }
}
