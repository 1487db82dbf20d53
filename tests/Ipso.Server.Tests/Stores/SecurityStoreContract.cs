using Ipso.Coap.Oscore;
using Ipso.Server.Stores;

namespace Ipso.Server.Tests.Stores;

/// <summary>What every store of keys does; a class for each store derives from it.</summary>
public abstract class SecurityStoreContract : StoreContract<ISecurityStore>
{
    private const ulong Numbers = 1UL << 40;

    private static OscoreRecord Context(string kid, string idContext = "", string secret = "aa") => new(
        Convert.FromHexString(kid), Convert.FromHexString(idContext), new byte[] { 0x73 }, Convert.FromHexString(secret), new byte[] { 1, 0 })
    {
        Algorithm = AeadAlgorithm.A128Gcm, Hmac = HmacAlgorithm.Sha512,
    };

    private static byte[] Bytes(string digits) => Convert.FromHexString(digits);

    private static async Task<string> FindAsync(ISecurityStore store, string kid, string context = "", int max = 10) => string.Join(
        ' ',
        (await store.FindOscoreAsync(Bytes(kid), Bytes(context), max)).Select(static record =>
            $"{Convert.ToHexStringLower(record.RecipientId.Span)}/{Convert.ToHexStringLower(record.IdContext.Span)}={Convert.ToHexStringLower(record.MasterSecret.Span)}"));

    [Fact]
    public async Task A_key_is_found_takes_the_place_and_outlives_the_store()
    {
        await using (Begin(out ISecurityStore store))
        {
            Assert.Null(await store.FindPskAsync(Bytes("00ff")));
            await store.PutPskAsync(new(Bytes("00ff"), Bytes("0102")));
            await store.PutPskAsync(new(Bytes("00"), Bytes("03")));
            await store.PutPskAsync(new(Bytes("00ff"), Bytes("040005")));
        }

        await using (Begin(out ISecurityStore store))
        {
            PskRecord found = (await store.FindPskAsync(Bytes("00ff")))!;
            Assert.Equal(("00ff", "040005"), (Convert.ToHexStringLower(found.Identity.Span), Convert.ToHexStringLower(found.Key.Span)));
            Assert.Equal(1, (await store.FindPskAsync(Bytes("00")))!.Key.Length);
            Assert.True(await store.RemovePskAsync(Bytes("00ff")));
            Assert.False(await store.RemovePskAsync(Bytes("00ff")));
            Assert.Null(await store.FindPskAsync(Bytes("00ff")));
        }
    }

    [Fact]
    public async Task A_context_is_found_by_kid_and_kid_context_or_by_the_kid_alone()
    {
        OscoreRecord whole = Context("64", "0102");
        await using (Begin(out ISecurityStore store))
        {
            Assert.Equal("", await FindAsync(store, "64"));
            await store.PutOscoreAsync(whole);
            await store.PutOscoreAsync(Context("64", "", "bb"));
            await store.PutOscoreAsync(Context("65", "", "cc"));
            await store.PutOscoreAsync(Context("", "", "dd"));
        }

        await using (Begin(out ISecurityStore store))
        {
            Assert.Equal("64/0102=aa", await FindAsync(store, "64", "0102"));
            Assert.Equal("", await FindAsync(store, "64", "01"));
            Assert.Equal("64/=bb 64/0102=aa", await FindAsync(store, "64"));
            Assert.Equal("64/=bb", await FindAsync(store, "64", max: 1));
            Assert.Equal("/=dd", await FindAsync(store, ""));
            OscoreRecord found = Assert.Single(await store.FindOscoreAsync(Bytes("64"), Bytes("0102"), 1));
            Assert.True(found.HasKeysOf(whole));
            Assert.Equal((AeadAlgorithm.A128Gcm, HmacAlgorithm.Sha512), (found.Algorithm, found.Hmac));
            Assert.True(await store.RemoveOscoreAsync(Bytes("64"), Bytes("0102")));
            Assert.False(await store.RemoveOscoreAsync(Bytes("64"), Bytes("0102")));
            Assert.Equal("64/=bb", await FindAsync(store, "64"));
        }
    }

    // RFC 8613, 7.2.1: a number that is used twice gives away both messages.
    [Fact]
    public async Task No_number_is_given_twice_also_after_a_restart()
    {
        await using (Begin(out ISecurityStore store))
        {
            await store.PutOscoreAsync(Context("64"));
            await store.PutOscoreAsync(Context("64", "01"));
            Assert.Equal(0UL, await store.ReserveSequenceAsync(Bytes("64"), default, 1000));
            Assert.Equal(1000UL, await store.ReserveSequenceAsync(Bytes("64"), default, 1));
            Assert.Equal(0UL, await store.ReserveSequenceAsync(Bytes("64"), Bytes("01"), 5));
        }

        await using (Begin(out ISecurityStore store))
        {
            Assert.Equal(1001UL, await store.ReserveSequenceAsync(Bytes("64"), default, 1000));
            ulong?[] given = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => store.ReserveSequenceAsync(Bytes("64"), default, 10).AsTask()));
            Assert.Equal(Enumerable.Range(0, 50).Select(static i => (ulong?)(2001 + (10 * i))), given.Order());
            Assert.Null(await store.ReserveSequenceAsync(Bytes("66"), default, 1));
        }
    }

    [Fact]
    public async Task Numbers_go_on_with_the_same_keys_and_begin_anew_with_others()
    {
        await using IAsyncDisposable session = Begin(out ISecurityStore store);
        await store.PutOscoreAsync(Context("64"));
        await store.ReserveSequenceAsync(Bytes("64"), default, 7);
        await store.PutOscoreAsync(Context("64"));
        Assert.Equal(7UL, await store.ReserveSequenceAsync(Bytes("64"), default, 1));
        await store.PutOscoreAsync(Context("64") with { MasterSalt = default });
        Assert.Equal(0UL, await store.ReserveSequenceAsync(Bytes("64"), default, 1));
    }

    [Fact]
    public async Task There_are_as_many_numbers_as_there_are()
    {
        await using IAsyncDisposable session = Begin(out ISecurityStore store);
        await store.PutOscoreAsync(Context("64"));
        for (ulong next = 0; next + int.MaxValue <= Numbers; next += int.MaxValue)
        {
            Assert.Equal(next, await store.ReserveSequenceAsync(Bytes("64"), default, int.MaxValue));
        }

        Assert.Null(await store.ReserveSequenceAsync(Bytes("64"), default, int.MaxValue));
        Assert.Equal(Numbers - 512, await store.ReserveSequenceAsync(Bytes("64"), default, 512));
        Assert.Null(await store.ReserveSequenceAsync(Bytes("64"), default, 1));
    }
}
