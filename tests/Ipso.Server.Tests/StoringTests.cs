using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Stores;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>A device is answered when what it has said is durable, and a server that starts again knows its devices.</summary>
public class StoringTests
{
    // Writes are over when the test says so.
    private sealed class SlowStore : IRegistrationStore
    {
        private readonly MemoryRegistrationStore _store = new();
        private readonly Queue<TaskCompletionSource> _waiting = new();

        internal bool IsSlow { get; set; } = true;

        internal Exception? Fault { get; set; }

        // What waits goes on before this returns: only without a context of a test framework's.
        internal void CompleteOne()
        {
            SynchronizationContext? context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            _waiting.Dequeue().SetResult();
            SynchronizationContext.SetSynchronizationContext(context);
        }

        public async ValueTask<long> ClaimAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
        {
            await WaitAsync().ConfigureAwait(false);
            return await _store.ClaimAsync(record, cancellationToken);
        }

        public async ValueTask<WriteOutcome> UpdateAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
        {
            await WaitAsync().ConfigureAwait(false);
            return await _store.UpdateAsync(record, cancellationToken);
        }

        public async ValueTask<WriteOutcome> RemoveAsync(string endpoint, long epoch, CancellationToken cancellationToken = default)
        {
            await WaitAsync().ConfigureAwait(false);
            return await _store.RemoveAsync(endpoint, epoch, cancellationToken);
        }

        public ValueTask<IReadOnlyList<RegistrationRecord>> RemoveExpiredAsync(
            DateTimeOffset before, int max, CancellationToken cancellationToken = default) => _store.RemoveExpiredAsync(before, max, cancellationToken);

        public ValueTask<RegistrationRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default) =>
            _store.FindAsync(endpoint, cancellationToken);

        public IAsyncEnumerable<RegistrationRecord> ScanAsync(CancellationToken cancellationToken = default) => _store.ScanAsync(cancellationToken);

        private async Task WaitAsync()
        {
            if (Fault is { } fault)
            {
                throw fault;
            }

            if (IsSlow)
            {
                TaskCompletionSource source = new();
                _waiting.Enqueue(source);
                await source.Task.ConfigureAwait(false);
            }
        }
    }

    [Fact]
    public void Nothing_is_said_before_it_is_stored()
    {
        SlowStore store = new();
        ServerScript script = new(new() { Registrations = store });
        script.Device.Send(CoapDatagram.Con(CoapCode.Post, 1).Token("01").Path("/rd").Query("ep=d&lwm2m=1.1").ContentFormat(ContentFormat.LinkFormat).Payload("</3/0>"));
        script.Device.Expect("ACK 0x0001").ExpectNothing();
        Assert.Equal(0, script.Server.DeviceCount);
        script.Device.Do(store.CompleteOne).Expect("CON * 2.01 * token 01, Location-Path \"rd\"*").Acknowledge();
        Assert.Equal(1, script.Server.DeviceCount);
        string location = $"/rd/{script.Server.Find("d")!.Registration.Id}";

        script.Device.Send(CoapDatagram.Con(CoapCode.Post, 2).Token("02").Path(location).Query("lt=100")).Expect("ACK 0x0002").ExpectNothing();
        Assert.Equal(TimeSpan.FromDays(1), script.Server.Find("d")!.Registration.Lifetime);
        script.Device.Do(store.CompleteOne).Expect("CON * 2.04 * token 02*").Acknowledge();
        Assert.Equal(TimeSpan.FromSeconds(100), script.Server.Find("d")!.Registration.Lifetime);

        script.Device.Send(CoapDatagram.Con(CoapCode.Delete, 3).Token("03").Path(location)).Expect("ACK 0x0003").ExpectNothing();
        Assert.Equal(1, script.Server.DeviceCount);
        script.Device.Do(store.CompleteOne).Expect("CON * 2.02 * token 03*").Acknowledge();
        Assert.Equal(0, script.Server.DeviceCount);
    }

    // Two devices, of which one has proved who it is, want the same name: the first write decides, not the last.
    [Fact]
    public void While_one_is_being_stored_another_of_the_same_name_waits()
    {
        SlowStore store = new();
        ServerScript script = new(new() { Registrations = store });
        script.Identities.Set(script.Device, new(PeerIdentityKind.PreSharedKey, "d"u8));
        ScriptedPeer other = script.AddDevice("other");
        Register(script.Device, 1, "ep=d").Expect("ACK 0x0001");
        Register(other, 2, "ep=d").Expect("ACK 0x0002 5.03 *");
        script.Device.Do(store.CompleteOne).Expect("CON * 2.01 *").Acknowledge();
        Register(other, 3, "ep=d").Expect("ACK 0x0003 4.03 *");
        Assert.Equal(script.Device.Node.Peer, script.Server.Find("d")!.Registration.Peer);
    }

    // A program that throws when it is told of something is told so, and the server goes on.
    [Fact]
    public void What_the_program_throws_ends_nothing()
    {
        SlowStore store = new();
        ServerScript script = new(new() { Registrations = store });
        List<string> faults = [];
        script.Server.HandlerFailed = e => faults.Add(e.Message);
        script.Server.RegistrationChanged = static change => throw new InvalidOperationException($"{change.Kind}");
        Register(script.Device, 1, "ep=d&lt=60").Expect("ACK 0x0001").Do(store.CompleteOne).At(71).PassOver();
        Assert.Equal(["Registered", "Expired"], faults);
        Assert.Equal(0, script.Server.DeviceCount);
        script.Server.RegistrationChanged = null;
        Register(script.Device, 2, "ep=e").Expect("ACK 0x0002").Do(store.CompleteOne).Do(store.CompleteOne).Expect("CON * 2.01 *");
    }

    [Fact]
    public void A_store_that_never_ends_is_not_asked_for_more_than_may_be_answered_later()
    {
        SlowStore store = new();
        ServerEndpointOptions options = new() { Registrations = store };
        ServerScript script = new(options with { Coap = options.Coap with { DeferredResponses = 3 } });
        for (ushort i = 0; i < 10; i++)
        {
            Register(script.Device, i, $"ep=d{i}").Expect(i < 3 ? $"ACK 0x{i:x4}" : $"ACK 0x{i:x4} 5.03 *");
        }

        // The engine gives up waiting (5.03), and the store has not: there is no room yet.
        script.Device.At(94);
        for (int i = 0; i < 3; i++)
        {
            script.Device.Expect("CON * 5.03 *").Acknowledge();
        }

        Register(script.Device, 10, "ep=e").Expect("ACK 0x000a 5.03 *");
        for (int i = 0; i < 3; i++)
        {
            script.Device.Do(store.CompleteOne).ExpectNothing();
        }

        // What was stored is known though nobody waited for it.
        Assert.Equal(3, script.Server.DeviceCount);
        Register(script.Device, 11, "ep=e").Expect("ACK 0x000b").Do(store.CompleteOne).Expect("CON * 2.01 *");
    }

    [Fact]
    public void Devices_that_are_being_stored_take_their_room()
    {
        SlowStore store = new();
        ServerScript script = new(new() { Registrations = store, MaxDevices = 2 });
        Register(script.Device, 1, "ep=a").Expect("ACK 0x0001");
        Register(script.Device, 2, "ep=b").Expect("ACK 0x0002");
        Register(script.Device, 3, "ep=c").Expect("ACK 0x0003 5.03 *");
        store.Fault = new IOException("the disk is full");
        script.Device.Do(store.CompleteOne).Do(store.CompleteOne);
        Assert.Equal(2, script.Server.DeviceCount);
        script = new(new() { Registrations = store, MaxDevices = 1 });
        store.Fault = new IOException("the disk is full");
        Assert.StartsWith("5.03", script.Register("ep=a"), StringComparison.Ordinal);
        store.Fault = null;
        store.IsSlow = false;
        script.Locate("ep=b");
    }

    private static ScriptedPeer Register(ScriptedPeer device, ushort messageId, string query) => device.Send(
        CoapDatagram.Con(CoapCode.Post, messageId).Token($"{messageId:x4}").Path("/rd").Query(query)
            .ContentFormat(ContentFormat.LinkFormat).Payload("</3/0>"));

    [Fact]
    public void What_cannot_be_stored_is_answered_5_03_and_told()
    {
        SlowStore store = new() { IsSlow = false };
        ServerScript script = new(new() { Registrations = store });
        List<Exception> faults = [];
        script.Server.HandlerFailed = faults.Add;
        string location = script.Locate("ep=d");
        store.Fault = new IOException("the disk is full");
        Assert.Equal("5.03 the registration could not be stored", script.Register("ep=e"));
        Assert.Equal("5.03 the registration could not be stored", script.Ask(CoapCode.Post, location, "lt=5"));
        Assert.Equal("5.03 the registration could not be stored", script.Ask(CoapCode.Delete, location));
        Assert.Equal((3, 1), (faults.Count, script.Server.DeviceCount));
        Assert.Equal(TimeSpan.FromDays(1), script.Server.Find("d")!.Registration.Lifetime);
        store.Fault = null;
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, "lt=5"));
    }

    [Fact]
    public async Task An_Update_of_a_device_that_has_registered_elsewhere_is_answered_4_04()
    {
        MemoryRegistrationStore store = new();
        ServerScript script = new(new() { Registrations = store });
        string location = script.Locate("ep=d");
        ServerScript elsewhere = new(new() { Registrations = store });
        elsewhere.Locate("ep=d");
        Assert.Equal("4.04 there is no such registration: register anew", script.Ask(CoapCode.Post, location));
        Assert.Equal(elsewhere.Server.Find("d")!.Registration.Epoch, (await store.FindAsync("d"))!.Epoch);
    }

    [Fact]
    public async Task A_server_that_starts_again_knows_its_devices_and_their_lifetimes()
    {
        MemoryRegistrationStore store = new();
        ServerScript script = new(new() { Registrations = store, LifetimeGrace = TimeSpan.Zero, MaxUnidentifiedLifetime = null });
        script.Identities.Set(script.Device, new(PeerIdentityKind.PreSharedKey, "d"u8));
        string location = script.Locate(
            "ep=d&lt=100&lwm2m=1.1&b=UT&Q&sms=155&pid=oma:x&colour=red", "</lwm2m>;rt=\"oma.lwm2m\";ct=\"112 110\",</lwm2m/3303>;ver=1.2,</lwm2m/3303/0>,</lwm2m/3/0>");
        DeviceRegistration before = script.Server.Find("d")!.Registration;
        ScriptedPeer other = script.AddDevice("other");
        script.Locate("ep=short&lt=50", from: other);
        script.Locate("ep=ever&lt=0&lwm2m=1.2", from: other);
        script.Device.At(60);
        script.Node.Restart();
        List<RegistrationRecord> records = [];
        await foreach (RegistrationRecord record in store.ScanAsync())
        {
            records.Add(record);
        }

        Assert.Equal(["d", "ever"], records.Select(static r => r.Endpoint).Order());
        script.Device.Do(() => Assert.Equal(0, script.Server.Restore(records, static peer => peer, script.Now)));
        DeviceRegistration after = script.Server.Find("d")!.Registration;
        Assert.Equal(before with { Attributes = after.Attributes }, after);
        Assert.Equal(before.Attributes, after.Attributes);

        // It is asleep until it is heard of; the other one is not of the kind.
        script.Submit(DeviceRequest.Read(new(3303, 0)), timeout: TimeSpan.FromHours(1));
        script.Submit(DeviceRequest.Read(new(3, 0)), "ever");
        script.Device.ExpectNothing();
        other.Expect("CON * GET /3/0 *");
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET /lwm2m/3303/0 *");
        script.Device.At(161);
        Assert.Null(script.Server.Find("d"));
        Assert.Null(await store.FindAsync("d"));
        Assert.NotNull(script.Server.Find("ever"));
    }

    [Fact]
    public void What_cannot_be_read_is_passed_over()
    {
        MemoryRegistrationStore store = new();
        ServerScript script = new(new() { Registrations = store });
        script.Locate("ep=d&lwm2m=1.1&colour=red", "</3303>;ver=1.2,</3303/0>");
        RegistrationRecord good = RegistrationCodec.ToRecord(script.Server.Find("d")!.Registration);
        ServerEndpoint fresh = new(new SeededRandom(1));
        List<RegistrationRecord> bad = [good with { Data = default }, good with { Data = (byte[])[99, .. good.Data.Span[1..]] }];
        for (int i = 1; i < good.Data.Length; i++)
        {
            bad.Add(good with { Data = good.Data[..i] });
        }

        Assert.Equal(bad.Count, fresh.Restore(bad, static peer => peer, script.Now));
        Assert.Equal(0, fresh.DeviceCount);
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = good.Data.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            RegistrationCodec.TryRead(good with { Data = damaged });
        }

        DeviceRegistration forLong = script.Server.Find("d")!.Registration with { Lifetime = TimeSpan.FromDays(50_000) };
        Assert.Equal(1, fresh.Restore([good with { Data = RegistrationCodec.ToRecord(forLong).Data }], static peer => peer, script.Now));
        Assert.Equal(1, fresh.Restore([good, good], static peer => peer, script.Now));
        Assert.Equal(1, fresh.DeviceCount);
    }

    [Fact]
    public void A_stranger_that_a_server_before_has_taken_for_ever_goes_too()
    {
        ServerScript script = new(new() { MaxUnidentifiedLifetime = null });
        script.Locate("ep=d&lt=0&lwm2m=1.2");
        RegistrationRecord record = RegistrationCodec.ToRecord(script.Server.Find("d")!.Registration);
        ServerScript next = new(new() { MaxUnidentifiedLifetime = TimeSpan.FromHours(1), LifetimeGrace = TimeSpan.Zero });
        next.Device.Do(() => Assert.Equal(0, next.Server.Restore([record], static peer => peer, next.Now)));
        next.Device.At(3599);
        Assert.Equal(1, next.Server.DeviceCount);
        next.Device.At(3601);
        Assert.Equal(0, next.Server.DeviceCount);
    }

    [Fact]
    public void A_device_whose_session_is_gone_is_not_asked_before_it_comes()
    {
        MemoryRegistrationStore store = new();
        ServerScript script = new(new() { Registrations = store });
        string location = script.Locate("ep=d");
        RegistrationRecord record = RegistrationCodec.ToRecord(script.Server.Find("d")!.Registration);
        script.Node.Restart();
        script.Device.Do(() => script.Server.Restore([record], static _ => null, script.Now));
        script.Submit(DeviceRequest.Read(new(3303, 0)));
        script.Device.ExpectNothing();
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET *");
    }
}
