using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Oscore;

// What a proxy between the two sees, and may do.
public sealed partial class OscoreEngineTests
{
    private static readonly PeerId s_proxy = new([3]);

    [Fact]
    public void Blocks_of_a_proxy_and_of_robust_transfers_are_refused()
    {
        byte[] request = Request();
        Assert.True(CoapMessage.TryParse(request, out CoapMessage message, out _));
        message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> oscore);
        var writer = new CoapMessageWriter(_buffer, message.Type, message.Code, 9, message.Token);
        writer.Option(CoapOptionNumber.Oscore, oscore);
        writer.Option(CoapOptionNumber.Block1, new BlockOption(0, false, 6).Value);
        writer.Payload(message.Payload);
        Assert.StartsWith("ACK 4.02 Bad Option #9", Single(Receive(_server, _buffer[..writer.Finish()])));
        Assert.Empty(_handled);
        Assert.Equal((1, 0), (_serverProtection.Counters.OuterBlocks, _serverProtection.Counters.Malformed));

        // Nor does a client put a response together, or take a piece of it for a forgery. The whole one is still taken.
        byte[] answer = Answer(request);
        Assert.True(CoapMessage.TryParse(answer, out CoapMessage whole, out _));
        whole.Options.TryGet(CoapOptionNumber.Oscore, out oscore);
        writer = new CoapMessageWriter(_buffer, CoapType.NonConfirmable, whole.Code, 900, whole.Token);
        writer.Option(CoapOptionNumber.Oscore, oscore);
        writer.Option(CoapOptionNumber.Block2, new BlockOption(0, true, 0).Value);
        writer.Payload(whole.Payload);
        Receive(_client, _buffer[..writer.Finish()], Other);
        Assert.Empty(Events(_client));
        Assert.Equal((1, 0), (_clientProtection.Counters.OuterBlocks, _clientProtection.Counters.Undecryptable));
        Receive(_client, answer, Other);
        Assert.Equal(["Response 2.04 Changed"], Events(_client));

        // A client that offers them for a peer with a context does not.
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Post, Path = "/a", RobustBlocks = true }, new byte[3000]);
        Carry();
        Assert.Equal(["Response 2.04 Changed"], Events(_client));
    }

    // RFC 8613, 4.1.3.3 and 4.1.3.2: scheme, host and port for the proxy, path and query for the server alone.
    [Fact]
    public void A_proxy_is_asked_in_the_open_for_what_is_open_to_it()
    {
        _client.Request(
            Other,
            new CoapRequestHead
            {
                Method = CoapCode.Get, ProxyScheme = "coap", Host = "example.com", Port = 61616, Path = "/resource", Query = "q=1",
            });
        byte[] request = Assert.Single(Drain(_client));
        Assert.True(CoapMessage.TryParse(request, out CoapMessage message, out _));
        Assert.Matches(
            "^CON POST #[0-9]+ t=[0-9a-f]+ 3=6578616d706c652e636f6d 7=f0b0 9=[0-9a-f]+ 39=636f6170 ", Show(request));
        Assert.True(request.AsSpan().IndexOf("resource"u8) < 0 && request.AsSpan().IndexOf("q=1"u8) < 0);

        // We are none: it is said before a context is looked for, and in the clear as it was asked.
        Assert.StartsWith($"ACK 5.05 Proxying Not Supported #{message.MessageId}", Single(Receive(_server, request)));
        Assert.Equal(0, _serverProtection.Counters.Unprotected);

        // What the proxy sends on is without the scheme.
        message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> oscore);
        var writer = new CoapMessageWriter(_buffer, CoapType.Confirmable, message.Code, 9, new CoapToken([1]));
        writer.Option(CoapOptionNumber.UriHost, "example.com");
        writer.Option(CoapOptionNumber.UriPort, 61616u);
        writer.Option(CoapOptionNumber.Oscore, oscore);
        writer.Payload(message.Payload);
        byte[] answer = Assert.Single(ReceiveBytes(_server, _buffer[..writer.Finish()], s_proxy));
        Assert.Equal(["Get resource: "], _handled);
        Assert.True(CoapMessage.TryParse(answer, out CoapMessage response, out _));
        response.Options.TryGet(CoapOptionNumber.Oscore, out oscore);
        writer = new CoapMessageWriter(_buffer, CoapType.Acknowledgement, response.Code, message.MessageId, message.Token);
        writer.Option(CoapOptionNumber.Oscore, oscore);
        writer.Payload(response.Payload);
        Receive(_client, _buffer[..writer.Finish()], Other);
        Assert.Equal(["Response 2.05 Content"], Events(_client));
    }
}
