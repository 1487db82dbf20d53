using System.Text;
using Ipso.Coap.Engine;

namespace Ipso.Tests.Net;

/// <summary>Sends back what it gets, or what it is told to, and notes what has failed.</summary>
internal sealed class Mirror : IDatagramProtocol
{
    private readonly Queue<(PeerId To, byte[] Bytes)> _out = new();

    public List<PeerId> Peers { get; } = [];

    public List<byte[]> Datagrams { get; } = [];

    public List<string> Groups { get; } = [];

    public int Failures { get; private set; }

    public TaskCompletionSource<(PeerId Peer, PeerFailure Failure)> Failed { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Instant? NextDeadline => null;

    public Func<PeerId, PeerIdentity?> Identify { get; set; } = static _ => null;

    public List<PeerIdentity?> Identities { get; } = [];

    public void Enqueue(in PeerId to, ReadOnlySpan<byte> bytes) => _out.Enqueue((to, bytes.ToArray()));

    public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        Peers.Add(from);
        Datagrams.Add(datagram.ToArray());
        Identities.Add(Identify(from));
        Enqueue(from, datagram);
    }

    public void ReceiveMulticast(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
    {
        Groups.Add(Encoding.ASCII.GetString(datagram));
        Enqueue(from, "one of the group"u8);
    }

    public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
    {
        Failures++;
        Failed.TrySetResult((peer, failure));
    }

    public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
    {
        transmit = default;
        if (!_out.TryDequeue(out (PeerId To, byte[] Bytes) next))
        {
            return false;
        }

        next.Bytes.CopyTo(buffer);
        transmit = new Transmit(next.To, next.Bytes.Length);
        return true;
    }

    public void OnDeadline(Instant now)
    {
    }
}
