using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>The client role of RFC 9177 under a script: sets of four blocks of 16 bytes.</summary>
public abstract class RobustClientScript
{
    private protected readonly Script _script = new(options: Small);
    private ushort _mid = 100;

    private protected readonly record struct Sent(CoapType Type, ushort Mid, string Token, string Blocks, string Text);

    // What is sent now: of each message type, Message ID, token, and the robust options as number/M.
    private protected List<Sent> Taken() => _script.DrainBytes().ConvertAll(static datagram =>
    {
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        var blocks = new List<string>();
        foreach (CoapOption option in message.Options)
        {
            if (option.Number is CoapOptionNumber.QBlock1 or CoapOptionNumber.QBlock2
                && BlockOption.TryRead(option.Value, out BlockOption block))
            {
                blocks.Add($"{block.Number}/{(block.More ? 1 : 0)}");
            }
        }

        return new Sent(message.Type, message.MessageId, message.Token.ToString(), string.Join(' ', blocks), Show(datagram));
    });

    private protected static string Blocks(List<Sent> sent) => string.Join(' ', sent.Select(static s => s.Blocks));

    private protected ExchangeId Request(CoapCode method, int length, bool confirmable = false, ICoapBodySink? sink = null)
    {
        var head = new CoapRequestHead { Method = method, Path = "/f", NonConfirmable = !confirmable, RobustBlocks = true, Sink = sink };
        return _script.Endpoint.Request(Peer, head, Encoding.UTF8.GetBytes(Text(length)));
    }

    private protected void Receive(byte[] datagram) => _script.Endpoint.Receive(datagram, Peer, _script.Now);

    private protected void Say(CoapCode code, string token, string payload = "", params WireOption[] options) =>
        Receive(Non(code, ++_mid, token, payload, options));

    private protected void Continue(string token, int number) =>
        Say(CoapCode.Continue, token, "", (CoapOptionNumber.QBlock1, UInt(new BlockOption(number, true, 0).Value)));

    private protected void Miss(string token, string list) =>
        Say(CoapCode.RequestEntityIncomplete, token, list, (CoapOptionNumber.ContentFormat, UInt(272)));

    // A block of a response of so many bytes.
    private protected void Give(string token, int number, int length, byte tag = 1, int exponent = 0) => Receive(Non(
        CoapCode.Content, ++_mid, token, Text(length)[(number * 16)..Math.Min((number + 1) * 16, length)],
        (CoapOptionNumber.ETag, [tag]),
        (CoapOptionNumber.Size2, UInt((uint)length)),
        (CoapOptionNumber.QBlock2, UInt(new BlockOption(number, (number + 1) * 16 < length, exponent).Value))));

    // The first block of an upload, acknowledged: the rest of its set is out.
    private protected List<Sent> Begin(int length)
    {
        Request(CoapCode.Put, length);
        Sent first = Assert.Single(Taken());
        Receive(EmptyAck(first.Mid));
        return Taken();
    }

    // A request for a body, acknowledged.
    private protected Sent Fetch()
    {
        Request(CoapCode.Get, 0);
        Sent first = Assert.Single(Taken());
        Receive(EmptyAck(first.Mid));
        return first;
    }
}
