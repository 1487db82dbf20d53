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
}
