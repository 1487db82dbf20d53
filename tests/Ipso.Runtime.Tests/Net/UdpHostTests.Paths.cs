using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

// Which addresses of ours make one peer two.
public partial class UdpHostTests
{
    [LinuxFact]
    public async Task Two_addresses_of_one_wildcard_are_two_peers_of_one_client()
    {
        Mirror mirror = new();
        await using UdpHost host = Host(mirror, 1, "0.0.0.0");
        using Socket socket = Open(IPAddress.Loopback);
        for (int i = 1; i <= 300; i++)
        {
            // More addresses than there are numbers for: the last are answered too, from wherever the system likes.
            Ask(socket, new IPAddress([127, 0, (byte)(1 + (i / 200)), (byte)(1 + (i % 200))]), host.LocalEndPoint.Port, "x", out _);
        }

        // Of the 256 numbers one is for no address.
        Assert.Equal(256, mirror.Peers.Distinct().Count());
        Assert.Single(mirror.Peers.Select(static peer => UdpAddress.ToEndPoint(peer)).Distinct());
    }

    [LinuxTheory]
    [InlineData(null, 0)]
    [InlineData(true, 1)]
    public async Task A_client_knows_its_server_by_the_address_alone_unless_it_is_to_keep_its_own(bool? keepsAddress, int isTwo)
    {
        Mirror mirror = new();
        await using UdpHost host = new(mirror, new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Any, 0)) { AnswersFromAskedAddress = keepsAddress }],
        });
        using Socket socket = Open(IPAddress.Loopback);
        PeerId peer = host.GetPeer((IPEndPoint)socket.LocalEndPoint!);
        int port = host.LocalEndPoint.Port;
        socket.SendTo("x"u8, new IPEndPoint(IPAddress.Loopback, port));
        socket.SendTo("x"u8, new IPEndPoint(new IPAddress([127, 0, 0, 77]), port));
        byte[] buffer = new byte[8];
        socket.Receive(buffer);
        socket.Receive(buffer);
        Assert.Equal(peer, mirror.Peers[0]);
        Assert.Equal(isTwo == 1, mirror.Peers[1] != peer);
    }
}
