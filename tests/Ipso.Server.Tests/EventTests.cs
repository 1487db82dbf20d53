using System.Text;
using Ipso.Coap;
using Ipso.Server.Events;
using Ipso.Server.Operations;
using Ipso.Server.Registration;
using Ipso.Server.Stores;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>What happens to devices, as a sink is told of it.</summary>
public class EventTests
{
    private static readonly Lwm2m.Lwm2mPath s_value = new(3303, 0, 5700);

    [Fact]
    public async Task All_that_happens_to_a_device_is_told_in_order_and_can_be_read()
    {
        Sink sink = new();
        MemoryCommandStore commands = new();
        ServerScript script = new(new() { Events = sink, Commands = commands, LifetimeGrace = TimeSpan.Zero });
        string location = script.Locate("ep=d&lt=60&lwm2m=1.1");
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, "lt=70"));
        script.Observe(s_value);
        script.Device.Expect("CON * GET *");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(10).ContentFormat(ContentFormat.PlainText).Payload("1"));
        script.Device.Send(CoapDatagram.Non(CoapCode.Content, 1).Token(script.Token).Observe(11).Payload("2"));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/dp", "", "[{\"n\":\"/3303/0/5700\",\"v\":3}]", format: ContentFormat.SenMLJson));
        await commands.EnqueueAsync(QueuedCommand.Create("d", DeviceRequest.Execute(new(3, 0, 4)), TimeSpan.FromHours(1), "key", script.Server.Time.GetUtcNow()));
        script.Device.Do(() => script.Server.TakeCommands("d", script.Now));
        script.Device.Expect("CON * POST /3/0/4 *").Acknowledge(CoapCode.Changed);
        location = script.Locate("ep=d&lwm2m=1.2");
        script.Device.PassOver();
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, location));
        script.Locate("ep=e&lt=10");
        script.Device.At(500);
        Assert.Equal(
            [
                "d Registered", "d Updated", "d Notified", "d Notified", "d Sent", "d CommandEnded", "d Replaced", "d Registered", "d Deregistered", "e Registered",
                "e Expired",
            ],
            sink.Taken.Select(static e => $"{e.Endpoint} {e.Kind}"));
        Assert.Equal(Enumerable.Range(1, 11).Select(static i => (long)i), sink.Taken.Select(static e => e.Id.Number));
        Assert.Single(sink.Taken.Select(static e => e.Id.Incarnation).Distinct());
        Assert.Equal((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(70)), (sink.Taken[0].ReadRegistration()!.Lifetime, sink.Taken[1].ReadRegistration()!.Lifetime));
        DeviceRegistration registered = script.Changes.First(static c => c.Kind == RegistrationChangeKind.Registered).Registration!;
        DeviceRegistration read = DeviceEvent.TryRead(sink.Taken[0].ToBytes())!.ReadRegistration()!;
        Assert.Equal(registered with { Attributes = read.Attributes }, read);
        Assert.Equal(registered.Epoch, sink.Taken[0].Epoch);
        Assert.Equal(registered.RegisteredAt, sink.Taken[0].At);
        Assert.Equal(
            ["Observe /3303/0/5700 PlainText 1", "Observe /3303/0/5700  2", " SenMLJson [{\"n\":\"/3303/0/5700\",\"v\":3}]"],
            sink.Taken.Select(static e => e.ReadReport()).OfType<EventReport>().Select(
                static r => $"{r.Request} {r.ContentFormat} {Encoding.UTF8.GetString(r.Payload.Span)}"));
        QueuedCommand command = sink.Taken[5].ReadCommand()!;
        Assert.Equal(("key", CommandState.Answered, CoapCode.Changed, "POST /3/0/4"), (command.Key, command.State, command.Code, command.Request!.ToString()));
        Assert.All(sink.Taken, static e => Assert.Equal(1, (e.ReadRegistration() is null ? 0 : 1) + (e.ReadReport() is null ? 0 : 1) + (e.ReadCommand() is null ? 0 : 1)));
    }

    // Whoever asks in vain is nobody, and would fill what is kept.
    [Fact]
    public void Who_is_refused_is_no_event()
    {
        Sink sink = new();
        ServerScript script = new(new() { Events = sink });
        Assert.StartsWith("4.00", script.Register("ep=d&lt=x"), StringComparison.Ordinal);
        script.Locate("ep=d");
        Assert.Equal("d Registered", Assert.Single(sink.Taken.Select(static e => $"{e.Endpoint} {e.Kind}")));
    }

    [Fact]
    public void While_a_sink_takes_its_time_devices_are_answered_and_what_waits_goes_in_one_batch()
    {
        Sink sink = new() { IsSlow = true };
        ServerScript script = new(new() { Events = sink });
        for (int i = 0; i < 300; i++)
        {
            script.Locate($"ep=d{i}");
        }

        Assert.Equal([1], sink.Batches);
        script.Device.Do(sink.Go);
        Assert.Equal([1, 256], sink.Batches);
        script.Device.Do(sink.Go);
        script.Device.Do(sink.Go);
        Assert.Equal([1, 256, 43], sink.Batches);
        Assert.Equal(Enumerable.Range(0, 300).Select(static i => $"d{i}"), sink.Taken.Select(static e => e.Endpoint));
        Assert.Equal((0L, 1), (script.Server.EventsLost, sink.MostAtOnce));
    }

    [Fact]
    public void A_batch_that_is_not_taken_is_handed_in_again_as_it_was_after_longer_and_longer()
    {
        Sink sink = new() { Fails = true };
        ServerScript script = new(new() { Events = sink });
        List<Exception> faults = [];
        script.Server.HandlerFailed = faults.Add;
        script.Locate("ep=a");
        script.Locate("ep=b");
        script.Device.At(20).ExpectNothing();

        // At 0, 1, 3, 7 and 15 s.
        Assert.Equal([1, 1, 1, 1, 1], sink.Batches);
        Assert.Equal(5, faults.Count);
        sink.Fails = false;
        script.Device.At(40).ExpectNothing();
        Assert.Equal(["a", "b"], sink.Taken.Select(static e => e.Endpoint));
        Assert.Equal([1L, 2L], sink.Taken.Select(static e => e.Id.Number));
        script.Locate("ep=c");
        Assert.Equal("c", sink.Taken[^1].Endpoint);
    }

    [Fact]
    public void What_a_sink_does_not_keep_up_with_is_lost_reports_first_and_their_numbers_are_missing()
    {
        Sink sink = new() { IsSlow = true };
        ServerScript script = new(new() { Events = sink, EventBytes = 1 << 16 });
        List<Exception> faults = [];
        script.Server.HandlerFailed = faults.Add;
        script.Locate("ep=d&lwm2m=1.1");
        string payload = $"[{{\"n\":\"/3303/0/5700\",\"vs\":\"{new string('x', 900)}\"}}]";
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("2.04", script.Ask(CoapCode.Post, "/dp", "", payload, format: ContentFormat.SenMLJson));
        }

        long lost = script.Server.EventsLost;
        Assert.InRange(lost, 50, 70);
        Assert.Equal("The sink of events does not keep up: events are lost.", Assert.Single(faults).Message);

        // Which devices there are is still told.
        for (int i = 0; i < 20; i++)
        {
            script.Locate($"ep=d{i}");
        }

        Assert.Equal(lost, script.Server.EventsLost);
        for (int i = 0; i < 3; i++)
        {
            script.Device.Do(sink.Go);
        }

        Assert.Equal(121 - lost, sink.Taken.Count);
        Assert.Equal((1L, 121L), (sink.Taken[0].Id.Number, sink.Taken[^1].Id.Number));
        Assert.Equal(20, sink.Taken.Count(static e => e.Kind == DeviceEventKind.Registered) - 1);
    }

    [Fact]
    public void What_the_program_throws_costs_no_event()
    {
        Sink sink = new();
        ServerScript script = new(new() { Events = sink });
        script.Server.RegistrationChanged = static _ => throw new InvalidOperationException("no");
        Assert.StartsWith("5.00", script.Register("ep=d"), StringComparison.Ordinal);
        Assert.Equal("d", Assert.Single(sink.Taken).Endpoint);
    }

    [Fact]
    public async Task What_is_left_is_published_at_the_end()
    {
        Sink sink = new() { IsSlow = true };
        ServerScript script = new(new() { Events = sink });
        script.Locate("ep=a");
        script.Locate("ep=b");
        script.Server.Stop();
        Task draining = script.Server.DrainEventsAsync();
        Assert.False(draining.IsCompleted);
        sink.IsSlow = false;
        sink.Go();
        await draining;
        Assert.Equal(["a", "b"], sink.Taken.Select(static e => e.Endpoint));

        // What hangs is not waited for for ever.
        sink.IsSlow = true;
        ServerScript other = new(new() { Events = sink });
        other.Locate("ep=c");
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other.Server.DrainEventsAsync(patience.Token));
    }

    [Fact]
    public void Whatever_is_damaged_is_not_read_and_nothing_is_thrown()
    {
        Sink sink = new();
        ServerScript script = new(new() { Events = sink });
        script.Locate("ep=d&lwm2m=1.1&colour=red");
        byte[] good = sink.Taken[0].ToBytes();
        for (int i = 0; i < good.Length; i++)
        {
            Assert.Null(DeviceEvent.TryRead(good.AsMemory(0, i)));
        }

        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. good];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            DeviceEvent? read = DeviceEvent.TryRead(damaged);
            read?.ReadRegistration();
            (read is null ? null : read with { Kind = DeviceEventKind.Sent })?.ReadReport();
            (read is null ? null : read with { Kind = DeviceEventKind.CommandEnded })?.ReadCommand();
        }
    }

    private sealed class Sink : IEventSink
    {
        private TaskCompletionSource? _going;
        private int _atOnce;

        internal bool IsSlow { get; set; }

        internal bool Fails { get; set; }

        internal List<DeviceEvent> Taken { get; } = [];

        internal List<int> Batches { get; } = [];

        internal int MostAtOnce { get; private set; }

        // What waits goes on before this returns: only without a context of a test framework's.
        internal void Go()
        {
            SynchronizationContext? context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            _going?.SetResult();
            SynchronizationContext.SetSynchronizationContext(context);
        }

        public async ValueTask PublishAsync(ReadOnlyMemory<DeviceEvent> batch, CancellationToken cancellationToken = default)
        {
            Batches.Add(batch.Length);
            MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
            if (IsSlow)
            {
                _going = new();
                await _going.Task.ConfigureAwait(false);
                _going = null;
            }

            _atOnce--;
            if (Fails)
            {
                throw new IOException("The broker is gone.");
            }

            Taken.AddRange(batch.Span);
        }
    }
}
