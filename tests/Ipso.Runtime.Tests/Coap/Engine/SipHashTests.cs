using System.Buffers.Binary;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Tests.Coap.Engine;

public class SipHashTests
{
    [Fact]
    public void It_agrees_with_the_values_that_its_authors_publish()
    {
        // The key 00 01 .. 0f and the inputs 00 .. n-1 of the reference; the one of 15 bytes is in the paper, appendix A.
        var hash = new SipHash(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908);
        byte[] input = [.. Enumerable.Range(0, 15).Select(i => (byte)i)];
        Assert.Equal(0xa129_ca61_49be_45e5UL, hash.Of(input));
        Assert.Equal(0x726f_db47_dd0e_0e31UL, hash.Of([]));
        Assert.NotEqual(hash.Of(input), new SipHash(0x0706_0504_0302_0101, 0x0f0e_0d0c_0b0a_0908).Of(input));
    }

    [Fact]
    public void A_word_has_the_hash_of_its_bytes()
    {
        var hash = new SipHash(1, 2);
        Assert.Equal(hash.Of([1, 2, 3, 4, 5, 6, 7, 8]), hash.Of(0x0807_0605_0403_0201));
    }

    // Both would meet in one chain under a hash without a key, or one that folds words in half first.
    [Fact]
    public void Peers_and_tokens_that_were_chosen_to_meet_do_not()
    {
        const int Count = 4096;
        var peers = new HashSet<int>();
        var tokens = new HashSet<int>();
        byte[] bytes = [4, 0, 0, 0, 10, 0, 0, 0];
        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)i);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)i);
            peers.Add(new PeerId(bytes).GetHashCode() & (Count - 1));
            tokens.Add(new CoapToken(bytes).GetHashCode() & (Count - 1));
        }

        // Of as many places, chance takes 63 %.
        Assert.InRange(peers.Count, Count / 2, Count * 3 / 4);
        Assert.InRange(tokens.Count, Count / 2, Count * 3 / 4);
    }

    [Fact]
    public void Peers_that_are_equal_have_equal_hashes()
    {
        byte[] address = [6, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        Assert.Equal(new PeerId(address).GetHashCode(), new PeerId(address).GetHashCode());
        Assert.Equal(default, new PeerId([]));
        Assert.Equal(default(PeerId).GetHashCode(), new PeerId([]).GetHashCode());
        Assert.NotEqual(new PeerId(address), new PeerId(address.AsSpan(0, 10)));
        Assert.NotEqual(new PeerId([1, 0]), new PeerId([1]));
    }
}
