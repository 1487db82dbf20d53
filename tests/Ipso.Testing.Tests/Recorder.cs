using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests;

/// <summary>Sends what it is told, and keeps what it gets with the moment.</summary>
internal sealed class Recorder : IDatagramProtocol
{
    private readonly Queue<(PeerId To, byte[] Datagram)> _outgoing = new();

    public List<(Instant At, byte[] Datagram)> Received { get; } = [];

    public Instant? NextDeadline { get; set; }

    public Action<Instant>? Due { get; set; }

    public void Send(VirtualNode to, params byte[] datagram) => _outgoing.Enqueue((to.Peer, datagram));

    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now) => Received.Add((now, datagram.ToArray()));

    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        bool any = _outgoing.TryDequeue(out (PeerId To, byte[] Datagram) next);
        next.Datagram?.CopyTo(buffer);
        transmit = new Transmit(next.To, next.Datagram?.Length ?? 0);
        return any;
    }

    public void OnDeadline(Instant now)
    {
        if (NextDeadline <= now)
        {
            NextDeadline = null;
            Due?.Invoke(now);
        }
    }
}
