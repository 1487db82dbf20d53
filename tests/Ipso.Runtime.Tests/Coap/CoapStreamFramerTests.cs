using Ipso.Coap;
using Ipso.Tests.Lwm2m;

namespace Ipso.Tests.Coap;

public class CoapStreamFramerTests
{
    private const int MaxMessageSize = 70_000;

    [Fact]
    public void However_a_stream_is_cut_the_messages_are_the_same()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            byte[] stream = Stream(random, largestPayload: 66_000, out List<int> ends);
            int largest = random.Next(3) switch { 0 => 1, 1 => 7, _ => 4096 };
            var framer = new CoapStreamFramer(MaxMessageSize, extendedTokens: true);
            int position = 0;
            int read = 0;
            while (position < stream.Length || framer.Pending > 0)
            {
                int length = Math.Min(random.Next(1, largest + 1), stream.Length - position);
                int taken = framer.Append(stream.AsSpan(position, length));
                position += taken;
                Assert.True(framer.Pending <= framer.Capacity && framer.Capacity <= MaxMessageSize);
                bool isRead = false;
                while (framer.TryRead(out CoapMessage message))
                {
                    Assert.True(message.Datagram.SequenceEqual(stream.AsSpan()[(read == 0 ? 0 : ends[read - 1])..ends[read]]));
                    read++;
                    isRead = true;

                    // Messages may wait while bytes come.
                    if (random.Next(4) == 0)
                    {
                        break;
                    }
                }

                Assert.True(taken > 0 || isRead, $"seed {seed}: nothing goes on");
            }

            Assert.Equal((CoapParseError.None, ends.Count), (framer.Error, read));
        }
    }

    [Theory]
    [InlineData("f0ffffffff", CoapParseError.MessageTooLarge)]
    [InlineData("fd00000400", CoapParseError.MessageTooLarge)]
    [InlineData("e00374", CoapParseError.MessageTooLarge)]
    [InlineData("09", CoapParseError.TokenLength)]
    [InlineData("0f", CoapParseError.TokenLength)]
    [InlineData("1045ff", CoapParseError.PayloadMarkerWithoutPayload)]
    [InlineData("1045f0", CoapParseError.OptionNibbleReserved)]
    [InlineData("20456100", CoapParseError.None)]
    [InlineData("104561", CoapParseError.OptionTruncated)]
    [InlineData("0045104561", CoapParseError.OptionTruncated)]
    public void A_fault_is_told_as_soon_as_it_is_there_and_stays(string hex, CoapParseError expected)
    {
        byte[] stream = Convert.FromHexString(hex);
        var framer = new CoapStreamFramer(1152, extendedTokens: true);
        for (int i = 0; i < stream.Length; i++)
        {
            Assert.Equal(CoapParseError.None, framer.Error);
            Assert.Equal(1, framer.Append(stream.AsSpan(i, 1)));
            while (framer.TryRead(out _))
            {
            }
        }

        Assert.Equal(expected, framer.Error);
        Assert.Equal(expected == CoapParseError.None ? 1 : 0, framer.Append([0]));
        Assert.Equal(expected == CoapParseError.None, !framer.GetBuffer().IsEmpty);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(600)]
    [InlineData(70_000)]
    public void The_longest_message_is_taken_and_one_byte_more_is_not(int max)
    {
        byte[] whole = Message(max);
        var framer = new CoapStreamFramer(max);
        Assert.Equal(whole.Length, framer.Append(whole));
        Assert.True(framer.TryRead(out CoapMessage message));
        Assert.Equal(max, message.Datagram.Length);
        Assert.True(framer.Append(Message(max + 1)) < max + 1);
        Assert.False(framer.TryRead(out _));
        Assert.Equal(CoapParseError.MessageTooLarge, framer.Error);

        static byte[] Message(int length)
        {
            var buffer = new byte[length];
            var writer = new CoapMessageWriter(buffer, CoapFraming.Stream, default, CoapCode.Content, 0, default);
            writer.EndPayload(writer.BeginPayload().Length);
            Assert.Equal(length, writer.Finish());
            return buffer;
        }
    }

    [Fact]
    public void Memory_follows_what_has_come_and_not_what_is_announced()
    {
        var framer = new CoapStreamFramer(10_000_000);
        framer.Append(Convert.FromHexString("f0007fffff45"));
        Assert.Equal(512, framer.Capacity);
        framer.Append(new byte[10_000]);
        Assert.InRange(framer.Capacity, 10_006, 20_012);
    }

    [Fact]
    public void Once_grown_nothing_is_allocated()
    {
        byte[] stream = Stream(new Random(3), largestPayload: 3000, out _);
        var framer = new CoapStreamFramer(MaxMessageSize, extendedTokens: true);
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            for (int position = 0; position < stream.Length;)
            {
                Span<byte> room = framer.GetBuffer();
                int count = Math.Min(Math.Min(room.Length, 100), stream.Length - position);
                stream.AsSpan(position, count).CopyTo(room);
                framer.Advance(count);
                position += count;
                while (framer.TryRead(out CoapMessage message))
                {
                    Assert.False(message.Code.IsEmpty);
                }
            }
        }));
    }

    [Fact]
    public void Signals_say_what_they_say()
    {
        var buffer = new byte[64];
        CoapMessage ping = Signal(buffer, CoapSignals.WritePing(buffer, CoapFraming.Stream, [7], custody: true));
        Assert.True(ping.Code == CoapCode.Ping && CoapSignals.HasCustody(ping) && ping.Token == new CoapToken([7]));
        Assert.True(ping.Code.IsSignal && ping.Framing == CoapFraming.Stream);
        CoapMessage pong = Signal(buffer, CoapSignals.WritePong(buffer, CoapFraming.WebSocket, [7]), CoapFraming.WebSocket);
        Assert.True(pong.Code == CoapCode.Pong && !CoapSignals.HasCustody(pong) && pong.Framing == CoapFraming.WebSocket);

        CoapMessage release = Signal(buffer, CoapSignals.WriteRelease(buffer, CoapFraming.Stream, "[::1]:5683"u8, 300, "later"u8));
        Assert.Equal(TimeSpan.FromMinutes(5), CoapSignals.GetHoldOff(release));
        foreach (ReadOnlySpan<byte> address in CoapSignals.GetAlternativeAddresses(release))
        {
            Assert.Equal("[::1]:5683"u8, address);
        }

        Assert.Equal(1, CoapSignals.GetAlternativeAddresses(release).Count());
        Assert.Equal("later"u8, release.Payload);
        Assert.Null(CoapSignals.GetHoldOff(Signal(buffer, CoapSignals.WriteRelease(buffer, CoapFraming.Stream))));

        CoapMessage abort = Signal(buffer, CoapSignals.WriteAbort(buffer, CoapFraming.Stream, (CoapOptionNumber)17));
        Assert.Equal((CoapOptionNumber)17, CoapSignals.GetBadCsmOption(abort));
        Assert.Equal(0, (int)CoapSignals.FindBadOption(abort));
        Assert.Null(CoapSignals.GetBadCsmOption(Signal(buffer, CoapSignals.WriteAbort(buffer, CoapFraming.Stream))));
        Assert.Equal(-1, CoapSignals.WriteAbort(buffer.AsSpan(0, 4), CoapFraming.Stream, diagnostic: "abc"u8));
    }

    [Fact]
    public void A_CSM_changes_what_it_says_and_leaves_the_rest()
    {
        var buffer = new byte[64];
        CoapCapabilities peer = Update(CoapCapabilities.Base, new(8192, true, 300));
        Assert.Equal(new(8192, true, 300), peer);
        Assert.True(peer.TakesBert);
        Assert.Equal(peer, Update(peer, CoapCapabilities.Base));
        Assert.Equal(peer with { MaxMessageSize = 100 }, Update(peer, new(100, false, 8)));
        Assert.False((peer with { MaxMessageSize = 1152 }).TakesBert);
        Assert.False((peer with { BlockWiseTransfer = false }).TakesBert);
        Assert.Equal(CoapToken.MaxExtendedLength, Update(peer, new(1152, false, 100_000)).MaxTokenLength);

        // Values of lengths that are out of range, and a token length below 8, are as good as not there.
        var writer = new CoapMessageWriter(buffer, CoapFraming.Stream, default, CoapCode.Csm, 0, default);
        writer.Option(CoapSignalOption.MaxMessageSize, new byte[5]);
        writer.Option(CoapSignalOption.BlockWiseTransfer, [1]);
        writer.Option(CoapSignalOption.ExtendedTokenLength, 7);
        Assert.True(CoapCapabilities.Base.TryUpdate(Signal(buffer, writer.Finish()), out CoapCapabilities updated, out _));
        Assert.Equal(CoapCapabilities.Base, updated);

        CoapCapabilities Update(CoapCapabilities from, CoapCapabilities said)
        {
            CoapMessage csm = Signal(buffer, CoapSignals.WriteCsm(buffer, CoapFraming.Stream, said));
            Assert.True(from.TryUpdate(csm, out CoapCapabilities updated, out CoapOptionNumber badOption));
            Assert.Equal(0, (int)badOption);
            return updated;
        }
    }

    private static CoapMessage Signal(byte[] buffer, int length, CoapFraming framing = CoapFraming.Stream)
    {
        Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, length), framing, false, out CoapMessage message, out _));
        return message;
    }

    // Messages of all sizes of header, small ones more often, and where each ends.
    private static byte[] Stream(Random random, int largestPayload, out List<int> ends)
    {
        using var stream = new MemoryStream();
        var buffer = new byte[MaxMessageSize];
        ends = [];
        for (int i = random.Next(1, 30); i > 0; i--)
        {
            int size = random.Next(24) switch
            {
                0 => random.Next(largestPayload),
                1 => largestPayload - random.Next(300),
                < 9 => random.Next(260, 280),
                _ => random.Next(20),
            };
            int tokenLength = random.Next(8) switch { 0 => random.Next(13, 300), 1 => random.Next(265, 275), _ => random.Next(9) };
            var token = new byte[tokenLength];
            random.NextBytes(token);
            var writer = new CoapMessageWriter(
                buffer, CoapFraming.Stream, default, new CoapCode((byte)random.Next(1, 256)), 0, token);
            for (int option = random.Next(4), number = 0; option > 0; option--)
            {
                number += random.Next(600);
                writer.Option((CoapOptionNumber)number, buffer.AsSpan(random.Next(9), random.Next(30)));
            }

            writer.Payload(new byte[Math.Min(size, writer.BeginPayload().Length)]);
            stream.Write(buffer, 0, writer.Finish());
            ends.Add((int)stream.Length);
        }

        return stream.ToArray();
    }
}
