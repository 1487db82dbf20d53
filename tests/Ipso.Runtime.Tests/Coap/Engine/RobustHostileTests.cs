using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>Robust transfers with a peer that says anything: nothing throws, no bound is passed, and in the end all is given back.</summary>
public class RobustHostileTests
{
    private readonly byte[] _buffer = new byte[256];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    // Numbers near each other, near the bounds, and any.
    private static int Number(Random random) => random.Next(4) switch
    {
        0 => random.Next(1 << 20),
        1 => BlockOption.MaxNumber - random.Next(3),
        _ => random.Next(40),
    };

    private static WireOption Block(CoapOptionNumber number, Random random) =>
        (number, UInt(new BlockOption(Number(random), random.Next(2) == 0, random.Next(8) == 0 ? random.Next(8) : 0).Value));

    private static WireOption Size(CoapOptionNumber number, Random random) =>
        (number, UInt(random.Next(4) == 0 ? (uint)random.NextInt64(1L << 32) : (uint)random.Next(600)));

    private static string Payload(Random random) => Text(random.Next(3) == 0 ? random.Next(40) : 16);

    private void Drain(CoapEndpoint endpoint, Instant now)
    {
        int sent = 0;
        while (endpoint.TryTransmit(_buffer, now, out Transmit transmit))
        {
            Assert.True(CoapMessage.TryParse(_buffer.AsSpan(0, transmit.Length), out _, out _));
            Assert.InRange(++sent, 0, 200);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_server_bears_any_client(int seed)
    {
        var random = new Random(seed);
        var script = new Script(
            (in request, ref response) =>
            {
                response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Changed;
                response.PayloadLength = random.Next(512);
            },
            Small);
        for (int i = 0; i < 5000; i++)
        {
            List<WireOption> options = [];
            bool puts = random.Next(2) == 0;
            if (puts)
            {
                options.Add(Block(CoapOptionNumber.QBlock1, random));
            }

            for (int left = puts ? random.Next(5) - 3 : random.Next(4); left > 0; left--)
            {
                options.Add(Block(CoapOptionNumber.QBlock2, random));
            }

            options.Add(random.Next(4) > 0 ? (CoapOptionNumber.Size1, UInt(400)) : Size(CoapOptionNumber.Size1, random));
            options.Add((CoapOptionNumber.RequestTag, [(byte)random.Next(6)]));
            CoapType type = random.Next(3) == 0 ? CoapType.Confirmable : CoapType.NonConfirmable;
            CoapCode code = puts ? CoapCode.Put : CoapCode.Get;
            script.At(i * 0.3).Endpoint.Receive(
                Message(type, code, (ushort)i, "01", Payload(random), [.. options]), new PeerId([(byte)random.Next(3)]), script.Now);
            script.Endpoint.OnDeadline(script.Now);
            Drain(script.Endpoint, script.Now);
            Assert.InRange(script.Endpoint.TransferCount, 0, 4);
        }

        Assert.InRange(script.Handler!.Calls, 100, 5000);
        while (script.Endpoint.NextDeadline is not null)
        {
            script.Deadline();
        }

        Assert.Equal(0, script.Endpoint.TransferCount);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_client_bears_any_server(int seed)
    {
        var random = new Random(seed);
        var client = new CoapEndpoint(Small, new SeededRandom(seed));
        var now = default(Instant);
        int ended = 0;
        for (int round = 0; round < 60; round++)
        {
            bool puts = random.Next(2) == 0;
            var head = new CoapRequestHead
            {
                Method = puts ? CoapCode.Put : CoapCode.Get, Path = "/x", RobustBlocks = true, NonConfirmable = random.Next(4) > 0,
            };
            ExchangeId id = client.Request(Peer, head, new byte[puts ? random.Next(17, 512) : 0]);
            byte[] last = [];
            for (int i = 0; i < 400 && client.IsOpen(id); i++)
            {
                while (client.TryTransmit(_buffer, now, out Transmit transmit))
                {
                    last = _buffer[..transmit.Length];
                }

                Assert.True(CoapMessage.TryParse(last, out CoapMessage request, out _));
                client.Receive(Answer(request, puts, random), Peer, now);
                now += TimeSpan.FromMilliseconds(random.Next(1500));
                client.OnDeadline(now);
            }

            client.Forget(id);
            while (client.TryTakeEvent(out CoapEvent e))
            {
                Assert.NotEqual(CoapEventKind.HandlerFault, e.Kind);
                ended++;
            }
        }

        Drain(client, now);
        Assert.InRange(ended, 20, 60);
        Assert.Equal(0, client.ExchangeCount);

        // All pages are free again.
        ExchangeId whole = client.Request(
            Peer, new CoapRequestHead { Method = CoapCode.Put, Path = "/x", RobustBlocks = true }, new byte[512]);
        Assert.True(client.IsOpen(whole));
    }

    private static byte[] Answer(in CoapMessage request, bool puts, Random random)
    {
        string token = request.Token.ToString();
        ushort mid = (ushort)random.Next(1 << 16);
        switch (random.Next(8))
        {
            case 0:
                return EmptyAck(request.MessageId);
            case 1 when puts:
                return Non(CoapCode.Continue, mid, token, "", Block(CoapOptionNumber.QBlock1, random));
            case 2 or 3 when puts:
                var list = new byte[random.Next(1, 12)];
                var writer = new MissingBlocksWriter(list);
                for (int number = random.Next(20); writer.TryWrite(number); number += random.Next(1, 30))
                {
                }

                if (random.Next(5) == 0)
                {
                    random.NextBytes(list);
                }

                var buffer = new byte[256];
                var message = new CoapMessageWriter(
                    buffer, CoapType.NonConfirmable, CoapCode.RequestEntityIncomplete, mid, request.Token);
                message.Option(CoapOptionNumber.ContentFormat, (uint)ContentFormat.MissingBlocks);
                message.Payload(list);
                return buffer[..message.Finish()];
            case 4 when random.Next(20) == 0:
                return Non(CoapCode.RequestEntityTooLarge, mid, token, "", (CoapOptionNumber.QBlock1, []));
            case 5 when random.Next(20) == 0:
                return Ack(CoapCode.BadOption, request.MessageId, token);
            default:
                byte[] tag = [(byte)(random.Next(10) == 0 ? 2 : 1)];
                WireOption size = random.Next(10) == 0 ? Size(CoapOptionNumber.Size2, random) : (CoapOptionNumber.Size2, UInt(400));
                return puts && random.Next(30) > 0
                    ? EmptyAck(request.MessageId)
                    : Non(
                        CoapCode.Content, mid, token, Payload(random), (CoapOptionNumber.ETag, tag), size,
                        Block(CoapOptionNumber.QBlock2, random));
        }
    }
}
