using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>Notifications for a server that is away (LwM2M TS Core, 5.1.2; Server object, resource 6).</summary>
[Trait("Category", "Conformance")]
public class OfflineTests
{
    private readonly Temperature _temperature = new() { SensorValue = 1 };
    private readonly Temperature _another = new() { SensorValue = 1 };
    private readonly DeviceScript _script;

    public OfflineTests()
    {
        _script = new(_temperature);
        _script.AddServer(101, new([1]));
    }

    // Row 83.
    [Theory]
    [InlineData("pmin=0")]
    [InlineData("gt=5")]
    [InlineData("pmax=10")]
    public void What_was_due_is_told_once_when_the_server_is_back_with_the_value_of_then(string query)
    {
        _script.Get("/3303/0/5700", observe: 0, query: query);
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 7;
        Assert.Empty(_script.RunFor(100));
        _temperature.SensorValue = 8;
        Assert.Empty(_script.RunFor(100));
        _script.Device.Reporter.ComeOnline(_script.Account);
        Assert.Equal([(0, "NOTIFY 01 2.05 0 8")], _script.RunFor(5));
        _temperature.SensorValue = 2;
        Assert.Equal("NOTIFY 01 2.05 0 2", Assert.Single(_script.RunFor(6)).Message);
    }

    // Row 83.
    [Fact]
    public void Nothing_is_kept_where_the_server_does_not_want_it()
    {
        _script.Account!.Server.NotificationStoringWhenDisabledOrOffline = false;
        _script.Get("/3303/0/5700", observe: 0, query: "pmax=10&gt=5");
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 7;
        Assert.Empty(_script.RunFor(95));
        _script.Device.Reporter.ComeOnline(_script.Account);
        Assert.Equal([(5, "NOTIFY 01 2.05 0 7")], _script.RunFor(6));
    }

    // Row 83.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Values_are_kept_with_their_times_and_told_in_order_that_of_now_behind_them(bool hasClock)
    {
        DateTimeOffset start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        _script.Device.Clock = hasClock ? new ScriptedWallClock(() => start + TimeSpan.FromTicks(_script.Now.Ticks)) : null;
        _script.Get("/3303/0/5700", ContentFormat.SenMLJson, observe: 0);
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 7;
        Assert.Empty(_script.RunFor(100));
        _temperature.SensorValue = 8;
        Assert.Empty(_script.RunFor(100));
        _script.Device.Reporter.ComeOnline(_script.Account);
        string times = hasClock ? "1767323046 1767323146 1767323246" : "-200 -100 0";
        string[] at = times.Split(' ');
        Assert.Equal(
            [(0, $$"""NOTIFY 01 2.05 110 [{"bn":"/3303/0/5700","bt":{{at[0]}},"v":7},{"bt":{{at[1]}},"v":8},{"bt":{{at[2]}},"v":8}]""")],
            _script.RunFor(5));
        Assert.Equal(CoapType.Confirmable, _script.LastMessage.Type);

        // They are told once, and what comes then is as it was.
        _temperature.SensorValue = 2;
        Assert.Equal("""NOTIFY 01 2.05 110 [{"bn":"/3303/0/5700","v":2}]""", Assert.Single(_script.RunFor(6)).Message);
    }

    // Row 83.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_due_while_an_Update_is_not_answered_is_told_with_the_answer_or_goes_with_the_registration(bool isAnswered)
    {
        RegistrationWorld world = new(new() { Endpoint = "d", Server = new("coap://s") }, 0, "s");
        ServerNode server = world["s"];
        Temperature temperature = new() { SensorValue = 1 };
        world.Device.Objects.Add(temperature);
        world.Start();
        world.Run(1);
        Assert.StartsWith(
            "2.05", server.Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700", observe: true, accept: ContentFormat.SenMLJson),
            StringComparison.Ordinal);
        Partition cut = world.Network.Cut([world.DeviceNode], [server.Node]);
        world.ServerObject().RegistrationUpdateTrigger!(default);
        world.Device.WakeRequested?.Invoke();

        // By then it has been sent again; the next time is later than twice that.
        world.Run(3.5);
        temperature.SensorValue = 7;
        world.Run(0.25);
        Assert.Empty(server.Notifications);
        if (!isAnswered)
        {
            world.Run(200);
        }

        cut.Heal();
        world.Run(400);
        Assert.Equal(isAnswered ? 1 : 0, world.Device.ObserverCount);
        Assert.Equal(isAnswered ? 1 : 2, server.Registers.Count());
        Assert.Equal(isAnswered ? 0 : 1, world.Device.ReportingCounters.ValuesDropped);
        if (isAnswered)
        {
            Assert.Matches(
                """^2.05 \[\{"bn":"/3303/0/5700","bt":-[0-9.]+,"v":7\},\{"bt":0,"v":7\}\]$""", Assert.Single(server.Notifications));
        }
        else
        {
            Assert.Empty(server.Notifications);
        }
    }

    // Row 83.
    [Fact]
    public void Periods_and_conditions_count_from_what_was_kept()
    {
        _script.WriteAttributes("/3303/0/5700", "pmin=10&gt=5");
        _script.Get("/3303/0/5700", ContentFormat.SenMLJson, observe: 0);
        _script.RunFor(20);
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 7;
        _script.RunFor(1);
        _temperature.SensorValue = 8;
        _script.RunFor(1);
        _temperature.SensorValue = 3;
        _script.RunFor(1);
        _temperature.SensorValue = 2;
        _script.RunFor(97);
        _script.Device.Reporter.ComeOnline(_script.Account);
        Assert.Equal(
            """NOTIFY 01 2.05 110 [{"bn":"/3303/0/5700","bt":-100,"v":7},{"bt":-90,"v":2},{"bt":0,"v":2}]""",
            Assert.Single(_script.RunFor(5)).Message);
    }

    // Rows 80 and 83.
    [Theory]
    [InlineData("/3303/0/5700", "/3303/0/5700")]
    [InlineData("/3303/0", "/3303/0/5700")]
    [InlineData("/3303", "/3303/0/5700")]
    public void Where_hqmax_is_in_use_so_many_are_kept_of_what_has_it(string observed, string limited)
    {
        _script.WriteAttributes(limited, "hqmax=2");
        _script.Get(observed, ContentFormat.SenMLJson, observe: 0);
        _script.Device.Reporter.GoOffline(_script.Account);
        for (int i = 2; i <= 6; i++)
        {
            _temperature.SensorValue = i;
            _script.RunFor(10);
        }

        _script.Device.Reporter.ComeOnline(_script.Account);
        string told = Assert.Single(_script.RunFor(5)).Message;
        Assert.StartsWith(
            """NOTIFY 01 2.05 110 [{"bn":"/3303/0/5700","bt":-20,"v":5},{"bt":-10,"v":6},""", told, StringComparison.Ordinal);
        Assert.Equal(3, _script.Device.ReportingCounters.ValuesDropped);
        Assert.Equal(2, told.Split("\"bt\":-").Length - 1);
    }

    // Row 83.
    [Fact]
    public void Hqmax_zero_keeps_no_values()
    {
        _script.Get("/3303/0/5700", ContentFormat.SenMLJson, observe: 0, query: "hqmax=0");
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 2;
        _script.RunFor(10);
        _temperature.SensorValue = 3;
        _script.RunFor(10);
        _script.Device.Reporter.ComeOnline(_script.Account);
        Assert.Equal("""NOTIFY 01 2.05 110 [{"bn":"/3303/0/5700","v":3}]""", Assert.Single(_script.RunFor(5)).Message);
    }

    // Row 83.
    [Fact]
    public void So_many_values_are_kept_of_all_and_the_oldest_go()
    {
        DeviceScript script = new(new DeviceOptions { Reporting = new() { StoredValues = 3 } }, _another);
        script.AddServer(101, new([1]));
        byte[] paths = """[{"n":"/3303/0/5700"},{"n":"/3303/0/5601"}]"""u8.ToArray();
        script.Exchange(CoapCode.Fetch, "/", paths, ContentFormat.SenMLJson, observe: 0, token: "0a");
        script.Get("/3303/0/5700", ContentFormat.SenMLJson, observe: 0, token: "0b");
        script.Device.Reporter.GoOffline(script.Account);
        _another.SensorValue = 2;
        script.RunFor(10);
        Assert.Equal(0, script.Device.ReportingCounters.ValuesDropped);
        _another.SensorValue = 3;
        script.RunFor(10);
        Assert.Equal(3, script.Device.ReportingCounters.ValuesDropped);
        script.Device.Reporter.ComeOnline(script.Account);

        // One confirmable message at a time goes to a server (NSTART).
        List<(double After, string Message)> told = [.. script.RunFor(5), .. script.RunFor(5)];
        Assert.Equal(2, told.Count);
        Assert.Equal(2 + 2 + 1 + 1, string.Concat(told.Select(static sent => sent.Message)).Split("\"bt\":").Length - 1);

        // What is kept goes with its observation.
        script.Device.Reporter.GoOffline(script.Account);
        _another.SensorValue = 4;
        script.RunFor(10);
        script.Get("/3303/0/5700", observe: 1, token: "0b");
        script.Exchange(CoapCode.Fetch, "/", paths, ContentFormat.SenMLJson, observe: 1, token: "0a");
        Assert.Contains("observed", script.Get("/3303/0/5700", ContentFormat.SenMLJson, observe: 0, token: "0c"), StringComparison.Ordinal);
        _another.SensorValue = 5;
        Assert.Equal("""NOTIFY 0c 2.05 110 [{"bn":"/3303/0/5700","v":5}]""", Assert.Single(script.RunFor(5)).Message);
    }

    // Row 83.
    [Fact]
    public void All_values_of_now_are_told_however_few_are_kept()
    {
        DeviceScript script = new(new DeviceOptions { Reporting = new() { StoredValues = 1 } }, _another);
        script.AddServer(101, new([1]));
        script.Get("/3303/0", ContentFormat.SenMLJson, observe: 0);
        script.Device.Reporter.GoOffline(script.Account);
        _another.SensorValue = 2;
        script.RunFor(10);
        script.Device.Reporter.ComeOnline(script.Account);
        Assert.Equal(
            """NOTIFY 01 2.05 110 [{"bn":"/3303/0/5700","bt":-10,"v":2},{"bn":"/3303/0/5601","bt":0,"v":1},"""
            + """{"bn":"/3303/0/5602","bt":0,"v":2},{"bn":"/3303/0/5700","bt":0,"v":2}]""",
            Assert.Single(script.RunFor(5)).Message);
    }

    // Row 83.
    [Fact]
    public void What_has_no_room_in_the_notification_is_dropped_the_oldest_first()
    {
        DeviceScript script = new(
            new DeviceOptions { Coap = new() { MaxBodySize = 1024 } }, _another);
        script.AddServer(101, new([1]));
        script.Get("/3303/0/5700", ContentFormat.SenMLJson, observe: 0);
        script.Device.Reporter.GoOffline(script.Account);
        for (int i = 2; i < 62; i++)
        {
            _another.SensorValue = i;
            script.RunFor(10);
        }

        script.Device.Reporter.ComeOnline(script.Account);
        string told = script.RunFor(5)[0].Message;
        Assert.StartsWith("""NOTIFY 01 2.05 110 [{"bn":"/3303/0/5700","bt":-""", told, StringComparison.Ordinal);
        Assert.InRange(script.Device.ReportingCounters.ValuesDropped, 1, 59);
        Assert.Equal(60, script.Device.ReportingCounters.ValuesDropped + (told.Split("\"bt\":-").Length - 1));
        Assert.EndsWith("""{"bt":-10,"v":61},{"bt":0,"v":61}]""", told, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_not_be_read_any_more_is_not_told_either()
    {
        _script.AddServer(102, new([2]));
        Temperature second = new() { SensorValue = 1 };
        _script.Device.Objects.Add(second);
        _script.Device.Access.Grant(new(3303, 0), 101, AccessRights.Read);
        _script.Device.Access.Grant(new(3303, 1), 101, AccessRights.Read);
        ServerAccount account = _script.Device.Accounts.All[0];
        _script.Exchange(
            CoapCode.Fetch, "/", """[{"n":"/3303/0/5700"},{"n":"/3303/1/5700"}]"""u8.ToArray(), ContentFormat.SenMLJson, observe: 0);
        _script.Device.Reporter.GoOffline(account);
        second.SensorValue = 2;
        _script.RunFor(10);
        _script.Device.Access.Grant(new(3303, 1), 101, AccessRights.None);
        _script.Device.Reporter.ComeOnline(account);
        Assert.Equal(
            """NOTIFY 01 2.05 110 [{"bn":"/3303/0/5700","bt":-10,"v":1},{"bt":0,"v":1}]""", Assert.Single(_script.RunFor(5)).Message);
    }

    // Row 83: on a network, with a device in queue mode.
    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 0.3)]
    [InlineData(true, 0)]
    public void A_device_that_sleeps_keeps_what_is_due_until_it_is_awake(bool notifiesWhileAsleep, double loss)
    {
        RegistrationWorld world = new(
            new()
            {
                Endpoint = "urn:dev:ops:1-A",
                Server = new("coap://s") { Lifetime = TimeSpan.FromHours(1) },
                QueueMode = true,
                Reporting = new() { StoresWhileAsleep = !notifiesWhileAsleep },
            },
            loss, "s");
        world.Device.Objects.Add(_another);
        world.Start(runSeconds: 0);
        world.Until(() => world.Events.Count > 0);
        world["s"].Ask(world.DeviceNode, CoapCode.Get, "/3303/0/5700", observe: true, accept: ContentFormat.SenMLJson);
        world.Until(() => world.Events[^1].EndsWith("Sleeping", StringComparison.Ordinal));
        _another.SensorValue = 7;
        world.Run(60);
        if (notifiesWhileAsleep)
        {
            Assert.Equal("""2.05 [{"bn":"/3303/0/5700","v":7}]""", Assert.Single(world["s"].Notifications));
            Assert.EndsWith("Awake", world.Events[^1], StringComparison.Ordinal);
            return;
        }

        Assert.Empty(world["s"].Notifications);
        _another.SensorValue = 8;
        world.Run(60);
        Assert.Empty(world["s"].Notifications);
        world.Until(() => world["s"].Notifications.Count > 0);
        Assert.Single(world["s"].Updates);
        Assert.Matches(
            """^2\.05 \[\{"bn":"/3303/0/5700","bt":-[0-9.]+,"v":7\},\{"bt":-[0-9.]+,"v":8\},\{"bt":0,"v":8\}\]$""",
            Assert.Single(world["s"].Notifications));
    }

    [Fact]
    public void The_others_go_on()
    {
        _script.AddServer(102, new([2]));
        _script.Get("/3303/0/5700", observe: 0, token: "0a");
        _script.Device.Reporter.GoOffline(_script.Account);
        _temperature.SensorValue = 7;
        Assert.Equal([(0, "NOTIFY 0a 2.05 0 7")], _script.RunFor(5));
    }
}
