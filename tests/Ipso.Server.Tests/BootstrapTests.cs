using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Server.Bootstrap;
using Ipso.Server.Operations;
using Ipso.Server.Stores;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>The Bootstrap-Server: by script, and with devices of ours through loss.</summary>
[Trait("Category", "Conformance")]
public class BootstrapTests
{
    public static TheoryData<double> Losses => ServerWorld.Losses;

    private static Objects.LWM2MSecurity Security(string uri = "coap://server") => new()
    {
        LWM2MServerURI = uri,
        BootstrapServer = false,
        SecurityMode = 3,
        PublicKeyOrIdentity = default,
        ServerPublicKey = default,
        SecretKey = default,
        ShortServerID = 7,
    };

    private static Objects.LwM2MServer Server() => new()
    {
        ShortServerID = 7,
        Lifetime = 300,
        NotificationStoringWhenDisabledOrOffline = true,
        Binding = "U",
        RegistrationUpdateTrigger = static _ => { },
    };

    private static BootstrapConfiguration Account => BootstrapConfiguration.Empty.Delete(new(0)).Delete(new(1)).Write(1, Security()).Write(0, Server());

    private static ServerScript Script(BootstrapConfiguration? configuration, List<string> told)
    {
        ServerScript script = new(new() { Bootstrap = request => request.Endpoint == "d" ? configuration : null });
        script.Server.BootstrapChanged = change => told.Add(change.ToString());
        return script;
    }

    // Row 1, the server's part.
    [Fact]
    public void Row_1_Commands_go_one_after_the_other_and_the_Finish_last()
    {
        List<string> told = [];
        ServerScript script = Script(Account, told);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=d&pct=112"));
        script.Device.Expect("CON * DELETE /0 *").ExpectNothing().Acknowledge(CoapCode.Deleted);
        script.Device.Expect("CON * DELETE /1 *").ExpectNothing().Acknowledge(CoapCode.Deleted);
        script.Device.Expect("CON * PUT /0/1 * Content-Format 112*").ExpectNothing().Acknowledge(CoapCode.Changed);
        script.Device.Expect("CON * PUT /1/0 * Content-Format 112*").ExpectNothing().Acknowledge(CoapCode.Changed);
        script.Device.Expect("CON * POST /bs *").ExpectNothing().Acknowledge(CoapCode.Changed);
        Assert.Equal(
            ["Bootstrap of d: Started", "Bootstrap of d: Done, DELETE /0, 2.02 Deleted (, 0 bytes)", "Bootstrap of d: Done, DELETE /1, 2.02 Deleted (, 0 bytes)",
                "Bootstrap of d: Done, PUT /0/1, 2.04 Changed (, 0 bytes)", "Bootstrap of d: Done, PUT /1/0, 2.04 Changed (, 0 bytes)", "Bootstrap of d: Finished, 2.04 Changed (, 0 bytes)"],
            told);
        Assert.Equal(0, script.Server.BootstrapCount);
    }

    // Row 13: the format that the device wants; without one, of 1.0.
    [Theory]
    [InlineData("ep=d&pct=112", "112")]
    [InlineData("ep=d&pct=110", "110")]
    [InlineData("ep=d&pct=11542", "11542")]
    [InlineData("ep=d", "11542")]
    public void Row_13_It_is_written_in_the_format_that_the_device_wants(string query, string format)
    {
        ServerScript script = Script(BootstrapConfiguration.Empty.Write(1, Security()), []);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", query));
        script.Device.Expect($"CON * PUT /0/1 * Content-Format {format}*");
    }

    [Theory]
    [InlineData("4.00 nothing is known that this device is to have", "ep=e")]
    [InlineData("4.00 ep is missing: without security nothing else says who the device is", "")]
    [InlineData("4.15 this server does not write in the Content-Format 0", "ep=d&pct=0")]
    [InlineData("4.15 this server does not write in the Content-Format 99999", "ep=d&pct=99999")]
    public void Who_cannot_be_bootstrapped_is_told_why(string answer, string query)
    {
        List<string> told = [];
        ServerScript script = Script(Account, told);
        Assert.Equal(answer, script.Ask(CoapCode.Post, "/bs", query));
        Assert.EndsWith(answer[5..], Assert.Single(told), StringComparison.Ordinal);
        script.Device.ExpectNothing();
    }

    [Fact]
    public void A_server_that_bootstraps_nobody_says_so()
    {
        ServerScript script = new();
        Assert.Equal("4.04 this is no Bootstrap-Server", script.Ask(CoapCode.Post, "/bs", "ep=d"));
        Assert.Equal("5.01 this is no Bootstrap-Server", script.Ask(CoapCode.Get, "/bspack", "ep=d"));
        Assert.Equal("4.05", script.Ask(CoapCode.Get, "/bs", "ep=d"));
        Assert.Equal("4.05", script.Ask(CoapCode.Post, "/bspack", "ep=d"));
    }

    [Fact]
    public void A_command_that_is_refused_ends_it_without_a_Finish()
    {
        List<string> told = [];
        ServerScript script = Script(Account, told);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=d&pct=112"));
        script.Device.Expect("CON * DELETE /0 *").Acknowledge(CoapCode.BadRequest).ExpectNothing();
        Assert.Equal("Bootstrap of d: Failed, DELETE /0, 4.00 Bad Request", told[^1]);
        Assert.Equal(0, script.Server.BootstrapCount);

        // Row 9: the device does not agree.
        script = Script(BootstrapConfiguration.Empty, told);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=d"));
        script.Device.Expect("CON * POST /bs *").Acknowledge(CoapCode.NotAcceptable);
        Assert.Equal("Bootstrap of d: Failed, 4.06 Not Acceptable", told[^1]);
    }

    [Fact]
    public void A_device_that_falls_silent_ends_it_and_one_that_asks_again_begins_anew()
    {
        List<string> told = [];
        ServerScript script = Script(Account, told);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=d"));
        script.Device.Expect("CON * DELETE /0 *");
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=d"));
        script.Device.Expect("CON * DELETE /0 *");
        Assert.Equal(1, script.Server.BootstrapCount);
        script.Device.At(100);
        Assert.StartsWith("Bootstrap of d: Failed, DELETE /0, Unknown: the device did not answer", told[^1], StringComparison.Ordinal);
        Assert.Equal((0, 3), (script.Server.BootstrapCount, told.Count));
    }

    [Fact]
    public void As_many_are_bootstrapped_at_a_time_as_may_be()
    {
        ServerScript script = new(new() { MaxBootstraps = 1, Bootstrap = _ => Account });
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=a"));
        script.Device.Expect("CON * DELETE *");
        Assert.Equal("5.03 as many devices are being bootstrapped as may be", script.Ask(CoapCode.Post, "/bs", "ep=b"));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=a"));
    }

    [Fact]
    public void The_name_is_that_of_who_the_device_has_proved_to_be()
    {
        List<BootstrapRequest> asked = [];
        ServerScript script = new(new()
        {
            Bootstrap = request =>
            {
                asked.Add(request);
                return Account;
            },
        });
        PeerIdentity identity = new(PeerIdentityKind.PreSharedKey, "node-7"u8);
        script.Identities.Set(script.Device, identity);
        Assert.StartsWith("4.00", script.Ask(CoapCode.Post, "/bs", "ep=node-8"), StringComparison.Ordinal);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs"));
        Assert.Equal(new("node-7", identity, script.Device.Node.Peer, null, IsPack: false), Assert.Single(asked));
    }

    [Fact]
    public void What_is_discovered_and_read_is_told()
    {
        List<BootstrapChange> told = [];
        ServerScript script = Script(BootstrapConfiguration.Empty.Discover(Lwm2mPath.Root).Read(new(1)), []);
        script.Server.BootstrapChanged = told.Add;
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=d&pct=112"));
        script.Device.Expect("CON * GET / * Accept 40*").Acknowledge(CoapCode.Content, static a => a.Payload("</>;lwm2m=1.1"));
        script.Device.Expect("CON * GET /1 * Accept 112*").Acknowledge(CoapCode.Content, static a => a.Payload("x"));
        script.Device.Expect("CON * POST /bs *");
        Assert.Equal("</>;lwm2m=1.1", System.Text.Encoding.UTF8.GetString(told[1].Answer!.Payload.Span));
        Assert.Throws<ArgumentOutOfRangeException>(() => BootstrapConfiguration.Empty.Read(new(3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => BootstrapConfiguration.Empty.Delete(new(3, 0, 1)));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Row_1_A_device_is_bootstrapped_and_registers(double loss) => Bootstrap(loss, usesPack: false, BootstrapChangeKind.Finished);

    // Row 17.
    [Theory]
    [MemberData(nameof(Losses))]
    public void Row_17_A_device_takes_all_in_one_payload_and_registers(double loss) => Bootstrap(loss, usesPack: true, BootstrapChangeKind.Packed);

    // What it is to have is read out of a store.
    [Theory]
    [InlineData(false, BootstrapChangeKind.Finished)]
    [InlineData(true, BootstrapChangeKind.Packed)]
    public async Task What_a_device_is_to_have_stands_in_a_store(bool usesPack, BootstrapChangeKind expected)
    {
        MemoryBootstrapStore store = new();
        await store.PutAsync(BootstrapRecord.Create("d", Account));
        Bootstrap(0.3, usesPack, expected, new() { BootstrapStore = store, BootstrapsUnidentified = true });
    }

    [Fact]
    public async Task A_store_is_asked_where_the_program_knows_nothing_and_may_take_its_time()
    {
        SlowStore store = new();
        List<string> told = [];
        ServerEndpointOptions options = new() { Bootstrap = r => r.Endpoint == "known" ? BootstrapConfiguration.Empty : null, BootstrapStore = store, BootstrapsUnidentified = true };
        ServerScript script = new(options with { Coap = options.Coap with { DeferredResponses = 2 } });
        script.Server.BootstrapChanged = change => told.Add(change.ToString());
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=known"));
        script.Device.Expect("CON * POST /bs *").Acknowledge(CoapCode.Changed);
        told.Clear();
        Ask(1, "ep=d").Expect("ACK 0x0001");
        Ask(2, "ep=e").Expect("ACK 0x0002");
        Ask(3, "ep=f").Expect("ACK 0x0003 5.03 *");
        script.Device.Do(() => store.Complete(BootstrapRecord.Create("d", BootstrapConfiguration.Empty.Delete(new(0)))));
        script.Device.Expect("CON * 2.04 *").Acknowledge().Expect("CON * DELETE /0 *").Acknowledge(CoapCode.Deleted);
        script.Device.Expect("CON * POST /bs *").Acknowledge(CoapCode.Changed);
        script.Device.Do(() => store.Complete(null)).Expect("CON * 4.00 * \"nothing is known that this device is to have\"").Acknowledge();
        script.Server.HandlerFailed = e => told.Add(e.Message);
        Ask(4, "ep=g").Expect("ACK 0x0004").Do(() => store.Fail("the disk is full")).Expect("CON * 5.03 *");
        Assert.Contains("the disk is full", told);
        Assert.Equal("Bootstrap of d: Started", told[0]);

        ScriptedPeer Ask(ushort id, string query) => script.Device.Send(CoapDatagram.Con(CoapCode.Post, id).Token($"{id:x4}").Path("/bs").Query(query));
    }

    // There are keys in what it would be given.
    [Fact]
    public async Task A_store_says_nothing_to_who_has_proved_nothing_and_a_session_is_its_devices()
    {
        MemoryBootstrapStore store = new();
        await store.PutAsync(BootstrapRecord.Create("d", BootstrapConfiguration.Empty.Delete(new(0))));
        ServerScript script = new(new() { BootstrapStore = store });
        Assert.Equal("4.00 nothing is known that this device is to have", script.Ask(CoapCode.Post, "/bs", "ep=d"));
        ScriptedPeer device = script.AddDevice("known");
        script.Identities.Set(device, new(PeerIdentityKind.PreSharedKey, "d"u8));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/bs", "ep=d", from: device));
        device.Expect("CON * DELETE /0 *");
        Assert.StartsWith("4.03", script.Ask(CoapCode.Post, "/bs", "ep=d"), StringComparison.Ordinal);
        Assert.Equal(1, script.Server.BootstrapCount);
    }

    [Fact]
    public void What_a_store_has_is_what_was_put_there()
    {
        BootstrapConfiguration account = Account.Discover(Lwm2mPath.Root).Read(new(1, 0)).Write(new(3, 0, 13), new TextContent("1"));
        BootstrapRecord record = BootstrapRecord.Create("d", account);
        Assert.Equal("What d is to have", $"{record}");
        BootstrapConfiguration again = record.Read()!;
        Assert.Equal(account.Commands.Select(static c => $"{c.Request} {c.Path}"), again.Commands.Select(static c => $"{c.Request} {c.Path}"));
        foreach ((BootstrapCommand one, BootstrapCommand other) in account.Commands.Zip(again.Commands))
        {
            foreach (ContentFormat format in Enum.GetValues<ContentFormat>())
            {
                Assert.Equal(one.Request.Content?.Supports(format), other.Request.Content?.Supports(format));
                if (one.Request.Content?.Supports(format) == true)
                {
                    Assert.Equal(one.Request.Content.Write(format).ToArray(), other.Request.Content!.Write(format).ToArray());
                }
            }
        }

        byte[] data = record.Configuration.ToArray();
        for (int i = 0; i < data.Length; i++)
        {
            Assert.Null((record with { Configuration = data.AsMemory(0, i) }).Read());
        }

        Random random = new(1);
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = [.. data];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            _ = (record with { Configuration = damaged }).Read();
        }
    }

    private sealed class SlowStore : IBootstrapStore
    {
        private readonly Queue<TaskCompletionSource<BootstrapRecord?>> _waiting = new();

        internal void Complete(BootstrapRecord? record) => Do(source => source.SetResult(record));

        internal void Fail(string why) => Do(source => source.SetException(new IOException(why)));

        public ValueTask<BootstrapRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default)
        {
            TaskCompletionSource<BootstrapRecord?> source = new();
            _waiting.Enqueue(source);
            return new(source.Task);
        }

        public ValueTask PutAsync(BootstrapRecord record, CancellationToken cancellationToken = default) => default;

        public ValueTask<bool> RemoveAsync(string endpoint, CancellationToken cancellationToken = default) => default;

        // What waits goes on before this returns: only without a context of a test framework's.
        private void Do(Action<TaskCompletionSource<BootstrapRecord?>> complete)
        {
            SynchronizationContext? context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            complete(_waiting.Dequeue());
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static void Bootstrap(double loss, bool usesPack, BootstrapChangeKind expected, ServerEndpointOptions? server = null)
    {
        List<BootstrapChange> told = [];
        ServerWorld world = new(loss, options: server ?? new() { Bootstrap = request => request.Endpoint == "d" ? Account : null });
        world.Server.BootstrapChanged = told.Add;
        DeviceOptions options = new()
        {
            Endpoint = "d", RetrySpread = 0, BootstrapServer = new("coap://server"), Bootstrap = new() { AsksForPack = usesPack },
        };
        world.AddDevice(options, static () => [new Temperature { SensorValue = 21.5 }]);
        Registration.RegisteredDevice device = world.Await("d");
        Assert.Equal(TimeSpan.FromSeconds(300), device.Registration.Lifetime);
        world.Until(() => told.Exists(change => change.Kind == expected), $"{expected} to be told");
        Assert.Equal("2.05 21.5", world.Ask(device, DeviceRequest.Read(new(3303, 0, 5700)).In(ContentFormat.PlainText)));
    }

    [Fact]
    public void A_pack_is_in_the_format_that_is_asked_for_and_what_does_not_go_into_one_is_refused()
    {
        ServerScript script = Script(Account, []);
        script.Device.Send(CoapDatagram.Con(CoapCode.Get, 1).Token("01").Path("/bspack").Query("ep=d").Accept(ContentFormat.SenMLJson))
            .Expect("ACK * 2.05 * Content-Format 110*");
        script.Device.Send(CoapDatagram.Con(CoapCode.Get, 2).Token("01").Path("/bspack").Query("ep=d").Accept(ContentFormat.Tlv)).Expect("ACK * 4.06 *");
        script = Script(Account.Discover(Lwm2mPath.Root), []);
        script.Device.Send(CoapDatagram.Con(CoapCode.Get, 3).Token("01").Path("/bspack").Query("ep=d")).Expect("ACK * 4.05 *");
    }
}
