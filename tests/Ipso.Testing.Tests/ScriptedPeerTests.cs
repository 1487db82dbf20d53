using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests;

public class ScriptedPeerTests
{
    private sealed class Echo : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = request.Payload.Length;
            request.Payload.CopyTo(response.Payload);
        }
    }

    private readonly CoapEndpoint _endpoint = new(new CoapEndpointOptions(), new SeededRandom(1), new Echo());

    [Fact]
    public void A_server_under_a_script()
    {
        new ScriptedPeer(_endpoint)
            .At(0).Send(CoapDatagram.Con(CoapCode.Post, 1).Token("4f").Path("/a").Payload("x"))
            .Expect("ACK 0x0001 2.05 Content token 4f, \"x\"")
            .At(2).Send(CoapDatagram.Non(CoapCode.Post, 2).Payload("y")).Expect("NON 0x* 2.05 Content \"y\"").ExpectNothing()
            .At(3).Send([0x40]).ExpectNothing();
    }

    [Fact]
    public void A_client_under_a_script()
    {
        ScriptedPeer server = new(_endpoint);
        server.At(1).Do(() => _endpoint.Request(server.Node.Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/a" }))
            .Expect("CON 0x* GET /a token *")
            .Expect("CON 0x* GET /a token *", within: 3)
            .Acknowledge(CoapCode.Content, static response => response.Payload("22.5"))
            .At(100).ExpectNothing();
        Assert.InRange((server.LastArrival - Instant.FromSeconds(1)).TotalSeconds, 2, 3);
        Assert.True(_endpoint.TryTakeEvent(out CoapEvent e));
        Assert.Equal(CoapEventKind.Response, e.Kind);
        Assert.Equal("22.5", Encoding.UTF8.GetString(e.Message.Payload));
    }

    [Fact]
    public void What_is_not_as_expected_is_said_with_the_trace()
    {
        ScriptedPeer peer = new(_endpoint);
        peer.At(0.5).Send(CoapDatagram.Con(CoapCode.Post, 1).Path("/a"));
        ScriptException exception = Assert.Throws<ScriptException>(() => peer.Expect("ACK 0x0001 4.04*"));
        Assert.Equal(
            """
            At 0.500 s peer expected: ACK 0x0001 4.04*
            got:      ACK 0x0001 2.05 Content

            0.500 s  peer -> node  CON 0x0001 POST /a
            0.500 s  node -> peer  ACK 0x0001 2.05 Content

            """.ReplaceLineEndings("\n"),
            exception.Message);
    }

    [Fact]
    public void Silence_where_a_message_is_expected_and_a_message_where_silence_is()
    {
        ScriptedPeer peer = new(_endpoint);
        ScriptException silence = Assert.Throws<ScriptException>(() => peer.Expect("*", within: 10));
        Assert.Contains("got nothing", silence.Message, StringComparison.Ordinal);
        Assert.Equal(Instant.FromSeconds(10), peer.Network.Now);
        peer.Send(CoapDatagram.Con(CoapCode.Empty, 7));
        Assert.Contains("RST 0x0007", Assert.Throws<ScriptException>(() => peer.ExpectNothing()).Message, StringComparison.Ordinal);
        Assert.Contains("is 10 s already", Assert.Throws<ScriptException>(() => peer.At(9)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_peers_talk_to_one_node()
    {
        VirtualNetwork network = new(seed: 1);
        VirtualNode<CoapEndpoint> server = network.Add("server", random => new CoapEndpoint(new CoapEndpointOptions(), random, new Echo()));
        ScriptedPeer one = new(network, "one", server);
        ScriptedPeer two = new(network, "two", server);
        one.Send(CoapDatagram.Con(CoapCode.Get, 1).Token("01"));
        two.Send(CoapDatagram.Con(CoapCode.Get, 1).Token("02"));
        one.Expect("ACK 0x0001 2.05 Content token 01").ExpectNothing();
        two.Expect("ACK 0x0001 2.05 Content token 02").ExpectNothing();
    }
}
