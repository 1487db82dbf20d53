using Ipso.Server.Stores;

namespace Ipso.Server.Tests.Stores;

/// <summary>What every store of bootstrap configurations does; a class for each store derives from it.</summary>
public abstract class BootstrapStoreContract : StoreContract<IBootstrapStore>
{
    private static string Say(BootstrapRecord? record) =>
        record is null ? "nothing" : $"{record.Endpoint} {Convert.ToHexStringLower(record.Configuration.Span)}";

    [Fact]
    public async Task What_is_put_is_found_takes_the_place_and_outlives_the_store()
    {
        await using (Begin(out IBootstrapStore store))
        {
            Assert.Equal("nothing", Say(await store.FindAsync("a")));
            await store.PutAsync(new("a", new byte[] { 1 }));
            await store.PutAsync(new("A", new byte[] { 2 }));
            await store.PutAsync(new("a", new byte[] { 3, 0, 3 }));
        }

        await using (Begin(out IBootstrapStore store))
        {
            Assert.Equal("a 030003", Say(await store.FindAsync("a")));
            Assert.Equal("A 02", Say(await store.FindAsync("A")));
        }
    }

    [Fact]
    public async Task What_is_removed_is_gone()
    {
        await using IAsyncDisposable session = Begin(out IBootstrapStore store);
        await store.PutAsync(new("a", new byte[] { 1 }));
        Assert.True(await store.RemoveAsync("a"));
        Assert.False(await store.RemoveAsync("a"));
        Assert.Null(await store.FindAsync("a"));
    }
}
