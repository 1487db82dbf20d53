using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class HostileTests
{
    private static readonly CoapEndpointOptions s_small = new()
    {
        DeduplicationSlots = 16, DeduplicationBytes = 2048, Observers = 4, Exchanges = 3,
    };

    [Fact]
    public void Random_and_mutated_datagrams_neither_throw_nor_grow_anything_and_the_endpoint_still_answers()
    {
        var random = new Random(20260101);
        var script = new Script(
            (in request, ref response) =>
            {
                response.Code = CoapCode.Content;
                foreach (CoapOption option in request.Options)
                {
                    response.PayloadLength += option.Value.Length & 1;
                }

                response.Observe((ulong)request.UriPath.Count());
            },
            s_small);
        byte[][] seeds = [.. Seeds()];
        var buffer = new byte[2048];
        for (int i = 0; i < 200_000; i++)
        {
            script.At(i * 0.01);
            int length = random.Next(4) == 0 ? Noise(random, buffer) : Mutate(random, seeds[random.Next(seeds.Length)], buffer);
            script.Endpoint.Receive(buffer.AsSpan(0, length), random.Next(2) == 0 ? Peer : Other, script.Now);
            switch (random.Next(8))
            {
                case 0:
                    script.Endpoint.Notify((ulong)random.Next(3), random.Next(2) == 0);
                    break;
                case 1:
                    script.Request(observe: random.Next(2) == 0, confirmable: random.Next(2) == 0);
                    break;
                case 2:
                    script.Endpoint.OnDeadline(script.Now);
                    break;
                case 3:
                    script.DrainBytes();
                    break;
                case 4:
                    script.Events();
                    break;
                default:
                    break;
            }

            Assert.InRange(script.Endpoint.ObserverCount, 0, 4);
            Assert.InRange(script.Endpoint.ExchangeCount, 0, 3);
        }

        script.DrainBytes();
        CoapCounters counters = script.Endpoint.Counters;
        Assert.True(counters.Malformed > 10_000 && counters.Handled > 1_000 && counters.Refused > 100 && counters.Dropped > 1_000);
        Assert.Equal("ACK 2.05 Content #65000 t=77", script.At(1e6).Exchange(Con(CoapCode.Get, 65_000, "77")));
    }

    [Fact]
    public void Answers_that_an_attacker_makes_up_match_nothing_but_by_luck()
    {
        // Every datagram below is an answer: to guess wrong must leave the exchange as it was.
        var random = new Random(7);
        var script = new Script();
        script.Request();
        script.Drain();
        for (int i = 0; i < 100_000; i++)
        {
            var token = new byte[random.Next(9)];
            random.NextBytes(token);
            byte[] answer = Message((CoapType)random.Next(2), CoapCode.Content, (ushort)random.Next(65536), Convert.ToHexString(token), "");
            script.Endpoint.Receive(answer, Peer, script.Now);
            script.DrainBytes();
        }

        Assert.Empty(script.Events());
        Assert.Equal(1, script.Endpoint.ExchangeCount);
    }

    [Fact]
    public void The_parser_takes_any_bytes_and_a_message_that_exists_can_be_read()
    {
        var random = new Random(99);
        var buffer = new byte[2048];
        byte[][] seeds = [.. Seeds()];
        int messages = 0;
        for (int i = 0; i < 300_000; i++)
        {
            int length = i % 2 == 0 ? Noise(random, buffer) : Mutate(random, seeds[random.Next(seeds.Length)], buffer);
            if (!CoapMessage.TryParse(buffer.AsSpan(0, length), out CoapMessage message, out CoapParseError error))
            {
                Assert.NotEqual(CoapParseError.None, error);
                continue;
            }

            messages++;
            int last = 0;
            int size = 4 + message.Token.Length + (message.Payload.IsEmpty ? 0 : message.Payload.Length + 1);
            foreach (CoapOption option in message.Options)
            {
                Assert.True((int)option.Number >= last);
                size += OptionHeader.GetSize((int)option.Number - last, option.Value.Length) + option.Value.Length;
                last = (int)option.Number;
            }

            // Every form on the wire is the only one for its numbers, so that the sizes must agree.
            Assert.Equal(length, size);
        }

        Assert.True(messages > 30_000);
    }

    private static IEnumerable<byte[]> Seeds()
    {
        yield return Con(CoapCode.Get, 1, "01", "", Observe(0), Path("3"), Path("0"));
        yield return Con(CoapCode.Get, 2, "01", "", Observe(1), Path("3"));
        yield return Non(
            CoapCode.Put, 3, "0102030405060708", "22.5", Path("3303"),
            (CoapOptionNumber.ContentFormat, [0x2d, 0x16]), (CoapOptionNumber.Accept, [60]));
        yield return Con(
            CoapCode.Post, 4, "", "x", (CoapOptionNumber.UriHost, "host"u8.ToArray()), Path("rd"),
            (CoapOptionNumber.UriQuery, "ep=a"u8.ToArray()));
        yield return Con(CoapCode.Get, 5, "", "", (CoapOptionNumber.Block2, [2]), (CoapOptionNumber.Size2, []));
        yield return Con(CoapCode.Get, 6, "", "", ((CoapOptionNumber)25, [1]));
        yield return Ack(CoapCode.Content, 7, "000001020304", "x");
        yield return Non(CoapCode.Content, 8, "000001020304", "x", Observe(77));
        yield return EmptyAck(9);
        yield return Rst(10);
        yield return Con(CoapCode.Empty, 11);
        yield return Con(CoapCode.Put, 12, "", new string('y', 1500), Path("5"));
    }

    private static int Noise(Random random, byte[] buffer)
    {
        int length = random.Next(64);
        random.NextBytes(buffer.AsSpan(0, length));
        if (length > 0 && random.Next(4) != 0)
        {
            buffer[0] = (byte)(0x40 | (buffer[0] & 0x38));
        }

        return length;
    }

    private static int Mutate(Random random, byte[] seed, byte[] buffer)
    {
        seed.CopyTo(buffer, 0);
        int length = seed.Length;
        for (int i = random.Next(4); i > 0 && length > 0; i--)
        {
            switch (random.Next(4))
            {
                case 0:
                    buffer[random.Next(length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    buffer[random.Next(length)] = (byte)random.Next(256);
                    break;
                case 2:
                    length = random.Next(length + 1);
                    break;
                default:
                    // Another Message ID: else most would be duplicates.
                    random.NextBytes(buffer.AsSpan(2, 2));
                    break;
            }
        }

        return length;
    }
}
