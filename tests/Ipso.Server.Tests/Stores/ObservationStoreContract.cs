using Ipso.Server.Stores;

namespace Ipso.Server.Tests.Stores;

/// <summary>What every store of observations does; a class for each store derives from it.</summary>
public abstract class ObservationStoreContract : StoreContract<IObservationStore>
{
    private static ObservationRecord Record(string token, string endpoint = "d", long epoch = 1, string request = "request") =>
        new(new(Convert.FromHexString(token)), endpoint, epoch, System.Text.Encoding.UTF8.GetBytes(request));

    private static string Say(ObservationRecord? record) => record is null
        ? "nothing"
        : $"{Convert.ToHexStringLower(record.Token.Bytes)} {record.Endpoint} {record.Epoch} {System.Text.Encoding.UTF8.GetString(record.Request.Span)}";

    [Fact]
    public async Task What_is_put_is_found_by_its_token_and_outlives_the_store()
    {
        await using (Begin(out IObservationStore store))
        {
            await store.PutAsync(Record("0102030405060708"));
            await store.PutAsync(Record("01020304050607", "e", 2, ""));
            Assert.Equal("nothing", Say(await store.FindAsync(new(Convert.FromHexString("01")))));
        }

        await using (Begin(out IObservationStore store))
        {
            Assert.Equal("0102030405060708 d 1 request", Say(await store.FindAsync(new(Convert.FromHexString("0102030405060708")))));
            Assert.Equal("01020304050607 e 2 ", Say(await store.FindAsync(new(Convert.FromHexString("01020304050607")))));
        }
    }

    [Fact]
    public async Task One_of_the_same_token_takes_the_place()
    {
        await using IAsyncDisposable session = Begin(out IObservationStore store);
        await store.PutAsync(Record("01"));
        await store.PutAsync(Record("01", "e", 2, "other"));
        Assert.Equal("01 e 2 other", Say(await store.FindAsync(new("\u0001"u8))));
        Assert.Equal(["01 e 2 other"], await ScanAsync(store));
    }

    [Fact]
    public async Task What_is_removed_is_gone_also_where_it_never_was()
    {
        await using IAsyncDisposable session = Begin(out IObservationStore store);
        await store.PutAsync(Record("01"));
        await store.PutAsync(Record("0100"));
        await store.RemoveAsync(new("\u0001"u8));
        await store.RemoveAsync(new("\u0009"u8));
        Assert.Equal(["0100 d 1 request"], await ScanAsync(store));
    }

    [Fact]
    public async Task What_is_put_and_removed_without_waiting_is_so_in_this_order()
    {
        await using IAsyncDisposable session = Begin(out IObservationStore store);
        List<Task> writes = [];
        for (int i = 0; i < 500; i++)
        {
            writes.Add(store.PutAsync(Record("01", epoch: i)).AsTask());
            writes.Add(store.RemoveAsync(new("\u0001"u8)).AsTask());
        }

        writes.Add(store.PutAsync(Record("01", epoch: 500)).AsTask());
        await Task.WhenAll(writes);
        Assert.Equal(["01 d 500 request"], await ScanAsync(store));
    }

    [Fact]
    public async Task All_are_scanned()
    {
        await using IAsyncDisposable session = Begin(out IObservationStore store);
        string[] tokens = [.. Enumerable.Range(0, 2500).Select(static i => $"{i * 40503 % 65536:x4}")];
        await Task.WhenAll(tokens.Select(token => store.PutAsync(Record(token)).AsTask()));
        Assert.Equal(tokens.Order(StringComparer.Ordinal).Select(static t => $"{t} d 1 request"), (await ScanAsync(store)).Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> ScanAsync(IObservationStore store)
    {
        List<string> found = [];
        await foreach (ObservationRecord record in store.ScanAsync())
        {
            found.Add(Say(record));
        }

        return found;
    }
}
