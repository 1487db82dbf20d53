using System.Text.Json;
using Ipso.Coap;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Coap;

[Trait("Category", "Vectors")]
public class CoapVectorTests
{
    private const string File = "coap.json";

    // What this first form does not cover: TCP, block-wise, tokens longer than 8 bytes, URIs.
    private static readonly string[] s_leftOut =
        ["tcp-message", "tcp-length", "tcp-handling", "tcp-malformed", "block-value", "block-sequence", "extended-token", "uri"];

    private static readonly string[] s_covered =
        ["udp-message", "udp-malformed", "udp-handling", "option-header", "uint-value", "observe-value", "observe-freshness", "echo"];

    public static TheoryData<string> Messages => VectorFile.Ids(File, "udp-message", "udp-handling", "echo");

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "udp-malformed");

    public static TheoryData<string> OptionHeaders => VectorFile.Ids(File, "option-header");

    public static TheoryData<string> UIntValues => VectorFile.Ids(File, "uint-value", "observe-value");

    public static TheoryData<string> Freshness => VectorFile.Ids(File, "observe-freshness");

    [Fact]
    public void Every_kind_is_covered_or_left_out_by_name() =>
        Assert.Empty(VectorFile.Kinds(File).Except(s_covered).Except(s_leftOut));

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_reads_as_expected_and_writes_back_to_the_same_bytes(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] datagram = vector.Hex("hex");
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out CoapParseError error), error.ToString());

        JsonElement expect = vector.GetProperty("expect");
        if (!expect.TryGetProperty("code", out JsonElement code))
        {
            return;
        }

        Assert.Equal(expect.GetProperty("type").GetString(), TypeName(message.Type));
        Assert.Equal(code.GetString(), $"{message.Code.Class}.{message.Code.Detail:D2}");
        Assert.Equal(expect.GetProperty("mid").GetInt32(), message.MessageId);
        Assert.Equal(expect.GetProperty("token").GetString(), message.Token.ToString());
        Assert.Equal(expect.GetProperty("payload").GetString(), Convert.ToHexStringLower(message.Payload));

        var expected = expect.GetProperty("options").EnumerateArray()
            .Select(o => $"{o.GetProperty("number").GetInt32()}={o.GetProperty("value").GetString()}").ToList();
        var actual = new List<string>();
        var buffer = new byte[datagram.Length];
        var writer = new CoapMessageWriter(buffer, message.Type, message.Code, message.MessageId, message.Token);
        foreach (CoapOption option in message.Options)
        {
            actual.Add($"{(int)option.Number}={Convert.ToHexStringLower(option.Value)}");
            writer.Option(option.Number, option.Value);
        }

        writer.Payload(message.Payload);
        Assert.Equal(expected, actual);
        Assert.Equal(datagram.Length, writer.Finish());
        Assert.Equal(Convert.ToHexString(datagram), Convert.ToHexString(buffer));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_datagram_is_no_message(string id)
    {
        Assert.False(CoapMessage.TryParse(VectorFile.Get(File, id).Hex("hex"), out _, out CoapParseError error));
        Assert.NotEqual(CoapParseError.None, error);
    }

    [Theory]
    [MemberData(nameof(OptionHeaders))]
    public void An_option_header_reads_and_writes(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] bytes = vector.Hex("header_hex");
        int delta = vector.GetProperty("expect").GetProperty("delta").GetInt32();
        int length = vector.GetProperty("expect").GetProperty("length").GetInt32();

        Assert.Equal(CoapParseError.None, OptionHeader.TryRead(bytes, out int readDelta, out int readLength, out int consumed));
        Assert.Equal((delta, length, bytes.Length), (readDelta, readLength, consumed));
        var buffer = new byte[OptionHeader.MaxLength];
        Assert.Equal(bytes, buffer[..OptionHeader.Write(buffer, delta, length)]);
        Assert.Equal(bytes.Length, OptionHeader.GetSize(delta, length));
    }

    [Theory]
    [MemberData(nameof(UIntValues))]
    public void A_uint_value_reads_and_writes_in_its_shortest_form(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement expect = vector.GetProperty("expect");
        byte[] bytes = vector.Hex("value_hex");
        if (!vector.GetProperty("valid").GetBoolean())
        {
            Assert.False(ObserveSequence.TryRead(bytes, out _));
            return;
        }

        bool read = vector.GetProperty("kind").GetString() == "observe-value"
            ? ObserveSequence.TryRead(bytes, out uint value)
            : CoapUInt.TryRead(bytes, out value);
        Assert.True(read);
        Assert.Equal(expect.GetProperty("uint").GetUInt32(), value);

        var buffer = new byte[CoapUInt.MaxLength];
        byte[] written = buffer[..CoapUInt.Write(buffer, value)];
        Assert.Equal(!expect.TryGetProperty("encoder_must_not_emit", out _), bytes.AsSpan().SequenceEqual(written));
    }

    [Theory]
    [MemberData(nameof(Freshness))]
    public void The_fresher_notification_is_told(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement input = vector.GetProperty("input");
        Assert.Equal(
            vector.GetProperty("expect").GetProperty("newer").GetBoolean(),
            ObserveSequence.IsFresher(
                input.GetProperty("v1").GetUInt32(),
                input.GetProperty("v2").GetUInt32(),
                TimeSpan.FromSeconds(input.GetProperty("seconds_between").GetDouble())));
    }

    internal static string TypeName(CoapType type) => type switch
    {
        CoapType.Confirmable => "CON",
        CoapType.NonConfirmable => "NON",
        CoapType.Acknowledgement => "ACK",
        _ => "RST",
    };
}
