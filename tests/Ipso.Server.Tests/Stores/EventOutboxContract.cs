using Ipso.Server.Events;

namespace Ipso.Server.Tests.Stores;

/// <summary>What every outbox of events does; a class for each derives from it. There is room for 300 events.</summary>
public abstract class EventOutboxContract : StoreContract<IEventOutbox>
{
    private protected const int Capacity = 300;

    private static DeviceEvent Event(long number, string endpoint = "d", long incarnation = -7) => new(
        new(incarnation, number), DeviceEventKind.Expired, endpoint, 3, DateTimeOffset.UnixEpoch.AddMilliseconds(number), new byte[] { 1, 0, (byte)number });

    private static DeviceEvent[] Events(int first, int count) => [.. Enumerable.Range(first, count).Select(static number => Event(number))];

    private static async Task<string> Say(IEventOutbox outbox, long after = 0, int max = 1000) => string.Join(
        ' ',
        (await outbox.ReadAsync(after, max)).Select(static entry => $"{entry.Event!.Id.Incarnation}/{entry.Event.Id.Number}"));

    [Fact]
    public async Task Events_are_read_in_the_order_in_which_they_came_also_after_a_restart()
    {
        DeviceEvent first = Event(1, "urn:dev:ä");
        await using (Begin(out IEventOutbox outbox))
        {
            Assert.Empty(await outbox.ReadAsync(0, 10));
            await outbox.PublishAsync(new[] { first, Event(2) });
            await outbox.PublishAsync(new[] { Event(1, incarnation: long.MinValue) });
        }

        await using (Begin(out IEventOutbox outbox))
        {
            await outbox.PublishAsync(new[] { Event(3) });
            IReadOnlyList<OutboxEntry> entries = await outbox.ReadAsync(0, 10);
            Assert.Equal($"-7/1 -7/2 {long.MinValue}/1 -7/3", await Say(outbox));
            Assert.Equal(entries.Select(static entry => entry.Position).Order().Distinct(), entries.Select(static entry => entry.Position));
            DeviceEvent read = entries[0].Event!;
            Assert.Equal(first with { Data = read.Data }, read);
            Assert.Equal(first.Data.ToArray(), read.Data.ToArray());
            Assert.Equal("-7/2", await Say(outbox, entries[0].Position, 1));
        }
    }

    // At least once: whoever does not know whether they were taken hands them in again.
    [Fact]
    public async Task What_is_handed_in_twice_is_there_once()
    {
        await using IAsyncDisposable session = Begin(out IEventOutbox outbox);
        await outbox.PublishAsync(Events(1, 3));
        await outbox.PublishAsync(Events(2, 3));
        Assert.Equal("-7/1 -7/2 -7/3 -7/4", await Say(outbox));
    }

    [Fact]
    public async Task What_was_removed_is_gone_and_its_positions_do_not_come_again()
    {
        await using IAsyncDisposable session = Begin(out IEventOutbox outbox);
        await outbox.PublishAsync(Events(1, 3));
        IReadOnlyList<OutboxEntry> entries = await outbox.ReadAsync(0, 10);
        await outbox.RemoveAsync(entries[1].Position);
        await outbox.RemoveAsync(entries[0].Position);
        Assert.Equal("-7/3", await Say(outbox));
        await outbox.RemoveAsync(entries[2].Position);
        Assert.Equal("", await Say(outbox));
        await outbox.PublishAsync(Events(4, 1));
        Assert.True(Assert.Single(await outbox.ReadAsync(0, 10)).Position > entries[2].Position);
    }

    [Fact]
    public async Task When_it_is_full_a_batch_is_refused_whole_until_there_is_room()
    {
        await using IAsyncDisposable session = Begin(out IEventOutbox outbox);
        await outbox.PublishAsync(Events(1, 256));
        await Assert.ThrowsAsync<IOException>(async () => await outbox.PublishAsync(Events(257, 45)));
        IReadOnlyList<OutboxEntry> entries = await outbox.ReadAsync(0, 1000);
        Assert.Equal(256, entries.Count);
        await outbox.RemoveAsync(entries[0].Position);
        await outbox.PublishAsync(Events(257, 45));
        Assert.Equal(300, (await outbox.ReadAsync(0, 1000)).Count);
    }

    [Fact]
    public async Task A_batch_is_the_callers_again_when_the_call_is_over()
    {
        await using IAsyncDisposable session = Begin(out IEventOutbox outbox);
        DeviceEvent[] batch = Events(1, 2);
        await outbox.PublishAsync(batch);
        batch[0] = batch[1] = Event(9);
        Assert.Equal("-7/1 -7/2", await Say(outbox));
    }

    [Fact]
    public async Task Events_are_taken_on_at_least_once_and_in_order()
    {
        await using IAsyncDisposable session = Begin(out IEventOutbox outbox);
        await outbox.PublishAsync(Events(1, 256));
        await outbox.PublishAsync(Events(257, 4));
        Failing sink = new() { FailsAt = 1 };
        await Assert.ThrowsAsync<IOException>(() => outbox.RelayAsync(sink));
        Assert.Equal(256, await outbox.RelayAsync(sink));
        Assert.Equal(4, await outbox.RelayAsync(sink));
        Assert.Equal(0, await outbox.RelayAsync(sink));
        Assert.Equal(Enumerable.Range(1, 260), sink.Taken);
        Assert.Empty(await outbox.ReadAsync(0, 10));
    }

    private sealed class Failing : IEventSink
    {
        private int _calls;

        internal required int FailsAt { get; init; }

        internal List<int> Taken { get; } = [];

        public ValueTask PublishAsync(ReadOnlyMemory<DeviceEvent> batch, CancellationToken cancellationToken = default)
        {
            if (++_calls == FailsAt)
            {
                throw new IOException("The broker is gone.");
            }

            Taken.AddRange(batch.ToArray().Select(static e => (int)e.Id.Number));
            return default;
        }
    }
}
