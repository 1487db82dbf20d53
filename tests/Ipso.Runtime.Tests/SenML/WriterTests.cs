using System.Text;
using Ipso.SenML;

namespace Ipso.Tests.SenML;

public class WriterTests
{
    private delegate void Fields(ref SenMLWriter writer);

    [Fact]
    public void JSON_is_without_white_space_and_numbers_are_shortest()
    {
        Assert.Equal("[]", Json((ref SenMLWriter w) => { }));
        Assert.Equal(
            """[{"bn":"urn:x:","bt":1276020076.001,"bu":"A","bver":5,"n":"a","u":"V","v":120.1},"""
            + """{"n":"b","t":-5,"ut":60,"v":1e+300},{"n":"c","s":0.5}]""",
            Json((ref SenMLWriter w) =>
            {
                w.BeginRecord();
                w.BaseName("urn:x:"u8);
                w.BaseTime(1276020076.001);
                w.BaseUnit("A"u8);
                w.BaseVersion(5);
                w.Name("a"u8);
                w.Unit("V"u8);
                w.Value(120.1);
                w.BeginRecord();
                w.Name("b"u8);
                w.Time(-5);
                w.UpdateTime(60);
                w.Value(1e300);
                w.BeginRecord();
                w.Name("c"u8);
                w.Sum(0.5);
            }));
    }

    [Theory]
    [InlineData(0.0, "0", "f90000")]
    [InlineData(-0.0, "-0.0", "f98000")]
    [InlineData(1.5, "1.5", "f93e00")]
    [InlineData(100000.0, "100000", "fa47c35000")]
    [InlineData(23.1, "23.1", "fb403719999999999a")]
    [InlineData(1e15, "1000000000000000", "fb430c6bf526340000")]
    [InlineData(5e-324, "5e-324", "fb0000000000000001")]
    [InlineData(0.1 + 0.2, "0.30000000000000004", "fb3fd3333333333334")]
    public void A_double_is_in_its_shortest_exact_form(double value, string json, string cbor)
    {
        Fields fields = (ref SenMLWriter w) =>
        {
            w.BeginRecord();
            w.Name("a"u8);
            w.Value(value);
        };
        Assert.Equal($"[{{\"n\":\"a\",\"v\":{json}}}]", Json(fields));
        Assert.Equal($"81a200616102{cbor}", Convert.ToHexStringLower(Write(SenMLFormat.Cbor, fields)!));
        Resolved record = Assert.Single(Resolved.ReadAll(Write(SenMLFormat.Json, fields), SenMLFormat.Json, SenMLPackKind.Values, out _));
        Assert.Equal(value, Convert.ToDouble(record.Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65536)]
    public void A_pack_of_many_records_has_their_number_at_its_head(int records)
    {
        byte[] pack = Write(SenMLFormat.Cbor, (ref SenMLWriter w) =>
        {
            for (int i = 0; i < records; i++)
            {
                w.BeginRecord();
                w.Name("a"u8);
                w.Value(i);
            }
        })!;
        System.Formats.Cbor.CborReader reader = new(pack, System.Formats.Cbor.CborConformanceMode.Canonical);
        Assert.Equal(records, reader.ReadStartArray());
        Assert.Equal(records, Resolved.ReadAll(pack, SenMLFormat.Cbor, SenMLPackKind.Values, out _).Count);
    }

    [Theory]
    [InlineData(SenMLFormat.Json)]
    [InlineData(SenMLFormat.Cbor)]
    public void A_destination_that_is_just_long_enough_will_do_and_a_shorter_one_is_not_written_beyond(SenMLFormat format)
    {
        Fields fields = (ref SenMLWriter w) =>
        {
            for (int i = 0; i < 30; i++)
            {
                w.BeginRecord();
                w.Name("abc"u8);
                w.Unit("\"\\\u0001"u8);
                w.Time(i / 3.0);
                w.Text("text\n");
                w.BeginRecord();
                w.Name("d"u8);
                w.Data([1, 2, 3, 4]);
            }
        };
        byte[] pack = Write(format, fields)!;
        var buffer = new byte[pack.Length + 16];
        for (int length = 0; length <= pack.Length; length++)
        {
            Array.Fill(buffer, (byte)0xC5);
            SenMLWriter writer = new(buffer.AsSpan(8, length), format);
            fields(ref writer);
            Assert.Equal(length == pack.Length ? length : -1, writer.Finish());
            Assert.Equal(length < pack.Length, writer.Overflowed);
            Assert.False(writer.IsInvalid);
            Assert.False(buffer.AsSpan(0, 8).ContainsAnyExcept((byte)0xC5) || buffer.AsSpan(8 + length).ContainsAnyExcept((byte)0xC5));
        }
    }

    [Fact]
    public void What_no_pack_has_is_not_written()
    {
        AssertInvalid((ref SenMLWriter w) => w.Value(1));
        AssertInvalid((ref SenMLWriter w) => w.BeginRecord());
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Value(1); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name(""u8); w.Value(1); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); w.Value(1); w.Value(true); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); w.Name("b"u8); w.Value(1); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a b"u8); w.Value(1); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("-a"u8); w.Value(1); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); w.Value(double.NaN); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); w.Time(double.PositiveInfinity); w.Value(1); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); w.Text([0xFF]); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); w.BaseVersion(11); w.Value(1); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); w.Removal(); });
        AssertInvalid((ref SenMLWriter w) => { w.BeginRecord(); w.Name("a"u8); w.Value(1); }, SenMLPackKind.Fetch);
        AssertInvalid((ref SenMLWriter w) => { }, SenMLPackKind.Fetch);
    }

    private static void AssertInvalid(Fields fields, SenMLPackKind kind = SenMLPackKind.Values)
    {
        foreach (SenMLFormat format in (SenMLFormat[])[SenMLFormat.Json, SenMLFormat.Cbor])
        {
            SenMLWriter writer = new(new byte[100], format, kind);
            fields(ref writer);
            Assert.Equal(-1, writer.Finish());
            Assert.Equal((true, false), (writer.IsInvalid, writer.Overflowed));
        }
    }

    private static string Json(Fields fields) => Encoding.UTF8.GetString(Write(SenMLFormat.Json, fields)!);

    private static byte[]? Write(SenMLFormat format, Fields fields)
    {
        var buffer = new byte[1 << 20];
        SenMLWriter writer = new(buffer, format);
        fields(ref writer);
        int length = writer.Finish();
        return length < 0 ? null : buffer[..length];
    }
}
