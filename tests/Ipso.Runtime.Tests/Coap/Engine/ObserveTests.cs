using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

public class ObserveTests
{
    private const ulong Tag = 42;

    /// <summary>A server with one observable value, which is its own representation.</summary>
    private sealed class Server
    {
        public Server(CoapEndpointOptions? options = null) => Script = new Script(Handle, options);

        public Script Script { get; }

        public string Value { get; set; } = "a";

        public ulong NextTag { get; set; } = Tag;

        public CoapCode Code { get; set; } = CoapCode.Content;

        public string Register(string token = "01", ushort mid = 1, PeerId? from = null) =>
            Script.Exchange(Con(CoapCode.Get, mid, token, "", Observe(0), Path("v")), from);

        public string Deregister(string token = "01", ushort mid = 2) =>
            Script.Exchange(Con(CoapCode.Get, mid, token, "", Observe(1), Path("v")));

        /// <summary>Changes the value and takes the notifications.</summary>
        public List<string> Set(string value)
        {
            Value = value;
            Script.Endpoint.Notify(Tag);
            return [.. Script.DrainBytes().ConvertAll(static d => Show(d)).Select(WithoutMid)];
        }

        private void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Assert.Equal("v", Encoding.UTF8.GetString(First(request.UriPath)));
            response.Code = Code;
            response.PayloadLength = Encoding.UTF8.GetBytes(Value, response.Payload);
            if (request.IsNotification)
            {
                Assert.Equal(NextTag, request.ObserveTag);
            }
            else if (request.Observe == ObserveAction.Register)
            {
                response.Observe(NextTag);
            }
        }

        private static byte[] First(CoapOptionValues values)
        {
            foreach (ReadOnlySpan<byte> value in values)
            {
                return value.ToArray();
            }

            return [];
        }
    }

    private static string WithoutMid(string shown) => System.Text.RegularExpressions.Regex.Replace(shown, "#[0-9]+ ?", "");

    private static ushort Mid(byte[] datagram) =>
        CoapMessage.TryParse(datagram, out CoapMessage message, out _) ? message.MessageId : (ushort)0;

    [Fact]
    public void A_registration_is_answered_with_a_number_and_followed_by_notifications()
    {
        var server = new Server();
        Assert.Equal("ACK 2.05 Content #1 t=01 6=01 \"a\"", server.Register());
        Assert.Equal(["NON 2.05 Content t=01 6=02 \"b\""], server.Set("b"));
        Assert.Equal(["NON 2.05 Content t=01 6=03 \"c\""], server.Set("c"));
        Assert.Equal(new CoapObserver(Peer, new CoapToken([1]), Tag), server.Script.Endpoint.GetObserver(0));
    }

    [Fact]
    public void Changes_in_between_become_one_notification()
    {
        var server = new Server();
        server.Register();
        Assert.Equal(1, server.Script.Endpoint.Notify(Tag));
        server.Script.Endpoint.NotifyObserver(0);
        Assert.Equal(["NON 2.05 Content t=01 6=02 \"z\""], server.Set("z"));
        Assert.Equal(0, server.Script.Endpoint.Notify(7));
        Assert.Empty(server.Script.Drain());
    }

    [Fact]
    public void The_same_token_registers_anew_in_place_and_the_numbers_go_on()
    {
        var server = new Server();
        server.Register();
        server.NextTag = 43;
        Assert.Equal("ACK 2.05 Content #9 t=01 6=02 \"a\"", server.Register(mid: 9));
        Assert.Equal(1, server.Script.Endpoint.ObserverCount);
        Assert.Equal(43ul, server.Script.Endpoint.GetObserver(0).Tag);
        Assert.Equal(["ObserverRemoved 42 Replaced"], server.Script.Events());
    }

    [Fact]
    public void A_renewal_tells_the_state_so_that_no_notification_follows()
    {
        var server = new Server();
        server.Register();
        server.Script.Endpoint.Notify(Tag);
        server.Script.Endpoint.Receive(Con(CoapCode.Get, 9, "01", "", Observe(0), Path("v")), Peer, server.Script.Now);
        Assert.Equal(["ACK 2.05 Content #9 t=01 6=02 \"a\""], server.Script.Drain());
    }

    [Fact]
    public void A_renewal_that_fails_ends_the_observation()
    {
        var server = new Server();
        server.Register();
        server.Code = CoapCode.NotFound;
        Assert.Equal("ACK 4.04 Not Found #9 t=01 \"a\"", server.Register(mid: 9));
        Assert.Equal(0, server.Script.Endpoint.ObserverCount);
    }

    [Fact]
    public void Two_tokens_or_two_peers_are_two_observers()
    {
        var server = new Server();
        server.Register();
        server.Register("02", 2);
        server.Register("01", 1, Other);
        Assert.Equal(3, server.Set("b").Count);
        Assert.Equal(1, server.Script.Endpoint.RemoveObservers(Other));
        Assert.Equal(2, server.Set("c").Count);
        Assert.Empty(server.Script.Events());
    }

    [Fact]
    public void A_deregistration_is_answered_without_a_number()
    {
        var server = new Server();
        server.Register();
        Assert.Equal("ACK 2.05 Content #2 t=01 \"a\"", server.Deregister());
        Assert.Empty(server.Set("b"));
        Assert.Equal(["ObserverRemoved 42 Deregistered"], server.Script.Events());
    }

    [Fact]
    public void A_reset_of_a_notification_ends_the_observation()
    {
        var server = new Server();
        server.Register();
        server.Script.Endpoint.Notify(Tag);
        ushort mid = Mid(Assert.Single(server.Script.DrainBytes()));
        server.Script.Receive(Rst(mid), Other);
        Assert.Equal(1, server.Script.Endpoint.ObserverCount);
        server.Script.Receive(Rst(mid));
        Assert.Equal(0, server.Script.Endpoint.ObserverCount);
        Assert.Equal(["ObserverRemoved 42 Reset"], server.Script.Events());
    }

    [Fact]
    public void While_a_confirmable_notification_is_under_way_only_the_latest_state_is_kept()
    {
        var server = new Server();
        server.Register();
        server.Script.Endpoint.Notify(Tag, confirmable: true);
        byte[] sent = Assert.Single(server.Script.DrainBytes());
        Assert.StartsWith("CON 2.05 Content", Show(sent), StringComparison.Ordinal);
        Assert.Empty(server.Set("b"));
        Assert.Empty(server.Set("c"));

        // The retransmission is the same message: it was rendered once.
        Assert.Equal([Show(sent)], server.Script.Deadline());
        Assert.Equal("NON 2.05 Content t=01 6=03 \"c\"", WithoutMid(server.Script.Exchange(EmptyAck(Mid(sent)))));
        Assert.Empty(server.Set("c").Skip(1));
    }

    [Fact]
    public void An_observer_that_does_not_acknowledge_is_dropped()
    {
        var server = new Server();
        server.Register();
        server.Script.Endpoint.Notify(Tag, confirmable: true);
        server.Script.Drain();
        for (int i = 0; i < 5; i++)
        {
            server.Script.Deadline();
        }

        Assert.Equal(0, server.Script.Endpoint.ObserverCount);
        Assert.Equal(["ObserverRemoved 42 Timeout"], server.Script.Events());
        Assert.Null(server.Script.Endpoint.NextDeadline);
    }

    [Fact]
    public void Every_so_many_notifications_one_is_confirmable()
    {
        var server = new Server(new CoapEndpointOptions { ConfirmableEvery = 3 });
        server.Register();
        string types = "";
        for (int i = 0; i < 9; i++)
        {
            server.Script.Endpoint.Notify(Tag);
            byte[] sent = Assert.Single(server.Script.DrainBytes());
            types += Show(sent)[0];
            if (Show(sent)[0] == 'C')
            {
                server.Script.Receive(EmptyAck(Mid(sent)));
            }
        }

        Assert.Equal("NNCNNCNNC", types);
    }

    [Fact]
    public void After_a_day_a_confirmable_notification_asks_whether_the_observer_is_there()
    {
        var server = new Server();
        server.Register();
        server.Script.At(3600);
        Assert.Single(server.Set("b"));
        Assert.Equal(Instant.FromSeconds(86400), server.Script.Endpoint.NextDeadline);
        string sent = Assert.Single(server.Script.Deadline());
        Assert.StartsWith("CON 2.05 Content", sent, StringComparison.Ordinal);
        Assert.EndsWith("\"b\"", sent, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_is_the_last_notification_and_bears_no_number()
    {
        var server = new Server();
        server.Register();
        server.Code = CoapCode.NotFound;
        Assert.Equal(["CON 4.04 Not Found t=01 \"b\""], server.Set("b"));
        Assert.Equal(0, server.Script.Endpoint.ObserverCount);
        Assert.Equal(["ObserverRemoved 42 Failed"], server.Script.Events());

        // It is retransmitted until acknowledged, although the observer is gone.
        byte[] again = [];
        server.Script.At(3).Endpoint.OnDeadline(server.Script.Now);
        again = Assert.Single(server.Script.DrainBytes());
        server.Script.Receive(EmptyAck(Mid(again)));
        Assert.Null(server.Script.Endpoint.NextDeadline);
    }

    [Fact]
    public void A_full_table_answers_as_if_nobody_had_asked()
    {
        var server = new Server(new CoapEndpointOptions { Observers = 1 });
        server.Register();
        Assert.Equal("ACK 2.05 Content #2 t=02 \"a\"", server.Register("02", 2));
        Assert.Equal(1, server.Script.Endpoint.Counters.ObserversRefused);
        Assert.Equal("ACK 2.05 Content #3 t=01 6=02 \"a\"", server.Register("01", 3));
    }

    [Fact]
    public void A_registration_too_long_to_be_kept_is_not_accepted()
    {
        var server = new Server(new CoapEndpointOptions { ObserverRequestSize = 16 });
        Assert.Equal(
            "ACK 2.05 Content #1 t=01 \"a\"",
            server.Script.Exchange(Con(CoapCode.Get, 1, "01", "", Observe(0), Path("v"), (CoapOptionNumber.UriQuery, new byte[16]))));
    }

    [Fact]
    public void Confirmable_notifications_to_one_peer_go_one_at_a_time()
    {
        var server = new Server(new CoapEndpointOptions { ConfirmableEvery = 1 });
        server.Register();
        server.Register("02", 2);
        server.Script.Endpoint.Notify(Tag);
        byte[] first = Assert.Single(server.Script.DrainBytes());
        server.Script.Endpoint.Receive(EmptyAck(Mid(first)), Peer, server.Script.Now);
        byte[] second = Assert.Single(server.Script.DrainBytes());
        Assert.NotEqual(WithoutMid(Show(first)), WithoutMid(Show(second)));
        Assert.Empty(server.Script.Receive(EmptyAck(Mid(second))));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void Who_waits_for_an_acknowledgement_and_registers_anew_keeps_nobody_from_the_next(int which, bool changesAgain)
    {
        var server = new Server();
        string[] tokens = ["01", "02", "03"];
        foreach (string token in tokens)
        {
            server.Register(token, (ushort)(tokens.IndexOf(token) + 1));
        }

        server.Script.Endpoint.Notify(Tag, confirmable: true);
        byte[] first = Assert.Single(server.Script.DrainBytes());
        string[] waiting = [.. tokens.Where(token => !Show(first).Contains($" t={token} ", StringComparison.Ordinal))];
        Assert.Equal(2, waiting.Length);
        server.Register(waiting[which], 9);
        if (changesAgain)
        {
            server.Set("b");
        }

        List<string> sent = server.Script.Receive(EmptyAck(Mid(first)));
        Assert.Contains(
            $" t={waiting[1 - which]} ",
            Assert.Single(sent, static one => one.StartsWith("CON ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_may_remove_the_observer_that_it_renders_for()
    {
        Script? script = null;
        script = new Script((in request, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            if (request.IsNotification)
            {
                script!.Endpoint.RemoveObservers(request.From);
            }
        });
        script.Receive(Con(CoapCode.Get, 1, "01", "", Observe(0)));
        script.Endpoint.Notify(1);
        Assert.Empty(script.Drain());
        Assert.Equal(0, script.Endpoint.ObserverCount);
    }

    [Fact]
    public void A_notification_whose_handler_throws_ends_the_observation_with_an_error()
    {
        var script = new Script((in request, ref response) =>
        {
            response.Code = request.IsNotification ? throw new InvalidOperationException("sensor gone") : CoapCode.Content;
            response.Observe(1);
        });
        script.Receive(Con(CoapCode.Get, 1, "01", "", Observe(0)));
        script.Endpoint.Notify(1);
        Assert.Equal("CON 5.00 Internal Server Error t=01", WithoutMid(Assert.Single(script.Drain())).TrimEnd());
        Assert.Equal(["HandlerFault sensor gone", "ObserverRemoved 1 Failed"], script.Events());
    }

    [Fact]
    public void A_FETCH_can_be_observed_with_its_payload()
    {
        var script = new Script((in request, ref response) =>
        {
            response.Code = CoapCode.Content;
            request.Payload.CopyTo(response.Payload);
            response.PayloadLength = request.Payload.Length;
            response.Observe(1);
        });
        Assert.Equal("ACK 2.05 Content #1 t=01 6=01 \"/3/0\"", script.Exchange(Con(CoapCode.Fetch, 1, "01", "/3/0", Observe(0))));
        script.Endpoint.Notify(1);
        Assert.Equal("NON 2.05 Content t=01 6=02 \"/3/0\"", WithoutMid(Assert.Single(script.Drain())));
    }

    [Fact]
    public void A_POST_cannot_be_observed()
    {
        var script = new Script((in request, ref response) =>
        {
            Assert.Null(request.Observe);
            Assert.False(response.Observe(1));
            response.Code = CoapCode.Changed;
        });
        Assert.Equal("ACK 2.04 Changed #1 t=01", script.Exchange(Con(CoapCode.Post, 1, "01", "", Observe(0))));
    }

    [Fact]
    public void An_Observe_value_of_four_bytes_makes_a_plain_GET()
    {
        var server = new Server();
        byte[] request = Con(CoapCode.Get, 1, "01", "", (CoapOptionNumber.Observe, [0, 0, 0, 0]), Path("v"));
        Assert.Equal("ACK 2.05 Content #1 t=01 \"a\"", server.Script.Exchange(request));
    }
}
