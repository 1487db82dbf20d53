using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>Observations: how they begin, what is news, whose notifications count, and what ends them or makes them begin anew.</summary>
public class ObservationTests
{
    private static readonly Lwm2m.Lwm2mPath s_value = new(3303, 0, 5700);

    private static CoapDatagram Notification(ServerScript script, ushort messageId, uint sequence, string value, CoapType type = CoapType.NonConfirmable)
    {
        CoapDatagram datagram = type == CoapType.Confirmable ? CoapDatagram.Con(CoapCode.Content, messageId) : CoapDatagram.Non(CoapCode.Content, messageId);
        return datagram.Token(script.Token).Observe(sequence).Payload(value);
    }

    [Fact]
    public void The_first_value_and_every_newer_one_is_told_and_the_exchange_is_free()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        ServerScript.Observation observation = script.Observe(s_value);
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*Accept 112*");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        Assert.True(observation.IsEstablished);
        Assert.Equal((1, 0), (script.Server.ObservationCount, script.Server.ExchangeCount));
        script.Device.Send(Notification(script, 1, 11, "2")).ExpectNothing();
        script.Device.Send(Notification(script, 2, 10, "old")).ExpectNothing();
        script.Device.Send(Notification(script, 3, 12, "3", CoapType.Confirmable)).Expect("ACK 0x0003");
        script.Device.Send(Notification(script, 3, 12, "3", CoapType.Confirmable)).Expect("ACK 0x0003");
        script.Device.Send(Notification(script, 4, 12, "3", CoapType.Confirmable)).Expect("ACK 0x0004");
        Assert.Equal(["Observe /3303/0/5700: 2.05 1", "Observe /3303/0/5700: 2.05 2", "Observe /3303/0/5700: 2.05 3"], script.Told);
    }

    [Fact]
    public void After_128_seconds_any_number_is_news()
    {
        ServerScript script = Observed();
        script.Device.At(129).Send(Notification(script, 1, 5, "2"));
        Assert.Equal("Observe /3303/0/5700: 2.05 2", script.Told[^1]);
    }

    [Fact]
    public void A_notification_of_nobody_is_rejected()
    {
        ServerScript script = Observed();
        script.Device.Send(CoapDatagram.Non(CoapCode.Content, 7).Token("0102030405ff").Observe(11).Payload("x")).Expect("RST 0x0007");
        script.Device.Send(CoapDatagram.Con(CoapCode.Content, 8).Token("01").Observe(11).Payload("x")).Expect("RST 0x0008");
        Assert.Single(script.Told);
    }

    // Row 87.
    [Fact]
    public void Row_87_From_another_address_it_counts_only_where_the_device_has_proved_who_it_is()
    {
        ServerScript script = Observed();
        ScriptedPeer elsewhere = script.AddDevice("elsewhere");
        elsewhere.Send(Notification(script, 1, 11, "2")).Expect("RST 0x0001");
        Assert.Single(script.Told);

        script = new();
        PeerIdentity identity = new(PeerIdentityKind.PreSharedKey, "d"u8);
        script.Identities.Set(script.Device, identity);
        Observe(script);
        elsewhere = script.AddDevice("elsewhere");
        script.Identities.Set(elsewhere, new(PeerIdentityKind.PreSharedKey, "e"u8));
        elsewhere.Send(Notification(script, 1, 11, "2")).Expect("RST 0x0001");
        script.Identities.Set(elsewhere, identity);
        elsewhere.Send(Notification(script, 2, 11, "2")).ExpectNothing();
        Assert.Equal("Observe /3303/0/5700: 2.05 2", script.Told[^1]);
    }

    [Fact]
    public void An_error_ends_it_at_once_and_later()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        script.Observe(s_value);
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.NotFound);
        Assert.Equal("Observe /3303/0/5700 ended: 4.04", Assert.Single(script.Told));

        // Row 84, the server's part.
        script = Observed();
        script.Device.Send(CoapDatagram.Con(CoapCode.NotFound, 1).Token(script.Token)).Expect("ACK 0x0001");
        Assert.Equal("Observe /3303/0/5700 ended: 4.04", script.Told[^1]);
        Assert.Equal(0, script.Server.ObservationCount);
        script.Device.Send(Notification(script, 2, 12, "x")).Expect("RST 0x0002");
    }

    [Fact]
    public void A_device_that_does_not_observe_gives_one_value()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        script.Observe(s_value);
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Payload("1"));
        Assert.Equal(["Observe /3303/0/5700: 2.05 1", "Observe /3303/0/5700 ended: Refused"], script.Told);
    }

    [Fact]
    public void Cancelled_the_next_notification_is_rejected()
    {
        ServerScript script = new();
        ServerScript.Observation observation = Observe(script);
        Assert.True(script.Server.Cancel(observation));
        Assert.False(script.Server.Cancel(observation));
        script.Device.Send(Notification(script, 1, 11, "2")).Expect("RST 0x0001");
        Assert.Single(script.Told);
        Assert.Empty(script.Server.Find("d")!.Observations);
    }

    [Fact]
    public void Where_the_program_wants_it_the_device_is_asked_to_end_what_is_cancelled()
    {
        ServerScript script = new(new() { DeregistersObservations = true });
        ServerScript.Observation observation = Observe(script);
        string token = script.Token;
        script.Device.Do(() => script.Server.Cancel(observation));
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 1*");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Payload("2"));
        Assert.Equal(token, script.Token);
        script.Device.ExpectNothing();
        Assert.Single(script.Told);
        Assert.Equal((0, 0), (script.Server.ObservationCount, script.Server.ExchangeCount));
    }

    [Fact]
    public void Cancelled_before_it_stands_nothing_is_left_of_it()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        ServerScript.Observation observation = script.Observe(s_value);
        script.Device.Expect("CON * GET *");
        script.KeepToken().Do(() => script.Server.Cancel(observation));
        script.Device.Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        Assert.Empty(script.Told);
        Assert.Equal((0, 0), (script.Server.ObservationCount, script.Server.ExchangeCount));
        script.Device.Send(Notification(script, 1, 11, "2")).Expect("RST 0x0001");
    }

    // Row 31 and LwM2M TS Core, 6.4.1.
    [Fact]
    public void Row_31_After_a_Register_it_is_asked_for_again_and_what_was_before_counts_no_more()
    {
        ServerScript script = Observed();
        string old = script.Token;
        script.Locate("ep=d&lwm2m=1.1");
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(1).Payload("again"));
        Assert.NotEqual(old, script.Token);
        script.Device.Send(Notification(script, 1, 2, "new"));
        Assert.Equal(["Observe /3303/0/5700: 2.05 1", "Observe /3303/0/5700: 2.05 again", "Observe /3303/0/5700: 2.05 new"], script.Told);
        script.Device.Send(CoapDatagram.Non(CoapCode.Content, 2).Token(old).Observe(12).Payload("x")).Expect("RST 0x0002");
    }

    [Fact]
    public void It_goes_on_over_an_Update_also_from_another_address()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lwm2m=1.1");
        script.Observe(s_value);
        script.Device.Expect("CON * GET *");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        ScriptedPeer elsewhere = script.AddDevice("elsewhere");
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, from: elsewhere));
        elsewhere.Send(Notification(script, 1, 11, "2")).ExpectNothing();
        Assert.Equal("Observe /3303/0/5700: 2.05 2", script.Told[^1]);
    }

    [Fact]
    public void It_ends_with_the_registration()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lt=60");
        script.Observe(s_value);
        script.Device.Expect("CON * GET *");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, location));
        Assert.Equal("Observe /3303/0/5700 ended: NotRegistered", script.Told[^1]);
        script.Device.Send(Notification(script, 1, 11, "2")).Expect("RST 0x0001");
    }

    [Fact]
    public void A_notification_in_blocks_is_fetched_whole()
    {
        ServerScript script = Observed();
        script.Device.Send(Notification(script, 1, 11, "begins").Option(CoapOptionNumber.Block2, 0x0a));
        script.Device.Expect("CON * GET /3303/0/5700 *");
        Assert.DoesNotContain("Observe", CoapText.Describe(script.Device.Last.Span), StringComparison.Ordinal);
        script.Device.Acknowledge(CoapCode.Content, static a => a.Payload("whole"));
        Assert.Equal("Observe /3303/0/5700: 2.05 whole", script.Told[^1]);
        script.Device.Send(Notification(script, 2, 12, "next"));
        Assert.Equal("Observe /3303/0/5700: 2.05 next", script.Told[^1]);
    }

    [Fact]
    public void A_notification_wakes_what_waits_for_a_sleeping_device()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1&Q");
        script.Observe(s_value);
        script.Device.Expect("CON * GET *");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        script.Device.At(200);
        script.Submit(Operations.DeviceRequest.Read(s_value), timeout: TimeSpan.FromHours(1));
        script.Device.ExpectNothing().Send(Notification(script, 1, 11, "2")).Expect("CON * GET *");
    }

    [Fact]
    public void A_notification_that_comes_while_another_is_fetched_is_fetched_after_it()
    {
        ServerScript script = Observed();
        script.Device.Send(Notification(script, 1, 11, "begins").Option(CoapOptionNumber.Block2, 0x0a));
        script.Device.Expect("CON * GET /3303/0/5700 *");
        CoapDatagram answer = CoapDatagram.AnswerTo(script.Device.Last.Span, CoapCode.Content).Payload("first");
        script.Device.Send(Notification(script, 2, 12, "changed").Option(CoapOptionNumber.Block2, 0x0a)).ExpectNothing();
        script.Device.Send(answer);
        Assert.Equal("Observe /3303/0/5700: 2.05 first", script.Told[^1]);
        script.Device.Expect("CON * GET /3303/0/5700 *").Acknowledge(CoapCode.Content, static a => a.Payload("second"));
        Assert.Equal("Observe /3303/0/5700: 2.05 second", script.Told[^1]);
        script.Device.ExpectNothing();
    }

    [Fact]
    public void A_notification_in_blocks_that_cannot_be_fetched_has_it_begin_anew()
    {
        ServerScript script = Observed();
        script.Device.Send(Notification(script, 1, 11, "begins").Option(CoapOptionNumber.Block2, 0x0a));
        script.Device.Expect("CON * GET /3303/0/5700 *").Acknowledge(CoapCode.ServiceUnavailable);
        Assert.Single(script.Told);
        script.Device.Send(Notification(script, 2, 12, "begins").Option(CoapOptionNumber.Block2, 0x0a));
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(1).Payload("whole"));
        Assert.Equal("Observe /3303/0/5700: 2.05 whole", script.Told[^1]);
    }

    // LwM2M TS Transport, 6.5: what is asked of a sleeping device waits for it, for as long as it is registered.
    [Fact]
    public void Of_a_sleeping_device_it_begins_when_that_is_heard_of_however_late()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lwm2m=1.1&Q");
        script.Device.At(94);
        script.Observe(s_value);
        script.Device.At(3600).ExpectNothing();
        Assert.Empty(script.Told);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*").Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        Assert.Equal("Observe /3303/0/5700: 2.05 1", Assert.Single(script.Told));
    }

    [Theory]
    [InlineData("ep=d&lwm2m=1.1&Q", true)]
    [InlineData("ep=d&lwm2m=1.1", false)]
    public void A_device_that_does_not_answer_is_asked_again_where_it_may_have_slept(string query, bool isAskedAgain)
    {
        ServerScript script = new();
        string location = script.Locate(query);
        script.Observe(s_value);
        script.Device.At(100).PassOver();
        Assert.Equal(isAskedAgain ? [] : ["Observe /3303/0/5700 ended: Unknown"], script.Told);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        if (isAskedAgain)
        {
            script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*").Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
            Assert.Equal(1, script.Server.ObservationCount);
        }

        script.Device.ExpectNothing();
    }

    // A device that has agreed once, and does not answer after its next Register, or has no time, is still to report.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_agreed_once_is_asked_for_until_there_is_an_answer(bool isBusy)
    {
        ServerScript script = Observed();
        string location = script.Locate("ep=d&lwm2m=1.1");
        for (int i = 0; i < 2; i++)
        {
            script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*");
            _ = isBusy ? script.Device.Acknowledge(CoapCode.ServiceUnavailable) : script.Device.At(100 * (i + 1)).PassOver();
            script.Device.ExpectNothing();
            Assert.Single(script.Told);
            Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        }

        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*").Acknowledge(CoapCode.NotFound);
        Assert.Equal("Observe /3303/0/5700 ended: 4.04", script.Told[^1]);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.ExpectNothing();
    }

    [Fact]
    public void Two_that_a_device_has_no_time_for_do_not_keep_each_other_going()
    {
        ServerScript script = Observed();
        script.Observe(new(3303, 0, 5701));
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        script.Locate("ep=d&lwm2m=1.1");
        for (int i = 0; i < 2; i++)
        {
            script.Device.Expect("CON * GET *").Acknowledge(CoapCode.ServiceUnavailable);
        }

        script.Device.ExpectNothing();
    }

    [Fact]
    public void A_register_while_it_is_asked_for_has_it_asked_for_once_more()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        script.Observe(s_value);
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*");
        CoapDatagram late = CoapDatagram.AnswerTo(script.Device.Last.Span, CoapCode.Content).Observe(5).Payload("before");
        script.Locate("ep=d&lwm2m=1.1");
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*").Acknowledge(CoapCode.Content, static a => a.Observe(1).Payload("after"));
        script.Device.Send(late);
        Assert.Equal("Observe /3303/0/5700: 2.05 after", Assert.Single(script.Told));
        Assert.Equal(1, script.Server.ObservationCount);
    }

    [Fact]
    public void A_device_is_where_it_notifies_from_if_it_has_proved_who_it_is()
    {
        ServerScript script = new();
        PeerIdentity identity = new(PeerIdentityKind.PreSharedKey, "d"u8);
        script.Identities.Set(script.Device, identity);
        Observe(script);
        ScriptedPeer elsewhere = script.AddDevice("elsewhere");
        script.Identities.Set(elsewhere, identity);
        elsewhere.Send(Notification(script, 1, 11, "2")).ExpectNothing();
        script.Submit(Operations.DeviceRequest.Read(s_value));
        elsewhere.Expect("CON * GET *");
        script.Device.ExpectNothing();
    }

    [Fact]
    public void There_are_as_many_as_there_may_be()
    {
        ServerScript script = new(new() { MaxObservationsPerDevice = 1 });
        Observe(script);
        script.Observe(new(3303, 0, 5701));
        Assert.Equal("Observe /3303/0/5701 ended: Refused", script.Told[^1]);
        script.Device.ExpectNothing();
    }

    [Fact]
    public void An_unknown_critical_option_has_a_notification_rejected()
    {
        ServerScript script = Observed();
        script.Device.Send(Notification(script, 1, 11, "2").Option((CoapOptionNumber)2053, "x")).Expect("RST 0x0001");
        Assert.Single(script.Told);
    }

    private static ServerScript Observed()
    {
        ServerScript script = new();
        Observe(script);
        return script;
    }

    private static ServerScript.Observation Observe(ServerScript script)
    {
        script.Locate("ep=d&lwm2m=1.1");
        ServerScript.Observation observation = script.Observe(s_value);
        script.Device.Expect("CON * GET *");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        return observation;
    }
}
