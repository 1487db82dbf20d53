using Ipso.Server.Cluster;
using Ipso.Server.Registration;
using Ipso.Server.Stores;

namespace Ipso.Server.Tests.Stores;

/// <summary>What every store of registrations does; a class for each store derives from it.</summary>
public abstract class RegistrationStoreContract : StoreContract<IRegistrationStore>
{
    private static readonly DateTimeOffset s_time = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static RegistrationRecord Record(string endpoint, ulong id = 7, long epoch = 0, string data = "data", DateTimeOffset? expires = null) =>
        new(endpoint, new RegistrationId(id), epoch, expires, System.Text.Encoding.UTF8.GetBytes(data));

    private static string Say(RegistrationRecord? record) => record is null
        ? "nothing"
        : $"{record.Endpoint} {record.Id.Value} {record.ExpiresAt:u} {System.Text.Encoding.UTF8.GetString(record.Data.Span)}";

    [Fact]
    public async Task What_is_claimed_is_found_and_outlives_the_store()
    {
        await using (Begin(out IRegistrationStore store))
        {
            Assert.Null(await store.FindAsync("a"));
            long first = await store.ClaimAsync(Record("a", ulong.MaxValue, expires: s_time));
            Assert.Equal(first, (await store.FindAsync("a"))!.Epoch);
        }

        await using (Begin(out IRegistrationStore store))
        {
            Assert.Equal("a 18446744073709551615 2030-01-01 00:00:00Z data", Say(await store.FindAsync("a")));
        }
    }

    [Fact]
    public async Task A_claim_says_which_server_the_device_is_at_and_an_update_does_not()
    {
        long epoch;
        await using (Begin(out IRegistrationStore store))
        {
            await store.ClaimAsync(Record("alone"));
            await store.ClaimAsync(Record("a") with { Node = new(7, 8) });
            epoch = await store.ClaimAsync(Record("a") with { Node = new(255, long.MaxValue) });
        }

        await using (Begin(out IRegistrationStore store))
        {
            Assert.Equal(WriteOutcome.Applied, await store.UpdateAsync(Record("a", epoch: epoch, data: "new")));
            Assert.Equal(new NodeIdentity(255, long.MaxValue), (await store.FindAsync("a"))!.Node);
            Assert.Equal(default, (await store.FindAsync("alone"))!.Node);
            List<NodeIdentity> nodes = [];
            await foreach (RegistrationRecord record in store.ScanAsync())
            {
                nodes.Add(record.Node);
            }

            Assert.Equal([0, 255], nodes.Select(static node => (int)node.Id).Order());
        }
    }

    [Fact]
    public async Task A_later_claim_takes_the_place_and_the_older_one_writes_no_more()
    {
        await using IAsyncDisposable session = Begin(out IRegistrationStore store);
        long first = await store.ClaimAsync(Record("a", 1));
        long second = await store.ClaimAsync(Record("a", 2));
        Assert.True(second > first);
        Assert.Equal(WriteOutcome.Fenced, await store.UpdateAsync(Record("a", 1, first, "late")));
        Assert.Equal(WriteOutcome.Fenced, await store.RemoveAsync("a", first));
        Assert.Equal("a 2  data", Say(await store.FindAsync("a")));
        Assert.Equal(WriteOutcome.Applied, await store.UpdateAsync(Record("a", 2, second, "new", s_time)));
        Assert.Equal("a 2 2030-01-01 00:00:00Z new", Say(await store.FindAsync("a")));
    }

    [Fact]
    public async Task What_is_removed_is_gone_and_its_epoch_comes_never_again()
    {
        long first, again;
        await using (Begin(out IRegistrationStore store))
        {
            first = await store.ClaimAsync(Record("a"));
            Assert.Equal(WriteOutcome.Applied, await store.RemoveAsync("a", first));
            Assert.Equal(WriteOutcome.Unknown, await store.RemoveAsync("a", first));
            Assert.Equal(WriteOutcome.Unknown, await store.UpdateAsync(Record("a", 7, first)));
            Assert.Null(await store.FindAsync("a"));
        }

        await using (Begin(out IRegistrationStore store))
        {
            again = await store.ClaimAsync(Record("a"));
            Assert.True(again > first);
            Assert.Equal(WriteOutcome.Fenced, await store.UpdateAsync(Record("a", 7, first, "late")));
        }
    }

    [Fact]
    public async Task Those_whose_lifetimes_are_over_are_removed_and_given()
    {
        await using IAsyncDisposable session = Begin(out IRegistrationStore store);
        await store.ClaimAsync(Record("ever"));
        await store.ClaimAsync(Record("late", expires: s_time.AddTicks(1)));
        long epoch = await store.ClaimAsync(Record("over", expires: s_time) with { Node = new(3, 4) });
        await store.ClaimAsync(Record("before", expires: s_time.AddDays(-1)));
        Assert.Empty(await store.RemoveExpiredAsync(s_time.AddDays(-2), 10));
        Assert.Single(await store.RemoveExpiredAsync(s_time.AddDays(-1), 1));
        RegistrationRecord over = Assert.Single(await store.RemoveExpiredAsync(s_time, 10));
        Assert.Equal(("over", epoch, new NodeIdentity(3, 4)), (over.Endpoint, over.Epoch, over.Node));
        Assert.Equal("over 7 2030-01-01 00:00:00Z data", Say(over));
        Assert.Empty(await store.RemoveExpiredAsync(s_time, 10));
        Assert.Null(await store.FindAsync("over"));
        Assert.NotNull(await store.FindAsync("late"));
        Assert.NotNull(await store.FindAsync("ever"));
        Assert.Equal(WriteOutcome.Unknown, await store.UpdateAsync(Record("over", epoch: epoch)));
    }

    [Fact]
    public async Task All_are_scanned()
    {
        await using IAsyncDisposable session = Begin(out IRegistrationStore store);
        await Task.WhenAll(Enumerable.Range(0, 2500).Select(i => store.ClaimAsync(Record($"d{i}", (ulong)i)).AsTask()));
        List<string> found = [];
        await foreach (RegistrationRecord record in store.ScanAsync())
        {
            found.Add(record.Endpoint);
        }

        Assert.Equal(Enumerable.Range(0, 2500).Select(static i => $"d{i}").Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Writers_that_fight_for_one_endpoint_leave_the_last_claim()
    {
        await using IAsyncDisposable session = Begin(out IRegistrationStore store);
        long[] epochs = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            long epoch = await store.ClaimAsync(Record("a", (ulong)i));
            await store.UpdateAsync(Record("a", (ulong)i, epoch, $"{epoch}"));
            return epoch;
        })));
        Assert.Equal(200, epochs.Distinct().Count());
        RegistrationRecord? left = await store.FindAsync("a");
        Assert.Equal((epochs.Max(), $"{epochs.Max()}"), (left!.Epoch, System.Text.Encoding.UTF8.GetString(left.Data.Span)));
    }

    [Fact]
    public async Task Endpoints_are_told_apart_by_every_character()
    {
        await using IAsyncDisposable session = Begin(out IRegistrationStore store);
        string[] names = ["a", "A", "ä", "a ", "a\0b", "'; drop table registration; --", "設備"];
        foreach (string name in names)
        {
            await store.ClaimAsync(Record(name, data: name));
        }

        foreach (string name in names)
        {
            Assert.Equal(name, System.Text.Encoding.UTF8.GetString((await store.FindAsync(name))!.Data.Span));
        }
    }
}
