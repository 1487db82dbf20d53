using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.SenML;
using Ipso.Tests.SenML;

namespace Ipso.Tests.Lwm2m;

/// <summary>Values of resources over time: historical notifications and Send.</summary>
public class TimestampedTests
{
    private static readonly DateTimeOffset s_start = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static TheoryData<ContentFormat> Formats => [ContentFormat.SenMLJson, ContentFormat.SenMLCbor];

    [Fact]
    public void Kept_values_of_one_resource_repeat_neither_name_nor_zeros()
    {
        Lwm2mPath path = Payloads.Path("/3303/0/5700");
        var buffer = new byte[512];
        TimestampedWriter writer = new(buffer, ContentFormat.SenMLJson);
        writer.Add(s_start, path, 21.5);
        writer.Add(s_start.AddSeconds(60), path, 22.0);
        writer.Add(s_start.AddMilliseconds(60_250), Payloads.Path("/3303/1/5700"), 23);
        Assert.Equal(
            """[{"bn":"/3303/0/5700","bt":1700000000,"v":21.5},{"bt":1700000060,"v":22},{"bn":"/3303/1/5700","bt":1700000060.25,"v":23}]""",
            Encoding.ASCII.GetString(buffer.AsSpan(0, writer.Finish())));
    }

    [Fact]
    public void Snapshots_of_instances_are_of_their_times()
    {
        Temperature temperature = new() { SensorValue = 21.5 };
        var buffer = new byte[512];
        TimestampedWriter writer = new(buffer, ContentFormat.SenMLJson);
        writer.Add(s_start, temperature, Payloads.Path("/3303/0/5700"));
        temperature.SensorValue = 22;
        writer.Add(s_start.AddSeconds(1), temperature, Payloads.Path("/3303/0/5700"));
        writer.Add(s_start.AddSeconds(2), new SetPoint { SetPointValue = 1 });
        Assert.Equal(
            "[{\"bn\":\"/3303/0/5700\",\"bt\":1700000000,\"v\":21.5},{\"bn\":\"/3303/0/5700\",\"bt\":1700000001,\"v\":22},"
            + "{\"bn\":\"/3308/0/\",\"bt\":1700000002,\"n\":\"5900\",\"v\":1}]",
            Encoding.ASCII.GetString(buffer.AsSpan(0, writer.Finish())));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Random_snapshots_come_back_with_their_times(ContentFormat format)
    {
        var buffer = new byte[256 * 1024];
        for (int seed = 0; seed < 60; seed++)
        {
            TimestampedWriter writer = new(buffer, format);
            List<(DateTimeOffset, string)> expected = [];
            DateTimeOffset time = s_start;
            Random random = new(seed);
            for (int i = random.Next(1, 8); i > 0; i--)
            {
                AllTypes o = new RandomObjects(seed * 100 + i).AllTypes();
                writer.Add(time, o);
                // What a pack without times says of the instance, record by record.
                byte[] untimed = Payloads.Write(o, ContentFormat.SenMLJson);
                foreach (Resolved record in Resolved.ReadAll(untimed, SenMLFormat.Json, SenMLPackKind.Values, out _))
                {
                    expected.Add((time, FormattableString.Invariant($"{record.Name} {record.Value}")));
                }

                time += TimeSpan.FromMilliseconds(random.Next(5000));
            }

            int length = writer.Finish();
            Assert.Equal(expected, Read(buffer.AsSpan(0, length), format, Lwm2mPath.Root, out PayloadFault fault, out bool isInOrder));
            Assert.Equal((PayloadFault.None, true), (fault, isInOrder));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Each_type_of_kept_value_comes_back(ContentFormat format)
    {
        var buffer = new byte[512];
        TimestampedWriter writer = new(buffer, format);
        writer.Add(s_start, Payloads.Path("/1/0/0"), 0.1);
        writer.Add(s_start, Payloads.Path("/1/0/1"), long.MinValue);
        writer.Add(s_start, Payloads.Path("/1/0/2"), ulong.MaxValue);
        writer.Add(s_start, Payloads.Path("/1/0/3"), true);
        writer.Add(s_start, Payloads.Path("/1/0/4"), "ż\"");
        writer.Add(s_start, Payloads.Path("/1/0/5"), [1, 2, 3]);
        writer.Add(s_start, Payloads.Path("/1/0/6/7"), s_start);
        writer.Add(s_start, Payloads.Path("/65534/65534/65534/65534"), ObjectLink.Null);
        string[] expected =
        [
            "/1/0/0 0.1", "/1/0/1 -9223372036854775808", "/1/0/2 18446744073709551615", "/1/0/3 True", "/1/0/4 text ż\"", "/1/0/5 010203",
            "/1/0/6/7 1700000000", "/65534/65534/65534/65534 link 65535:65535",
        ];
        List<(DateTimeOffset Time, string Text)> records = Read(buffer.AsSpan(0, writer.Finish()), format, Lwm2mPath.Root, out _, out _);
        Assert.Equal(expected, records.Select(r => r.Text));
        Assert.All(records, r => Assert.Equal(s_start, r.Time));
    }

    [Fact]
    public void The_latest_comes_last_or_nothing_is_written()
    {
        Lwm2mPath path = Payloads.Path("/3303/0/5700");
        TimestampedWriter writer = new(new byte[512], ContentFormat.SenMLCbor);
        writer.Add(s_start, path, 1.0);
        writer.Add(s_start, path, 2.0);
        Assert.False(writer.IsInvalid);
        writer.Add(s_start.AddTicks(-1), path, 3.0);
        Assert.True(writer.IsInvalid);
        Assert.Equal(-1, writer.Finish());
    }

    [Fact]
    public void What_no_record_can_say_is_not_written()
    {
        Assert.Equal(-1, Finish((ref TimestampedWriter w) => w.Add(s_start, Payloads.Path("/3303/0"), 1.0)));
        Assert.Equal(-1, Finish((ref TimestampedWriter w) => w.Add(s_start, Payloads.Path("/3303/0/5700"), double.NaN)));
        Assert.Equal(-1, Finish((ref TimestampedWriter w) => w.Add(DateTimeOffset.UnixEpoch, Payloads.Path("/3303/0/5700"), 1.0)));
        Assert.Equal(-1, Finish((ref TimestampedWriter w) => w.Add(s_start, new SetPoint { SetPointValue = 1 }, Payloads.Path("/3308"))));
        Assert.Equal(1, Finish((ref TimestampedWriter w) => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimestampedWriter([], ContentFormat.Tlv).Finish());
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimestampedWriter([], ContentFormat.SenMLEtchCbor).Finish());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_destination_of_any_length_is_not_written_beyond(ContentFormat format)
    {
        byte[] buffer = new byte[700];
        for (int length = 0; length < 600; length++)
        {
            Array.Fill(buffer, (byte)0xC5);
            TimestampedWriter writer = new(buffer.AsSpan(8, length), format);
            writer.Add(s_start.AddTicks(1234567), new SetPoint { SetPointValue = 1.0 / 3 });
            writer.Add(s_start.AddTicks(2234567), Payloads.Path("/65534/65534/65534/65534"), 1.0 / 3);
            writer.Add(s_start.AddTicks(3234567), Payloads.Path("/65534/65534/65534/65534"), "text of some length");
            int written = writer.Finish();
            Assert.Equal(written < 0, writer.Overflowed);
            Assert.True(written > 0 || length < 300);
            Assert.False(buffer.AsSpan(0, 8).ContainsAnyExcept((byte)0xC5) || buffer.AsSpan(8 + length).ContainsAnyExcept((byte)0xC5));
        }
    }

    [Theory]
    [InlineData("""[{"n":"/3303/0/5700","v":1},{"n":"/3303/1/5700","v":1}]""", PayloadFault.OutsidePath, 1)]
    [InlineData("""[{"n":"/3303/0","v":1}]""", PayloadFault.Malformed, 0)]
    [InlineData("""[{"n":"urn:x","v":1}]""", PayloadFault.Malformed, 0)]
    [InlineData("""[{"n":"/3303/0/5700","s":1}]""", PayloadFault.NotUnderstood, 0)]
    [InlineData("""[{"n":"/3303/0/5700","s":1,"v":1}]""", PayloadFault.NotUnderstood, 0)]
    [InlineData("""[{"n":"/3303/0/5700","v":1,"x_":1}]""", PayloadFault.NotUnderstood, 0)]
    [InlineData("""[{"n":"/3303/0/5700","v":1}""", PayloadFault.Malformed, 1)]
    [InlineData("""[{"n":"/3303/0/5700","v":null}]""", PayloadFault.Malformed, 0)]
    public void What_is_wrong_ends_reading(string json, PayloadFault expected, int records)
    {
        List<(DateTimeOffset, string)> read =
            Read(Encoding.UTF8.GetBytes(json), ContentFormat.SenMLJson, Payloads.Path("/3303/0"), out PayloadFault fault, out _);
        Assert.Equal(expected, fault);
        Assert.Equal(records, read.Count);
    }

    // Others send the latest first.
    [Fact]
    public void Times_relative_to_now_and_an_order_of_the_peers_own()
    {
        const string Json = """[{"bn":"/72/1/2","t":-5,"v":22.4},{"t":-30,"v":22.9},{"t":-50,"v":24.1}]""";
        List<(DateTimeOffset Time, string)> records =
            Read(Encoding.ASCII.GetBytes(Json), ContentFormat.SenMLJson, Lwm2mPath.Root, out _, out bool isInOrder, s_start);
        Assert.False(isInOrder);
        Assert.Equal([s_start.AddSeconds(-5), s_start.AddSeconds(-30), s_start.AddSeconds(-50)], records.Select(r => r.Time));
    }

    [Fact]
    public void A_time_beyond_the_calendar_is_no_time()
    {
        TimestampedRecords records = new(
            """[{"n":"/1/0/0","t":1e300,"v":1}]"""u8, ContentFormat.SenMLJson, Lwm2mPath.Root,
            stackalloc byte[TimestampedRecords.NameBufferLength]);
        Assert.True(records.Next(out TimestampedRecord record));
        Assert.False(record.TryGetTime(s_start, out _));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Writing_and_reading_allocate_nothing(ContentFormat format)
    {
        var buffer = new byte[512];
        var names = new byte[TimestampedRecords.NameBufferLength];
        Temperature temperature = new() { SensorValue = 21.5 };
        Lwm2mPath path = new(3303, 0, 5700);
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            TimestampedWriter writer = new(buffer, format);
            writer.Add(s_start, temperature);
            writer.Add(s_start, path, 1.5);
            TimestampedRecords records = new(buffer.AsSpan(0, writer.Finish()), format, Lwm2mPath.Root, names);
            while (records.Next(out TimestampedRecord record))
            {
                Assert.True(record.TryGetTime(s_start, out _));
            }

            Assert.True(records.Fault == PayloadFault.None);
        }));
    }

    private delegate void Adding(ref TimestampedWriter writer);

    private static int Finish(Adding add)
    {
        TimestampedWriter writer = new(new byte[256], ContentFormat.SenMLCbor);
        add(ref writer);
        return writer.Finish();
    }

    private static List<(DateTimeOffset Time, string Text)> Read(
        ReadOnlySpan<byte> payload, ContentFormat format, Lwm2mPath scope, out PayloadFault fault, out bool isInOrder,
        DateTimeOffset now = default)
    {
        TimestampedRecords records = new(payload, format, scope, new byte[TimestampedRecords.NameBufferLength]);
        List<(DateTimeOffset, string)> read = [];
        while (records.Next(out TimestampedRecord record))
        {
            Assert.True(record.TryGetTime(now, out DateTimeOffset time));
            Resolved resolved = Resolved.Of(record.Record);
            Assert.Equal(resolved.Name, record.Path.ToString());
            Assert.Equal(record.Record.Kind == SenMLValueKind.ObjectLink, record.TryGetObjectLink(out _));
            // A double has a microsecond or so.
            DateTimeOffset rounded = time.AddTicks(5_000);
            rounded = rounded.AddTicks(-(rounded.Ticks % 10_000));
            read.Add((rounded, FormattableString.Invariant($"{resolved.Name} {resolved.Value}")));
        }

        fault = records.Fault;
        isInOrder = records.IsInOrder;
        return read;
    }
}
