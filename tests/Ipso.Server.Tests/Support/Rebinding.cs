using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>A NAT between one device and the server: the device speaks to it, and the server sees the address that it has at the moment.</summary>
internal sealed class Rebinding
{
    private readonly VirtualNode<Face> _inner;
    private readonly VirtualNode<Face>[] _outer;
    private readonly PeerId _server;
    private PeerId _device;

    internal Rebinding(VirtualNetwork network, VirtualNode server)
    {
        _server = server.Peer;
        _inner = network.Add("nat", _ => new Face { Arrives = ToServer });
        _outer = [.. Enumerable.Range(0, 2).Select(i => network.Add($"nat:{i}", _ => new Face { Arrives = (bytes, _) => ToDevice(i, bytes) }))];
    }

    /// <summary>What the device takes for the server.</summary>
    internal PeerId Inside => _inner.Peer;

    /// <summary>Where the server finds the device.</summary>
    internal PeerId Outside => _outer[Current].Peer;

    internal int Current { get; private set; }

    /// <summary>The mapping is gone, and the next datagram of the device's makes another.</summary>
    internal void Rebind() => Current = 1 - Current;

    private void ToServer(byte[] datagram, PeerId from)
    {
        _device = from;
        _outer[Current].Protocol.Outgoing.Enqueue((_server, datagram));
    }

    private void ToDevice(int mapping, byte[] datagram)
    {
        if (mapping == Current)
        {
            _inner.Protocol.Outgoing.Enqueue((_device, datagram));
        }
    }

    private sealed class Face : IDatagramProtocol
    {
        internal Queue<(PeerId To, byte[] Datagram)> Outgoing { get; } = new();

        internal required Action<byte[], PeerId> Arrives { get; init; }

        public Instant? NextDeadline => null;

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now) => Arrives(datagram.ToArray(), from);

        public void ReceiveMulticast(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
        }

        public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
        {
        }

        public void OnDeadline(Instant now)
        {
        }

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = default;
            if (!Outgoing.TryDequeue(out (PeerId To, byte[] Datagram) next))
            {
                return false;
            }

            next.Datagram.CopyTo(buffer);
            transmit = new(next.To, next.Datagram.Length);
            return true;
        }
    }
}
