using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Engine;

/// <summary>RFC 7641, 4.5.1: how fast Non-confirmable notifications go to a client.</summary>
public class NotificationPaceTests
{
    private int _state;

    private Script Server(int peers = 64, double interval = 3) => new(
        (in CoapRequest request, ref CoapResponse response) =>
        {
            response.Code = CoapCode.Content;
            bool isB = request.Options.TryGet(CoapOptionNumber.UriPath, out ReadOnlySpan<byte> path) && path.SequenceEqual("b"u8);
            response.Observe(isB ? 2u : 1u);
            response.PayloadLength = Encoding.UTF8.GetBytes(_state.ToString(CultureInfo.InvariantCulture), response.Payload);
        },
        new CoapEndpointOptions
        {
            Peers = peers, Transmission = new TransmissionParameters { NotificationInterval = TimeSpan.FromSeconds(interval) },
        });

    private static void Register(Script script, ushort mid, string token, string path = "a", PeerId? from = null) =>
        script.Exchange(Con(CoapCode.Get, mid, token, "", Observe(0), Path(path)), from);

    private List<string> Change(Script script, ulong tag = 1, bool confirmable = false)
    {
        _state++;
        script.Endpoint.Notify(tag, confirmable);
        return script.Drain();
    }

    private int Change(Script script, int times, ulong tag = 1) => Enumerable.Range(0, times).Sum(_ => Change(script, tag).Count);

    [Fact]
    public void Ten_go_at_once_and_from_then_on_one_in_3_s_of_the_newest_state()
    {
        Script script = Server();
        Register(script, 1, "01");
        Assert.Equal(10, Change(script, 20));
        Assert.Equal(1, script.Endpoint.Counters.NotificationsHeld);
        Assert.EndsWith(" \"20\"", Assert.Single(script.Deadline()));
        Assert.Equal(Instant.FromSeconds(3), script.Now);

        // All is told: nothing is due but the Confirmable one of the day.
        Assert.Equal(Instant.FromSeconds(86_400), script.Endpoint.NextDeadline);
        Assert.Empty(Change(script));
        Assert.EndsWith(" \"21\"", Assert.Single(script.Deadline()));
        Assert.Equal(Instant.FromSeconds(6), script.Now);
    }

    [Fact]
    public void The_average_holds_for_hours_and_a_pause_is_made_good()
    {
        Script script = Server();
        Register(script, 1, "01");
        int sent = 0;
        for (int second = 0; second < 7200; second++)
        {
            script.At(second).Endpoint.OnDeadline(script.Now);
            sent += script.Drain().Count + Change(script).Count;
        }

        Assert.InRange(sent, 2400, 2410);
        script.Deadline();
        Assert.Equal(3, Change(script.At(7210), 4));
        Assert.Single(script.Deadline());
        Assert.Equal(10, Change(script.At(7300), 20));
    }

    [Fact]
    public void The_observations_of_a_client_share_its_pace_in_turn_and_other_clients_have_their_own()
    {
        Script script = Server();
        Register(script, 1, "01");
        Register(script, 2, "02", "b");
        Register(script, 1, "03", "b", Other);
        Assert.Equal(10, Change(script, 10));
        Assert.Empty(Change(script));
        Assert.Contains(" t=03 ", Assert.Single(Change(script, tag: 2)), StringComparison.Ordinal);
        Assert.Contains(" t=01 ", Assert.Single(script.Deadline()), StringComparison.Ordinal);

        // Who changes again waits behind who waits already.
        Assert.Empty(Change(script));
        Assert.Contains(" t=02 ", Assert.Single(script.Deadline()), StringComparison.Ordinal);
        Assert.Contains(" t=01 ", Assert.Single(script.Deadline()), StringComparison.Ordinal);
        Assert.Equal(Instant.FromSeconds(9), script.Now);
    }

    [Fact]
    public void Where_an_acknowledgement_has_told_the_round_trip_time_that_is_the_pace()
    {
        Script script = Server();
        Register(script, 1, "01");
        Assert.Equal(10, Change(script, 11));
        Assert.True(CoapMessage.TryParse(Confirm(script), out CoapMessage sent, out _));
        script.At(0.5).Receive(EmptyAck(sent.MessageId));
        Assert.Equal(10, Change(script.At(10), 20));
        Assert.Single(script.Deadline());
        Assert.Equal(Instant.FromSeconds(10.5), script.Now);
    }

    // A Confirmable notification goes at once, whatever waits.
    private byte[] Confirm(Script script)
    {
        _state++;
        script.Endpoint.Notify(1, confirmable: true);
        return Assert.Single(script.DrainBytes());
    }

    [Fact]
    public void A_confirmable_one_is_not_held_back_and_tells_what_was()
    {
        Script script = Server();
        Register(script, 1, "01");
        Assert.Equal(10, Change(script, 11));
        Assert.StartsWith("CON 2.05 ", Show(Confirm(script)), StringComparison.Ordinal);
        TimeSpan next = Assert.NotNull(script.Endpoint.NextDeadline) - default(Instant);
        Assert.InRange(next, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void What_is_held_back_for_an_observer_that_goes_leaves_its_turn_to_the_next()
    {
        Script script = Server();
        Register(script, 1, "01");
        Register(script, 2, "02", "b");
        Assert.Equal(10, Change(script, 11));
        Change(script, tag: 2);
        script.Exchange(Con(CoapCode.Get, 3, "01", "", Observe(1), Path("a")));
        Assert.Contains(" t=02 ", Assert.Single(script.Deadline()), StringComparison.Ordinal);
        Assert.Equal(Instant.FromSeconds(3), script.Now);
        Change(script, tag: 2);
        Assert.Equal(1, script.Endpoint.RemoveObservers(Peer));
        Assert.Null(script.Endpoint.NextDeadline);
    }

    [Fact]
    public void Without_an_interval_and_beyond_the_peers_that_are_remembered_nothing_is_held_back()
    {
        Script free = Server(interval: 0);
        Register(free, 1, "01");
        Assert.Equal(100, Change(free, 100));

        Script script = Server(peers: 1);
        Register(script, 1, "01");
        Register(script, 2, "02", "b", Other);
        Assert.Equal(10, Change(script, 11));
        Assert.Equal(20, Change(script, 20, tag: 2));
        Assert.Single(script.Deadline());
    }
}
