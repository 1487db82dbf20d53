using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>Requests to devices: their form on the wire, their order, their formats, and what becomes of them where devices sleep, move, or
/// do not answer.</summary>
public class OperationTests
{
    private static DeviceRequest Read => DeviceRequest.Read(new(3303, 0, 5700));

    private static ReadyContent Text(string text) => new(ContentFormat.PlainText, System.Text.Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Each_operation_has_its_form()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.2");
        (DeviceRequest Request, string Expected)[] forms =
        [
            (DeviceRequest.Read(new(3303, 0, 5700)), "CON * GET /3303/0/5700 * Accept 112*"),
            (DeviceRequest.Read(new(3303)), "CON * GET /3303 * Accept 112*"),
            (DeviceRequest.Discover(new(3), 2), "CON * GET /3?depth=2 * Accept 40*"),
            (DeviceRequest.Write(new(3308, 0, 5900), Text("18")), "CON * PUT /3308/0/5900 * Content-Format 0* \"18\""),
            (DeviceRequest.Update(new(3308, 0), new ReadyContent(ContentFormat.SenMLCbor, new byte[] { 0x80 })), "CON * POST /3308/0 * Content-Format 112* 80"),
            (DeviceRequest.Execute(new(3, 0, 4)), "CON * POST /3/0/4 *"),
            (DeviceRequest.Execute(new(3, 0, 4), "0='a',1"), "CON * POST /3/0/4 * Content-Format 0* \"0='a',1\""),
            (DeviceRequest.Create(3303, new ReadyContent(ContentFormat.Tlv, new byte[] { 0xc0, 0 })), "CON * POST /3303 * Content-Format 11542* c000"),
            (DeviceRequest.Delete(new(3303, 1)), "CON * DELETE /3303/1 *"),
            (DeviceRequest.WriteAttributes(new(3303, 0), "pmin=10&pmax=60"), "CON * PUT /3303/0?pmin=10&pmax=60 *"),
            (DeviceRequest.ReadComposite(new ReadyContent(ContentFormat.SenMLCbor, new byte[] { 0x80 })), "CON * FETCH / * Content-Format 112*Accept 112* 80"),
            (DeviceRequest.WriteComposite(new ReadyContent(ContentFormat.SenMLCbor, new byte[] { 0x80 })), "CON * iPATCH / * Content-Format 112* 80"),
        ];
        foreach ((DeviceRequest request, string expected) in forms)
        {
            script.Submit(request);
            script.Device.Expect(expected).Acknowledge(CoapCode.Changed);
        }

        Assert.Equal(forms.Length, script.Told.Count(static line => line.EndsWith(": 2.04", StringComparison.Ordinal)));
    }

    [Fact]
    public void Below_an_alternate_root_every_path_has_it()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1", "</lwm2m>;rt=\"oma.lwm2m\",</lwm2m/3/0>");
        script.Submit(DeviceRequest.Read(new(3, 0)));
        script.Device.Expect("CON * GET /lwm2m/3/0 *").Acknowledge(CoapCode.Content);
        script.Submit(DeviceRequest.ReadComposite(new ReadyContent(ContentFormat.SenMLCbor, new byte[] { 0x80 })));
        script.Device.Expect("CON * FETCH /lwm2m *").Acknowledge(CoapCode.Content);
    }

    [Fact]
    public void One_is_under_way_at_a_time_and_the_others_follow_in_order()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        for (int i = 0; i < 3; i++)
        {
            script.Submit(DeviceRequest.Write(new(3308, 0, 5900), Text($"{i}")));
        }

        for (int i = 0; i < 3; i++)
        {
            script.Device.Expect($"CON * PUT * \"{i}\"").ExpectNothing().Acknowledge(CoapCode.Changed);
        }

        script.Device.ExpectNothing();
        Assert.Equal(3, script.Told.Count);
    }

    [Fact]
    public void A_slow_device_holds_up_nobody_else()
    {
        ServerScript script = new();
        script.Locate("ep=d");
        ScriptedPeer other = script.AddDevice("other");
        script.Locate("ep=e", from: other);
        script.Submit(Read);
        script.Device.Expect("CON * GET *");
        script.Submit(Read, "e");
        other.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Payload("21"));
        Assert.Equal("GET /3303/0/5700: 2.05 21", Assert.Single(script.Told));
    }

    // Row 28, the server's part.
    [Fact]
    public void Row_28_A_sleeping_device_is_asked_when_it_is_heard_of()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lwm2m=1.1&Q");
        script.Submit(Read);
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Payload("1"));
        script.Device.At(94);
        Assert.False(script.Server.IsAwake(script.Server.Find("d")!, script.Now));
        script.Submit(Read, timeout: TimeSpan.FromHours(1));
        script.Submit(DeviceRequest.Execute(new(3, 0, 4)), timeout: TimeSpan.FromHours(1));
        script.Device.At(1000).ExpectNothing();
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET *").ExpectNothing().Acknowledge(CoapCode.Content, static a => a.Payload("2"));
        script.Device.Expect("CON * POST /3/0/4 *").Acknowledge(CoapCode.Changed);
        Assert.Equal(["GET /3303/0/5700: 2.05 1", "GET /3303/0/5700: 2.05 2", "POST /3/0/4: 2.04"], script.Told);
    }

    [Fact]
    public void What_sleeps_too_long_is_told_to_have_expired()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lwm2m=1.1&Q");
        script.Device.At(94);
        script.Submit(Read, timeout: TimeSpan.FromSeconds(100));
        script.Submit(Read, timeout: TimeSpan.FromSeconds(50));
        script.Device.At(150);
        Assert.Equal("GET /3303/0/5700: Expired", Assert.Single(script.Told));
        script.Device.At(195);
        Assert.Equal(2, script.Told.Count);
        Assert.Equal(0, script.Server.WaitingCount);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.ExpectNothing();
    }

    [Fact]
    public void A_device_with_a_queue_that_does_not_answer_sleeps_and_is_asked_again_where_that_does_no_harm()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lwm2m=1.1&Q");
        script.Submit(Read, timeout: TimeSpan.FromHours(1));
        script.Device.Expect("CON * GET *");
        script.Device.At(93);
        for (int i = 0; i < 4; i++)
        {
            script.Device.Expect("CON * GET *");
        }

        script.Device.ExpectNothing().At(95);
        Assert.Empty(script.Told);
        Assert.False(script.Server.IsAwake(script.Server.Find("d")!, script.Now));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Payload("3"));
        Assert.Equal("GET /3303/0/5700: 2.05 3", Assert.Single(script.Told));

        // An Execute may have been done.
        script.Submit(DeviceRequest.Execute(new(3, 0, 4)), timeout: TimeSpan.FromHours(1));
        script.Device.At(300);
        Assert.Equal("POST /3/0/4: Unknown", script.Told[^1]);
    }

    [Fact]
    public void A_device_whose_session_is_closed_is_asked_when_it_has_another()
    {
        ServerScript script = new();
        PeerIdentity identity = new(PeerIdentityKind.PreSharedKey, "d"u8);
        script.Identities.Set(script.Device, identity);
        string location = script.Locate("ep=d&lwm2m=1.1");
        script.Submit(Read);
        script.Submit(DeviceRequest.Execute(new(3, 0, 4)));
        script.Device.Expect("CON * GET *");
        script.Device.Do(() => script.Server.PeerFailed(script.Device.Node.Peer, PeerFailure.SessionClosed, script.Now));
        Assert.Equal("GET /3303/0/5700: Unknown", Assert.Single(script.Told));
        script.Device.At(50).ExpectNothing();
        ScriptedPeer again = script.AddDevice("again");
        script.Identities.Set(again, identity);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, from: again));
        again.Expect("CON * POST /3/0/4 *");
    }

    [Fact]
    public void How_long_it_may_wait_is_a_time_or_for_ever()
    {
        ServerScript script = new();
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerScript.Operation(Read, []) { Timeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerScript.Operation(Read, []) { Timeout = TimeSpan.FromSeconds(-1) });
        string location = script.Locate("ep=d&lwm2m=1.1&Q");
        script.Device.At(94);
        script.Submit(Read, timeout: Timeout.InfiniteTimeSpan);
        script.Device.At(80_000).ExpectNothing();
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET *");
    }

    [Fact]
    public void What_is_handed_in_after_the_stop_ends_at_once()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        script.Submit(Read);
        script.Device.Expect("CON * GET *");
        script.Submit(DeviceRequest.Execute(new(3, 0, 4)));
        script.Server.Stop();
        Assert.Equal(["GET /3303/0/5700: Unknown", "POST /3/0/4: NotRegistered"], script.Told);
        script.Submit(Read);
        script.Observe(new(3303, 0, 5700));
        Assert.Equal(["GET /3303/0/5700: NotRegistered", "Observe /3303/0/5700 ended: NotRegistered"], script.Told[2..]);
        script.Device.ExpectNothing();
    }

    [Fact]
    public void Without_a_queue_no_answer_is_said_after_all_repetitions()
    {
        ServerScript script = new();
        script.Locate("ep=d");
        script.Submit(Read);
        script.Submit(Read, timeout: TimeSpan.FromMinutes(3));
        script.Device.At(100);
        Assert.Equal("GET /3303/0/5700: Unknown", Assert.Single(script.Told));
        script.Device.At(200);
        Assert.Equal(2, script.Told.Count);
    }

    [Fact]
    public void The_next_format_is_tried_and_remembered()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        script.Submit(DeviceRequest.Read(new(3, 0)));
        script.Device.Expect("CON * Accept 112*").Acknowledge(CoapCode.NotAcceptable);
        script.Device.Expect("CON * Accept 110*").Acknowledge(CoapCode.NotAcceptable);
        script.Device.Expect("CON * Accept 11542*").Acknowledge(CoapCode.Content, static a => a.ContentFormat(ContentFormat.Tlv).Payload("x"));
        script.Submit(DeviceRequest.Read(new(3303, 0)));
        script.Device.Expect("CON * Accept 11542*").Acknowledge(CoapCode.NotAcceptable);
        script.Device.Expect("CON * Accept 112*").Acknowledge(CoapCode.NotAcceptable);
        script.Device.Expect("CON * Accept 110*").Acknowledge(CoapCode.NotAcceptable);
        script.Device.ExpectNothing();
        Assert.Equal(["GET /3/0: 2.05 x", "GET /3303/0: 4.06"], script.Told);
    }

    [Fact]
    public void What_has_no_format_is_not_asked_again_for_another_one()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        script.Submit(DeviceRequest.Execute(new(3, 0, 4)));
        script.Device.Expect("CON * POST *").Acknowledge(CoapCode.NotAcceptable).ExpectNothing();
        script.Submit(Read.In(ContentFormat.Tlv));
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.NotAcceptable).ExpectNothing();
        Assert.Equal(["POST /3/0/4: 4.06", "GET /3303/0/5700: 4.06"], script.Told);
    }

    [Theory]
    [InlineData("lwm2m=1.0", "</3/0>", "11542")]
    [InlineData("lwm2m=1.0", "</>;ct=11543,</3/0>", "11542")]
    [InlineData("lwm2m=1.1", "</3/0>", "112")]
    [InlineData("lwm2m=1.1", "</>;ct=\"110 11542\",</3/0>", "11542")]
    [InlineData("lwm2m=1.2", "</>;ct=\"60 11544 110\",</3/0>", "11544")]
    public void The_first_format_is_what_the_device_has_said_or_its_version_implies(string query, string links, string format)
    {
        ServerScript script = new();
        script.Locate($"ep=d&{query}", links);
        script.Submit(DeviceRequest.Read(new(3, 0)));
        script.Device.Expect($"CON * Accept {format}*");
    }

    [Fact]
    public void What_is_written_goes_in_another_format_where_the_first_is_refused()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        script.Submit(DeviceRequest.Write(new(3308, 0), new AnyContent()));
        script.Device.Expect("CON * Content-Format 112* \"112\"").Acknowledge(CoapCode.UnsupportedContentFormat);
        script.Device.Expect("CON * Content-Format 110* \"110\"").Acknowledge(CoapCode.Changed);
        script.Submit(DeviceRequest.Write(new(3308, 0), new ReadyContent(ContentFormat.Lwm2mJson, new byte[1])));
        Assert.Equal(["PUT /3308/0: 2.04", "PUT /3308/0: NoFormat"], script.Told);
        script.Submit(Read);
        script.Device.Expect("CON * GET *");
    }

    [Fact]
    public void What_is_too_long_or_throws_is_told_and_the_next_one_goes()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.1");
        script.Submit(DeviceRequest.Write(new(3308, 0, 5900), Text(new string('x', 70_000))));
        script.Submit(DeviceRequest.WriteAttributes(new(3308, 0), $"pmin={new string('1', 2000)}"));
        script.Submit(DeviceRequest.Write(new(3308, 0, 5900), new NoContent()));
        script.Submit(Read);
        script.Device.Expect("CON * GET *");
        Assert.Equal(["PUT /3308/0/5900: Refused", $"PUT /3308/0?pmin={new string('1', 2000)}: Refused", "PUT /3308/0/5900: Refused"], script.Told);
    }

    private sealed class NoContent : IDeviceContent
    {
        public bool Supports(ContentFormat format) => true;

        public ReadOnlyMemory<byte> Write(ContentFormat format) => throw new InvalidOperationException("there is nothing");
    }

    private sealed class AnyContent : IDeviceContent
    {
        public bool Supports(ContentFormat format) => true;

        public ReadOnlyMemory<byte> Write(ContentFormat format) => System.Text.Encoding.ASCII.GetBytes($"{(int)format}");
    }

    [Fact]
    public void More_than_may_wait_is_refused_for_one_device_and_for_all()
    {
        ServerScript script = new(new() { MaxWaitingPerDevice = 2, MaxWaiting = 3 });
        string first = script.Locate("ep=d&lwm2m=1.1&Q"), second = script.Locate("ep=e&lwm2m=1.1&Q");
        script.Device.At(100);
        for (int i = 0; i < 3; i++)
        {
            script.Submit(Read);
        }

        Assert.Equal("GET /3303/0/5700: Refused", Assert.Single(script.Told));
        script.Submit(Read, "e");
        script.Submit(Read, "e");
        Assert.Equal((2, 3), (script.Told.Count, script.Server.WaitingCount));
    }

    [Fact]
    public void Cancelled_while_it_waits_it_is_not_sent_and_under_way_it_makes_room_for_the_next()
    {
        ServerScript script = new();
        script.Locate("ep=d");
        ServerScript.Operation first = script.Submit(Read);
        ServerScript.Operation second = script.Submit(Read);
        ServerScript.Operation third = script.Submit(DeviceRequest.Delete(new(3303, 0)));
        script.Device.Expect("CON * GET *");
        script.Device.Do(() => Assert.True(script.Server.Cancel(second)));
        script.Device.Do(() => Assert.True(script.Server.Cancel(first)));
        script.Device.Expect("CON * DELETE *").Acknowledge(CoapCode.Deleted);
        Assert.False(script.Server.Cancel(third));
        Assert.Equal(["GET /3303/0/5700: Cancelled", "GET /3303/0/5700: Cancelled", "DELETE /3303/0: 2.02"], script.Told);
    }

    [Fact]
    public void A_device_that_goes_takes_with_it_what_is_asked_of_it()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d");
        script.Submit(Read);
        script.Submit(Read);
        script.Device.Expect("CON * GET *");
        Registration.RegisteredDevice device = script.Server.Find("d")!;
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, location));
        Assert.Equal(["GET /3303/0/5700: Unknown", "GET /3303/0/5700: NotRegistered"], script.Told);
        ServerScript.Operation late = new(Read, script.Told);
        script.Server.Submit(device, late, script.Now);
        Assert.Equal("GET /3303/0/5700: NotRegistered", script.Told[^1]);
        Assert.Throws<InvalidOperationException>(() => script.Server.Submit(device, late, script.Now));
        Assert.Equal(0, script.Server.WaitingCount);
    }

    [Fact]
    public void A_device_that_moves_is_asked_where_it_is_now()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d");
        script.Submit(Read);
        script.Submit(DeviceRequest.Execute(new(3, 0, 4)));
        script.Device.Expect("CON * GET *");
        ScriptedPeer elsewhere = script.AddDevice("elsewhere");
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, from: elsewhere));
        elsewhere.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Payload("1"));
        elsewhere.Expect("CON * POST /3/0/4 *");
        script.Locate("ep=d", from: script.Device);
        Assert.Equal(["GET /3303/0/5700: 2.05 1", "POST /3/0/4: Unknown"], script.Told);
    }

    [Fact]
    public void When_the_engine_has_no_room_the_others_go_later()
    {
        ServerScript script = new(new() { Coap = new CoapEndpointOptions { Exchanges = 2, DeduplicationSlots = 64 } });
        List<ScriptedPeer> devices = [];
        for (int i = 0; i < 5; i++)
        {
            devices.Add(script.AddDevice($"device{i}"));
            script.Locate($"ep=e{i}", from: devices[i]);
        }

        for (int i = 0; i < 5; i++)
        {
            script.Submit(Read, $"e{i}");
        }

        foreach (ScriptedPeer device in devices)
        {
            device.Expect("CON * GET *").Acknowledge(CoapCode.Content);
        }

        Assert.Equal(5, script.Told.Count);
    }

    [Fact]
    public void The_path_of_what_was_created_is_read_also_below_an_alternate_root()
    {
        ServerScript script = new();
        script.Locate("ep=d");
        Created operation = new();
        script.Device.Do(() => script.Server.Submit(script.Server.Find("d")!, operation, script.Now));
        script.Device.Expect("CON * POST /3303 *").Acknowledge(
            CoapCode.Created, static a => a.Option(CoapOptionNumber.LocationPath, "lwm2m").Option(CoapOptionNumber.LocationPath, "3303").Option(CoapOptionNumber.LocationPath, "7"));
        Assert.Equal("/3303/7", operation.Location);
    }

    private sealed class Created() : DeviceOperation(DeviceRequest.Create(3303, new ReadyContent(ContentFormat.Tlv, new byte[] { 0xc0, 0 })))
    {
        internal string? Location { get; private set; }

        protected internal override void OnCompleted(in DeviceResponse response) =>
            Location = response.TryGetLocation(out Lwm2m.Lwm2mPath path) ? path.ToString() : null;
    }
}
