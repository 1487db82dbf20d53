using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net.Security;
using Ipso.Tests.Coap.Engine;

namespace Ipso.Tests.Net.Security;

[Trait("Category", "Security")]
public partial class SecuredProtocolTests
{
    private const uint Key = 0xfeedbeef;

    private static readonly PeerId s_server = new([100]);
    private static readonly PeerId s_client = new([1]);
    private static readonly PeerId s_elsewhere = new([2]);

    private Instant _now = Instant.FromSeconds(1000);

    /// <summary>A protocol that notes what it gets and sends what it is told to.</summary>
    private sealed class Recorder : IDatagramProtocol
    {
        public List<string> Log { get; } = [];

        public Queue<(PeerId To, string Text)> Out { get; } = new();

        public List<PeerId> Peers { get; } = [];

        public Instant? NextDeadline { get; set; }

        public void Receive(ReadOnlySpan<byte> datagram, in PeerId from, Instant now)
        {
            Log.Add(Encoding.UTF8.GetString(datagram));
            Peers.Add(from);
        }

        public void PeerFailed(in PeerId peer, PeerFailure failure, Instant now)
        {
            Log.Add(failure.ToString());
            Peers.Add(peer);
        }

        public bool TryTransmit(Span<byte> buffer, Instant now, out Transmit transmit)
        {
            transmit = default;
            if (!Out.TryDequeue(out (PeerId To, string Text) next))
            {
                return false;
            }

            transmit = new Transmit(next.To, Encoding.UTF8.GetBytes(next.Text, buffer));
            return true;
        }

        public void OnDeadline(Instant now)
        {
        }
    }

    private sealed class Party
    {
        public Party(SecurityOptions? options = null)
        {
            Security = new ToySecurity(new Dictionary<byte, uint> { [7] = Key, [8] = Key + 1 });
            Protocol = new SecuredProtocol(Inner, (in _) => Security, options);
        }

        public ToySecurity Security { get; }

        public Recorder Inner { get; } = new();

        public SecuredProtocol Protocol { get; }
    }

    private readonly byte[] _buffer = new byte[2048];

    private List<byte[]> Take(SecuredProtocol protocol)
    {
        List<byte[]> sent = [];
        while (protocol.TryTransmit(_buffer, _now, out Transmit transmit))
        {
            sent.Add(_buffer[..transmit.Length]);
        }

        return sent;
    }

    /// <summary>Carries datagrams to and fro until there is none; says what the client sent and the server answered.</summary>
    private string Exchange(Party client, Party server, PeerId address)
    {
        StringBuilder types = new();
        bool moved;
        do
        {
            moved = false;
            foreach (byte[] datagram in Take(client.Protocol))
            {
                types.Append('>').Append(datagram[0]);
                server.Protocol.Receive(datagram, address, _now);
                moved = true;
            }

            foreach (byte[] datagram in Take(server.Protocol))
            {
                types.Append('<').Append(datagram[0]);
                client.Protocol.Receive(datagram, s_server, _now);
                moved = true;
            }
        }
        while (moved);

        return types.ToString();
    }

    private PeerId Connect(Party client, byte identity = 7, uint key = Key)
    {
        Assert.True(client.Protocol.TryConnect(s_server, ToySecurity.Credentials(identity, key), default, _now, out PeerId peer));
        return peer;
    }

    private (Party Client, Party Server, PeerId ServerName) Open(SecurityOptions? options = null)
    {
        Party client = new(), server = new(options);
        PeerId name = Connect(client);
        Exchange(client, server, s_client);
        return (client, server, name);
    }

    [Fact]
    public void A_first_message_waits_for_the_handshake_and_arrives_with_the_identity_of_its_sender()
    {
        Party client = new(), server = new();
        PeerId peer = Connect(client);
        client.Inner.Out.Enqueue((peer, "first"));
        client.Inner.Out.Enqueue((peer, "one too many"));

        Assert.Equal(">1<2>1<3>4<5>6", Exchange(client, server, s_client));
        Assert.Equal(["first"], server.Inner.Log);
        Assert.Equal(1, client.Protocol.Counters.NotSent);
        PeerId name = server.Inner.Peers[0];
        Assert.NotEqual(s_client, name);
        Assert.Equal(new PeerIdentity(PeerIdentityKind.PreSharedKey, [7]), server.Protocol.FindIdentity(name));
        Assert.True(server.Protocol.TryGetAddress(name, out PeerId address));
        Assert.Equal(s_client, address);

        server.Inner.Out.Enqueue((name, "answer"));
        Assert.Equal("<6", Exchange(client, server, s_client));
        Assert.Equal(["answer"], client.Inner.Log);
        Assert.Equal([peer], client.Inner.Peers);
    }

    [Fact]
    public void What_is_forged_replayed_to_another_or_plain_never_reaches_the_protocol()
    {
        (Party client, Party server, PeerId name) = Open();
        client.Inner.Out.Enqueue((name, "data"));
        byte[] record = Assert.Single(Take(client.Protocol));
        for (int i = 0; i < record.Length; i++)
        {
            byte[] forged = [.. record];
            forged[i] ^= 0x10;
            server.Protocol.Receive(forged, s_client, _now);
            server.Protocol.Receive(record.AsSpan(0, i), s_elsewhere, _now);
        }

        server.Protocol.Receive(Wire.Con(CoapCode.Get, 1), s_elsewhere, _now);
        server.Protocol.Receive(default, s_client, _now);
        Assert.Empty(server.Inner.Log);
        Assert.Empty(Take(server.Protocol));
        Assert.Equal((2 * record.Length) + 2, server.Protocol.Counters.Discarded);
        server.Protocol.Receive(record, s_client, _now);
        Assert.Equal(["data"], server.Inner.Log);
    }

    [Fact]
    public void A_session_keeps_its_name_at_a_new_address_once_a_new_record_came_from_there()
    {
        (Party client, Party server, PeerId name) = Open();
        client.Inner.Out.Enqueue((name, "a"));
        client.Inner.Out.Enqueue((name, "b"));
        client.Inner.Out.Enqueue((name, "c"));
        List<byte[]> records = Take(client.Protocol);
        server.Protocol.Receive(records[1], s_client, _now);
        server.Protocol.Receive(records[2], s_elsewhere, _now);

        // Older than what came before: delivered, but says nothing of where the peer is now.
        server.Protocol.Receive(records[0], s_client, _now);
        Assert.Equal(["b", "c", "a"], server.Inner.Log);
        Assert.Single(server.Inner.Peers.Distinct());
        Assert.Equal(1, server.Protocol.Counters.Moved);
        server.Inner.Out.Enqueue((server.Inner.Peers[0], "answer"));
        Assert.True(server.Protocol.TryTransmit(_buffer, _now, out Transmit transmit));
        Assert.Equal(s_elsewhere, transmit.To);
    }

    [Fact]
    public void An_address_that_another_session_has_is_not_taken_from_it()
    {
        (Party client, Party server, PeerId name) = Open();
        Party other = new();
        PeerId otherName = Connect(other, identity: 8, key: Key + 1);
        Exchange(other, server, s_elsewhere);
        client.Inner.Out.Enqueue((name, "spoofed"));
        server.Protocol.Receive(Take(client.Protocol)[0], s_elsewhere, _now);
        Assert.Equal(0, server.Protocol.Counters.Moved);
        other.Inner.Out.Enqueue((otherName, "still here"));
        Exchange(other, server, s_elsewhere);
        Assert.Equal(["spoofed", "still here"], server.Inner.Log);
        Assert.NotEqual(server.Inner.Peers[0], server.Inner.Peers[1]);
        Assert.Equal("PreSharedKey 0x08", server.Protocol.FindIdentity(server.Inner.Peers[1])!.ToString());
    }

    [Fact]
    public void A_peer_that_begins_anew_replaces_its_session_only_when_it_has_proved_itself()
    {
        (Party client, Party server, PeerId name) = Open();
        client.Inner.Out.Enqueue((name, "old"));
        Exchange(client, server, s_client);
        Party stranger = new();
        Connect(stranger, key: Key ^ 1);
        Assert.Equal(">1<2>1<3>4", Exchange(stranger, server, s_client));
        client.Inner.Out.Enqueue((name, "old still"));
        Exchange(client, server, s_client);

        Party rebooted = new();
        PeerId newName = Connect(rebooted);
        rebooted.Inner.Out.Enqueue((newName, "new"));
        Exchange(rebooted, server, s_client);
        Assert.Equal(["old", "old still", "SessionClosed", "new"], server.Inner.Log);
        Assert.Equal(server.Inner.Peers[0], server.Inner.Peers[2]);
        Assert.NotEqual(server.Inner.Peers[0], server.Inner.Peers[3]);
        Assert.Null(server.Protocol.FindIdentity(server.Inner.Peers[0]));
        Assert.Equal(server.Protocol.FindIdentity(server.Inner.Peers[3]), new PeerIdentity(PeerIdentityKind.PreSharedKey, [7]));
        Assert.Equal((1, 0), (server.Protocol.SessionCount, server.Protocol.HandshakeCount));
    }

    [Fact]
    public void Two_records_of_one_datagram_are_two_messages()
    {
        (Party client, Party server, PeerId name) = Open();
        int length = Twin(client, name).Protect([(byte)'a', 0xfe, (byte)'b'], _buffer, _now);
        server.Protocol.Receive(_buffer.AsSpan(0, length), s_client, _now);
        Assert.Equal(["a", "b"], server.Inner.Log);
    }

    /// <summary>The session of a client once more, which protects what the protocol would not send.</summary>
    private ToySession Twin(Party client, PeerId name)
    {
        client.Inner.Out.Enqueue((name, "x"));
        byte[] record = Take(client.Protocol)[0];
        Assert.Equal(11, record.Length);
        ToySession sender = new(client.Security, isClient: false, 7, Key, 64, record[1], _now);
        sender.Receive([ToySecurity.Finish, .. Seal(sender)], _buffer, _now, out _);
        return sender;

        // Opens the session from which the datagram is made.
        static byte[] Seal(ToySession session)
        {
            uint sum = 2166136261 ^ Key;
            foreach (byte b in (byte[])[ToySecurity.Finish, session.ConnectionId])
            {
                sum = (sum ^ b) * 16777619;
            }

            return [session.ConnectionId, .. BitConverter.GetBytes(sum)];
        }
    }

    [Fact]
    public void A_session_that_ends_with_the_last_record_of_a_datagram_is_over_at_once()
    {
        (Party client, Party server, PeerId name) = Open();
        int length = Twin(client, name).Protect([(byte)'a', 0xfe, ToySession.End], _buffer, _now);
        server.Protocol.Receive(_buffer.AsSpan(0, length), s_client, _now);
        Assert.Equal(["a", "SessionClosed"], server.Inner.Log);
        Assert.Equal(0, server.Protocol.SessionCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_session_that_breaks_over_a_message_is_over_and_has_its_last_words(bool isOpen)
    {
        Party client = new(), server = new();
        PeerId name = Connect(client);
        if (isOpen)
        {
            Exchange(client, server, s_client);
        }

        client.Inner.Out.Enqueue((name, "\u007fbreaks"));
        Assert.EndsWith(">7", Exchange(client, server, s_client), StringComparison.Ordinal);
        Assert.Equal(["SessionClosed"], client.Inner.Log);
        Assert.Equal((0, 0), (client.Protocol.SessionCount, server.Protocol.SessionCount));
        Assert.Equal(1, client.Protocol.Counters.NotSent);
    }

    [Fact]
    public void NoSec_is_the_protocol_itself_and_may_stand_beside_security()
    {
        Recorder inner = new();
        Assert.Same(inner, SecuredProtocol.Secure(inner, DatagramSecurity.NoSec));

        ToySecurity toy = new(new Dictionary<byte, uint> { [7] = Key });
        Party client = new();
        SecuredProtocol both = new(inner, (in address) => address == s_elsewhere ? DatagramSecurity.NoSec : toy);
        both.Receive("plain"u8, s_elsewhere, _now);
        both.Receive("plain"u8, s_client, _now);
        inner.Out.Enqueue((s_elsewhere, "answer"));
        Assert.Equal("answer"u8, Assert.Single(Take(both)));
        Assert.Equal(["plain"], inner.Log);
        Assert.Equal([s_elsewhere], inner.Peers);
        Assert.Null(both.FindIdentity(s_elsewhere));
    }

    [Fact]
    public void CoAP_runs_over_it_and_a_handler_knows_who_asks()
    {
        PeerIdentity? seen = null;
        SecuredProtocol? secured = null;
        Handler handler = new((in request, ref response) =>
        {
            seen = secured!.FindIdentity(request.From);
            response.Code = CoapCode.Content;
            response.PayloadLength = Encoding.UTF8.GetBytes("21.5", response.Payload);
        });
        ToySecurity toy = new(new Dictionary<byte, uint> { [7] = Key });
        secured = new(new CoapEndpoint(new CoapEndpointOptions(), new SeededRandom(1), handler), (in _) => toy);
        Party client = new();
        PeerId name = Connect(client);
        client.Inner.Out.Enqueue((name, Encoding.UTF8.GetString(Wire.Con(CoapCode.Get, 1, "01"))));
        for (int roundTrip = 0; roundTrip < 4; roundTrip++)
        {
            Take(client.Protocol).ForEach(datagram => secured.Receive(datagram, s_client, _now));
            Take(secured).ForEach(datagram => client.Protocol.Receive(datagram, s_server, _now));
        }

        Assert.EndsWith("21.5", Assert.Single(client.Inner.Log), StringComparison.Ordinal);
        Assert.Equal("PreSharedKey 0x07", seen!.ToString());
    }
}
