using System.Text.Json;
using Ipso.Coap;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Coap;

[Trait("Category", "Vectors")]
public class StreamVectorTests
{
    private const string File = "coap.json";

    public static TheoryData<string> Messages => VectorFile.Ids(File, "tcp-message", "tcp-handling");

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "tcp-malformed");

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_found_byte_by_byte_and_written_back(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] bytes = vector.Hex("hex");
        var framer = new CoapStreamFramer(bytes.Length < 16 ? 16 : bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.False(framer.TryRead(out _));
            Assert.Equal(1, framer.Append(bytes.AsSpan(i, 1)));
        }

        Assert.True(framer.TryRead(out CoapMessage message), framer.Error.ToString());
        Assert.Equal((CoapType.NonConfirmable, (ushort)0), (message.Type, message.MessageId));
        CoapVectorTests.AssertReadsAndWrites(vector.GetProperty("expect"), message);
        Assert.False(framer.TryRead(out _));
        Assert.Equal((0, CoapParseError.None), (framer.Pending, framer.Error));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_message_ends_the_stream_and_a_part_of_one_waits(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        var framer = new CoapStreamFramer(1152);
        byte[] bytes = vector.Hex("hex");
        Assert.Equal(bytes.Length, framer.Append(bytes));
        Assert.False(framer.TryRead(out _));
        bool isWaiting = vector.GetProperty("expect").GetProperty("decode").GetString() == "incomplete";
        Assert.Equal(isWaiting, framer.Error == CoapParseError.None);
        Assert.Equal(isWaiting ? 1 : 0, framer.Append([0]));
    }

    [Fact]
    public void The_lengths_that_a_header_can_say_go_up_to_those_of_four_bytes()
    {
        JsonElement expect = VectorFile.Get(File, "tcp-len-65804").GetProperty("expect");
        Assert.Equal(expect.GetProperty("tkl0_first_bytes_65804").GetString(), FirstBytes(65804, 3));
        Assert.Equal(expect.GetProperty("tkl0_first_bytes_65805").GetString(), FirstBytes(65805, 5));

        static string FirstBytes(int body, int count)
        {
            var buffer = new byte[body + 6];
            var writer = new CoapMessageWriter(buffer, CoapFraming.Stream, default, CoapCode.Content, 0, default);
            writer.Payload(new byte[body - 1]);
            Assert.Equal(body + 1 + count, writer.Finish());
            return Convert.ToHexStringLower(buffer.AsSpan(0, count));
        }
    }

    [Fact]
    public void Signals_are_written_as_the_vectors_have_them()
    {
        var buffer = new byte[64];
        Assert.Equal(Hex("tcp-ping"), Written(CoapSignals.WritePing(buffer, CoapFraming.Stream, [0x42])));
        Assert.Equal("01e342", Written(CoapSignals.WritePong(buffer, CoapFraming.Stream, [0x42])));
        Assert.Equal(Hex("tcp-csm-maxmsg"), Csm(CoapCapabilities.Base with { MaxMessageSize = 1152 }, force: true));
        Assert.Equal(Hex("tcp-csm-maxmsg-block"), Csm(new(65536, true, 8), force: false));
        Assert.Equal(Hex("tcp-release"), Written(CoapSignals.WriteRelease(buffer, CoapFraming.Stream)));
        Assert.Equal(
            Hex("tcp-abort-badcsm"), Written(CoapSignals.WriteAbort(buffer, CoapFraming.Stream, (CoapOptionNumber)17, "bad"u8)));

        string Written(int length) => Convert.ToHexStringLower(buffer.AsSpan(0, length));

        // The base value is what holds unless said: only a program that insists says it.
        string Csm(CoapCapabilities capabilities, bool force)
        {
            if (!force)
            {
                return Written(CoapSignals.WriteCsm(buffer, CoapFraming.Stream, capabilities));
            }

            Assert.Equal("00e1", Written(CoapSignals.WriteCsm(buffer, CoapFraming.Stream, capabilities)));
            var writer = new CoapMessageWriter(buffer, CoapFraming.Stream, default, CoapCode.Csm, 0, default);
            writer.Option(CoapSignalOption.MaxMessageSize, capabilities.MaxMessageSize);
            return Written(writer.Finish());
        }
    }

    [Fact]
    public void A_CSM_with_an_unknown_critical_option_names_what_the_abort_is_to_say()
    {
        Assert.True(CoapMessage.TryParse(
            VectorFile.Get(File, "tcp-csm-unknown-critical").Hex("hex"), CoapFraming.Stream, false, out CoapMessage csm, out _));
        Assert.False(CoapCapabilities.Base.TryUpdate(csm, out CoapCapabilities updated, out CoapOptionNumber badOption));
        Assert.Equal((CoapCapabilities.Base, 17), (updated, (int)badOption));
    }

    [Fact]
    public void A_message_larger_than_told_is_refused_by_its_header_alone()
    {
        byte[] bytes = VectorFile.Get(File, "tcp-too-big").Hex("hex");
        var framer = new CoapStreamFramer(16);
        Assert.Equal(2, framer.Append(bytes.AsSpan(0, 2)));
        Assert.False(framer.TryRead(out _));
        Assert.Equal(CoapParseError.MessageTooLarge, framer.Error);
        Assert.Equal(0, framer.Append(bytes.AsSpan(2)));
    }

    private static string Hex(string id) => VectorFile.Get(File, id).GetProperty("hex").GetString()!;
}
