using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>The server role of RFC 7959: what goes in and out, block by block.</summary>
public class BlockServerTests
{
    private static readonly CoapEndpointOptions s_small = new() { BlockSize = 16, MaxMessageSize = 256, MaxBodySize = 256, Transfers = 4 };

    private static string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

    private static WireOption Block1(byte value) => (CoapOptionNumber.Block1, [value]);

    private static WireOption Block2(byte value) => (CoapOptionNumber.Block2, [value]);

    // Answers a GET with a text, and everything else with what it was sent.
    private static Script Server(int length, CoapEndpointOptions? options = null) => new(
        (in request, ref response) =>
        {
            bool reads = request.Method == CoapMethod.Get;
            response.Code = reads ? CoapCode.Content : CoapCode.Changed;
            string text = reads ? Text(length) : Encoding.UTF8.GetString(request.Payload);
            response.PayloadLength = Encoding.UTF8.GetBytes(text, response.Payload);
        },
        options ?? s_small);

    private static string Without(string shown, string option) =>
        System.Text.RegularExpressions.Regex.Replace(shown, $" {option}=[0-9a-f]*", "");

    [Fact]
    public void A_response_is_given_out_block_by_block_and_rendered_once()
    {
        Script script = Server(40);
        string first = script.Exchange(Con(CoapCode.Get, 1, "01"));
        Assert.Equal($"ACK 2.05 Content #1 t=01 23=08 \"{Text(40)[..16]}\"", Without(first, "4"));
        Assert.Equal(
            $"ACK 2.05 Content #2 t=02 23=18 \"{Text(40)[16..32]}\"",
            Without(script.Exchange(Con(CoapCode.Get, 2, "02", "", Block2(0x10))), "4"));
        Assert.Equal(
            $"ACK 2.05 Content #3 t=03 23=20 \"{Text(40)[32..]}\"",
            Without(script.Exchange(Con(CoapCode.Get, 3, "03", "", Block2(0x20))), "4"));
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void All_blocks_bear_the_same_entity_tag_and_options()
    {
        // RFC 7959, 2.4.
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.ContentFormat = ContentFormat.PlainText;
                response.MaxAge = 9;
                response.PayloadLength = 32;
            },
            s_small);
        string first = script.Exchange(Con(CoapCode.Get, 1, "01"));
        string second = script.Exchange(Con(CoapCode.Get, 2, "01", "", Block2(0x10)));
        Assert.Matches(" 4=[0-9a-f]{12} 12= 14=09 23=08", first);
        Assert.Equal(first.Replace("#1", "#2", StringComparison.Ordinal).Replace("23=08", "23=10", StringComparison.Ordinal), second);
    }

    [Fact]
    public void A_client_may_start_anywhere_and_its_smaller_blocks_are_granted()
    {
        // RFC 7959, 2.4: random access; 3.1, Figure 4: late negotiation.
        Script script = Server(200, s_small with { BlockSize = 64 });
        Assert.EndsWith($" 23=32 \"{Text(200)[192..]}\"", script.Exchange(Con(CoapCode.Get, 1, "01", "", Block2(0x32))));
        Assert.EndsWith($" 23=0a \"{Text(200)[..64]}\"", script.Exchange(Con(CoapCode.Get, 2, "01", "")));
        Assert.EndsWith($" 23=49 \"{Text(200)[128..160]}\"", script.Exchange(Con(CoapCode.Get, 3, "01", "", Block2(0x41))));

        // Larger blocks than ours are not given.
        Assert.EndsWith($" 23=0a \"{Text(200)[..64]}\"", script.Exchange(Con(CoapCode.Get, 4, "01", "", Block2(0x04))));
    }

    [Fact]
    public void A_block_past_the_end_is_a_bad_request()
    {
        Script script = Server(40);
        Assert.Equal(
            "ACK 4.00 Bad Request #1 t=01 \"block 3 of a body of 40 bytes\"",
            script.Exchange(Con(CoapCode.Get, 1, "01", "", Block2(0x30))));
        script.Exchange(Con(CoapCode.Get, 2, "01"));
        Assert.StartsWith(
            "ACK 4.00 Bad Request #3", script.Exchange(Con(CoapCode.Get, 3, "01", "", Block2(0x30))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_representation_that_changes_between_blocks_stays_the_one_that_was_begun()
    {
        string text = Text(32);
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.PayloadLength = Encoding.UTF8.GetBytes(text, response.Payload);
            },
            s_small);
        script.Exchange(Con(CoapCode.Get, 1, "01"));
        text = new string('z', 32);
        Assert.Contains(Text(32)[16..], script.Exchange(Con(CoapCode.Get, 2, "01", "", Block2(0x10))), StringComparison.Ordinal);

        // When it is not kept any more, another entity-tag says that this is another representation.
        script.At(300).Endpoint.OnDeadline(script.Now);
        string later = script.Exchange(Con(CoapCode.Get, 3, "01", "", Block2(0x10)));
        Assert.Contains("zzzz", later, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_is_told_to_who_asks()
    {
        Script script = Server(40);
        Assert.Contains(" 28=28 ", script.Exchange(Con(CoapCode.Get, 1, "01", "", (CoapOptionNumber.Size2, []))), StringComparison.Ordinal);
        Assert.DoesNotContain(" 28=", script.Exchange(Con(CoapCode.Get, 2, "01")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_body_is_gathered_and_handled_once_it_is_whole()
    {
        // RFC 7959, 3.2, Figure 7.
        Script script = Server(0);
        Assert.Equal("ACK 2.31 Continue #1 t=01 27=08", script.Exchange(Con(CoapCode.Put, 1, "01", Text(16), Block1(0x08))));
        Assert.Equal("ACK 2.31 Continue #2 t=02 27=18", script.Exchange(Con(CoapCode.Put, 2, "02", Text(16), Block1(0x18))));
        Assert.Equal(0, script.Handler!.Calls);
        Assert.Equal("ACK 2.04 Changed #3 t=03 23=08 27=20", Without(
            script.Exchange(Con(CoapCode.Put, 3, "03", "last", Block1(0x20))), "4").Split(" \"")[0]);
        Assert.Equal(1, script.Handler.Calls);
    }

    [Fact]
    public void Then_the_response_may_come_in_blocks_too_without_being_done_again()
    {
        // RFC 7959, 3.3: a POST whose request and response are both in blocks.
        Script script = Server(0);
        script.Exchange(Con(CoapCode.Post, 1, "01", Text(16), Block1(0x08)));
        string first = script.Exchange(Con(CoapCode.Post, 2, "01", Text(16), Block1(0x10)));
        Assert.Contains($" 23=08 27=10 \"{Text(16)}\"", first, StringComparison.Ordinal);
        Assert.Contains($" 23=10 \"{Text(16)}\"", script.Exchange(Con(CoapCode.Post, 3, "01", "", Block2(0x10))), StringComparison.Ordinal);
        Assert.Equal(1, script.Handler!.Calls);

        // Once it is gone it is not made again: the request would be executed twice.
        script.At(300).Endpoint.OnDeadline(script.Now);
        Assert.Equal(
            "ACK 4.08 Request Entity Incomplete #4 t=01 \"the response of block 1 is not kept any more\"",
            script.Exchange(Con(CoapCode.Post, 4, "01", "", Block2(0x10))));
        Assert.Equal(1, script.Handler.Calls);
    }

    [Fact]
    public void The_server_asks_for_smaller_blocks_and_goes_on_with_them()
    {
        // RFC 7959, 3.2, Figure 9.
        Script script = Server(0, s_small with { BlockSize = 32 });
        Assert.Equal("ACK 2.31 Continue #1 27=09", script.Exchange(Con(CoapCode.Put, 1, "", Text(128), Block1(0x0b))));
        Assert.Equal("ACK 2.31 Continue #2 27=49", script.Exchange(Con(CoapCode.Put, 2, "", Text(32), Block1(0x49))));
        Assert.Contains(" 27=51 ", script.Exchange(Con(CoapCode.Put, 3, "", Text(20), Block1(0x51))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_is_refused_and_the_transfer_survives()
    {
        // RFC 7959, 2.9.2.
        Script script = Server(0);
        script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08)));
        Assert.Equal(
            "ACK 4.08 Request Entity Incomplete #2 27=38 \"block 1 expected, 3 came\"".Replace(" 27=38", "", StringComparison.Ordinal),
            script.Exchange(Con(CoapCode.Put, 2, "", Text(16), Block1(0x38))));
        Assert.Equal("ACK 2.31 Continue #3 27=18", script.Exchange(Con(CoapCode.Put, 3, "", Text(16), Block1(0x18))));
    }

    [Fact]
    public void Other_requests_and_pings_in_between_do_no_harm()
    {
        Script script = Server(10);
        script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08)));
        Assert.Equal("RST 0.00 Empty #2", script.Exchange(Con(CoapCode.Empty, 2)));
        Assert.Equal($"ACK 2.05 Content #3 \"{Text(10)}\"", script.Exchange(Con(CoapCode.Get, 3)));
        Assert.Contains("2.04", script.Exchange(Con(CoapCode.Put, 4, "", "x", Block1(0x10))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_whose_answer_was_lost_is_not_taken_twice()
    {
        Script script = Server(0);
        script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08)));
        script.Exchange(Con(CoapCode.Put, 2, "", "bbbbbbbbbbbbbbbb", Block1(0x18)));
        Assert.Equal("ACK 2.31 Continue #3 27=18", script.Exchange(Con(CoapCode.Put, 3, "", "bbbbbbbbbbbbbbbb", Block1(0x18))));
        script.Exchange(Con(CoapCode.Put, 4, "", "c", Block1(0x20)));
        Assert.Contains(
            "\"c\"", script.Exchange(Con(CoapCode.Put, 5, "", "", Block2(0x20))), StringComparison.Ordinal);
    }

    [Fact]
    public void Block_zero_begins_anew()
    {
        Script script = Server(0);
        script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08)));
        script.Exchange(Con(CoapCode.Put, 2, "", Text(16), Block1(0x08)));
        Assert.Contains(Text(16), script.Exchange(Con(CoapCode.Put, 3, "", "", Block1(0x10))), StringComparison.Ordinal);
        Assert.Equal(1, script.Endpoint.Counters.TransfersDropped);
    }

    [Fact]
    public void Peers_tags_and_formats_keep_operations_apart()
    {
        // RFC 9175, 3.3, and RFC 7959, 2.5: the options that make an operation.
        WireOption tag = (CoapOptionNumber.RequestTag, [1]);
        WireOption empty = (CoapOptionNumber.RequestTag, []);
        WireOption format = (CoapOptionNumber.ContentFormat, [60]);
        Script script = Server(0);
        script.Exchange(Con(CoapCode.Put, 1, "", "aaaaaaaaaaaaaaaa", Block1(0x08)));
        script.Exchange(Con(CoapCode.Put, 2, "", "bbbbbbbbbbbbbbbb", Block1(0x08), tag));
        script.Exchange(Con(CoapCode.Put, 3, "", "cccccccccccccccc", Block1(0x08), empty));
        script.Exchange(Con(CoapCode.Put, 4, "", "dddddddddddddddd", Block1(0x08)), Other);
        Assert.Contains("\"bbbb", script.Exchange(Con(CoapCode.Put, 5, "", "", Block1(0x10), tag)), StringComparison.Ordinal);
        Assert.Contains("\"aaaa", script.Exchange(Con(CoapCode.Put, 6, "", "", Block1(0x10))), StringComparison.Ordinal);
        Assert.Contains("\"cccc", script.Exchange(Con(CoapCode.Put, 7, "", "", Block1(0x10), empty)), StringComparison.Ordinal);
        Assert.Contains("\"dddd", script.Exchange(Con(CoapCode.Put, 8, "", "", Block1(0x10)), Other), StringComparison.Ordinal);
        script.Exchange(Con(CoapCode.Put, 9, "", Text(16), Block1(0x08)));
        Assert.Contains("4.08", script.Exchange(Con(CoapCode.Put, 10, "", "", format, Block1(0x10))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x08, 15)]
    [InlineData(0x08, 17)]
    [InlineData(0x00, 17)]
    public void A_block_of_another_size_than_it_says_is_a_bad_request(byte block, int length) =>
        Assert.Equal(
            $"ACK 4.00 Bad Request #1 \"block 0 has {length} bytes, not 16\"",
            Server(0).Exchange(Con(CoapCode.Put, 1, "", Text(length), Block1(block))));

    [Fact]
    public void A_body_too_large_is_refused_when_it_says_so_or_becomes_so()
    {
        // RFC 7959, 2.9.3: Size1 says what would do.
        Script script = Server(0);
        Assert.Equal(
            "ACK 4.13 Request Entity Too Large #1 27= 60=0100",
            script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08), (CoapOptionNumber.Size1, [1, 1]))));
        Assert.Equal(0, script.Endpoint.TransferCount);
        byte block = 0x08;
        for (ushort mid = 2; mid < 18; mid++, block += 0x10)
        {
            byte[] value = mid == 17 ? [0xf8] : [block];
            script.Exchange(Con(CoapCode.Put, mid, "", Text(16), (CoapOptionNumber.Block1, value)));
        }

        Assert.StartsWith(
            "ACK 4.13 Request Entity Too Large #18",
            script.Exchange(Con(CoapCode.Put, 18, "", Text(16), (CoapOptionNumber.Block1, [0x01, 0x08]))), StringComparison.Ordinal);
        Assert.Equal(0, script.Endpoint.TransferCount);
    }

    [Fact]
    public void A_half_done_body_is_forgotten_in_time()
    {
        Script script = Server(0);
        script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08)));
        Assert.Equal(Instant.FromSeconds(247), script.Endpoint.NextDeadline);
        script.Deadline();
        Assert.Equal((0, 1L), (script.Endpoint.TransferCount, script.Endpoint.Counters.TransfersDropped));
        Assert.Contains("4.08", script.Exchange(Con(CoapCode.Put, 2, "", "", Block1(0x10))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_flood_of_half_open_bodies_is_refused_and_those_under_way_go_on()
    {
        Script script = Server(0, s_small with { DeduplicationSlots = 4096 });
        script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08)));
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            string answer = script.Exchange(Con(CoapCode.Put, 1, "", Text(16), Block1(0x08)), new PeerId([9, (byte)i, (byte)(i >> 8)]));
            refused += answer == "ACK 5.03 Service Unavailable #1 14=1e \"Too many transfers\"" ? 1 : 0;
        }

        Assert.Equal(997, refused);
        Assert.Equal(997, script.Endpoint.Counters.TransfersRefused);
        Assert.Equal(4, script.Endpoint.TransferCount);
        Assert.Contains("2.04", script.Exchange(Con(CoapCode.Put, 2, "", "x", Block1(0x10))), StringComparison.Ordinal);

        // Who has gone silent for longer than a peer repeats itself gives way.
        script.At(46);
        Assert.Contains("2.31", script.Exchange(Con(CoapCode.Put, 3, "", Text(16), Block1(0x08))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_representation_is_confirmed_instead_of_sent()
    {
        // RFC 7252, 5.9.1.3: also the entity-tag that the engine itself has given.
        Script script = Server(40);
        string first = script.Exchange(Con(CoapCode.Get, 1, "01"));
        byte[] tag = Convert.FromHexString(System.Text.RegularExpressions.Regex.Match(first, " 4=([0-9a-f]+)").Groups[1].Value);
        Assert.Equal(
            $"ACK 2.03 Valid #2 t=01 4={Convert.ToHexStringLower(tag)}",
            script.Exchange(Con(CoapCode.Get, 2, "01", "", (CoapOptionNumber.ETag, [1]), (CoapOptionNumber.ETag, tag))));
    }

    [Fact]
    public void An_entity_tag_of_a_wrong_length_confirms_nothing()
    {
        // RFC 7252, 5.4.3: an elective option of a wrong length is ignored, though its first bytes are those of the tag.
        Script script = Server(40);
        string first = script.Exchange(Con(CoapCode.Get, 1, "01"));
        byte[] tag = Convert.FromHexString(System.Text.RegularExpressions.Regex.Match(first, " 4=([0-9a-f]+)").Groups[1].Value);
        byte[] tooLong = [.. tag, 0, 0, 0];
        Assert.Contains("2.05", script.Exchange(Con(CoapCode.Get, 2, "01", "", (CoapOptionNumber.ETag, tooLong))), StringComparison.Ordinal);
        Assert.Contains("2.05", script.Exchange(Con(CoapCode.Get, 3, "01", "", (CoapOptionNumber.ETag, []))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_FETCH_in_one_message_with_a_response_in_blocks_may_repeat_its_payload_or_not()
    {
        var script = new Script(
            (in request, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.PayloadLength = 32;
                response.Payload[..32].Fill(request.Payload.IsEmpty ? (byte)'?' : request.Payload[0]);
            },
            s_small);
        script.Exchange(Con(CoapCode.Fetch, 1, "01", "a"));
        Assert.Contains("aaaa", script.Exchange(Con(CoapCode.Fetch, 2, "01", "", Block2(0x10))), StringComparison.Ordinal);
        Assert.Contains("aaaa", script.Exchange(Con(CoapCode.Fetch, 3, "01", "a", Block2(0x10))), StringComparison.Ordinal);
        Assert.Equal(1, script.Handler!.Calls);
        Assert.Contains("bbbb", script.Exchange(Con(CoapCode.Fetch, 4, "01", "b", Block2(0x10))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_FETCH_is_not_done_again_without_its_payload()
    {
        Script script = Server(0);
        script.Exchange(Con(CoapCode.Fetch, 1, "01", Text(16), Block1(0x08)));
        script.Exchange(Con(CoapCode.Fetch, 2, "01", Text(16), Block1(0x10)));
        Assert.Equal(1, script.Handler!.Calls);
        script.At(300).Endpoint.OnDeadline(script.Now);
        Assert.Equal(
            "ACK 4.08 Request Entity Incomplete #3 t=01 \"the response of block 1 is not kept any more\"",
            script.Exchange(Con(CoapCode.Fetch, 3, "01", "", Block2(0x10))));
        Assert.Equal(1, script.Handler.Calls);
    }

    [Fact]
    public void A_notification_in_blocks_is_followed_by_requests_for_the_rest()
    {
        // RFC 7959, 2.6 and 3.4: the first block in the notification, the others by GET without Observe.
        var script = new Script(
            (in _, ref response) =>
            {
                response.Code = CoapCode.Content;
                response.PayloadLength = 20;
                response.Payload[..20].Fill((byte)'n');
                response.Observe(5);
            },
            s_small);
        Assert.Contains(" 6=01 23=08 ", script.Exchange(Con(CoapCode.Get, 1, "01", "", Observe(0))), StringComparison.Ordinal);
        script.Endpoint.Notify(5);
        Assert.Contains(" 6=02 23=08 \"nnnnnnnnnnnnnnnn\"", Assert.Single(script.Drain()), StringComparison.Ordinal);
        int calls = script.Handler!.Calls;
        Assert.EndsWith(" 23=10 \"nnnn\"", script.Exchange(Con(CoapCode.Get, 2, "02", "", Block2(0x10))), StringComparison.Ordinal);
        Assert.Equal(calls, script.Handler.Calls);
        Assert.Equal(1, script.Endpoint.ObserverCount);
    }
}
