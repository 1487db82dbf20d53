using Ipso.Coap;
using Ipso.Tests.Lwm2m;

namespace Ipso.Tests.Coap;

public class CoapMessageWriterTests
{
    [Fact]
    public void A_buffer_that_is_too_small_is_no_exception_and_stays_so()
    {
        // The bodies are around those at which the length of a stream's message takes a byte more.
        foreach (CoapFraming framing in Enum.GetValues<CoapFraming>())
        {
            int[] payloads = [0, 1, 2, 3, 4, 13, 252, 256, 257, 258, 259, 260, 300, 65_700, 65_791, 65_792, 65_793, 65_794, 65_800];
            foreach (int payload in payloads)
            {
                var buffer = new byte[66_000];
                int needed = Write(buffer, framing, payload);
                for (int size = Math.Max(needed - 20, 0); size < needed; size++)
                {
                    Assert.Equal(-1, Write(buffer.AsSpan(0, size), framing, payload));
                }

                Assert.Equal(needed, Write(buffer.AsSpan(0, needed), framing, payload));
                Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, needed), framing, false, out CoapMessage message, out _));
                Assert.Equal((payload, "0102"), (message.Payload.Length, message.Token.ToString()));
            }
        }

        static int Write(Span<byte> buffer, CoapFraming framing, int payload)
        {
            var writer = new CoapMessageWriter(buffer, framing, CoapType.Confirmable, CoapCode.Put, 7, [1, 2]);
            writer.Option(CoapOptionNumber.UriPath, "abc");
            writer.Option(CoapOptionNumber.ContentFormat, 11542);
            writer.Payload(new byte[payload]);
            return writer.Finish();
        }
    }

    [Fact]
    public void Options_out_of_order_are_the_callers_fault()
    {
        var writer = new CoapMessageWriter(new byte[64], CoapType.Confirmable, CoapCode.Get, 1);
        writer.Option(CoapOptionNumber.UriPath, "a");
        InvalidOperationException? thrown = null;
        try
        {
            writer.Option(CoapOptionNumber.UriHost, "b");
        }
        catch (InvalidOperationException e)
        {
            thrown = e;
        }

        Assert.Contains("ascending", Assert.IsType<InvalidOperationException>(thrown).Message);
    }

    [Fact]
    public void A_payload_can_be_written_in_place()
    {
        var buffer = new byte[8];
        var writer = new CoapMessageWriter(buffer, CoapType.NonConfirmable, CoapCode.Content, 1);
        Span<byte> room = writer.BeginPayload();
        Assert.Equal(3, room.Length);
        room[0] = 0x2a;
        writer.EndPayload(1);
        Assert.Equal("50450001FF2A", Convert.ToHexString(buffer.AsSpan(0, writer.Finish())));
    }

    [Theory]
    [InlineData(CoapFraming.Datagram)]
    [InlineData(CoapFraming.Stream)]
    [InlineData(CoapFraming.WebSocket)]
    public void Tokens_of_every_length_that_the_wire_knows_come_back(CoapFraming framing)
    {
        var buffer = new byte[65_900];
        foreach (int length in new[] { 0, 1, 8, 13, 14, 268, 269, 270, 65_803, CoapToken.MaxExtendedLength })
        {
            var token = new byte[length];
            new Random(length).NextBytes(token);
            var writer = new CoapMessageWriter(buffer, framing, CoapType.Confirmable, CoapCode.Get, 9, token);
            writer.Option(CoapOptionNumber.UriPath, "a");
            writer.Payload([1]);
            byte[] bytes = buffer[..writer.Finish()];
            Assert.True(CoapMessage.TryParse(bytes, framing, extendedTokens: true, out CoapMessage message, out _));
            Assert.Equal(token, message.TokenBytes);
            Assert.Equal(length <= 8, message.Token.Equals(message.TokenBytes));
            Assert.Equal((1, CoapCode.Get), (message.Payload.Length, message.Code));
            Assert.Equal(length <= 8, CoapMessage.TryParse(bytes, framing, extendedTokens: false, out _, out CoapParseError error));
            Assert.Equal(length <= 8 ? CoapParseError.None : CoapParseError.TokenLength, error);
            Assert.Equal(-1, new CoapMessageWriter(buffer.AsSpan(0, length), framing, default, CoapCode.Get, 9, token).Finish());

            // A stream's message has the length that it says, and no other.
            if (framing == CoapFraming.Stream)
            {
                for (int shorter = Math.Max(bytes.Length - 20, 0); shorter < bytes.Length; shorter++)
                {
                    Assert.False(CoapMessage.TryParse(bytes.AsSpan(0, shorter), framing, true, out _, out _));
                }

                Assert.False(CoapMessage.TryParse([.. bytes, 0], framing, true, out _, out error));
                Assert.Equal(CoapParseError.FrameLength, error);
            }
        }

        foreach (int length in new[] { 9, 12, CoapToken.MaxExtendedLength + 1 })
        {
            Assert.False(CoapToken.IsLength(length));
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new CoapMessageWriter(new byte[70_000], framing, default, CoapCode.Get, 9, new byte[length]).Finish());
        }
    }

    [Theory]
    [InlineData(CoapFraming.Datagram)]
    [InlineData(CoapFraming.Stream)]
    [InlineData(CoapFraming.WebSocket)]
    public void Writing_and_reading_allocate_nothing(CoapFraming framing)
    {
        var buffer = new byte[1024];
        var token = new byte[300];
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            var writer = new CoapMessageWriter(buffer, framing, CoapType.Confirmable, CoapCode.Post, 9, token);
            writer.Option(CoapOptionNumber.UriPath, "rd");
            writer.Option(CoapOptionNumber.ContentFormat, 40);
            writer.Option(CoapOptionNumber.UriQuery, "ep=node");
            writer.Option(CoapOptionNumber.Block1, new BlockOption(3, true, 6).Value);
            writer.Payload(token);
            Assert.True(CoapMessage.TryParse(buffer.AsSpan(0, writer.Finish()), framing, true, out CoapMessage message, out _));
            foreach (CoapOption option in message.Options)
            {
                Assert.True(CoapOptionInfo.TryGet(option.Number, out CoapOptionInfo info) && info.Allows(option.Value.Length));
            }

            Assert.True(message.Options.TryGet(CoapOptionNumber.Block1, out ReadOnlySpan<byte> value));
            Assert.True(BlockOption.TryRead(value, out BlockOption block) && block.Number == 3);
            Assert.True(message.TokenBytes.Length == 300 && message.Payload.Length == 300);
        }));
    }

    [Fact]
    public void An_empty_payload_has_no_marker()
    {
        var buffer = new byte[4];
        var writer = new CoapMessageWriter(buffer, CoapType.NonConfirmable, CoapCode.Content, 1);
        writer.EndPayload(0);
        Assert.Equal(4, writer.Finish());
    }

    [Fact]
    public void The_header_of_a_malformed_message_can_be_read_unless_it_is_of_another_version()
    {
        Assert.True(CoapMessage.TryReadHeader([0x4f, 1, 0x12, 0x34], out CoapType type, out ushort messageId));
        Assert.Equal((CoapType.Confirmable, (ushort)0x1234), (type, messageId));
        Assert.False(CoapMessage.TryReadHeader([0x80, 1, 0x12, 0x34], out _, out _));
        Assert.False(CoapMessage.TryReadHeader([0x40, 1, 0x12], out _, out _));
    }
}
