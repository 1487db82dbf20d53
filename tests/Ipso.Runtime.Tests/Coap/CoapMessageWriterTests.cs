using Ipso.Coap;

namespace Ipso.Tests.Coap;

public class CoapMessageWriterTests
{
    [Fact]
    public void A_buffer_that_is_too_small_is_no_exception_and_stays_so()
    {
        var buffer = new byte[64];
        int needed = Write(buffer);
        for (int size = 0; size < needed; size++)
        {
            Assert.Equal(-1, Write(buffer.AsSpan(0, size)));
        }

        Assert.Equal(needed, Write(buffer.AsSpan(0, needed)));

        static int Write(Span<byte> buffer)
        {
            var writer = new CoapMessageWriter(buffer, CoapType.Confirmable, CoapCode.Put, 7, new CoapToken([1, 2]));
            writer.Option(CoapOptionNumber.UriPath, "abc");
            writer.Option(CoapOptionNumber.ContentFormat, 11542);
            writer.Payload([1, 2, 3]);
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
