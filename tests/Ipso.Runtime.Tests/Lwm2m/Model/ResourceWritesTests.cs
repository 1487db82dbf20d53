using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Values that a server writes, with and without an object.</summary>
public class ResourceWritesTests
{
    private static readonly Lwm2mPath s_instance = new(AllTypes.ObjectId, 0);

    public static TheoryData<ContentFormat> Structured => [.. Payloads.Structured];

    [Theory]
    [MemberData(nameof(Structured))]
    public void Values_are_the_same_bytes_as_those_of_an_object(ContentFormat format)
    {
        for (int seed = 0; seed < 300; seed++)
        {
            AllTypes expected = new RandomObjects(seed).AllTypes();
            ResourceWrites writes = WritesOf(expected);
            if (writes.Count == 0)
            {
                Assert.False(writes.Supports(s_instance, format));
                continue;
            }

            Assert.Equal(Payloads.Write(expected, format), Write(writes, s_instance, format));
        }
    }

    [Fact]
    public void Each_resource_alone_is_the_same_bytes_in_every_format()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            AllTypes expected = new RandomObjects(seed).AllTypes();
            ResourceWrites all = WritesOf(expected);
            foreach (Lwm2mPath path in all.Paths.SelectMany(static one => (Lwm2mPath[])[one, new(one.ObjectId, one.InstanceId, one.ResourceId)]).Distinct())
            {
                ResourceWrites writes = WritesOf(expected, path);
                foreach (ContentFormat format in Payloads.All)
                {
                    byte[] buffer = new byte[16384];
                    bool isWritten = Representation.Write([expected], path, format, buffer, out int length) == RepresentationResult.Written;
                    // Of a multiple resource with one instance nobody could tell the instance.
                    isWritten &= !Representation.IsSingleValue(format) || writes.Paths.SequenceEqual([path]);
                    Assert.Equal(isWritten, writes.Supports(path, format));
                    if (isWritten)
                    {
                        Assert.Equal(buffer.AsSpan(0, length).ToArray(), Write(writes, path, format));
                    }
                }
            }
        }
    }

    [Fact]
    public void Several_objects_are_one_composite()
    {
        ResourceWrites writes = new();
        writes.Add(new(3311, 1, 5850), true);
        writes.Add(new(3308, 0, 5900), 18.0);
        writes.Add(new(3311, 0, 5850), false);
        writes.Add(new(3311, 0, 5851), 20L);

        Assert.Equal(
            """[{"bn":"/3308/0/","n":"5900","v":18},{"bn":"/3311/0/","n":"5850","vb":false},{"n":"5851","v":20},{"bn":"/3311/1/","n":"5850","vb":true}]""",
            Encoding.ASCII.GetString(Write(writes, Lwm2mPath.Root, ContentFormat.SenMLJson)));
        Assert.Equal(
            [ContentFormat.SenMLCbor, ContentFormat.SenMLJson, ContentFormat.Lwm2mCbor],
            Payloads.All.Where(format => writes.Supports(Lwm2mPath.Root, format)));
        Assert.DoesNotContain(Payloads.All, format => writes.Supports(new(3311, 0), format));
        Assert.Throws<ArgumentOutOfRangeException>(() => writes.Write(new(3311, 0), ContentFormat.Tlv, new byte[100], out _));
    }

    [Fact]
    public void What_does_not_fit_is_told()
    {
        ResourceWrites writes = new();
        writes.Add(new(3, 0, 0), new string('x', 100));

        Assert.Equal(RepresentationResult.TooLarge, writes.Write(new(3, 0), ContentFormat.SenMLCbor, new byte[100], out int written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void The_registrys_ranges_hold_on_the_way_out()
    {
        ResourceWrites writes = new();
        ObjectInfo light = LightControl.Info;
        int dimmer = light.IndexOf(5851);

        writes.Add(new(3311, 0, 5851), 100L, light, dimmer);
        ArgumentOutOfRangeException thrown =
            Assert.Throws<ArgumentOutOfRangeException>(() => writes.Add(new(3311, 0, 5851), 101L, light, dimmer));
        Assert.StartsWith("Resource 5851 (Dimmer) of object 3311 (Light Control) takes 0..100.", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => writes.Add(new(3, 0), 1L));
        Assert.Throws<ArgumentOutOfRangeException>(() => writes.Add(new(3, 0, 1), double.PositiveInfinity));
        Assert.Throws<ArgumentNullException>(() => writes.Add<string>(new(3, 0, 1), null!));
        Assert.Throws<NotSupportedException>(() => writes.Add(new(3, 0, 1), 1));
        Assert.Equal(1, writes.Count);
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void Of_an_object_a_server_writes_what_it_may(ContentFormat format)
    {
        Rules rules = new() { Level = 3, Limits = [4, 5], Serial = "abc", Secret = "geheim" };
        byte[] buffer = new byte[1024];
        ResourceWrites writes = new(rules, new(Rules.ObjectId, 7));
        rules.Level = 50;
        Assert.Equal(RepresentationResult.Written, writes.Write(new(Rules.ObjectId, 7), format, buffer, out int length));

        Assert.True(ResourceRecords.TryRead(
            new(Rules.ObjectId, 7), format, buffer.AsMemory(0, length), DateTimeOffset.UnixEpoch, out ResourceRecords records, out _));
        Assert.Equal(
            ["/26242/7/0", "/26242/7/1/0", "/26242/7/1/1", "/26242/7/2"], records.Select(static record => record.Path.ToString()));
        Assert.Equal("geheim", records.TryGet(new(Rules.ObjectId, 7, 2), out string? secret) ? secret : null);
    }

    [Fact]
    public void The_id_of_a_new_instance_can_be_left_to_the_device_in_two_formats()
    {
        byte[] buffer = new byte[256];
        ResourceWrites writes = new(new SetPoint { SetPointValue = 1 }, new(3308, 0));
        ResourceWrites named = new(new SetPoint { SetPointValue = 1 }, new(3308, 2));

        Assert.Equal(
            [ContentFormat.Tlv, ContentFormat.Lwm2mCbor],
            Payloads.All.Where(format => writes.SupportsCreate(new(3308), format)));
        writes.WriteCreate(new(3308), ContentFormat.Tlv, buffer, out int length);
        Assert.Equal("E4170C3F800000", Convert.ToHexString(buffer.AsSpan(0, length)));
        writes.WriteCreate(new(3308), ContentFormat.Lwm2mCbor, buffer, out length);
        Assert.Equal("A1190CECA119FFFFA119170CF93C00", Convert.ToHexString(buffer.AsSpan(0, length)));
        named.WriteCreate(new(3308, 2), ContentFormat.Tlv, buffer, out length);
        Assert.Equal("0702E4170C3F800000", Convert.ToHexString(buffer.AsSpan(0, length)));
        Assert.False(named.SupportsCreate(new(3308, 3), ContentFormat.Tlv));
        ResourceWrites nothing = new(new Temperature { SensorValue = 1 }, new(3303, 2));
        nothing.WriteCreate(new(3303, 2), ContentFormat.Tlv, buffer, out length);
        Assert.Equal("0002", Convert.ToHexString(buffer.AsSpan(0, length)));
    }

    [Fact]
    public void Attributes_go_into_a_query_and_come_out_of_it()
    {
        NotificationAttributes all = new()
        {
            MinimumPeriod = 1, MaximumPeriod = 60, GreaterThan = 1e20, LessThan = -0.5, Step = 1e-7, MinimumEvaluationPeriod = 2,
            MaximumEvaluationPeriod = 3, Edge = false, Confirmable = true, MaximumHistoricalQueue = 9,
        };
        string text = AttributeQuery.Format(all);

        Assert.Equal("pmin=1&pmax=60&gt=100000000000000000000&lt=-0.5&st=0.0000001&epmin=2&epmax=3&edge=0&con=1&hqmax=9", text);
        Assert.True(AttributeQuery.TryParse(Encoding.ASCII.GetBytes(text), out AttributeQuery query));
        Assert.Equal(all, query.Values);
        Assert.Equal("pmax=5&gt", AttributeQuery.Format(
            new() { MaximumPeriod = 5 }, NotificationAttributeNames.MaximumPeriod | NotificationAttributeNames.GreaterThan));
        Assert.Equal("", AttributeQuery.Format(default));
    }

    private static byte[] Write(ResourceWrites writes, Lwm2mPath path, ContentFormat format)
    {
        byte[] buffer = new byte[64 * 1024];
        Assert.Equal(RepresentationResult.Written, writes.Write(path, format, buffer, out int length));
        return buffer[..length];
    }

    private static ResourceWrites WritesOf(AllTypes one, Lwm2mPath? on = null)
    {
        ResourceWrites writes = new();
        Single(AllTypes.ResourceIds.Text, one.Text, one.Text is not null);
        Single(AllTypes.ResourceIds.Whole, one.Whole ?? 0, one.Whole is not null);
        Single(AllTypes.ResourceIds.Natural, one.Natural ?? 0, one.Natural is not null);
        Single(AllTypes.ResourceIds.Real, one.Real ?? 0, one.Real is not null);
        Single(AllTypes.ResourceIds.Flag, one.Flag ?? false, one.Flag is not null);
        Single(AllTypes.ResourceIds.Data, one.Data ?? default, one.Data is not null);
        Single(AllTypes.ResourceIds.Moment, one.Moment ?? default, one.Moment is not null);
        Single(AllTypes.ResourceIds.Link, one.Link ?? default, one.Link is not null);
        Single(AllTypes.ResourceIds.Links, one.Links ?? default, one.Links is not null);
        Single(AllTypes.ResourceIds.Far, one.Far ?? 0, one.Far is not null);
        Many(AllTypes.ResourceIds.ManyText, one.ManyText);
        Many(AllTypes.ResourceIds.ManyWhole, one.ManyWhole);
        Many(AllTypes.ResourceIds.ManyNatural, one.ManyNatural);
        Many(AllTypes.ResourceIds.ManyReal, one.ManyReal);
        Many(AllTypes.ResourceIds.ManyFlag, one.ManyFlag);
        Many(AllTypes.ResourceIds.ManyData, one.ManyData);
        Many(AllTypes.ResourceIds.ManyMoment, one.ManyMoment);
        Many(AllTypes.ResourceIds.ManyLink, one.ManyLink);
        Many(AllTypes.ResourceIds.ManyLinks, one.ManyLinks);
        return writes;

        void Single<T>(ushort id, T value, bool isThere) => Add(s_instance.Append(id), value, isThere);

        void Many<T>(ushort id, ResourceInstances<T> values)
        {
            foreach (ushort instance in values.Ids.ToArray())
            {
                Add(s_instance.Append(id).Append(instance), values[instance], isThere: true);
            }
        }

        void Add<T>(Lwm2mPath path, T value, bool isThere)
        {
            if (isThere && (on is not { } scope || scope.Contains(path)))
            {
                writes.Add(path, value, AllTypes.Info, AllTypes.Info.IndexOf(path.ResourceId));
            }
        }
    }
}
