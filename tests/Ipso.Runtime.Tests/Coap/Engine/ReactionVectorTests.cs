using System.Text.Json;
using Ipso.Coap;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Coap.Engine;

/// <summary>What an endpoint does with the vectors that say what is to be done.</summary>
[Trait("Category", "Vectors")]
public class ReactionVectorTests
{
    private const string File = "coap.json";

    // What is answered to a request; none for silence.
    private static readonly Dictionary<string, string[]> s_answers = new()
    {
        ["crit-unknown-con-req"] = ["ACK 4.02 Bad Option #16 \"Option 25 is not supported\""],
        ["crit-unknown-non-req"] = [],
        ["uri-port-len4"] = ["ACK 4.02 Bad Option #16 \"Option 7 is not supported\""],
        ["accept-len3"] = ["ACK 4.02 Bad Option #19 \"Option 17 is not supported\""],
        ["content-format-len3"] = ["ACK 2.04 Changed #20 \"content-format=\""],
        ["content-format-twice"] = ["ACK 2.04 Changed #21 \"content-format=40\""],
        ["uri-host-empty"] = ["ACK 4.02 Bad Option #23 \"Option 3 is not supported\""],
        ["class-6-non"] = [],
        ["class-7-con-udp"] = ["RST 0.00 Empty #16"],
        ["ack-with-request"] = [],
        ["rst-not-empty"] = [],
        ["non-empty-non"] = [],
        ["proxy-uri-nonproxy"] = ["ACK 5.05 Proxying Not Supported #25 \"Option 35 is not supported\""],
        ["unknown-elective-24-twice"] = ["ACK 5.05 Proxying Not Supported #16 \"Option 35 is not supported\""],
        ["if-none-match-put"] = ["ACK 4.12 Precondition Failed #26"],
        ["block1-num1-without-0"] = ["ACK 4.08 Request Entity Incomplete #28 t=01 \"block 0 expected, 1 came\""],
        ["echo-len-0"] = ["ACK 2.04 Changed #52 t=45 \"content-format=\""],
    };

    // Answers to requests of our own, which need such a request, and what comes again: tests by themselves.
    private static readonly string[] s_elsewhere = ["crit-unknown-piggyback", "resp-2.08-unknown", "dedup-con"];

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "udp-malformed");

    public static TheoryData<string> Answered => [.. s_answers.Keys];

    public static TheoryData<string> LongTokens => ["tkl-9", "tkl-13-truncated", "token-ext-unsupported-peer"];

    [Fact]
    public void Every_vector_that_says_what_is_to_be_done_is_here() =>
        Assert.Empty(VectorFile.Names(File, "udp-handling").Except(s_answers.Keys).Except(s_elsewhere));

    [Theory]
    [MemberData(nameof(Malformed))]
    [MemberData(nameof(LongTokens))]
    public void A_malformed_CON_is_rejected_and_whatever_else_is_malformed_ignored(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] datagram = vector.Hex("hex");
        string handling = vector.GetProperty("expect_handling") is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : vector.GetProperty("expect_handling").GetProperty("action").GetString()!;
        bool isRejected = !handling.StartsWith("silently", StringComparison.Ordinal) && datagram[0] >> 4 == 0b0100;
        Script script = Server();
        string[] expected = isRejected ? [$"RST 0.00 Empty #{datagram[2] << 8 | datagram[3]}"] : [];
        Assert.Equal(expected, script.Receive(datagram));
        Assert.Equal(0, script.Handler!.Calls);
        Assert.Equal(1, script.Endpoint.Counters.Malformed);
    }

    [Theory]
    [MemberData(nameof(Answered))]
    public void A_message_is_answered_as_it_should_be(string id)
    {
        Script script = Server();
        Assert.Equal(s_answers[id], script.Receive(VectorFile.Get(File, id).Hex("hex")));
        bool isHandled = s_answers[id] is [var answer] && (answer.Contains("2.04", StringComparison.Ordinal)
            || answer.Contains("4.12", StringComparison.Ordinal));
        Assert.Equal(isHandled ? 1 : 0, script.Handler!.Calls);
    }

    [Fact]
    public void A_request_that_comes_again_is_answered_with_what_was_answered()
    {
        Script script = Server();
        byte[] request = VectorFile.Get(File, "dedup-con").Hex("hex");
        string first = script.Exchange(request);
        Assert.Equal(first, script.At(246).Exchange(request));
        Assert.Equal(1, script.Handler!.Calls);
        Assert.Equal(first, script.At(248).Exchange(request));
        Assert.Equal(2, script.Handler.Calls);
    }

    [Fact]
    public void A_piggybacked_response_with_an_unknown_critical_option_is_ignored()
    {
        var script = new Script();
        byte[] response = ForRequestOf(script, "crit-unknown-piggyback");
        Assert.Empty(script.Receive(response));
        Assert.DoesNotContain(script.Events(), e => e.StartsWith("Response", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unassigned_response_code_is_a_response_of_its_class()
    {
        var script = new Script();
        byte[] response = ForRequestOf(script, "resp-2.08-unknown");
        Assert.StartsWith("ACK 0.00 Empty", Assert.Single(script.Receive(response)), StringComparison.Ordinal);
        Assert.Equal(["Response 2.08 \"\""], script.Events());
        Assert.True(new CoapCode(2, 8).IsSuccess);
    }

    private static Script Server() => new((in request, ref response) =>
    {
        if (request.IfNoneMatch)
        {
            response.Code = CoapCode.PreconditionFailed;
            return;
        }

        response.Code = CoapCode.Changed;
        string text = $"content-format={(int?)request.ContentFormat}";
        response.PayloadLength = System.Text.Encoding.ASCII.GetBytes(text, response.Payload);
    });

    // The response of a vector as the answer to a request that has been sent: with its token, and its Message ID if it is an ACK.
    private static byte[] ForRequestOf(Script script, string id)
    {
        script.Request();
        byte[] sent = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(sent, out CoapMessage request, out _));
        Assert.True(CoapMessage.TryParse(VectorFile.Get(File, id).Hex("hex"), out CoapMessage vector, out _));
        var buffer = new byte[64];
        ushort messageId = vector.Type == CoapType.Acknowledgement ? request.MessageId : vector.MessageId;
        var writer = new CoapMessageWriter(buffer, vector.Type, vector.Code, messageId, request.Token);
        foreach (CoapOption option in vector.Options)
        {
            writer.Option(option.Number, option.Value);
        }

        writer.Payload(vector.Payload);
        return buffer[..writer.Finish()];
    }
}
