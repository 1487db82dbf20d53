using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Tests.Vectors;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class ServerTests
{
    private static void Echo(in CoapRequest request, ref CoapResponse response)
    {
        response.Code = CoapCode.Content;
        response.ContentFormat = ContentFormat.PlainText;
        request.Payload.CopyTo(response.Payload);
        response.PayloadLength = request.Payload.Length;
        foreach (ReadOnlySpan<byte> segment in request.UriPath)
        {
            response.Payload[response.PayloadLength++] = (byte)'/';
            segment.CopyTo(response.Payload[response.PayloadLength..]);
            response.PayloadLength += segment.Length;
        }
    }

    [Fact]
    public void A_confirmable_request_is_answered_in_the_acknowledgement() =>
        Assert.Equal(
            "ACK 2.05 Content #7 t=aa 12= \"/3/0\"",
            new Script(Echo).Exchange(Con(CoapCode.Get, 7, "aa", "", Path("3"), Path("0"))));

    [Fact]
    public void A_non_confirmable_request_is_answered_with_a_non_confirmable_response_of_its_own_id()
    {
        string answer = new Script(Echo).Exchange(Non(CoapCode.Get, 7, "aa"));
        Assert.StartsWith("NON 2.05 Content #", answer, StringComparison.Ordinal);
        Assert.Contains(" t=aa", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("#7 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_that_does_nothing_answers_not_found() =>
        Assert.Equal("ACK 4.04 Not Found #7", new Script((in _, ref _) => { }).Exchange(Con(CoapCode.Get, 7)));

    [Fact]
    public void Options_are_put_in_order_whatever_order_the_handler_sets_them_in()
    {
        var script = new Script((in _, ref response) =>
        {
            response.Code = CoapCode.Created;
            response.MaxAge = 30;
            response.AddLocationPath("rd"u8);
            response.AddLocationPath("5a3f"u8);
            response.AddLocationQuery("x=1"u8);
            response.ContentFormat = ContentFormat.LinkFormat;
            response.SetETag([1, 2]);
        });
        Assert.Equal("ACK 2.01 Created #1 4=0102 8=7264 8=35613366 12=28 14=1e 20=783d31", script.Exchange(Con(CoapCode.Post, 1)));
    }

    [Theory]
    [InlineData(1024, 1024, false)]
    [InlineData(1100, 1024, true)]
    public void The_largest_response_with_all_options_fits_and_a_larger_one_goes_in_blocks(int length, int sent, bool isBlock)
    {
        var script = new Script((in _, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.SetETag([1, 2, 3, 4, 5, 6, 7, 8]);
            response.AddLocationPath(new byte[40]);
            response.AddLocationPath(new byte[13]);
            response.AddLocationQuery(new byte[31]);
            response.ContentFormat = (ContentFormat)65535;
            response.MaxAge = uint.MaxValue;
            response.Observe(1);
            response.PayloadLength = length;
        });
        script.Endpoint.Receive(Con(CoapCode.Get, 1, "0102030405060708", "", Observe(0)), Peer, script.Now);
        byte[] answer = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(answer, out CoapMessage message, out _));
        Assert.Equal(sent, message.Payload.Length);
        Assert.Equal(isBlock, message.Options.TryGetUInt(CoapOptionNumber.Block2, out uint block2));
        Assert.Equal(isBlock ? 0xeu : 0, block2);
        Assert.InRange(answer.Length, sent, 1152);
    }

    [Fact]
    public void A_block_that_has_no_room_beside_the_options_becomes_a_smaller_one()
    {
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.SetETag([1, 2, 3, 4, 5, 6, 7, 8]);
                response.AddLocationPath(new byte[88]);
                response.ContentFormat = (ContentFormat)65535;
                response.MaxAge = uint.MaxValue;
                response.Observe(1);
                response.PayloadLength = 300;
            },
            new CoapEndpointOptions { MaxMessageSize = 256, MaxBodySize = 512 });
        byte[] request = Con(
            CoapCode.Fetch, 1, "0102030405060708", "", Observe(0), (CoapOptionNumber.Block1, [2]), (CoapOptionNumber.Size2, []));
        script.Endpoint.Receive(request, Peer, script.Now);
        Assert.True(CoapMessage.TryParse(Assert.Single(script.DrainBytes()), out CoapMessage message, out _));
        Assert.Equal(64, message.Payload.Length);
        Assert.True(message.Options.TryGetUInt(CoapOptionNumber.Block2, out uint block2));
        Assert.Equal(0xau, block2);
    }

    [Fact]
    public void A_location_that_has_no_room_is_the_handlers_fault()
    {
        var script = new Script((in _, ref response) => response.AddLocationPath(new byte[89]));
        Assert.Equal("ACK 5.00 Internal Server Error #1", script.Exchange(Con(CoapCode.Get, 1)));
    }

    [Fact]
    public void A_duplicate_gets_the_identical_reply_and_is_not_executed_again()
    {
        int executions = 0;
        var script = new Script((in _, ref response) =>
        {
            response.Code = CoapCode.Changed;
            response.PayloadLength = Encoding.UTF8.GetBytes($"{++executions}", response.Payload);
        });
        byte[] request = Con(CoapCode.Post, 7, "aa");
        string first = script.Exchange(request);
        Assert.Equal(first, script.At(246).Exchange(request));
        Assert.Equal(1, executions);
        Assert.Equal(1, script.Endpoint.Counters.Duplicates);

        // The same Message ID is another message from another peer, and after EXCHANGE_LIFETIME (RFC 7252, 4.5).
        script.Exchange(request, Other);
        Assert.Equal(2, executions);
        script.At(247).Exchange(request);
        Assert.Equal(3, executions);
    }

    [Fact]
    public void A_duplicate_of_a_non_confirmable_request_is_ignored_for_NON_LIFETIME()
    {
        var script = new Script(Echo);
        byte[] request = Non(CoapCode.Post, 7);
        Assert.Single(script.Receive(request));
        Assert.Empty(script.At(144).Receive(request));
        Assert.Equal(1, script.Handler!.Calls);
        Assert.Single(script.At(145).Receive(request));
    }

    [Theory]
    [InlineData("crit-unknown-con-req", "ACK 4.02 Bad Option #16 \"Option 25 is not supported\"")]
    [InlineData("crit-unknown-non-req", null)]
    [InlineData("crit-unknown-piggyback", null)]
    [InlineData("uri-port-len4", "ACK 4.02 Bad Option #16 \"Option 7 is not supported\"")]
    [InlineData("accept-len3", "ACK 4.02 Bad Option #19 \"Option 17 is not supported\"")]
    [InlineData("content-format-len3", "ACK 2.05 Content #20 12= \"x/a\"")]
    [InlineData("content-format-twice", "ACK 2.05 Content #21 12= \"x/a\"")]
    [InlineData("uri-host-empty", "ACK 4.02 Bad Option #23 \"Option 3 is not supported\"")]
    [InlineData("class-6-non", null)]
    [InlineData("class-7-con-udp", "RST 0.00 Empty #16")]
    [InlineData("ack-with-request", null)]
    [InlineData("rst-not-empty", null)]
    [InlineData("resp-2.08-unknown", "RST 0.00 Empty #16")]
    [InlineData("non-empty-non", null)]
    [InlineData("proxy-uri-nonproxy", "ACK 5.05 Proxying Not Supported #25 \"Option 35 is not supported\"")]
    [InlineData("block1-num1-without-0", "ACK 4.08 Request Entity Incomplete #28 t=01 \"block 0 expected, 1 came\"")]
    [InlineData("echo-len-0", "ACK 2.05 Content #52 t=45 12=")]
    [InlineData("unknown-elective-24-twice", "ACK 5.05 Proxying Not Supported #16 \"Option 35 is not supported\"")]
    [Trait("Category", "Vectors")]
    public void A_message_is_handled_as_the_RFC_says(string id, string? answer)
    {
        var script = new Script(Echo);
        Assert.Equal(answer is null ? [] : [answer], script.Receive(VectorFile.Get("coap.json", id).Hex("hex")));
    }

    public static TheoryData<string> Malformed => VectorFile.Ids("coap.json", "udp-malformed");

    [Theory]
    [MemberData(nameof(Malformed))]
    [Trait("Category", "Vectors")]
    public void A_malformed_message_is_rejected_if_confirmable_and_ignored_if_not(string id)
    {
        var script = new Script(Echo);
        byte[] datagram = VectorFile.Get("coap.json", id).Hex("hex");
        bool isConfirmable = datagram.Length >= 4 && (datagram[0] & 0xf0) == 0x40;
        Assert.Equal(isConfirmable ? [$"RST 0.00 Empty #{datagram[2] << 8 | datagram[3]}"] : [], script.Receive(datagram));
        Assert.Equal(1, script.Endpoint.Counters.Malformed);
        Assert.Equal(0, script.Handler!.Calls);
    }

    [Fact]
    public void The_first_of_two_content_formats_counts()
    {
        ContentFormat? seen = null;
        var script = new Script((in request, ref _) => seen = request.ContentFormat);
        script.Receive(VectorFile.Get("coap.json", "content-format-twice").Hex("hex"));
        Assert.Equal(ContentFormat.LinkFormat, seen);
    }

    [Fact]
    public void Preconditions_reach_the_handler()
    {
        var script = new Script((in request, ref response) =>
        {
            Assert.True(request.IfNoneMatch);
            Assert.Equal(2, request.IfMatch.Count());
            response.Fail(CoapCode.PreconditionFailed);
        });
        byte[] request = Con(
            CoapCode.Put, 1, "", "x", (CoapOptionNumber.IfMatch, []), (CoapOptionNumber.IfMatch, [1]),
            (CoapOptionNumber.IfNoneMatch, []), Path("a"));
        Assert.Equal("ACK 4.12 Precondition Failed #1", script.Exchange(request));
    }

    [Fact]
    public void A_ping_is_answered_with_a_reset() => Assert.Equal("RST 0.00 Empty #9", new Script(Echo).Exchange(Con(CoapCode.Empty, 9)));

    [Fact]
    public void An_unknown_method_is_not_allowed() =>
        Assert.Equal("ACK 4.05 Method Not Allowed #9", new Script(Echo).Exchange(Con(new CoapCode(0, 8), 9)));

    [Fact]
    public void A_request_too_large_is_answered_with_the_size_that_would_do()
    {
        // RFC 7959, 2.9.3: blocks of 1024 bytes, and a body of 16384.
        Assert.Equal(
            "ACK 4.13 Request Entity Too Large #9 27=06 60=4000",
            new Script(Echo).Exchange(Con(CoapCode.Put, 9, "", new string('x', 2000), Path("a"))));
    }

    [Fact]
    public void A_client_alone_rejects_requests() => Assert.Equal("RST 0.00 Empty #9", new Script().Exchange(Con(CoapCode.Get, 9)));

    [Fact]
    public void An_exception_of_the_handler_is_answered_counted_and_told()
    {
        var script = new Script((in _, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = 3;
            throw new InvalidOperationException("oops");
        });
        Assert.Equal("ACK 5.00 Internal Server Error #1", script.Exchange(Con(CoapCode.Get, 1)));
        Assert.Equal(["HandlerFault oops"], script.Events());
        Assert.Equal(1, script.Endpoint.Counters.HandlerFaults);
    }

    [Fact]
    public void A_diagnostic_payload_is_cut_to_what_has_room()
    {
        var script = new Script((in _, ref response) => response.Fail(CoapCode.Forbidden, new string('x', 5000)));
        script.Endpoint.Receive(Con(CoapCode.Get, 1), Peer, default);
        Assert.Equal(4 + 1 + 1024, Assert.Single(script.DrainBytes()).Length);
    }

    [Theory]
    [InlineData(0x02, "ACK 2.05 Content #1 12= \"0123456789\"")]
    [InlineData(0x10, "ACK 4.00 Bad Request #1 \"block 1 of a body of 10 bytes\"")]
    [InlineData(0x07, "ACK 4.00 Bad Request #1 \"Block size exponent 7 is reserved\"")]
    public void A_response_of_one_block_needs_no_block_option(byte block2, string answer) =>
        Assert.Equal(answer, new Script(Echo).Exchange(Con(CoapCode.Get, 1, "", "0123456789", (CoapOptionNumber.Block2, [block2]))));

    [Theory]
    [InlineData("00")]
    [InlineData("0100")]
    [InlineData("000000")]
    [InlineData("0102030405060700")]
    public void A_token_is_given_back_with_its_zeros(string token) =>
        Assert.Equal($"ACK 2.05 Content #1 t={token} 12=", new Script(Echo).Exchange(Con(CoapCode.Get, 1, token)));

    [Fact]
    public void A_hop_limit_is_no_business_of_an_origin_server_unless_it_is_0()
    {
        // RFC 8768, 3: a Hop-Limit of 0 is a bad request; one of another length is not understood, and elective.
        (CoapOptionNumber, byte[]) Hop(params byte[] value) => (CoapOptionNumber.HopLimit, value);
        Assert.Equal("ACK 2.05 Content #1 12=", new Script(Echo).Exchange(Con(CoapCode.Get, 1, "", "", Hop(1))));
        Assert.Equal("ACK 2.05 Content #1 12=", new Script(Echo).Exchange(Con(CoapCode.Get, 1, "", "", Hop(0, 0))));
        Assert.Equal(
            "ACK 4.00 Bad Request #1 \"Option 16 is not supported\"", new Script(Echo).Exchange(Con(CoapCode.Get, 1, "", "", Hop(0))));
    }

    [Theory]
    [InlineData(true, true, "2.04")]
    [InlineData(true, false, "4.12")]
    [InlineData(false, true, "4.12")]
    public void Preconditions_are_judged_for_the_handler(bool exists, bool matches, string code)
    {
        // RFC 7252, 5.10.8.
        var script = new Script((in request, ref response) =>
            response.Code = request.PreconditionsHold(exists, [1, 2]) ? CoapCode.Changed : CoapCode.PreconditionFailed);
        byte[] tag = matches ? [1, 2] : [1];
        Assert.Contains(
            code, script.Exchange(Con(CoapCode.Put, 1, "", "", (CoapOptionNumber.IfMatch, tag))), StringComparison.Ordinal);
        Assert.Contains(
            exists ? "4.12" : "2.04",
            script.Exchange(Con(CoapCode.Put, 2, "", "", (CoapOptionNumber.IfNoneMatch, []))), StringComparison.Ordinal);
        Assert.Contains("2.04", script.Exchange(Con(CoapCode.Put, 3)), StringComparison.Ordinal);
        Assert.Contains(
            exists ? "2.04" : "4.12",
            script.Exchange(Con(CoapCode.Put, 4, "", "", (CoapOptionNumber.IfMatch, []))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_ring_forgets_the_oldest_and_counts_it()
    {
        var script = new Script(Echo, new CoapEndpointOptions { DeduplicationSlots = 2 });
        script.Receive(Con(CoapCode.Get, 1));
        script.Receive(Con(CoapCode.Get, 2));
        script.Receive(Con(CoapCode.Get, 3));
        Assert.Equal(1, script.Endpoint.Counters.DeduplicationEvictions);
        script.Receive(Con(CoapCode.Get, 3));
        Assert.Equal(3, script.Handler!.Calls);
        script.Receive(Con(CoapCode.Get, 1));
        Assert.Equal(4, script.Handler.Calls);
    }

    [Fact]
    public void Answers_that_nobody_takes_are_lost_beyond_a_bound()
    {
        var script = new Script(Echo);
        for (int i = 0; i < 100; i++)
        {
            script.Endpoint.Receive(Con(CoapCode.Empty, (ushort)i), Peer, default);
        }

        Assert.Equal(64, script.Drain().Count);
        Assert.Equal(36, script.Endpoint.Counters.TransmitDropped);
    }

    [Fact]
    public void A_transmit_buffer_that_is_too_short_is_the_callers_fault() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Script(Echo).Endpoint.TryTransmit(new byte[1151], default, out _));
}
