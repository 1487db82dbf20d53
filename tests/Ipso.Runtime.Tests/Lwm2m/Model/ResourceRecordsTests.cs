using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Payloads as untyped records.</summary>
public class ResourceRecordsTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly Lwm2mPath s_instance = new(AllTypes.ObjectId, 0);

    public static TheoryData<ContentFormat> Structured => [.. Payloads.Structured];

    [Theory]
    [MemberData(nameof(Structured))]
    public void Records_hold_what_an_object_has(ContentFormat format)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            AllTypes expected = new RandomObjects(seed).AllTypes();
            foreach (Lwm2mPath scope in (Lwm2mPath[])[s_instance, new(AllTypes.ObjectId), Lwm2mPath.Root])
            {
                if (scope.Depth < 2 && format is ContentFormat.Tlv)
                {
                    continue;
                }

                ResourceRecords records = Read(scope, format, Payloads.Write(expected, format));
                Assert.True(records.TryRead(0, out AllTypes actual, out PayloadError error), error.ToString());
                SameContent.Assert(expected, actual);
                SameValues(expected, records);
                Assert.All(records, static record => Assert.Null(record.Time));
                Assert.All(records, static record => Assert.NotEmpty(record.ToString()));
            }
        }
    }

    [Fact]
    public void Each_value_comes_alone_in_every_format()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            AllTypes expected = new RandomObjects(seed).AllTypes();
            foreach (ResourceInfo resource in AllTypes.Info.Resources)
            {
                Lwm2mPath path = s_instance.Append(resource.Id);
                foreach (ContentFormat format in Payloads.All)
                {
                    byte[] buffer = new byte[8192];
                    if (Representation.Write([expected], path, format, buffer, out int length) != RepresentationResult.Written)
                    {
                        continue;
                    }

                    ResourceRecords records = Read(path, format, buffer.AsMemory(0, length));
                    Assert.True(records.TryRead(0, out AllTypes actual, out PayloadError error), $"{format} {resource}: {error}");
                    Assert.Equal(
                        Payloads.Write(expected, path, ContentFormat.SenMLJson), Payloads.Write(actual, path, ContentFormat.SenMLJson));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Structured))]
    public void Damaged_payloads_are_refused_or_read_and_never_throw(ContentFormat format)
    {
        Random random = new(1);
        for (int seed = 0; seed < 300; seed++)
        {
            byte[] payload = Payloads.Write(new RandomObjects(seed % 20).AllTypes(), format);
            for (int i = random.Next(1, 4); i > 0 && payload.Length > 0; i--)
            {
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            }

            payload = payload[..random.Next(payload.Length + 1)];
            bool isRead = ResourceRecords.TryRead(s_instance, format, payload, s_now, out ResourceRecords records, out PayloadError error);
            Assert.Equal(isRead, error.Fault == PayloadFault.None);
            Assert.True(isRead || records.Count == 0);
            Assert.InRange(records.Count, 0, payload.Length);
            foreach (ResourceRecord record in records)
            {
                TryAll(record.Value);
            }

            records.TryRead(0, out AllTypes _, out _);
            Assert.Equal(records.Count, records.ByTime().Sum(static group => group.Count));
        }
    }

    [Theory]
    [InlineData(ContentFormat.SenMLJson, """[{"bn":"/3303/0/","n":"5700","bt":1600000000,"v":1},{"n":"5700","t":-60,"v":2},{"n":"5700","t":60.5,"v":3}]""")]
    [InlineData(ContentFormat.Lwm2mJson, """{"bn":"/3303/0/","bt":1600000000,"e":[{"n":"5700","v":1},{"n":"5700","t":-60,"v":2},{"n":"5700","t":60.5,"v":3}]}""")]
    [InlineData(ContentFormat.Lwm2mJson, """{"e":[{"n":"5700","v":1},{"n":"5700","t":-60,"v":2},{"n":"5700","t":60.5,"v":3}],"bt":1600000000,"bn":"/3303/0/"}""")]
    public void Records_have_the_times_that_they_say(ContentFormat format, string payload)
    {
        ResourceRecords records = Read(new(3303, 0), format, Encoding.UTF8.GetBytes(payload));

        Assert.True(records.HasTimes);
        Assert.Equal([1_600_000_000_000, 1_599_999_940_000, 1_600_000_060_500], records.Select(static r => r.Time!.Value.ToUnixTimeMilliseconds()));
        Assert.Equal([2, 1, 3], records.ByTime().Select(static group => Value(Assert.Single(group))));
        Assert.Equal(3, records.TryGet(new(3303, 0, 5700), out double last) ? last : 0);
    }

    [Fact]
    public void Times_are_the_same_in_cbor()
    {
        byte[] buffer = new byte[512];
        TimestampedWriter writer = new(buffer, ContentFormat.SenMLCbor);
        writer.Add(s_now, new(3303, 0, 5700), 1.5);
        writer.Add(s_now.AddMilliseconds(250), new(3303, 0, 5700), 2.5);
        ResourceRecords records = Read(Lwm2mPath.Root, ContentFormat.SenMLCbor, buffer.AsMemory(0, writer.Finish()));

        Assert.Equal([s_now, s_now.AddMilliseconds(250)], records.Select(static record => record.Time!.Value));
    }

    [Fact]
    public void A_small_time_is_relative_to_now_and_none_is_now()
    {
        ResourceRecords records = Read(
            Lwm2mPath.Root, ContentFormat.SenMLJson,
            """[{"n":"/3303/0/5700","v":3},{"n":"/3303/0/5700","t":-10,"v":1},{"n":"/3303/0/5700","t":-5,"v":2}]"""u8.ToArray());

        Assert.Equal([null, s_now.AddSeconds(-10), s_now.AddSeconds(-5)], records.Select(static record => record.Time));
        Assert.Equal([1, 2, 3], records.ByTime().Select(static group => Value(group[0])));
    }

    [Theory]
    [InlineData("""[{"n":"/3303/0/5700","t":1e300,"v":3}]""")]
    [InlineData("""[{"n":"/3303/0/5700","t":-1e300,"v":3}]""")]
    public void A_time_beyond_the_calendar_is_refused(string payload)
    {
        Assert.False(ResourceRecords.TryRead(
            Lwm2mPath.Root, ContentFormat.SenMLJson, Encoding.UTF8.GetBytes(payload), s_now, out _, out PayloadError error));
        Assert.Equal(PayloadFault.NotUnderstood, error.Fault);
    }

    [Fact]
    public void A_value_of_tlv_is_what_is_asked_for()
    {
        ResourceValue value = Read(new(3, 0), ContentFormat.Tlv, Convert.FromHexString("C4413FC00000"))[0].Value;

        Assert.Equal((true, 1.5), (value.TryGet(out double number), number));
        Assert.Equal((true, 0x3FC00000L), (value.TryGet(out long integer), integer));
        Assert.Equal((true, 0x3FC00000UL), (value.TryGet(out ulong unsigned), unsigned));
        Assert.Equal((true, new ObjectLink(0x3FC0, 0)), (value.TryGet(out ObjectLink link), link));
        Assert.True(value.TryGet(out ReadOnlyMemory<byte> bytes));
        Assert.Equal([0x3F, 0xC0, 0, 0], bytes.ToArray());
        Assert.True(value.TryGet(out DateTimeOffset time));
        Assert.Equal(0x3FC00000L, time.ToUnixTimeSeconds());
        Assert.False(value.TryGet(out bool _));
        Assert.Equal((true, (DayOfWeek64)0x3FC00000), (value.TryGet(out DayOfWeek64 day), day));
        Assert.Throws<NotSupportedException>(() => value.TryGet(out int _));
    }

    [Fact]
    public void A_null_is_of_no_type()
    {
        ResourceValue value = Read(new(3, 0, 1), ContentFormat.Cbor, new byte[] { 0xF6 })[0].Value;

        Assert.True(value.IsNull);
        TryAll(value, expected: 0);
        Assert.Equal("null", value.ToString());
    }

    [Fact]
    public void The_one_instance_of_an_object_need_not_be_named_in_tlv()
    {
        ResourceRecord record = Assert.Single(Read(new(3), ContentFormat.Tlv, Convert.FromHexString("C300414243")));

        Assert.Equal((new Lwm2mPath(3, 0, 0), true, "ABC"), (record.Path, record.Value.TryGet(out string? text), text));
    }

    [Fact]
    public void A_format_that_is_none_is_the_callers_fault() => Assert.Throws<ArgumentOutOfRangeException>(
        () => ResourceRecords.TryRead(Lwm2mPath.Root, ContentFormat.LinkFormat, default, s_now, out _, out _));

    private enum DayOfWeek64 : long
    {
    }

    private static ResourceRecords Read(Lwm2mPath scope, ContentFormat format, ReadOnlyMemory<byte> payload)
    {
        bool isRead = ResourceRecords.TryRead(scope, format, payload, s_now, out ResourceRecords records, out PayloadError error);
        Assert.True(isRead, $"{format}: {error}");
        return records;
    }

    private static double Value(ResourceRecord record)
    {
        Assert.True(record.Value.TryGet(out double value));
        return value;
    }

    private static void SameValues(AllTypes expected, ResourceRecords records)
    {
        Single(AllTypes.ResourceIds.Text, expected.Text);
        Single(AllTypes.ResourceIds.Links, expected.Links?.Text);
        SingleValue(AllTypes.ResourceIds.Whole, expected.Whole);
        SingleValue(AllTypes.ResourceIds.Natural, expected.Natural);
        SingleValue(AllTypes.ResourceIds.Real, expected.Real);
        SingleValue(AllTypes.ResourceIds.Flag, expected.Flag);
        SingleValue(AllTypes.ResourceIds.Moment, expected.Moment);
        SingleValue(AllTypes.ResourceIds.Link, expected.Link);
        Assert.True(records.TryGetInstances(s_instance.Append(AllTypes.ResourceIds.ManyReal), out ResourceInstances<double> reals));
        Assert.Equal(expected.ManyReal.Ids.ToArray(), reals.Ids.ToArray());
        Assert.Equal(expected.ManyReal, reals);

        void Single<T>(ushort id, T? value)
            where T : class =>
            Assert.Equal(value, records.TryGet(s_instance.Append(id), out T? read) ? read : null);

        void SingleValue<T>(ushort id, T? value)
            where T : struct =>
            Assert.Equal(value, records.TryGet(s_instance.Append(id), out T read) ? read : null);
    }

    private static void TryAll(ResourceValue value, int? expected = null)
    {
        bool[] all =
        [
            value.TryGet(out long _), value.TryGet(out ulong _), value.TryGet(out double _), value.TryGet(out bool _), value.TryGet(out string? _),
            value.TryGet(out ReadOnlyMemory<byte> _), value.TryGet(out DateTimeOffset _), value.TryGet(out ObjectLink _), value.TryGet(out CoreLink _),
        ];
        Assert.NotEmpty(value.ToString());
        Assert.InRange(all.Count(static one => one), expected ?? 0, expected ?? all.Length);
    }
}
