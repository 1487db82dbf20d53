using System.Text.Json;
using Ipso.Coap;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Coap;

[Trait("Category", "Vectors")]
public class CoapVectorTests
{
    private const string File = "coap.json";

    // Some are proved elsewhere: StreamVectorTests, CoapUriVectorTests, BlockVectorTests and, with endpoints, ReactionVectorTests.
    private static readonly string[] s_covered =
    [
        "udp-message", "udp-malformed", "udp-handling", "extended-token", "option-header", "uint-value", "observe-value",
        "observe-freshness", "echo", "block-value", "block-sequence", "tcp-message", "tcp-length", "tcp-handling", "tcp-malformed", "uri",
    ];

    public static TheoryData<string> Messages => VectorFile.Ids(File, "udp-message", "udp-handling", "echo", "extended-token");

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "udp-malformed");

    public static TheoryData<string> OptionHeaders => VectorFile.Ids(File, "option-header");

    public static TheoryData<string> UIntValues => VectorFile.Ids(File, "uint-value", "observe-value");

    public static TheoryData<string> Freshness => VectorFile.Ids(File, "observe-freshness");

    [Fact]
    public void Every_kind_is_covered() => Assert.Empty(VectorFile.Kinds(File).Except(s_covered));

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_reads_as_expected_and_writes_back_to_the_same_bytes(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] datagram = vector.Hex("hex");
        bool isMessage = CoapMessage.TryParse(
            datagram, CoapFraming.Datagram, extendedTokens: true, out CoapMessage message, out CoapParseError error);
        Assert.Equal(vector.GetProperty("valid").GetBoolean(), isMessage);
        Assert.Equal(isMessage, error == CoapParseError.None);
        JsonElement expect = vector.GetProperty("expect");
        if (!isMessage || !expect.TryGetProperty("code", out _))
        {
            return;
        }

        Assert.Equal(expect.GetProperty("type").GetString(), TypeName(message.Type));
        Assert.Equal(expect.GetProperty("mid").GetInt32(), message.MessageId);
        AssertReadsAndWrites(expect, message);
        bool isLong = message.TokenBytes.Length > CoapToken.MaxLength;
        Assert.Equal(isLong ? "" : expect.GetProperty("token").GetString(), message.Token.ToString());
        Assert.Equal(!isLong, CoapMessage.TryParse(datagram, out _, out error));
        Assert.Equal(isLong ? CoapParseError.TokenLength : CoapParseError.None, error);
    }

    // Code, token, options and payload are as a vector expects them, and the message is written again to the same bytes.
    internal static void AssertReadsAndWrites(JsonElement expect, CoapMessage message)
    {
        Assert.Equal(expect.GetProperty("code").GetString(), $"{message.Code.Class}.{message.Code.Detail:D2}");
        Assert.Equal(expect.GetProperty("token").GetString(), Convert.ToHexStringLower(message.TokenBytes));
        Assert.Equal(expect.GetProperty("payload").GetString(), Convert.ToHexStringLower(message.Payload));

        var expected = expect.GetProperty("options").EnumerateArray()
            .Select(o => $"{o.GetProperty("number").GetInt32()}={o.GetProperty("value").GetString()}").ToList();
        var actual = new List<string>();
        var buffer = new byte[message.Datagram.Length];
        var writer = new CoapMessageWriter(
            buffer, message.Framing, message.Type, message.Code, message.MessageId, message.TokenBytes);
        foreach (CoapOption option in message.Options)
        {
            actual.Add($"{(int)option.Number}={Convert.ToHexStringLower(option.Value)}");
            writer.Option(option.Number, option.Value);
        }

        writer.Payload(message.Payload);
        Assert.Equal(expected, actual);
        Assert.Equal(buffer.Length, writer.Finish());
        Assert.Equal(Convert.ToHexString(message.Datagram), Convert.ToHexString(buffer));
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
