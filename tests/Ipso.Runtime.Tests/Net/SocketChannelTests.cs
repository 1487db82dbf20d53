using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>The channel of systems other than Linux, which no host on Linux has.</summary>
[Trait("Category", "Network")]
public sealed class SocketChannelTests : IUdpFailures, IDisposable
{
    private readonly List<PeerFailure> _failures = [];
    private readonly UdpCounters _counters = new();
    private readonly Socket _other = Open();
    private readonly SocketChannel _channel;

    public SocketChannelTests() => _channel = new(Open(), 0, new UdpPaths(1), _counters, this);

    [Fact]
    public void Gives_what_a_peer_has_sent_and_sends_to_it()
    {
        _other.SendTo([1, 2, 3], _channel.LocalEndPoint);

        _channel.Receive();
        Assert.True(_channel.TryTake(out ReadOnlySpan<byte> datagram, out PeerId from, out bool isMulticast));
        Assert.Equal([1, 2, 3], datagram.ToArray());
        Assert.False(isMulticast);
        Assert.Equal(UdpAddress.ToPeer((IPEndPoint)_other.LocalEndPoint!, 0), from);
        Assert.False(_channel.TryTake(out _, out _, out _));

        _channel.Buffer[0] = 4;
        _channel.Send(from, 1);
        byte[] answer = new byte[2];
        Assert.Equal(1, _other.Receive(answer));
        Assert.Equal(4, answer[0]);
        Assert.Equal((1, 1), (_counters.Sent, _counters.BytesSent));
        Assert.Empty(_failures);
    }

    [Fact]
    public void Tells_of_what_is_too_long_and_goes_on()
    {
        PeerId peer = UdpAddress.ToPeer((IPEndPoint)_other.LocalEndPoint!, 0);

        _channel.Send(peer, 65_535);

        Assert.Equal([PeerFailure.MessageTooLong], _failures);
        Assert.Equal(0, _counters.Sent);
        _channel.Send(peer, 2);
        Assert.Equal(2, _other.Receive(new byte[3]));
    }

    [Fact]
    public void A_wait_without_a_datagram_ends_and_gives_none()
    {
        _channel.Receive();

        Assert.False(_channel.TryTake(out _, out _, out _));
        _channel.TakeErrors();
        Assert.Empty(_failures);
    }

    void IUdpFailures.Failed(in PeerId peer, PeerFailure failure) => _failures.Add(failure);

    void IUdpFailures.LacksSegmentation(IPEndPoint local, string reason) => Assert.Fail(reason);

    public void Dispose()
    {
        _channel.Dispose();
        _other.Dispose();
    }

    private static Socket Open()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 500 };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
