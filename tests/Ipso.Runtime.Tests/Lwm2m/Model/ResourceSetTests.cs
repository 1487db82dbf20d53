using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

public class ResourceSetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(140)]
    [InlineData(1000)]
    public void It_holds_what_a_set_holds(int capacity)
    {
        Random random = new(capacity);
        ResourceSet set = default;
        SortedSet<int> model = [];
        for (int i = 0; i < 20_000; i++)
        {
            int index = random.Next(capacity);
            switch (random.Next(4))
            {
                case 0: Assert.Equal(model.Remove(index), set.Remove(index, capacity)); break;
                case 1: Assert.Equal(model.Contains(index), set.Contains(index)); break;
                case 2 when i % 7 == 0:
                    Assert.Equal(model.Count == 0 ? -1 : model.Min, set.Take(capacity));
                    model.Remove(model.Min);
                    break;
                default: Assert.Equal(model.Add(index), set.Add(index, capacity)); break;
            }

            Assert.Equal(model.Count == 0, set.IsEmpty);
        }

        while (model.Count > 0)
        {
            Assert.Equal(model.Min, set.Take(capacity));
            model.Remove(model.Min);
        }

        Assert.Equal(-1, set.Take(capacity));
    }

    [Fact]
    public void No_add_of_several_threads_is_lost()
    {
        const int Capacity = 256;
        Holder holder = new();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            for (int i = t; i < Capacity; i += 4) { holder.Set.Add(i, Capacity); } }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        for (int i = 0; i < Capacity; i++)
        {
            Assert.Equal(i, holder.Set.Take(Capacity));
        }

        Assert.True(holder.Set.IsEmpty);
    }

    private sealed class Holder
    {
        internal ResourceSet Set;
    }
}
