using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Responses that come later: separate ones (RFC 7252, 5.2.2 and 5.2.3) and those to a group (8.2).</summary>
public class DeferredTests
{
    /// <summary>A server whose answers wait for <see cref="Ids"/> to be resumed.</summary>
    private sealed class Slow
    {
        public Slow(CoapEndpointOptions? options = null) => Script = new Script(Handle, options);

        public Script Script { get; }

        public List<ResponseId> Ids { get; } = [];

        public string Text { get; set; } = "late";

        private void Handle(in CoapRequest request, ref CoapResponse response)
        {
            if (request.Deferred.IsNone && !request.IsNotification)
            {
                ResponseId id = response.Defer();
                if (id.IsNone)
                {
                    response.Fail(CoapCode.ServiceUnavailable, "busy"u8);
                }
                else
                {
                    Ids.Add(id);
                }

                return;
            }

            response.Code = CoapCode.Content;
            response.Observe(3);
            response.PayloadLength = Encoding.UTF8.GetBytes(Text + Encoding.UTF8.GetString(request.Payload), response.Payload);
        }
    }

    private static ushort Mid(byte[] datagram) =>
        CoapMessage.TryParse(datagram, out CoapMessage message, out _) ? message.MessageId : (ushort)0;

    [Fact]
    public void A_confirmable_request_is_acknowledged_and_answered_later_with_a_confirmable_response()
    {
        var slow = new Slow();
        byte[] request = Con(CoapCode.Get, 7, "aa", "?");
        Assert.Equal("ACK 0.00 Empty #7", slow.Script.Exchange(request));
        Assert.Equal("ACK 0.00 Empty #7", slow.Script.At(3).Exchange(request));
        Assert.True(slow.Script.Endpoint.Resume(slow.Ids[0]));
        byte[] sent = Assert.Single(slow.Script.DrainBytes());
        Assert.Equal($"CON 2.05 Content #{Mid(sent)} t=aa \"late?\"", Show(sent));

        // It is repeated until acknowledged, and a duplicate of the request still gets its ACK.
        Assert.Equal([Show(sent)], slow.Script.Deadline());
        Assert.Equal("ACK 0.00 Empty #7", slow.Script.Exchange(request));
        Assert.Empty(slow.Script.Receive(EmptyAck(Mid(sent))));
        Assert.Null(slow.Script.Endpoint.NextDeadline);
        Assert.Equal(0, slow.Script.Endpoint.DeferredCount);
        Assert.False(slow.Script.Endpoint.Resume(slow.Ids[0]));
        Assert.Single(slow.Ids);
    }

    [Fact]
    public void A_non_confirmable_request_is_answered_later_with_a_non_confirmable_response()
    {
        var slow = new Slow();
        Assert.Empty(slow.Script.Receive(Non(CoapCode.Get, 7, "aa")));
        Assert.Empty(slow.Script.Receive(Non(CoapCode.Get, 7, "aa")));
        slow.Script.Endpoint.Resume(slow.Ids[0]);
        Assert.StartsWith("NON 2.05 Content", Assert.Single(slow.Script.Drain()), StringComparison.Ordinal);
        Assert.Equal((0, 1), (slow.Script.Endpoint.DeferredCount, slow.Ids.Count));
    }

    [Fact]
    public void An_answer_that_comes_soon_enough_is_piggybacked()
    {
        var slow = new Slow(new CoapEndpointOptions { SeparateAfter = TimeSpan.FromSeconds(1) });
        byte[] request = Con(CoapCode.Get, 7, "aa");
        Assert.Empty(slow.Script.Receive(request));
        Assert.Empty(slow.Script.Receive(request));
        slow.Script.Endpoint.Resume(slow.Ids[0]);
        Assert.Equal(["ACK 2.05 Content #7 t=aa \"late\""], slow.Script.Drain());
        Assert.Equal(["ACK 2.05 Content #7 t=aa \"late\""], slow.Script.Receive(request));

        // One that does not is announced.
        Assert.Empty(slow.Script.Receive(Con(CoapCode.Get, 8, "bb")));
        Assert.Equal(["ACK 0.00 Empty #8"], slow.Script.Deadline());
        Assert.Equal(Instant.FromSeconds(1), slow.Script.Now);
        slow.Script.Endpoint.Resume(slow.Ids[1]);
        Assert.StartsWith("CON 2.05", Assert.Single(slow.Script.Drain()), StringComparison.Ordinal);
        Assert.Equal(2, slow.Ids.Count);
    }

    [Fact]
    public void An_answer_that_never_comes_is_a_5_03()
    {
        var slow = new Slow(new CoapEndpointOptions { DeferredTimeout = TimeSpan.FromSeconds(20) });
        slow.Script.Exchange(Con(CoapCode.Get, 7, "aa"));
        string late = Assert.Single(slow.Script.Deadline());
        Assert.Equal(Instant.FromSeconds(20), slow.Script.Now);
        Assert.EndsWith("t=aa \"The answer did not come in time\"", late, StringComparison.Ordinal);
        Assert.StartsWith("CON 5.03", late, StringComparison.Ordinal);
        Assert.False(slow.Script.Endpoint.Resume(slow.Ids[0]));
        Assert.Equal(1, slow.Script.Endpoint.Counters.DeferredTimeouts);
    }

    [Fact]
    public void An_answer_that_is_put_off_again_when_its_time_is_over_is_a_5_03_at_once()
    {
        ResponseId id = default;
        var script = new Script(
            (in _, ref response) => id = response.Defer(), new CoapEndpointOptions { DeferredTimeout = TimeSpan.FromSeconds(20) });
        script.Exchange(Con(CoapCode.Get, 7, "aa"));
        Assert.True(script.Endpoint.Resume(id));
        Assert.StartsWith("CON 5.03", Assert.Single(script.At(20).Drain()), StringComparison.Ordinal);
        Assert.True(script.Endpoint.NextDeadline > script.Now);
        Assert.Equal(1, script.Endpoint.Counters.DeferredTimeouts);
        Assert.False(script.Endpoint.Resume(id));
    }

    [Fact]
    public void A_request_whose_answer_is_put_off_again_is_acknowledged()
    {
        ResponseId id = default;
        var script = new Script(
            (in _, ref response) => id = response.Defer(), new CoapEndpointOptions { SeparateAfter = TimeSpan.FromSeconds(1) });
        byte[] request = Con(CoapCode.Get, 7, "aa");
        Assert.Empty(script.Receive(request));
        Assert.True(script.Endpoint.Resume(id));
        Assert.Equal(["ACK 0.00 Empty #7"], script.Drain());
        Assert.Equal("ACK 0.00 Empty #7", script.At(2).Exchange(request));
    }

    [Fact]
    public void A_client_that_rejects_the_response_or_is_gone_frees_its_place()
    {
        var slow = new Slow(new CoapEndpointOptions { DeferredResponses = 1 });
        slow.Script.Exchange(Con(CoapCode.Get, 7, "aa"));
        Assert.Equal("ACK 5.03 Service Unavailable #8 t=bb \"busy\"", slow.Script.Exchange(Con(CoapCode.Get, 8, "bb")));
        slow.Script.Endpoint.Resume(slow.Ids[0]);
        byte[] sent = Assert.Single(slow.Script.DrainBytes());
        Assert.StartsWith("ACK 5.03", slow.Script.Exchange(Con(CoapCode.Get, 9, "bb")), StringComparison.Ordinal);
        slow.Script.Receive(Rst(Mid(sent)));
        Assert.Equal("ACK 0.00 Empty #10", slow.Script.Exchange(Con(CoapCode.Get, 10, "bb")));
        slow.Script.Endpoint.Resume(slow.Ids[1]);
        slow.Script.Drain();
        for (int i = 0; i < 5; i++)
        {
            slow.Script.Deadline();
        }

        Assert.Equal(0, slow.Script.Endpoint.DeferredCount);
    }

    [Fact]
    public void A_registration_may_be_answered_later_too()
    {
        var slow = new Slow();
        slow.Script.Exchange(Con(CoapCode.Get, 7, "aa", "", Observe(0)));
        Assert.Equal(0, slow.Script.Endpoint.ObserverCount);
        slow.Script.Endpoint.Resume(slow.Ids[0]);
        byte[] sent = Assert.Single(slow.Script.DrainBytes());
        Assert.EndsWith(" t=aa 6=01 \"late\"", Show(sent), StringComparison.Ordinal);
        slow.Script.Receive(EmptyAck(Mid(sent)));
        slow.Script.Endpoint.Notify(3);
        Assert.Contains(" 6=02 ", Assert.Single(slow.Script.Drain()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_that_comes_later_may_come_in_blocks()
    {
        var slow = new Slow(new CoapEndpointOptions { BlockSize = 16 }) { Text = new string('l', 20) };
        slow.Script.Exchange(Con(CoapCode.Get, 7, "aa"));
        slow.Script.Endpoint.Resume(slow.Ids[0]);
        Assert.Contains(" 23=08 \"llllllllllllllll\"", Assert.Single(slow.Script.Drain()), StringComparison.Ordinal);
        Assert.EndsWith(
            " 23=10 \"llll\"",
            slow.Script.Exchange(Con(CoapCode.Get, 8, "bb", "", (CoapOptionNumber.Block2, [0x10]))), StringComparison.Ordinal);
        Assert.Single(slow.Ids);
    }

    [Theory]
    [InlineData(0x02, CoapMethod.Get, "ACK 0.00 Empty #7")]
    [InlineData(0x18, CoapMethod.Get, "ACK 2.05 Content #7 t=01")]
    [InlineData(0x08, CoapMethod.Put, "ACK 0.00 Empty #7")]
    [InlineData(0x00, CoapMethod.Put, "ACK 4.05 Method Not Allowed #7 t=01")]
    public void A_class_of_response_that_is_not_wanted_is_not_sent(byte classes, CoapMethod method, string answer)
    {
        // RFC 7967, 2: 2 for success, 8 for client errors, 16 for server errors.
        var script = new Script((in request, ref response) =>
            response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.MethodNotAllowed);
        Assert.Equal(answer, script.Exchange(Con(new CoapCode((byte)method), 7, "01", "", (CoapOptionNumber.NoResponse, [classes]))));
        Assert.Equal(
            answer.Contains("0.00", StringComparison.Ordinal) ? 0 : 1,
            script.Receive(Non(new CoapCode((byte)method), 8, "01", "", (CoapOptionNumber.NoResponse, [classes]))).Count);
    }

    private static Script Group() => new(
        (in request, ref response) =>
        {
            Assert.True(request.IsMulticast);
            response.Code = request.UriPath.IsEmpty ? CoapCode.NotFound : CoapCode.Content;
            response.PayloadLength = request.UriPath.Count();
        });

    private static byte[] Discovery(ushort mid) => Non(CoapCode.Get, mid, "01", "", Path("x"), Path("y"));

    [Fact]
    public void A_request_to_a_group_is_answered_once_within_the_leisure()
    {
        // RFC 7252, 8.2.
        var moments = new HashSet<long>();
        for (int seed = 0; seed < 20; seed++)
        {
            var script = new Script(
                (in _, ref response) =>
                {
                    response.Code = CoapCode.Content;
                    response.PayloadLength = 2;
                },
                seed: seed);
            script.Endpoint.ReceiveMulticast(Discovery(1), Peer, default);
            script.Endpoint.ReceiveMulticast(Discovery(1), Peer, default);
            Assert.Empty(script.Drain());
            Assert.StartsWith("NON 2.05 Content", Assert.Single(script.Deadline()), StringComparison.Ordinal);
            Assert.InRange(script.Now.Ticks, 0, TimeSpan.FromSeconds(5).Ticks);
            moments.Add(script.Now.Ticks / TimeSpan.TicksPerMillisecond);
            Assert.Equal(0, script.Endpoint.DeferredCount);
        }

        Assert.True(moments.Count > 10);
    }

    [Fact]
    public void An_endpoint_that_serves_no_groups_drops_what_is_sent_to_one()
    {
        CoapEndpoint endpoint = CoapEndpoint.OfDevice(
            new(), new SeededRandom(1), new Handler(static (in _, ref _) => Assert.Fail("It is for a group.")));
        endpoint.ReceiveMulticast(Discovery(1), Peer, default);
        Assert.False(endpoint.TryTransmit(new byte[1280], default, out _));
        Assert.Equal((1, 0), (endpoint.Counters.Dropped, endpoint.DeferredCount));
        Assert.Null(endpoint.NextDeadline);
    }

    [Fact]
    public void A_group_hears_no_errors_and_nothing_is_rejected()
    {
        // RFC 7252, 8.1 and 8.2.
        Script script = Group();
        script.Endpoint.ReceiveMulticast(Non(CoapCode.Get, 1, "01"), Peer, default);
        Assert.Empty(script.Deadline());
        script.Endpoint.ReceiveMulticast(Con(CoapCode.Get, 2, "01", "", Path("x")), Peer, default);
        script.Endpoint.ReceiveMulticast(Con(CoapCode.Empty, 3), Peer, default);
        script.Endpoint.ReceiveMulticast(Non(CoapCode.Get, 4, "01", "", ((CoapOptionNumber)25, [1])), Peer, default);
        script.Endpoint.ReceiveMulticast(Non(CoapCode.Content, 5, "01"), Peer, default);
        script.Endpoint.ReceiveMulticast([0x40, 1, 0, 6, 0xff], Peer, default);
        Assert.Empty(script.Drain());
        Assert.Null(script.Endpoint.NextDeadline);
        for (ushort mid = 10; mid < 100; mid++)
        {
            script.Endpoint.ReceiveMulticast(Discovery(mid), Peer, default);
        }

        Assert.Equal(8, script.Endpoint.DeferredCount);
    }
}
