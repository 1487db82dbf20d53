using Ipso.Lwm2m;

namespace Ipso.Tests.Lwm2m;

/// <summary>Paths that lie on each other, and what is left of them.</summary>
public class PathSetTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("/3", "/3")]
    [InlineData("/3 /3 /3", "/3")]
    [InlineData("/3/0/1 /3/0 /3/0/2/5", "/3/0")]
    [InlineData("/3/0/1/4 / /9", "/")]
    [InlineData("/3303/1 /3303/0/5700 /3 /3303/0/5601", "/3 /3303/0/5601 /3303/0/5700 /3303/1")]
    [InlineData("/3/0/7/1 /3/0/7 /3/0/70 /3/0/7/0", "/3/0/7 /3/0/70")]
    [InlineData("/65534/65534/65534/65534 /65534 /0/0/0/0", "/0/0/0/0 /65534")]
    public void The_ones_that_lie_on_another_go(string paths, string expected)
    {
        Lwm2mPath[] given = Composites.Paths(paths.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(expected, string.Join(' ', PathSet.Merge(given).ToArray()));
    }

    [Fact]
    public void An_id_behind_one_that_is_left_out_means_nothing()
    {
        Lwm2mPath[] given = [new(3, Lwm2mPath.MaxId, 5, 6), new(3, 0, 1), new(Lwm2mPath.MaxId, 1)];
        Assert.Equal(Lwm2mPath.Root, Assert.Single(PathSet.Merge(given).ToArray()));
        given = [new(3, Lwm2mPath.MaxId, 5, 6), new(3, 0, 1), new(4, 1, Lwm2mPath.MaxId, 2)];
        Assert.Equal([new(3), new Lwm2mPath(4, 1)], PathSet.Merge(given).ToArray());
    }

    [Fact]
    public void Merging_keeps_what_lies_on_the_paths_whatever_they_are()
    {
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            Lwm2mPath[] paths = [.. Enumerable.Range(0, random.Next(12)).Select(_ => RandomPath(random, minDepth: 0))];
            Lwm2mPath[] given = [.. paths];
            Lwm2mPath[] merged = PathSet.Merge(given).ToArray();
            Assert.DoesNotContain(merged, one => merged.Any(other => other != one && other.Contains(one)));
            for (int j = 0; j < 50; j++)
            {
                Lwm2mPath value = RandomPath(random, minDepth: 3);
                Assert.Equal(paths.Any(p => p.Contains(value)), PathSet.Covers(merged, value));
            }
        }
    }

    // So few ids that paths meet.
    internal static Lwm2mPath RandomPath(Random random, int minDepth)
    {
        Lwm2mPath path = Lwm2mPath.Root;
        for (int depth = random.Next(minDepth, 5); depth > 0; depth--)
        {
            path = path.Append((ushort)random.Next(3));
        }

        return path;
    }
}
