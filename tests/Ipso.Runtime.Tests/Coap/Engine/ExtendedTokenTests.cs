using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>Tokens of more than 8 bytes (RFC 8974) where the server role keeps them: for observers, and for robust transfers.</summary>
public class ExtendedTokenTests
{
    private static readonly CoapEndpointOptions s_extended = Small with { MaxTokenLength = 40, ObserverRequestSize = 64, Observers = 4 };

    private static byte[] Token(int length, byte last) => [.. Enumerable.Repeat((byte)0x77, length - 1), last];

    private static byte[] Request(
        CoapType type, CoapCode code, ushort mid, byte[] token, string payload = "", params WireOption[] options)
    {
        var buffer = new byte[256];
        var writer = new CoapMessageWriter(buffer, CoapFraming.Datagram, type, code, mid, token);
        foreach ((CoapOptionNumber number, byte[] value) in options)
        {
            writer.Option(number, value);
        }

        writer.Payload(Encoding.UTF8.GetBytes(payload));
        return buffer[..writer.Finish()];
    }

    private static Script Server() => new(
        (in CoapRequest request, ref CoapResponse response) =>
        {
            response.Code = CoapCode.Content;
            response.Observe(42);
            string text = request.Options.TryGet(CoapOptionNumber.QBlock2, out _) ? Text(140) : $"{request.Payload.Length}";
            response.PayloadLength = Encoding.UTF8.GetBytes(text, response.Payload);
        },
        s_extended);

    private static List<(CoapType Type, CoapCode Code, string Token, string Payload, ushort Mid)> Sent(Script script) =>
        script.DrainBytes().ConvertAll(static datagram =>
        {
            Assert.True(CoapMessage.TryParse(datagram, CoapFraming.Datagram, extendedTokens: true, out CoapMessage message, out _));
            return (message.Type, message.Code, Convert.ToHexStringLower(message.TokenBytes), Encoding.UTF8.GetString(message.Payload),
                message.MessageId);
        });

    private static void Give(Script script, byte[] datagram) => script.Endpoint.Receive(datagram, Peer, script.Now);

    private static string Hex(byte[] token) => Convert.ToHexStringLower(token);

    [Theory]
    [InlineData(13)]
    [InlineData(40)]
    public void An_observer_may_have_a_long_token(int length)
    {
        Script script = Server();
        byte[] one = Token(length, 1);
        byte[] two = Token(length, 2);
        Give(script, Request(CoapType.Confirmable, CoapCode.Get, 1, one, "", Observe(0)));
        Give(script, Request(CoapType.Confirmable, CoapCode.Get, 2, two, "", Observe(0)));
        Give(script, Request(CoapType.Confirmable, CoapCode.Get, 3, one, "", Observe(0)));
        Assert.Equal([Hex(one), Hex(two), Hex(one)], Sent(script).Select(static s => s.Token));
        Assert.Equal(2, script.Endpoint.ObserverCount);
        Assert.Equal(one, script.Endpoint.GetObserverToken(0));
        Assert.Equal(new CoapObserver(Peer, default, 42), script.Endpoint.GetObserver(0));

        script.Endpoint.Notify(42);
        var sent = Sent(script);
        Assert.Equal([Hex(one), Hex(two)], sent.Select(static s => s.Token).Order());

        // By deregistration, and by RST.
        Give(script, Request(CoapType.Confirmable, CoapCode.Get, 4, two, "", Observe(1)));
        Sent(script);
        Assert.Equal(["ObserverRemoved 42 Deregistered"], script.Events());
        Give(script, Rst(sent.Single(s => s.Token == Hex(one)).Mid));
        Assert.Equal(["ObserverRemoved 42 Reset"], script.Events());
        Assert.Equal(0, script.Endpoint.ObserverCount);
    }

    [Fact]
    public void A_registration_that_is_too_long_to_be_kept_is_answered_as_if_not_asked()
    {
        Script script = Server();
        byte[] token = Token(40, 1);
        Give(script, Request(CoapType.Confirmable, CoapCode.Get, 1, token, "", Observe(0), Path(new string('p', 40))));
        Assert.Equal(CoapCode.Content, Assert.Single(Sent(script)).Code);
        Assert.Equal((0, 1), (script.Endpoint.ObserverCount, script.Endpoint.Counters.ObserversRefused));
    }

    [Fact]
    public void A_token_that_is_longer_than_the_bound_is_refused_with_the_reason()
    {
        Script script = Server();
        Give(script, Request(CoapType.Confirmable, CoapCode.Get, 1, Token(41, 1), "", Observe(0)));
        var refused = Assert.Single(Sent(script));
        Assert.Equal((CoapCode.BadRequest, "Token too long"), (refused.Code, refused.Payload));
    }

    [Fact]
    public void Blocks_of_a_request_body_may_have_long_tokens()
    {
        Script script = Server();
        byte[] Block(ushort mid, int number, CoapType type = CoapType.NonConfirmable) => Request(
            type, CoapCode.Put, mid, Token(40, (byte)mid),
            Text(140)[(number * 16)..Math.Min((number + 1) * 16, 140)], Options(number, 140));

        Give(script, Block(1, 0));
        Give(script, Block(2, 2));
        Give(script, Block(3, 4));
        var asked = Assert.Single(Sent(script));
        Assert.Equal((CoapCode.RequestEntityIncomplete, Hex(Token(40, 3)), "\u0001\u0003"), (asked.Code, asked.Token, asked.Payload));

        // What is asked for in time bears the token of the last block.
        script.At(4).Endpoint.OnDeadline(script.Now);
        Assert.Equal(Hex(Token(40, 3)), Assert.Single(Sent(script)).Token);
        foreach (int number in (int[])[1, 3, 5, 6, 7])
        {
            Give(script, Block((ushort)(number + 10), number));
        }

        Sent(script);
        Give(script, Block(20, 8));
        var answer = Assert.Single(Sent(script));
        Assert.Equal((CoapCode.Content, Hex(Token(40, 20)), "140"), (answer.Code, answer.Token, answer.Payload));

        // The answer that is kept goes out under the token of the block that comes again, of whatever length.
        Give(script, Block(21, 8, CoapType.Confirmable));
        Give(script, Request(CoapType.Confirmable, CoapCode.Put, 22, [5], Text(140)[128..], Options(8, 140)));
        Assert.Equal([(Hex(Token(40, 21)), "140"), ("05", "140")], Sent(script).Select(static s => (s.Token, s.Payload)));
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void Blocks_of_a_response_may_be_asked_for_with_long_tokens()
    {
        Script script = Server();
        Give(script, Request(CoapType.NonConfirmable, CoapCode.Get, 1, Token(13, 1), "", (CoapOptionNumber.QBlock2, UInt(8))));
        var set = Sent(script);
        Assert.Equal(4, set.Count);
        Assert.All(set, static s => Assert.Equal(Hex(Token(13, 1)), s.Token));
        Give(script, Request(
            CoapType.NonConfirmable, CoapCode.Get, 2, Token(40, 2), "", (CoapOptionNumber.QBlock2, UInt(new BlockOption(4, true, 0).Value))));
        set = Sent(script);
        Assert.Equal(Text(140)[64..128], string.Concat(set.Select(static s => s.Payload)));
        Assert.All(set, static s => Assert.Equal(Hex(Token(40, 2)), s.Token));
    }

    private static readonly CoapEndpointOptions s_longest = s_extended with
    {
        MaxTokenLength = 128, BlockSize = 128, MaxBodySize = 1024,
    };

    private static Script Reading(int length) => new(
        (in CoapRequest _, ref CoapResponse response) =>
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = Encoding.UTF8.GetBytes(Text(length), response.Payload);
        },
        s_longest);

    [Fact]
    public void A_body_that_comes_again_under_a_longer_token_is_answered_in_full()
    {
        // With a token of one byte 128 bytes of answer fit into a message, with one of 128 they do not.
        Script script = Reading(128);
        Give(script, Request(CoapType.NonConfirmable, CoapCode.Put, 1, Token(1, 1), "x", Options(0, 1, exponent: 3)));
        string first = Sent(script)[0].Payload;
        byte[] longest = Token(128, 2);
        Give(script, Request(CoapType.NonConfirmable, CoapCode.Put, 2, longest, "x", Options(0, 1, exponent: 3)));
        (_, CoapCode code, string token, string payload, _) = Assert.Single(Sent(script));
        Assert.Equal((CoapCode.Content, Hex(longest), first), (code, token, payload));
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void The_blocks_of_a_robust_transfer_are_of_one_size_though_a_token_is_longer_than_the_first()
    {
        Script script = Reading(1000);
        string text = "";
        int exponent = -1;
        for (ushort mid = 1; text.Length < 1000; mid++)
        {
            var wanted = new BlockOption(exponent < 0 ? 0 : text.Length / BlockOption.GetSize(exponent), true, Math.Max(exponent, 3));
            wanted = exponent < 0 ? wanted : new BlockOption(wanted.Number, true, exponent);
            byte[] token = Token(mid == 1 ? 1 : 128, (byte)mid);
            Give(script, Request(
                CoapType.NonConfirmable, CoapCode.Get, mid, token, "", (CoapOptionNumber.QBlock2, UInt(wanted.Value))));
            List<byte[]> blocks = script.DrainBytes();
            Assert.NotEmpty(blocks);
            foreach (byte[] datagram in blocks)
            {
                Assert.True(CoapMessage.TryParse(datagram, CoapFraming.Datagram, extendedTokens: true, out CoapMessage message, out _));
                Assert.True(message.Options.TryGet(CoapOptionNumber.QBlock2, out ReadOnlySpan<byte> value));
                Assert.True(BlockOption.TryRead(value, out BlockOption block));
                exponent = exponent < 0 ? block.SizeExponent : exponent;
                Assert.Equal((exponent, text.Length), (block.SizeExponent, (int)block.Offset));
                text += Encoding.UTF8.GetString(message.Payload);
            }
        }

        Assert.Equal(Text(1000), text);
    }
}
