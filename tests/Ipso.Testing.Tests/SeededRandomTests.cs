namespace Ipso.Testing.Tests;

public class SeededRandomTests
{
    // From the reference implementations: xoshiro256** at the state 1, 2, 3, 4, and SplitMix64 at 1234567.
    [Fact]
    public void The_numbers_are_those_of_xoshiro256starstar()
    {
        SeededRandom random = new([1, 2, 3, 4]);
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625,
            8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        Assert.Equal(expected, expected.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void The_state_is_seeded_by_SplitMix64()
    {
        SeededRandom byWords = new([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]);
        SeededRandom bySeed = new(1234567);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(byWords.NextUInt64(), bySeed.NextUInt64());
        }
    }

    [Fact]
    public void A_state_of_zeros_or_of_another_length_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new SeededRandom([0, 0, 0, 0]));
        Assert.Throws<ArgumentException>(() => new SeededRandom([1, 2, 3]));
    }

    [Fact]
    public void Bytes_are_the_numbers_in_little_endian_order()
    {
        SeededRandom random = new(7);
        byte[] expected = [.. BitConverter.GetBytes(random.NextUInt64()), .. BitConverter.GetBytes(random.NextUInt64()).Take(3)];
        byte[] bytes = new byte[11];
        new SeededRandom(7).Fill(bytes);
        Assert.Equal(expected, bytes);
    }

    [Fact]
    public void Numbers_of_a_range_are_even_and_reach_both_ends()
    {
        SeededRandom random = new(1);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
        {
            counts[random.Next(3, 8) - 3]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void A_chance_of_nought_or_one_draws_nothing()
    {
        SeededRandom random = new(5);
        Assert.False(random.Chance(0));
        Assert.True(random.Chance(1));
        Assert.Equal(new SeededRandom(5).NextUInt64(), random.NextUInt64());
    }

    [Fact]
    public void A_chance_comes_as_often_as_its_probability_says()
    {
        SeededRandom random = new(5);
        Assert.InRange(Enumerable.Range(0, 100_000).Count(_ => random.Chance(0.3)), 29_500, 30_500);
    }

    [Fact]
    public void A_fork_goes_its_own_way()
    {
        SeededRandom random = new(3);
        SeededRandom fork = random.Fork();
        ulong first = fork.NextUInt64();
        Assert.NotEqual(first, random.NextUInt64());
        Assert.Equal(first, new SeededRandom(3).Fork().NextUInt64());
    }
}
