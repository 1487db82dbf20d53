using Ipso.Coap;
using Ipso.Server.Operations;
using Ipso.Server.Stores;

namespace Ipso.Server.Tests;

/// <summary>Commands that wait in a store for their devices: when they are sent, in what order, and what becomes of them.</summary>
public sealed class CommandTests
{
    private static readonly DeviceRequest s_read = DeviceRequest.Read(new(3303, 0, 5700));
    private static readonly DeviceRequest s_reboot = DeviceRequest.Execute(new(3, 0, 4));

    private readonly MemoryCommandStore _commands = new();
    private readonly MemoryRegistrationStore _registrations = new();
    private readonly List<string> _ended = [];

    private ServerScript Start()
    {
        ServerScript script = new(new() { Commands = _commands, Registrations = _registrations });
        Listen(script);
        return script;
    }

    private void Listen(ServerScript script) => script.Server.CommandEnded = c => _ended.Add(
        $"{c.Request} {c.State}{(c.State == CommandState.Answered ? $" {c.Code.Class}.{c.Code.Detail:00} {System.Text.Encoding.UTF8.GetString((c.Payload ?? default).Span)}" : "")}".TrimEnd());

    private void Restart(ServerScript script)
    {
        script.Node.Restart();
        Listen(script);
        RegistrationRecord[] records = [.. _registrations.ScanAsync().ToBlockingEnumerable()];
        script.Device.Do(() => script.Server.Restore(records, static peer => peer, script.Now));
    }

    private long Enqueue(ServerScript script, DeviceRequest request, int seconds = 3600, string endpoint = "d", string? key = null)
    {
        long id = Put(QueuedCommand.Create(endpoint, request, TimeSpan.FromSeconds(seconds), key, script.Network.Clock.UtcNow));
        script.Device.Do(() => script.Server.TakeCommands(endpoint, script.Now));
        return id;
    }

    private long Put(CommandRecord command) => _commands.EnqueueAsync(command).AsTask().Result.Id;

    private CommandState? StateOf(long id) => _commands.FindAsync(id).AsTask().Result?.State;

    [Fact]
    public void One_for_a_device_that_is_awake_is_sent_at_once()
    {
        ServerScript script = Start();
        script.Locate("ep=d&lwm2m=1.1");
        long id = Enqueue(script, s_read);
        script.Device.Expect("CON * GET /3303/0/5700 *").Acknowledge(CoapCode.Content, static a => a.Payload("21"));
        Assert.Equal("GET /3303/0/5700 Answered 2.05 21", Assert.Single(_ended));
        Assert.Equal(CommandState.Answered, StateOf(id));
        Enqueue(script, DeviceRequest.Write(new(3303, 0, 5701), new TextContent("x")));
        script.Device.Expect("CON * PUT /3303/0/5701 * Content-Format 0, \"x\"").Acknowledge(CoapCode.NotFound);
        Assert.Equal("PUT /3303/0/5701 Answered 4.04", _ended[^1]);
    }

    [Fact]
    public void Those_for_a_sleeping_device_or_one_that_is_not_there_go_in_order_when_it_is_heard_of()
    {
        ServerScript script = Start();
        for (int i = 0; i < 20; i++)
        {
            Enqueue(script, DeviceRequest.Read(new(3303, 0, (ushort)i)));
        }

        script.Device.ExpectNothing();
        string location = script.Locate("ep=d&lwm2m=1.1&Q");
        for (int i = 0; i < 20; i++)
        {
            script.Device.Expect($"CON * GET /3303/0/{i} *").ExpectNothing().Acknowledge(CoapCode.Content, static a => a.Payload("1"));
        }

        Assert.Equal(20, _ended.Count);
        script.Device.At(94);
        Enqueue(script, s_reboot);
        script.Device.At(2000).ExpectNothing();
        Assert.Equal(0, script.Server.WaitingCount);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * POST /3/0/4 *").Acknowledge(CoapCode.Changed);
        Assert.Equal("POST /3/0/4 Answered 2.04", _ended[^1]);
    }

    // What is idempotent is sent again, before those that came after it; what is not may have been done.
    [Fact]
    public void What_is_not_answered_waits_again_in_its_place_or_is_unknown()
    {
        ServerScript script = Start();
        string location = script.Locate("ep=d&lwm2m=1.1");
        Enqueue(script, s_read);
        Enqueue(script, s_reboot);
        script.Device.At(100).PassOver();
        Assert.Empty(_ended);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET *").ExpectNothing().Acknowledge(CoapCode.Content, static a => a.Payload("1"));
        script.Device.Expect("CON * POST /3/0/4 *").At(200).PassOver();
        Assert.Equal(["GET /3303/0/5700 Answered 2.05 1", "POST /3/0/4 Unknown"], _ended);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.ExpectNothing();
    }

    [Fact]
    public void A_server_that_starts_again_goes_on_where_the_one_before_it_ended()
    {
        ServerScript script = Start();
        string location = script.Locate("ep=d&lwm2m=1.1&Q");
        long first = Enqueue(script, s_read), second = Enqueue(script, s_reboot);
        script.Device.Expect("CON * GET *");
        Assert.Equal((CommandState.UnderWay, CommandState.UnderWay), (StateOf(first), StateOf(second)));
        Restart(script);
        long third = Enqueue(script, DeviceRequest.Execute(new(3, 0, 5)));
        script.Device.At(1000).PassOver();
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));

        // The server that is gone may have sent the second.
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Payload("1"));
        script.Device.Expect("CON * POST /3/0/5 *").Acknowledge(CoapCode.Changed).ExpectNothing();
        Assert.Equal(["POST /3/0/4 Unknown", "GET /3303/0/5700 Answered 2.05 1", "POST /3/0/5 Answered 2.04"], _ended);
        Assert.Equal((CommandState.Unknown, CommandState.Answered), (StateOf(second), StateOf(third)));
    }

    [Fact]
    public void A_server_that_stops_gives_back_what_it_has_not_sent()
    {
        ServerScript script = Start();
        string location = script.Locate("ep=d&lwm2m=1.1");
        long first = Enqueue(script, s_read), second = Enqueue(script, s_reboot);
        script.Device.Expect("CON * GET *");
        script.Server.Stop();
        Assert.Equal((CommandState.Waiting, CommandState.Waiting), (StateOf(first), StateOf(second)));
        Restart(script);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content).Expect("CON * POST *");
    }

    [Fact]
    public void What_waits_longer_than_it_may_is_told_to_have_expired()
    {
        ServerScript script = Start();
        string location = script.Locate("ep=d&lwm2m=1.1&Q");
        script.Device.At(94);
        long id = Enqueue(script, s_read, seconds: 50);
        Enqueue(script, s_reboot, seconds: 7200);
        script.Device.At(94 + 50 + 61);
        Assert.Equal("GET /3303/0/5700 Expired", Assert.Single(_ended));
        Assert.Null(StateOf(id));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * POST *");
    }

    [Fact]
    public void What_can_be_sent_in_no_way_is_refused()
    {
        ServerScript script = Start();
        script.Locate("ep=d&lwm2m=1.1");
        Enqueue(script, DeviceRequest.Write(new(3303, 0), new ReadyContent(ContentFormat.Cbor, new byte[] { 1 })));
        CommandRecord damaged = QueuedCommand.Create("d", s_read, TimeSpan.FromHours(1), null, script.Network.Clock.UtcNow) with { Request = new byte[] { 99 } };
        Put(damaged);
        script.Device.Do(() => script.Server.TakeCommands("d", script.Now)).Do(static () => { });
        Assert.Equal(["PUT /3303/0 Refused", " Refused"], _ended);
        script.Device.ExpectNothing();
    }

    [Fact]
    public void One_that_is_too_long_is_refused_and_the_next_one_goes()
    {
        ServerScript script = Start();
        script.Locate("ep=d&lwm2m=1.1");
        Enqueue(script, DeviceRequest.Write(new(3303, 0, 5701), new ReadyContent(ContentFormat.OctetStream, new byte[1 << 17])));
        Enqueue(script, s_reboot);
        script.Device.Do(static () => { }).Expect("CON * POST /3/0/4 *").Acknowledge(CoapCode.Changed);
        Assert.Equal(["PUT /3303/0/5701 Refused", "POST /3/0/4 Answered 2.04"], _ended);
    }

    [Fact]
    public void A_command_is_a_name_a_request_that_ends_and_a_time()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch;
        Assert.Throws<ArgumentException>(() => QueuedCommand.Create("", s_read, TimeSpan.FromSeconds(1), null, now));
        Assert.Throws<ArgumentException>(() => QueuedCommand.Create("d", DeviceRequest.Observe(new(3)), TimeSpan.FromSeconds(1), null, now));
        Assert.Throws<ArgumentOutOfRangeException>(() => QueuedCommand.Create("d", s_read, TimeSpan.Zero, null, now));
        Assert.Throws<ArgumentOutOfRangeException>(() => QueuedCommand.Create("d", s_read, TimeSpan.FromDays(4000), null, now));
    }

    // What a request brings is kept in every format that it can be written in.
    [Fact]
    public void A_request_is_the_same_when_it_is_read_again()
    {
        DeviceRequest[] requests =
        [
            s_read, s_read.In(ContentFormat.Tlv), s_reboot, DeviceRequest.Execute(new(3, 0, 4), "0='a'"), DeviceRequest.Discover(new(3), 2),
            DeviceRequest.WriteAttributes(new(3303, 0, 5700), "pmin=1&pmax"), DeviceRequest.Delete(new(3303, 7)),
            DeviceRequest.Create(3303, new ReadyContent(ContentFormat.Tlv, new byte[300])),
            DeviceRequest.WriteComposite(new ReadyContent(ContentFormat.SenMLCbor, new byte[] { 0x80 })),
            DeviceRequest.ObserveComposite(new ReadyContent(ContentFormat.SenMLJson, "[]"u8.ToArray())),
            DeviceRequest.Observe(new(3303, 0, 5700, 1), "gt=1"),
        ];
        foreach (DeviceRequest request in requests)
        {
            byte[] data = RequestCodec.Write(request);
            DeviceRequest? again = RequestCodec.TryRead(data);
            Assert.NotNull(again);
            Assert.Equal(data, RequestCodec.Write(again));
            Assert.Equal(
                (request.ToString(), request.Accept, request.WantsValues, request.Observes, request.IsIdempotent, request.Content is null),
                (again.ToString(), again.Accept, again.WantsValues, again.Observes, again.IsIdempotent, again.Content is null));
            for (int i = 0; i < data.Length; i++)
            {
                Assert.Null(RequestCodec.TryRead(data.AsMemory(0, i)));
            }
        }

        Random random = new(1);
        byte[] good = RequestCodec.Write(requests[8]);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. good];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _ = RequestCodec.TryRead(damaged)?.ToString();
        }
    }
}
