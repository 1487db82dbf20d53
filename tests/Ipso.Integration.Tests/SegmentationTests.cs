using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Integration.Tests;

/// <summary>Datagrams that are to go through the system as one, on a way that takes none so long.</summary>
[Trait("Category", "Peers")]
public sealed class SegmentationTests
{
    private const int Mtu = 600, Length = 1000, Count = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [PeerFact(LossyNetwork.Name)]
    public async Task Nothing_is_lost_where_the_way_takes_no_segments_so_long()
    {
        using LossyNetwork network = new(percent: 0, Mtu);
        await network.RunAsync(async () =>
        {
            using Socket socket = Open();
            Outbox outbox = new();
            await using UdpHost host = new(outbox, new UdpHostOptions
            {
                Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0))],
                Batch = 64,
                Segmentation = true,
            });
            byte[][] sent = new byte[Count][];
            for (int i = 0; i < Count; i++)
            {
                sent[i] = new byte[Length];
                Array.Fill(sent[i], (byte)i);
            }

            PeerId peer = host.GetPeer((IPEndPoint)socket.LocalEndPoint!);
            host.Invoke((outbox, peer, sent), static (call, _) => call.outbox.Put(call.peer, call.sent));
            byte[] buffer = new byte[2 * Length];
            foreach (byte[] datagram in sent)
            {
                Assert.Equal(datagram, buffer[..socket.Receive(buffer)]);
            }

            Assert.Equal((0, Count, Count * Length), host.Invoke(host, static (host, _) =>
                (host.Counters.TooLong + host.Counters.NotSent, host.Counters.Sent, host.Counters.BytesSent)));

            // The system does refuse them.
            const int Udp = 17, UdpSegment = 103;
            using Socket cutting = Open();
            cutting.SetRawSocketOption(Udp, UdpSegment, BitConverter.GetBytes(Length));
            Assert.Throws<SocketException>(() => cutting.SendTo(new byte[2 * Length], socket.LocalEndPoint!));
        });
    }

    private static Socket Open()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveTimeout = (int)s_patience.TotalMilliseconds,
        };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>Sends what it is told to.</summary>
    private sealed class Outbox : IDatagramProtocol
    {
        private readonly Queue<(PeerId To, byte[] Bytes)> _waiting = new();

        public Instant? NextDeadline => null;

        public void Put(PeerId to, byte[][] datagrams) => Array.ForEach(datagrams, bytes => _waiting.Enqueue((to, bytes)));

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
        }

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = default;
            if (!_waiting.TryDequeue(out (PeerId To, byte[] Bytes) next))
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
}
