using Ipso.Server.Stores;

namespace Ipso.Server.Tests.Stores;

/// <summary>What every store of commands does; a class for each store derives from it.</summary>
public abstract class CommandStoreContract : StoreContract<ICommandStore>
{
    private static readonly DateTimeOffset s_now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CommandOwner s_first = new(1, 77), s_again = new(1, 78), s_later = new(2, 79);

    private static CommandRecord Command(string what, string endpoint = "d", string? key = null, bool isIdempotent = true, int seconds = 60) => new(
        0, endpoint, key, s_now, s_now.AddSeconds(seconds), isIdempotent, CommandState.Answered, new(9, 9), System.Text.Encoding.UTF8.GetBytes(what),
        default);

    private static string Say(CommandRecord? command) => command is null
        ? "nothing"
        : $"{System.Text.Encoding.UTF8.GetString(command.Request.Span)} {command.State} {System.Text.Encoding.UTF8.GetString(command.Answer.Span)}".TrimEnd();

    private static async Task<string> TakeAsync(ICommandStore store, CommandOwner owner, string endpoint = "d", int max = 10, int after = 0) =>
        string.Join(", ", (await store.TakeAsync(endpoint, owner, s_now.AddSeconds(after), max)).Select(Say));

    [Fact]
    public async Task What_is_enqueued_waits_and_is_taken_in_order_once_also_by_a_store_that_is_opened_again()
    {
        await using (Begin(out ICommandStore store))
        {
            CommandRecord a = await store.EnqueueAsync(Command("a", key: "k")), b = await store.EnqueueAsync(Command("b", isIdempotent: false));
            Assert.True(a.Id < b.Id);
            Assert.Equal(("a Waiting", "k", s_now, s_now.AddSeconds(60), true), (Say(a), a.Key, a.EnqueuedAt, a.ExpiresAt, a.IsIdempotent));
            Assert.False(b.IsIdempotent);
            await store.EnqueueAsync(Command("other", "e"));
            await store.EnqueueAsync(Command("c"));
        }

        await using (Begin(out ICommandStore store))
        {
            Assert.Equal("a UnderWay, b UnderWay", await TakeAsync(store, s_first, max: 2));
            Assert.Equal("c UnderWay", await TakeAsync(store, s_first));
            Assert.Equal("", await TakeAsync(store, s_first));
            Assert.Equal("other UnderWay", await TakeAsync(store, s_first, "e"));
        }
    }

    [Fact]
    public async Task Of_one_key_there_is_one_at_an_endpoint_also_when_it_is_over()
    {
        await using IAsyncDisposable session = Begin(out ICommandStore store);
        CommandRecord first = await store.EnqueueAsync(Command("a", key: "k"));
        await TakeAsync(store, s_first);
        Assert.Equal(WriteOutcome.Applied, await store.CompleteAsync(first.Id, s_first, CommandState.Answered, "yes"u8.ToArray()));
        CommandRecord again = await store.EnqueueAsync(Command("b", key: "k"));
        Assert.Equal((first.Id, "a Answered yes"), (again.Id, Say(again)));
        Assert.Equal("c Waiting", Say(await store.EnqueueAsync(Command("c", "e", "k"))));
        Assert.Equal("c Waiting", Say(await store.EnqueueAsync(Command("c", "d", "K"))));
    }

    [Fact]
    public async Task What_was_done_is_known_until_its_time_is_over_and_what_was_not_waits_again()
    {
        await using IAsyncDisposable session = Begin(out ICommandStore store);
        CommandRecord a = await store.EnqueueAsync(Command("a")), b = await store.EnqueueAsync(Command("b"));
        await TakeAsync(store, s_first);
        Assert.Equal(WriteOutcome.Applied, await store.CompleteAsync(a.Id, s_first, CommandState.Answered, "yes"u8.ToArray()));
        Assert.Equal(WriteOutcome.Fenced, await store.CompleteAsync(a.Id, s_first, CommandState.Unknown, default));
        Assert.Equal(WriteOutcome.Applied, await store.CompleteAsync(b.Id, s_first, CommandState.Waiting, default));
        Assert.Equal(WriteOutcome.Unknown, await store.CompleteAsync(b.Id + 100, s_first, CommandState.Answered, default));
        Assert.Equal("a Answered yes", Say(await store.FindAsync(a.Id)));
        Assert.Equal("b UnderWay", await TakeAsync(store, s_first));
    }

    // Of two that fight for a device the one with the later registration wins, and of two with the same the one that came after.
    [Fact]
    public async Task What_an_owner_who_is_gone_has_taken_is_taken_again_where_that_does_no_harm()
    {
        await using IAsyncDisposable session = Begin(out ICommandStore store);
        CommandRecord a = await store.EnqueueAsync(Command("a")), b = await store.EnqueueAsync(Command("b", isIdempotent: false));
        await TakeAsync(store, s_first);
        Assert.Equal("", await TakeAsync(store, s_first));
        Assert.Equal("", await TakeAsync(store, new(0, 99)));
        Assert.Equal("a UnderWay, b Unknown", await TakeAsync(store, s_again));
        Assert.Equal(WriteOutcome.Fenced, await store.CompleteAsync(a.Id, s_first, CommandState.Answered, default));
        Assert.Equal(WriteOutcome.Fenced, await store.CompleteAsync(b.Id, s_first, CommandState.Answered, default));
        Assert.Equal("a UnderWay", await TakeAsync(store, s_later));
        Assert.Equal(WriteOutcome.Fenced, await store.CompleteAsync(a.Id, s_again, CommandState.Answered, default));
        Assert.Equal(WriteOutcome.Applied, await store.CompleteAsync(a.Id, s_later, CommandState.Answered, default));
        Assert.Equal("b Unknown", Say(await store.FindAsync(b.Id)));
    }

    [Fact]
    public async Task What_waits_can_be_taken_back_and_nothing_else()
    {
        await using IAsyncDisposable session = Begin(out ICommandStore store);
        CommandRecord a = await store.EnqueueAsync(Command("a", key: "k")), b = await store.EnqueueAsync(Command("b"));
        Assert.Equal(WriteOutcome.Applied, await store.CancelAsync(a.Id));
        Assert.Equal(WriteOutcome.Unknown, await store.CancelAsync(a.Id));
        await TakeAsync(store, s_first);
        Assert.Equal(WriteOutcome.Fenced, await store.CancelAsync(b.Id));
        Assert.Null(await store.FindAsync(a.Id));
        CommandRecord c = await store.EnqueueAsync(Command("c", key: "k"));
        Assert.True(c.Id > b.Id);
        Assert.Equal("c Waiting", Say(c));
    }

    [Fact]
    public async Task What_is_too_late_is_taken_by_nobody_and_goes()
    {
        await using IAsyncDisposable session = Begin(out ICommandStore store);
        CommandRecord a = await store.EnqueueAsync(Command("a", key: "k", seconds: 10)), b = await store.EnqueueAsync(Command("b", "e", seconds: 10));
        CommandRecord c = await store.EnqueueAsync(Command("c", seconds: 20)), done = await store.EnqueueAsync(Command("done", "f", seconds: 10));
        await TakeAsync(store, s_first, "f");
        await store.CompleteAsync(done.Id, s_first, CommandState.Answered, default);
        CommandRecord sent = await store.EnqueueAsync(Command("sent", "f", seconds: 10));
        await TakeAsync(store, s_first, "f");
        Assert.Empty(await store.RemoveExpiredAsync(s_now.AddSeconds(9), 10));
        Assert.Equal("c UnderWay", await TakeAsync(store, s_first, after: 10));
        Assert.Equal("a Expired", string.Join(", ", (await store.RemoveExpiredAsync(s_now.AddSeconds(10), 1)).Select(Say)));
        Assert.Equal("b Expired", string.Join(", ", (await store.RemoveExpiredAsync(s_now.AddSeconds(10), 10)).Select(Say)));
        Assert.Equal(
            ["nothing", "nothing", "c UnderWay", "nothing", "sent UnderWay"],
            new[] { await store.FindAsync(a.Id), await store.FindAsync(b.Id), await store.FindAsync(c.Id), await store.FindAsync(done.Id), await store.FindAsync(sent.Id) }.Select(Say));
        Assert.Equal("again Waiting", Say(await store.EnqueueAsync(Command("again", key: "k"))));
    }

    // Its owner has ended, and its device does not come: else it would be kept for ever.
    [Fact]
    public async Task What_was_under_way_when_its_time_was_over_goes_after_a_while_and_nobody_knows()
    {
        await using IAsyncDisposable session = Begin(out ICommandStore store);
        CommandRecord sent = await store.EnqueueAsync(Command("sent", key: "k", seconds: 10));
        CommandRecord later = await store.EnqueueAsync(Command("later", seconds: 20));
        await TakeAsync(store, s_first);
        DateTimeOffset end = s_now.AddSeconds(10) + CommandRecord.LongestUnderWay;
        Assert.Empty(await store.RemoveExpiredAsync(end.AddTicks(-1), 10));
        Assert.Equal("sent Unknown", string.Join(", ", (await store.RemoveExpiredAsync(end, 10)).Select(Say)));
        Assert.Equal(["nothing", "later UnderWay"], new[] { await store.FindAsync(sent.Id), await store.FindAsync(later.Id) }.Select(Say));
        Assert.Equal(WriteOutcome.Unknown, await store.CompleteAsync(sent.Id, s_first, CommandState.Answered, default));
        Assert.Equal("again Waiting", Say(await store.EnqueueAsync(Command("again", key: "k"))));
    }

    [Fact]
    public async Task Takers_that_fight_have_each_command_once()
    {
        await using IAsyncDisposable session = Begin(out ICommandStore store);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.EnqueueAsync(Command($"{i}")).AsTask()));
        IReadOnlyList<CommandRecord>[] taken = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            _ => Task.Run(async () => await store.TakeAsync("d", s_first, s_now, 5))));
        Assert.Equal(200, taken.SelectMany(static t => t).Select(static c => c.Id).Distinct().Count());
    }
}
