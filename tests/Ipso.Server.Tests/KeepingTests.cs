using Ipso.Coap;
using Ipso.Server.Operations;
using Ipso.Server.Stores;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>A server that starts again knows what it has observed.</summary>
public sealed class KeepingTests
{
    private static readonly Lwm2m.Lwm2mPath s_value = new(3303, 0, 5700);

    private readonly MemoryRegistrationStore _registrations = new();
    private readonly MemoryObservationStore _observations = new();
    private readonly List<string> _unclaimed = [];

    private ServerScript Observed(string query = "ep=d&lwm2m=1.1")
    {
        ServerScript script = new(new() { Registrations = _registrations, Observations = _observations });
        script.Locate(query);
        script.Observe(s_value);
        script.Device.Expect("CON * GET *");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        return script;
    }

    private void Restart(ServerScript script)
    {
        script.Node.Restart();
        RegistrationRecord[] registrations = [.. _registrations.ScanAsync().ToBlockingEnumerable()];
        ObservationRecord[] observations = [.. _observations.ScanAsync().ToBlockingEnumerable()];
        script.Device.Do(() =>
        {
            script.Server.NotificationUnclaimed = n => _unclaimed.Add($"{n.Device.Endpoint} {n.Request}: {n.Answer}");
            script.Server.Restore(registrations, static peer => peer, script.Now);
            script.Server.RestoreObservations(observations, script.Now);
        });
    }

    private static CoapDatagram Notification(string token, ushort messageId, uint sequence, string value) =>
        CoapDatagram.Con(CoapCode.Content, messageId).Token(token).Observe(sequence).Payload(value);

    private void Put(ObservationRecord record) => _observations.PutAsync(record).AsTask().GetAwaiter().GetResult();

    private int Kept() => _observations.ScanAsync().ToBlockingEnumerable().Count();

    [Fact]
    public void Its_notifications_are_told_as_nobodys_until_the_program_observes_the_same()
    {
        ServerScript script = Observed();
        string old = script.Token;
        Assert.Equal(1, Kept());
        Restart(script);
        Assert.Equal(1, script.Server.ObservationCount);
        script.Device.Send(Notification(old, 1, 3, "2")).Expect("ACK 0x0001");
        script.Device.Send(Notification(old, 2, 2, "old")).Expect("ACK 0x0002");
        Assert.Equal("d Observe /3303/0/5700: 2.05 Content (, 1 bytes)", Assert.Single(_unclaimed));

        script.Told.Clear();
        script.Observe(new(3303, 0, 5701));
        script.Device.Expect("CON * GET /3303/0/5701 *").Acknowledge(CoapCode.NotFound);
        script.Observe(s_value);
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*");
        CoapDatagram answer = CoapDatagram.AnswerTo(script.Device.Last.Span, CoapCode.Content).Observe(1).Payload("now");
        script.KeepToken();
        Assert.NotEqual(old, script.Token);

        // Until the device has answered it notifies as before, and is heard.
        script.Device.Send(Notification(old, 3, 4, "3")).Expect("ACK 0x0003");
        script.Device.Send(answer);
        script.Device.Send(Notification(script.Token, 4, 2, "4")).Expect("ACK 0x0004");
        script.Device.Send(Notification(old, 5, 5, "5")).Expect("RST 0x0005");
        Assert.Equal(
            ["Observe /3303/0/5701 ended: 4.04", "Observe /3303/0/5700: 2.05 3", "Observe /3303/0/5700: 2.05 now", "Observe /3303/0/5700: 2.05 4"],
            script.Told);
        Assert.Single(_unclaimed);
        Assert.Equal((1, 1), (Kept(), script.Server.ObservationCount));
    }

    [Fact]
    public void A_device_that_has_registered_anew_is_asked_again_by_whatever_server()
    {
        ServerScript script = Observed();
        Restart(script);
        script.Locate("ep=d&lwm2m=1.1");
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*").Acknowledge(CoapCode.Content, static a => a.Observe(1).Payload("2"));
        Assert.Equal("d Observe /3303/0/5700: 2.05 Content (, 1 bytes)", Assert.Single(_unclaimed));
        Assert.Equal(1, Kept());

        // It is registered anew where the observation was not stored any more.
        ObservationRecord kept = _observations.ScanAsync().ToBlockingEnumerable().Single();
        Put(kept with { Epoch = kept.Epoch - 1 });
        Restart(script);
        Assert.Equal(0, script.Server.ObservationCount);
        string location = $"/rd/{script.Server.Find("d")!.Registration.Id}";
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.Expect("CON * GET /3303/0/5700 * Observe 0*");
    }

    [Fact]
    public void What_is_over_is_kept_no_more_and_what_stops_with_the_server_is()
    {
        ServerScript script = Observed();
        script.Server.Stop();
        Assert.Equal(1, Kept());
        Restart(script);
        string location = $"/rd/{script.Server.Find("d")!.Registration.Id}";
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, location));
        Assert.Equal(0, Kept());

        script = Observed();
        ServerScript.Observation another = new(DeviceRequest.Observe(new(3303, 0, 5701)), script.Told);
        script.Device.Do(() => script.Server.Observe(script.Server.Find("d")!, another, script.Now));
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        Assert.Equal(2, Kept());
        script.Device.Do(() => script.Server.Cancel(another));
        Assert.Equal(1, Kept());
    }

    [Fact]
    public void What_cannot_be_read_or_has_no_device_is_removed()
    {
        ServerScript script = Observed();
        ObservationRecord kept = _observations.ScanAsync().ToBlockingEnumerable().Single();
        for (int i = 0; i < kept.Request.Length; i++)
        {
            Put(kept with { Token = new([7, (byte)i]), Request = kept.Request[..i] });
        }

        Put(kept with { Token = new([8]), Endpoint = "nobody" });
        Put(kept with { Token = new([9]), Request = RequestCodec.Write(DeviceRequest.Read(s_value)) });
        Restart(script);
        Assert.Equal((1, 1), (Kept(), script.Server.ObservationCount));
    }

    [Fact]
    public void A_store_that_cannot_is_told_and_the_value_comes_all_the_same()
    {
        List<string> faults = [];
        ServerScript script = new(new() { Observations = new BrokenStore() });
        script.Server.HandlerFailed = e => faults.Add(e.Message);
        script.Locate("ep=d&lwm2m=1.1");
        script.Observe(s_value);
        script.Device.Expect("CON * GET *").Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        script.Device.Do(static () => { });
        Assert.Equal("Observe /3303/0/5700: 2.05 1", Assert.Single(script.Told));
        Assert.Equal("the disk is full", Assert.Single(faults));
    }

    private sealed class BrokenStore : IObservationStore
    {
        public ValueTask PutAsync(ObservationRecord record, CancellationToken cancellationToken = default) => throw new IOException("the disk is full");

        public ValueTask RemoveAsync(CoapToken token, CancellationToken cancellationToken = default) => throw new IOException("the disk is full");

        public ValueTask<ObservationRecord?> FindAsync(CoapToken token, CancellationToken cancellationToken = default) => new((ObservationRecord?)null);

        public IAsyncEnumerable<ObservationRecord> ScanAsync(CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<ObservationRecord>();
    }
}
