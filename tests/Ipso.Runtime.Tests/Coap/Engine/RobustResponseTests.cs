using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.RobustServerTests;
using static Ipso.Tests.Coap.Engine.Wire;
using WireOption = (Ipso.Coap.CoapOptionNumber Number, byte[] Value);

namespace Ipso.Tests.Coap.Engine;

/// <summary>The server role of RFC 9177, Q-Block2: sets of four blocks of 16 bytes.</summary>
public class RobustResponseTests
{
    private static WireOption Wants(int number, bool more = false, int exponent = 0) =>
        (CoapOptionNumber.QBlock2, UInt(new BlockOption(number, more, exponent).Value));

    private static Script Server(int length, CoapEndpointOptions? options = null) => new(
        (in request, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = Encoding.UTF8.GetBytes(Text(length), response.Payload);
        },
        options ?? Small);

    private static Script Reading(Letters body) => new(
        (in _, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.SetBody(body);
        },
        Small);

    // What came, block by block: number, M and length; or the code.
    private static string Blocks(List<string> sent) => string.Join(' ', sent.Select(static shown =>
    {
        System.Text.RegularExpressions.Match value = System.Text.RegularExpressions.Regex.Match(shown, " 31=([0-9a-f]*)");
        return value.Success && BlockOption.TryRead(Convert.FromHexString(value.Groups[1].Value), out BlockOption block)
            ? $"{block.Number}/{(block.More ? 1 : 0)}"
            : shown.Split(' ')[1];
    }));

    [Fact]
    public void A_request_for_the_body_brings_the_first_set_and_each_continue_the_next()
    {
        // RFC 9177, 10.2.2; Size2 and ETag in each block (4.4 and 4.6).
        Script script = Server(140);
        List<string> sent = script.Receive(Non(CoapCode.Get, 1, "01", "", Wants(0, true)));
        Assert.Equal("0/1 1/1 2/1 3/1", Blocks(sent));
        Assert.All(sent, static s => Assert.Matches("^NON 2.05 Content #[0-9]+ t=01 4=[0-9a-f]{12} 28=8c 31=", s));
        Assert.Single(sent.Select(static s => s.Split(' ')[5]).Distinct());
        Assert.EndsWith($" \"{Text(140)[16..32]}\"", sent[1]);

        sent = script.Receive(Non(CoapCode.Get, 2, "02", "", Wants(4, true)));
        Assert.Equal("4/1 5/1 6/1 7/1", Blocks(sent));
        Assert.All(sent, static s => Assert.Contains(" t=02 ", s, StringComparison.Ordinal));
        Assert.Equal("8/0", Blocks(script.Receive(Non(CoapCode.Get, 3, "03", "", Wants(8, true)))));
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void Nothing_more_goes_out_without_a_word_from_the_client()
    {
        // Who forges an address sets off one set at most.
        Script script = Server(500);
        Assert.Equal(4, script.Receive(Non(CoapCode.Get, 1, "01", "", Wants(0, true))).Count);
        Assert.Equal(Instant.FromSeconds(247), script.Endpoint.NextDeadline);
        Assert.Empty(script.Deadline());
        Assert.Equal(0, script.Endpoint.TransferCount);
    }

    [Fact]
    public void A_confirmable_request_has_the_first_block_in_its_acknowledgement()
    {
        Script script = Server(40);
        List<string> sent = script.Receive(Con(CoapCode.Get, 1, "01", "", Wants(0, true)));
        Assert.Equal(
            ["ACK 2.05 Content #1", "NON 2.05 Content", "NON 2.05 Content"],
            sent.Select(static (s, i) => s.Split(i == 0 ? " t=" : " #")[0]));
        Assert.Equal("0/1 1/1 2/0", Blocks(sent));
    }

    [Fact]
    public void Missing_blocks_are_sent_once_each_in_ascending_order()
    {
        // RFC 9177, 4.4: M for the rest of the set; blocks asked for twice go out once.
        Script script = Server(140);
        script.Receive(Non(CoapCode.Get, 1, "01", "", Wants(0, true)));
        Assert.Equal("1/1 3/1", Blocks(script.Receive(Non(CoapCode.Get, 2, "02", "", Wants(1), Wants(3)))));
        Assert.Equal("2/1 3/1", Blocks(script.Receive(Non(CoapCode.Get, 3, "03", "", Wants(2, true)))));
        byte[] twice = Non(CoapCode.Get, 4, "04", "", Wants(1, true), Wants(2), Wants(3), Wants(8));
        Assert.Equal("1/1 2/1 3/1 8/0", Blocks(script.Receive(twice)));
        Assert.Equal("0/1", Blocks(script.Receive(Non(CoapCode.Get, 5, "05", "", Wants(0)))));
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void Lists_that_do_not_go_up_or_change_their_size_are_bad_requests()
    {
        Script script = Server(140);
        ushort mid = 0;
        foreach (WireOption[] list in (WireOption[][])[
            [Wants(3), Wants(1)], [Wants(2), Wants(2)], [Wants(1), Wants(2, false, 1)], [Wants(0, true, 7)]])
        {
            Assert.Contains("4.00 Bad Request", script.Exchange(Con(CoapCode.Get, ++mid, "01", "", list)), StringComparison.Ordinal);
        }

        byte[] tooLong = Con(CoapCode.Get, ++mid, "01", "", (CoapOptionNumber.QBlock2, new byte[4]));
        Assert.Contains("4.02 Bad Option", script.Exchange(tooLong), StringComparison.Ordinal);
        script.Receive(Non(CoapCode.Get, ++mid, "01", "", Wants(0, true)));
        string pastEnd = script.Exchange(Con(CoapCode.Get, ++mid, "01", "", Wants(9)));
        Assert.Contains("block 9 of a body of 140", pastEnd, StringComparison.Ordinal);
        Assert.Contains("4.00", script.Exchange(Con(CoapCode.Get, ++mid, "01", "", Wants(1_048_575, true))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_fits_into_a_message_is_one_as_ever()
    {
        Script script = Server(16);
        Assert.Equal($"ACK 2.05 Content #1 t=01 \"{Text(16)}\"", script.Exchange(Con(CoapCode.Get, 1, "01", "", Wants(0, true))));
        Assert.Equal(0, script.Endpoint.TransferCount);
    }

    [Fact]
    public void A_body_whose_length_is_not_known_goes_out_by_Block2()
    {
        // RFC 9177, 4.6: Size2 would have to say it.
        Script script = Reading(new Letters(40, known: false));
        string said = script.Exchange(Con(CoapCode.Get, 1, "01", "", Wants(0, true)));
        Assert.Contains(" 23=08 ", said, StringComparison.Ordinal);
        Assert.DoesNotContain(" 31=", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_that_can_be_read_but_once_is_kept_until_the_client_has_it()
    {
        Script script = Reading(new Letters(140));
        Assert.Equal("0/1 1/1 2/1 3/1", Blocks(script.Receive(Non(CoapCode.Get, 1, "01", "", Wants(0, true)))));
        List<string> again = script.Receive(Non(CoapCode.Get, 2, "02", "", Wants(1), Wants(3)));
        Assert.EndsWith($" \"{Text(140)[16..32]}\"", again[0]);
        Assert.EndsWith($" \"{Text(140)[48..64]}\"", again[1]);
        Assert.Equal("4/1 5/1 6/1 7/1", Blocks(script.Receive(Non(CoapCode.Get, 3, "03", "", Wants(4, true)))));
        Assert.EndsWith($" \"{Text(140)[80..96]}\"", script.Exchange(Non(CoapCode.Get, 4, "04", "", Wants(5))));
        Assert.Equal("8/0", Blocks(script.Receive(Non(CoapCode.Get, 5, "05", "", Wants(8, true)))));
    }

    [Fact]
    public void What_is_not_kept_any_more_is_rendered_anew_unless_that_would_do_something_again()
    {
        Script script = Server(40);
        Assert.Equal("1/1", Blocks(script.Receive(Con(CoapCode.Get, 1, "01", "", Wants(1)))));
        Assert.Contains("4.08", script.Exchange(Con(CoapCode.Post, 2, "01", "", Wants(1))), StringComparison.Ordinal);
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void A_large_response_to_a_large_request_needs_no_other_option()
    {
        // RFC 9177, 4.1 and 4.7.
        Script script = Server(100);
        script.Receive(Block(1, 0, 32));
        List<string> sent = script.Receive(Block(2, 1, 32));
        Assert.Equal("0/1 1/1 2/1 3/1", Blocks(sent));
        WireOption[] next = [(CoapOptionNumber.QBlock2, UInt(new BlockOption(4, true, 0).Value)), (CoapOptionNumber.RequestTag, [7])];
        Assert.Equal("4/1 5/1 6/0", Blocks(script.Receive(Non(CoapCode.Put, 3, "03", "", next))));
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void An_unproven_address_gets_no_blocks()
    {
        // RFC 9175, 2.3.
        Script script = Server(140, Small with { AmplificationFactor = 3 });
        Assert.StartsWith(
            "NON 4.01 Unauthorized", script.Exchange(Non(CoapCode.Get, 1, "01", "", Wants(0, true))), StringComparison.Ordinal);
        Assert.Equal(0, script.Endpoint.TransferCount);
    }

    [Fact]
    public void A_group_is_not_asked_in_this_way_and_nobody_observes_in_it()
    {
        // RFC 9177, 4.8.
        Script script = Server(140);
        script.Endpoint.ReceiveMulticast(Non(CoapCode.Get, 1, "01", "", Wants(0, true)), Peer, script.Now);
        Assert.Equal(0, script.Endpoint.DeferredCount);
        Assert.Equal(1, script.Endpoint.Counters.Suppressed);
    }

    /// <summary>A text that is read from start to end.</summary>
    private sealed class Letters(int length, bool known = true) : ICoapBody
    {
        private long _position;

        public long? Length => known ? length : null;

        public int Read(long offset, Span<byte> destination, out bool isLast)
        {
            isLast = false;
            if (offset != _position)
            {
                return -1;
            }

            ReadOnlySpan<char> rest = Text(length).AsSpan((int)offset);
            int count = Encoding.UTF8.GetBytes(rest[..Math.Min(destination.Length, rest.Length)], destination);
            _position += count;
            isLast = _position == length;
            return count;
        }

        public void Close()
        {
        }
    }
}
