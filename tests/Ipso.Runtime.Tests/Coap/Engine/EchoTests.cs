using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Proof of address before amplification (RFC 9175, 2), and what a client makes of it.</summary>
public class EchoTests
{
    private static readonly CoapEndpointOptions s_strict = new() { AmplificationFactor = 3 };

    private static Script Server(CoapEndpointOptions? options = null) => new(
        (in request, ref response) =>
        {
            response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Changed;
            response.PayloadLength = 400;
            response.Observe(1);
        },
        options ?? s_strict);

    private static byte[] EchoOf(string shown) =>
        Convert.FromHexString(System.Text.RegularExpressions.Regex.Match(shown, "252=([0-9a-f]+)").Groups[1].Value);

    [Fact]
    public void A_large_response_goes_to_who_has_shown_to_be_there_only()
    {
        Script script = Server();
        string demand = script.Exchange(Con(CoapCode.Get, 1, "01"));
        Assert.Matches("^ACK 4.01 Unauthorized #1 t=01 252=[0-9a-f]{24}$", demand);
        byte[] echo = EchoOf(demand);
        Assert.Contains("2.05", script.Exchange(Con(CoapCode.Get, 2, "02", "", (CoapOptionNumber.Echo, echo))), StringComparison.Ordinal);

        // It counts for a while, and for this address.
        Assert.Contains("2.05", script.At(299).Exchange(Con(CoapCode.Get, 3, "03")), StringComparison.Ordinal);
        Assert.Contains("4.01", script.Exchange(Con(CoapCode.Get, 4, "04"), Other), StringComparison.Ordinal);
        Assert.Contains(
            "4.01", script.Exchange(Con(CoapCode.Get, 5, "05", "", (CoapOptionNumber.Echo, echo)), Other), StringComparison.Ordinal);
        Assert.Contains("4.01", script.At(301).Exchange(Con(CoapCode.Get, 6, "06")), StringComparison.Ordinal);
        Assert.Equal(4, script.Endpoint.Counters.EchoDemanded);
    }

    [Fact]
    public void A_value_that_is_old_or_made_up_proves_nothing()
    {
        Script script = Server();
        byte[] echo = EchoOf(script.Exchange(Con(CoapCode.Get, 1, "01")));
        for (int i = 0; i < echo.Length; i++)
        {
            byte[] forged = [.. echo];
            forged[i] ^= 1;
            Assert.Contains(
                "4.01",
                script.Exchange(Con(CoapCode.Get, (ushort)(10 + i), "", "", (CoapOptionNumber.Echo, forged))), StringComparison.Ordinal);
        }

        script.At(301);
        Assert.Contains("4.01", script.Exchange(Con(CoapCode.Get, 99, "", "", (CoapOptionNumber.Echo, echo))), StringComparison.Ordinal);
        Assert.Contains(
            "4.01",
            Server().At(1).Exchange(Con(CoapCode.Get, 1, "", "", (CoapOptionNumber.Echo, [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Observing_and_fetching_blocks_need_the_proof_too_and_small_responses_do_not()
    {
        Script script = Server();
        Assert.Contains("4.01", script.Exchange(Con(CoapCode.Get, 1, "01", new string('x', 300), Observe(0))), StringComparison.Ordinal);
        Assert.Equal((0, 0), (script.Endpoint.ObserverCount, script.Handler!.Calls));
        Assert.Contains(
            "4.01", script.Exchange(Con(CoapCode.Get, 2, "01", "", (CoapOptionNumber.Block2, [0x10]))), StringComparison.Ordinal);
        Assert.Contains("2.05", script.Exchange(Con(CoapCode.Get, 3, "01", new string('x', 300))), StringComparison.Ordinal);
    }

    [Fact]
    public void By_default_nothing_is_demanded() =>
        Assert.Contains("2.05", Server(new CoapEndpointOptions()).Exchange(Con(CoapCode.Get, 1, "01")), StringComparison.Ordinal);

    [Fact]
    public void What_changes_something_is_not_asked_for_twice()
    {
        Script script = Server();
        Assert.Contains("2.04", script.Exchange(Con(CoapCode.Post, 1, "01")), StringComparison.Ordinal);
        Assert.Equal(1, script.Handler!.Calls);
    }

    [Fact]
    public void A_client_shows_once_that_it_is_there()
    {
        var script = new Script();
        script.Request("/a", method: CoapCode.Put, payload: "1");
        byte[] sent = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(sent, out CoapMessage request, out _));
        string token = request.Token.ToString();
        script.Endpoint.Receive(
            Ack(CoapCode.Unauthorized, request.MessageId, token, "", (CoapOptionNumber.Echo, [0, 0x94, 0x37])), Peer, default);
        Assert.Empty(script.Events());
        byte[] again = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(again, out request, out _));
        Assert.EndsWith(" 11=61 252=009437 \"1\"", Show(again), StringComparison.Ordinal);
        script.Endpoint.Receive(
            Ack(CoapCode.Unauthorized, request.MessageId, request.Token.ToString(), "no", (CoapOptionNumber.Echo, [1])), Peer, default);
        Assert.Equal(["Response 4.01 Unauthorized \"no\""], script.Events());
    }

    [Fact]
    public void Each_registration_of_an_observation_is_shown_once_and_so_is_its_end()
    {
        var script = new Script();
        ExchangeId exchange = script.Request("/a", observe: true);
        (ushort Id, string Token) asked = Demand(script, Sent(script), 1);
        for (byte i = 2; i < 5; i++)
        {
            script.Receive(Ack(CoapCode.Content, asked.Id, asked.Token, "a", Observe(i), (CoapOptionNumber.MaxAge, [20])));
            Assert.Equal(["Notification 2.05 Content \"a\""], script.Events());
            LetPass(script);
            asked = Demand(script, Sent(script), i);
        }

        // What is told meanwhile makes no second answer of it.
        script.Receive(Non(CoapCode.Content, 900, asked.Token, "b", Observe(9), (CoapOptionNumber.MaxAge, [20])));
        Assert.Equal(["Notification 2.05 Content \"b\""], script.Events());
        Assert.True(script.Endpoint.Cancel(exchange));
        asked = Demand(script, Sent(script), 7);
        script.Receive(Ack(CoapCode.Unauthorized, asked.Id, asked.Token, "no", (CoapOptionNumber.Echo, [1])));
        Assert.Equal(["Response 4.01 Unauthorized \"no\""], script.Events());
        Assert.Empty(script.Drain());
    }

    [Fact]
    public void A_server_that_is_never_content_ends_an_observation()
    {
        var script = new Script();
        script.Request("/a", observe: true);
        (ushort Id, string Token) asked = Demand(script, Sent(script), 1);
        script.Receive(Ack(CoapCode.Content, asked.Id, asked.Token, "a", Observe(1), (CoapOptionNumber.MaxAge, [20])));
        Assert.Equal(["Notification 2.05 Content \"a\""], script.Events());
        LetPass(script);
        asked = Demand(script, Sent(script), 2);
        for (byte i = 3; i < 6; i++)
        {
            script.Receive(Non(CoapCode.Content, (ushort)(900 + i), asked.Token, "b", Observe(i)));
        }

        script.Events();
        script.Receive(Non(CoapCode.Unauthorized, 950, asked.Token, "no", (CoapOptionNumber.Echo, [1])));
        Assert.Equal(["ObservationEnded 4.01 Unauthorized \"no\""], script.Events());
        Assert.Empty(script.Drain());
    }

    private static void LetPass(Script script)
    {
        script.At(Assert.NotNull(script.Endpoint.NextDeadline).Ticks / (double)TimeSpan.TicksPerSecond);
        script.Endpoint.OnDeadline(script.Now);
    }

    private static (ushort Id, string Token) Sent(Script script)
    {
        byte[] sent = Assert.Single(script.DrainBytes());
        Assert.True(CoapMessage.TryParse(sent, out CoapMessage request, out _));
        return (request.MessageId, request.Token.ToString());
    }

    // A request is answered with a demand for Echo, which it meets.
    private static (ushort Id, string Token) Demand(Script script, (ushort Id, string Token) asked, byte echo)
    {
        script.Endpoint.Receive(Ack(CoapCode.Unauthorized, asked.Id, asked.Token, "", (CoapOptionNumber.Echo, [echo])), Peer, script.Now);
        Assert.Empty(script.Events());
        byte[] again = Assert.Single(script.DrainBytes());
        Assert.EndsWith($" 252={echo:x2}", Show(again), StringComparison.Ordinal);
        Assert.True(CoapMessage.TryParse(again, out CoapMessage request, out _));
        return (request.MessageId, request.Token.ToString());
    }

    [Fact]
    public void Client_and_server_agree_also_on_bodies_in_blocks()
    {
        var server = new CoapEndpoint(s_strict, new SeededRandom(1), new Handler((in _, ref response) =>
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = 5000;
        }));
        var client = new CoapEndpoint(new CoapEndpointOptions(), new SeededRandom(2));
        client.Request(Peer, new CoapRequestHead { Method = CoapCode.Get, Path = "/x" });
        var buffer = new byte[1152];
        for (int i = 0; i < 30; i++)
        {
            while (client.TryTransmit(buffer, default, out Transmit transmit))
            {
                server.Receive(buffer.AsSpan(0, transmit.Length), Other, default);
            }

            while (server.TryTransmit(buffer, default, out Transmit transmit))
            {
                client.Receive(buffer.AsSpan(0, transmit.Length), Peer, default);
            }
        }

        Assert.True(client.TryTakeEvent(out CoapEvent e));
        Assert.Equal(5000, e.Message.Payload.Length);
        Assert.Equal(1, server.Counters.EchoDemanded);
    }

    [Fact]
    public void A_value_that_bears_no_time_or_place_costs_no_memory()
    {
        Script script = Server();
        var buffer = new byte[1152];
        byte[] request = Con(CoapCode.Get, 1, "01");
        script.Exchange(request, new PeerId([1, 2, 3]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            request[2] = (byte)(i >> 8);
            request[3] = (byte)i;
            script.Endpoint.Receive(request, new PeerId([7, (byte)i]), default);
            script.Endpoint.TryTransmit(buffer, default, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(script.Endpoint.Counters.EchoDemanded, 1000, 1001);
    }
}
