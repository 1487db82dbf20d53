using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.SenML;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.SenML;

/// <summary>The SenML vectors, all of them, as records of a pack: without LwM2M.</summary>
[Trait("Category", "Vectors")]
public class VectorTests
{
    private const string File = "senml.json";

    public static TheoryData<string> Packs => VectorFile.Ids(File, "json-decode", "cbor-decode");

    public static TheoryData<string> Malformed => VectorFile.Ids(File, "json-malformed", "cbor-malformed");

    public static TheoryData<string> LwM2MMalformed => VectorFile.Ids(File, "lwm2m-malformed");

    public static TheoryData<string> Numbers => VectorFile.Ids(File, "number-format");

    [Fact]
    public void Every_kind_is_covered() =>
        Assert.Empty(VectorFile.Kinds(File).Except(
            ["json-decode", "cbor-decode", "json-malformed", "cbor-malformed", "lwm2m-malformed", "number-format"]));

    [Theory]
    [MemberData(nameof(Packs))]
    public void A_pack_reads_as_its_records(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] pack = PackOf(vector, out SenMLFormat format);
        Resolved[] expected = [.. vector.GetProperty("expect").GetProperty("records").EnumerateArray().Select(Expected)];
        // No bytes are no JSON and no CBOR: an absent payload is for who has the payload.
        if (pack.Length == 0)
        {
            Assert.Empty(expected);
            AssertRefused(pack, format, SenMLPackKind.Values);
            return;
        }

        // Names alone are what a Fetch Pack has. In other packs a record of base fields alone is resolved in the vectors and not handed out
        // here.
        bool isFetch = expected.Length > 0 && expected.All(record => record.Value is null && record.Sum is null);
        if (!isFetch)
        {
            expected = [.. expected.Where(record => record.Value is not null || record.Sum is not null)];
        }

        List<Resolved> records = Resolved.ReadAll(pack, format, isFetch ? SenMLPackKind.Fetch : SenMLPackKind.Values, out SenMLFault fault);
        bool isDisputed = vector.GetProperty("verified").GetString()!.StartsWith("disputed", StringComparison.Ordinal);
        if (!isDisputed || fault.Reason == SenMLReason.None)
        {
            Assert.Equal(SenMLReason.None, fault.Reason);
            Resolved.AssertSame(expected, records, id);
        }
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void A_pack_that_was_read_is_written_and_read_again_the_same(string id)
    {
        byte[] pack = PackOf(VectorFile.Get(File, id), out SenMLFormat format);
        List<Resolved> records = Resolved.ReadAll(pack, format, SenMLPackKind.Values, out _);
        foreach (SenMLFormat other in (SenMLFormat[])[SenMLFormat.Json, SenMLFormat.Cbor])
        {
            byte[] written = Rewritten(pack, format, other);
            Resolved.AssertSame(records, Resolved.ReadAll(written, other, SenMLPackKind.Values, out SenMLFault none), id);
            Assert.Equal(SenMLReason.None, none.Reason);
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_pack_is_refused(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        byte[] pack = PackOf(vector, out SenMLFormat format);
        if (!vector.GetProperty("verified").GetString()!.StartsWith("disputed", StringComparison.Ordinal))
        {
            AssertRefused(pack, format, SenMLPackKind.Values);
        }
    }

    // What LwM2M forbids beyond SenML is for LwM2M to refuse; here the records are what the platform's parser finds.
    [Theory]
    [MemberData(nameof(LwM2MMalformed))]
    public void What_breaks_a_rule_of_LwM2M_alone_is_a_pack(string id)
    {
        byte[] pack = PackOf(VectorFile.Get(File, id), out SenMLFormat format);
        List<Resolved>? expected = PlatformPack.Read(pack, format, SenMLPackKind.Values);
        List<Resolved> records = Resolved.ReadAll(pack, format, SenMLPackKind.Values, out SenMLFault fault);
        Assert.Equal(expected is null, fault.Reason != SenMLReason.None);
        Resolved.AssertSame(expected ?? records, records, id);
    }

    // The "e" of an exponent is in lower case (RFC 8428, 5); the vectors give an example.
    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_is_written_in_its_shortest_form(string id)
    {
        string text = VectorFile.Get(File, id).GetProperty("expect").GetProperty("text_example").GetString()!;
        bool isReal = text.AsSpan().ContainsAny(".eE");
        Span<byte> buffer = stackalloc byte[100];
        SenMLWriter writer = new(buffer, SenMLFormat.Json);
        writer.BeginRecord();
        writer.Name("x"u8);
        if (isReal)
        {
            writer.Value(double.Parse(text, CultureInfo.InvariantCulture));
        }
        else if (text[0] == '-')
        {
            writer.Value(long.Parse(text, CultureInfo.InvariantCulture));
        }
        else
        {
            writer.Value(ulong.Parse(text, CultureInfo.InvariantCulture));
        }

        byte[] pack = buffer[..writer.Finish()].ToArray();
        Assert.Equal($"[{{\"n\":\"x\",\"v\":{text.Replace('E', 'e')}}}]", Encoding.ASCII.GetString(pack));
        Resolved record = Assert.Single(Resolved.ReadAll(pack, SenMLFormat.Json, SenMLPackKind.Values, out _));
        Assert.Equal(
            isReal ? double.Parse(text, CultureInfo.InvariantCulture) : decimal.Parse(text, CultureInfo.InvariantCulture), record.Value);
    }

    internal static byte[] PackOf(JsonElement vector, out SenMLFormat format)
    {
        if (vector.TryGetProperty("json", out JsonElement json))
        {
            format = SenMLFormat.Json;
            return Encoding.UTF8.GetBytes(json.GetString()!);
        }

        format = SenMLFormat.Cbor;
        return vector.Hex("cbor_hex");
    }

    private static void AssertRefused(byte[] pack, SenMLFormat format, SenMLPackKind kind)
    {
        Resolved.ReadAll(pack, format, kind, out SenMLFault fault);
        Assert.NotEqual(SenMLReason.None, fault.Reason);
    }

    private static Resolved Expected(JsonElement record)
    {
        object? value = record.TryGetProperty("v", out JsonElement v) ? Number(v)
            : record.TryGetProperty("vs", out JsonElement vs) ? "text " + vs.GetString()
            : record.TryGetProperty("vb", out JsonElement vb) ? vb.GetBoolean()
            : record.TryGetProperty("vd", out JsonElement vd) ? vd.GetString()
            : record.TryGetProperty("vlo", out JsonElement vlo) ? "link " + vlo.GetString()
            : null;
        return new(
            record.GetProperty("n").GetString()!,
            record.TryGetProperty("u", out JsonElement u) ? u.GetString()! : "",
            record.TryGetProperty("t", out JsonElement t) ? t.GetDouble() : 0,
            record.TryGetProperty("ut", out JsonElement ut) ? ut.GetDouble() : null,
            record.TryGetProperty("s", out JsonElement s) ? s.GetDouble() : null,
            value);
    }

    private static object Number(JsonElement v) => v.TryGetInt64(out long signed) ? (decimal)signed
        : v.TryGetUInt64(out ulong unsigned) ? (decimal)unsigned
        : v.GetDouble() is var real && RawRecord.Normal(real) is decimal whole ? whole
        : v.GetDouble();

    private static byte[] Rewritten(byte[] pack, SenMLFormat from, SenMLFormat to)
    {
        Span<byte> names = stackalloc byte[256];
        SenMLReader reader = new(pack, from, names);
        var buffer = new byte[16 * 1024];
        SenMLWriter writer = new(buffer, to);
        while (reader.Next(out SenMLRecord record))
        {
            PackText.Write(ref writer, record);
        }

        int length = writer.Finish();
        Assert.True(length > 0);
        return buffer[..length];
    }
}
