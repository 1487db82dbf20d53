using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

public class ResourceInstancesTests
{
    [Fact]
    public void Ids_are_keys_with_gaps()
    {
        ResourceInstances<string> instances = new() { [7] = "seven", [0] = "zero", [65534] = "last" };
        Assert.Equal(new ushort[] { 0, 7, 65534 }, instances.Ids.ToArray());
        Assert.Equal(["zero", "seven", "last"], instances);
        Assert.Equal(3, instances.Count);
        Assert.True(instances.Contains(7));
        Assert.False(instances.Contains(1));
        Assert.True(instances.TryGetValue(7, out string? seven));
        Assert.Equal("seven", seven);
        Assert.False(instances.TryGetValue(8, out _));

        Assert.True(instances.Remove(0));
        Assert.False(instances.Remove(0));
        Assert.Equal("seven", instances[7]);
        instances.Clear();
        Assert.Empty(instances);
    }

    [Fact]
    public void A_collection_expression_counts_from_zero()
    {
        Device device = DeckTests.Device();
        device.PowerSourceVoltage = [3800, 5000, 12];
        Assert.Equal(new ushort[] { 0, 1, 2 }, device.PowerSourceVoltage.Ids.ToArray());
        ResourceInstances<long> same = device.PowerSourceVoltage;
        device.PowerSourceVoltage = [];
        Assert.Same(same, device.PowerSourceVoltage);
        Assert.Empty(same);
        Assert.DoesNotContain("\"7/", Payloads.WriteText(device), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_assigned_is_copied()
    {
        ResourceInstances<long> source = [1, 2];
        Device device = DeckTests.Device();
        device.PowerSourceVoltage = source;
        source[0] = 9;
        source[5] = 9;
        Assert.Equal([1, 2], device.PowerSourceVoltage);
        device.PowerSourceCurrent = device.PowerSourceVoltage;
        device.PowerSourceVoltage[1] = 3;
        Assert.Equal([1, 2], device.PowerSourceCurrent);
    }

    [Fact]
    public void A_replacement_of_as_many_keeps_readers_of_the_old_ids_right()
    {
        Device device = DeckTests.Device();
        device.PowerSourceVoltage = new() { [3] = 30, [4] = 40 };
        ReadOnlyMemory<ushort> ids = device.PowerSourceVoltage.Ids;
        device.PowerSourceVoltage = new() { [4] = 41, [5] = 51 };
        Assert.Equal(new ushort[] { 3, 4 }, ids.ToArray());
        Assert.Equal(new ushort[] { 4, 5 }, device.PowerSourceVoltage.Ids.ToArray());
        Assert.Equal([41, 51], device.PowerSourceVoltage);
    }

    [Fact]
    public void A_missing_instance_and_a_reserved_id_are_refused_by_name()
    {
        ResourceInstances<long> instances = new() { [2] = 1, [9] = 1 };
        KeyNotFoundException missing = Assert.Throws<KeyNotFoundException>(() => instances[3]);
        Assert.Contains("2, 9", missing.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => instances[65535] = 1);
        Assert.Throws<ArgumentNullException>(() => DeckTests.Device().ErrorCode = null!);
    }

    [Fact]
    public void No_text_is_no_instance()
    {
        ResourceInstances<string> free = [];
        Assert.Throws<ArgumentNullException>(() => free[0] = null!);
        AllTypes o = new();
        Assert.Throws<ArgumentNullException>(() => o.ManyText[0] = null!);
        Assert.Throws<ArgumentNullException>(() => o.ManyText = [null!]);
        Assert.Empty(o.ManyText);
    }

    [Fact]
    public void Presence_follows_the_instances()
    {
        AllTypes o = new();
        int index = AllTypes.Info.IndexOf(101);
        Assert.Empty(o.ManyWhole);
        Assert.False(o.IsPresent(index));
        o.ManyWhole[3] = 1;
        Assert.True(o.IsPresent(index));
        o.ManyWhole.Remove(3);
        Assert.False(o.IsPresent(index));
        o.ManyWhole = [1];
        o.ManyWhole.Clear();
        Assert.False(o.IsPresent(index));
    }

    [Fact]
    public void A_reader_beside_a_writer_sees_one_of_the_states_that_were()
    {
        // The writer moves between two states that differ in ids and values; a mixture would be a third.
        AllTypes o = new();
        string[] states =
        [
            """[{"bn":"/26241/0/","n":"107/1","vlo":"1:1"},{"n":"107/2","vlo":"1:2"}]""",
            """[{"bn":"/26241/0/","n":"107/2","vlo":"2:2"}]""",
        ];
        ResourceInstances<ObjectLink> first = new() { [1] = new(1, 1), [2] = new(1, 2) };
        ResourceInstances<ObjectLink> second = new() { [2] = new(2, 2) };
        o.ManyLink = first;
        using CancellationTokenSource end = new();
        Thread writer = new(() =>
        {
            for (int i = 0; !end.IsCancellationRequested; i++)
            {
                o.ManyLink = i % 2 == 0 ? second : first;
            }
        });
        writer.Start();
        try
        {
            for (int i = 0; i < 20_000; i++)
            {
                Assert.Contains(Payloads.WriteText(o), states);
            }
        }
        finally
        {
            end.Cancel();
            writer.Join();
        }
    }

    [Fact]
    public void Values_of_more_than_a_word_are_never_torn()
    {
        // Seconds and milliseconds are of the same moment, or the value is half of one and half of another.
        AllTypes o = new();
        DateTimeOffset[] moments = [DateTimeOffset.MinValue, DateTimeOffset.MaxValue];
        o.ManyMoment[0] = moments[0];
        using CancellationTokenSource end = new();
        Thread writer = new(() =>
        {
            for (int i = 0; !end.IsCancellationRequested; i++)
            {
                o.ManyMoment[0] = moments[i % 2];
            }
        });
        writer.Start();
        try
        {
            for (int i = 0; i < 100_000; i++)
            {
                Assert.Contains(o.ManyMoment[0], moments);
            }
        }
        finally
        {
            end.Cancel();
            writer.Join();
        }
    }
}
