using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

public class ObjectTreeTests
{
    private static Temperature Temperature() => new() { SensorValue = 1 };

    [Fact]
    public void An_instance_gets_the_lowest_free_id()
    {
        ObjectTree tree = [];
        Assert.Equal(new Ipso.Lwm2m.ObjectLink(3303, 0), tree.Add(Temperature()));
        tree.Add(1, Temperature());
        tree.Add(3, Temperature());
        Temperature second = Temperature();
        Assert.Equal(2, tree.Add(second).InstanceId);
        Assert.Equal(2, second.InstanceId);
        Assert.Equal(4, tree.Add(Temperature()).InstanceId);
        tree.Add(65534, Temperature());
        Assert.Equal(5, tree.Add(Temperature()).InstanceId);
        Assert.True(tree.Remove(second));
        Assert.Equal(2, tree.Add(Temperature()).InstanceId);
    }

    [Fact]
    public void Instances_stand_in_order_whatever_the_order_of_adding()
    {
        ObjectTree tree = [];
        tree.Add(new SetPoint { SetPointValue = 1 });
        tree.Add(5, Temperature());
        tree.Add(DeckTests.Device());
        tree.Add(2, Temperature());
        Assert.Equal(["/3/0", "/3303/2", "/3303/5", "/3308/0"], tree.Select(i => Payloads.PathOf(i).ToString()));
        Assert.Equal(4, tree.Count);
        Assert.Equal(new ushort[] { 2, 5 }, tree.OfObject(3303).ToArray().Select(i => i.InstanceId));
        Assert.True(tree.OfObject(3304).IsEmpty);
        Assert.True(tree.OfObject(65535).IsEmpty);
        Assert.IsType<SetPoint>(tree.Find(3308, 0));
        Assert.Null(tree.Find(3303, 3));
        Assert.Null(tree.Find(9, 0));
        Assert.Same(tree.Find(3303, 5), tree.Find(new Ipso.Lwm2m.ObjectLink(3303, 5)));
        Assert.Null(tree.Find(Ipso.Lwm2m.ObjectLink.Null));
    }

    [Fact]
    public void An_id_is_taken_once()
    {
        ObjectTree tree = [];
        tree.Add(7, Temperature());
        Temperature rejected = Temperature();
        Assert.Throws<InvalidOperationException>(() => tree.Add(7, rejected));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Add(65535, rejected));
        // Refused, it belongs to nobody still.
        tree.Add(8, rejected);
    }

    [Fact]
    public void An_instance_belongs_to_one_tree_and_is_free_after_its_removal()
    {
        ObjectTree one = [], other = [];
        Temperature temperature = Temperature();
        one.Add(3, temperature);
        Assert.Throws<InvalidOperationException>(() => other.Add(temperature));
        Assert.Throws<InvalidOperationException>(() => one.Add(4, temperature));
        Assert.Equal(3, temperature.InstanceId);
        Assert.False(other.Remove(temperature));
        Assert.True(one.Remove(temperature));
        Assert.False(one.Remove(temperature));
        Assert.Equal(0, other.Add(temperature).InstanceId);
        Assert.Empty(one);
    }

    [Fact]
    public void A_single_instance_object_has_the_id_0_once()
    {
        ObjectTree tree = [];
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Add(1, DeckTests.Device()));
        Assert.Equal(0, tree.Add(DeckTests.Device()).InstanceId);
        Assert.Throws<InvalidOperationException>(() => tree.Add(DeckTests.Device()));
        Assert.Throws<InvalidOperationException>(() => tree.Add(0, DeckTests.Device()));
    }

    [Fact]
    public void A_full_object_takes_no_further_instance()
    {
        ObjectTree tree = [];
        tree.Add(65534, Temperature());
        // Filling the ids below one by one would copy the tree 65534 times: the rule is about the last.
        Assert.Equal(0, tree.Add(Temperature()).InstanceId);
        Assert.Throws<ArgumentNullException>(() => tree.Add(null!));
        Assert.Throws<ArgumentNullException>(() => tree.Remove(null!));
    }

    [Fact]
    public void Whoever_is_told_of_a_move_may_use_the_tree_from_another_thread()
    {
        ObjectTree tree = [];
        tree.OnChange = () =>
        {
            Thread other = new(() => tree.TakeMoves());
            other.Start();
            Assert.True(other.Join(TimeSpan.FromSeconds(20)), "the tree is locked while it calls out");
        };
        tree.Add(Temperature());
    }

    [Fact]
    public void Adding_and_removing_is_seen_before_or_after()
    {
        ObjectTree tree = [];
        tree.Add(Temperature());
        using CancellationTokenSource end = new();
        Thread writer = new(() =>
        {
            while (!end.IsCancellationRequested)
            {
                Temperature another = Temperature();
                tree.Add(another);
                tree.Remove(another);
            }
        });
        writer.Start();
        try
        {
            for (int i = 0; i < 20_000; i++)
            {
                ReadOnlySpan<ObjectInstance> seen = tree.OfObject(3303);
                Assert.InRange(seen.Length, 1, 2);
                Assert.Equal(0, seen[0].InstanceId);
            }
        }
        finally
        {
            end.Cancel();
            writer.Join();
        }
    }
}
