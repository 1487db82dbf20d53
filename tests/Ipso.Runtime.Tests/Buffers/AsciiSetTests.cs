using Ipso.Buffers;

namespace Ipso.Tests.Buffers;

/// <summary>Sets of characters, asked about every byte.</summary>
public class AsciiSetTests
{
    [Fact]
    public void A_set_has_its_own_characters_and_no_other_bytes()
    {
        byte[] characters = [0, (byte)'/', (byte)'?', (byte)'@', (byte)'z', 127];
        AsciiSet set = new(characters);
        for (int b = 0; b < 256; b++)
        {
            Assert.Equal(characters.Contains((byte)b), set.HasAll([(byte)b]));
        }
    }

    [Fact]
    public void One_byte_that_is_not_of_it_is_found_wherever_it_stands()
    {
        AsciiSet set = new("ab"u8);
        Assert.True(set.HasAll([]));
        Assert.True(set.HasAll("abba"u8));
        Assert.False(set.HasAll("cbba"u8));
        Assert.False(set.HasAll("abca"u8));
        Assert.False(set.HasAll("abbc"u8));
    }
}
