using System.Text;
using System.Text.Json;
using Ipso.SenML;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.SenML;

/// <summary>
/// Bytes of an enemy: nothing throws, and what is taken is what the platform's parsers and the reference make of it.
/// </summary>
public class HostileTests
{
    private static readonly byte[] s_inserted = [.. "0\"{[,\\"u8, 0x00, 0x7F, 0x81, 0xA1, 0xC1, 0xF6, 0xFF];

    public static TheoryData<string> Packs =>
        VectorFile.Ids("senml.json", "json-decode", "cbor-decode", "json-malformed", "cbor-malformed");

    [Theory]
    [MemberData(nameof(Packs))]
    public void A_pack_cut_flipped_or_widened_anywhere_is_judged_as_the_platform_judges_it(string id)
    {
        JsonElement vector = VectorFile.Get("senml.json", id);
        byte[] pack = VectorTests.PackOf(vector, out SenMLFormat format);
        for (int at = 0; at <= pack.Length; at++)
        {
            if (at < pack.Length)
            {
                AssertCut(pack[..at], format);
            }

            for (int bit = 0; bit < 8 && at < pack.Length; bit++)
            {
                byte[] flipped = [.. pack];
                flipped[at] ^= (byte)(1 << bit);
                AssertJudged(flipped, format, (SenMLPackKind)((at + bit) % 3));
            }

            byte inserted = s_inserted[at % s_inserted.Length];
            AssertJudged([.. pack[..at], inserted, .. pack[at..]], format, (SenMLPackKind)(at % 3));
            byte other = s_inserted[at * 7 / 3 % s_inserted.Length];
            AssertJudged([.. pack[..at], other, .. pack[at..]], format, SenMLPackKind.Values);
        }
    }

    [Theory]
    [InlineData("8181818181818181818181818181818181818181818181818181818181818181818181818181")]
    [InlineData("81a1617881818181818181818181818181818181818181818181818181818181818181818181818181")]
    [InlineData("81a16178c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c101")]
    [InlineData("9affffffff")]
    [InlineData("9bffffffffffffffff")]
    [InlineData("81bbffffffffffffffff")]
    [InlineData("81a1037bffffffffffffffff")]
    [InlineData("81a1617a9bffffffffffffffff")]
    [InlineData("81a1617abbffffffffffffffff")]
    [InlineData("81a102c1c1c1c1c1c1c1c1c1c1c1c1c100")]
    [InlineData("81a102c482c100c100")]
    [InlineData("81a102c4823bffffffffffffffff1bffffffffffffffff")]
    [InlineData("81a2006161021b")]
    public void Deep_nesting_and_huge_lengths_in_CBOR_are_refused_at_once(string hex)
    {
        Resolved.ReadAll(Convert.FromHexString(hex), SenMLFormat.Cbor, SenMLPackKind.Values, out SenMLFault fault);
        Assert.NotEqual(SenMLReason.None, fault.Reason);
    }

    [Theory]
    [InlineData("[{\"x\":", "[", "}]")]
    [InlineData("[{\"x\":", "{\"y\":", "}]")]
    [InlineData("", "[", "")]
    [InlineData("[{\"n\":\"a\",\"v\":1", "0", "}]")]
    [InlineData("[{\"n\":\"a\",\"v\":1e", "9", "}]")]
    [InlineData("[{\"n\":\"a\",\"v\":1,\"", "\\u0061", "\":1}]")]
    [InlineData("[{\"v\":1,\"n\":\"", "\\u0061", "\"}]")]
    [InlineData("[{\"bn\":\"", "a", "\",\"v\":1}]")]
    public void Deep_nesting_and_great_lengths_in_JSON_are_refused(string before, string repeated, string after)
    {
        string json = before + string.Concat(Enumerable.Repeat(repeated, 100_000)) + after;
        Resolved.ReadAll(Encoding.UTF8.GetBytes(json), SenMLFormat.Json, SenMLPackKind.Values, out SenMLFault fault);
        Assert.NotEqual(SenMLReason.None, fault.Reason);
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        Random random = new(8428);
        for (int i = 0; i < 20_000; i++)
        {
            var pack = new byte[random.Next(1, 60)];
            random.NextBytes(pack);
            pack[0] = i % 2 == 0 ? (byte)'[' : (byte)0x81;
            AssertJudged(pack, (SenMLFormat)(i % 2), (SenMLPackKind)(i % 3));
        }
    }

    private static void AssertCut(byte[] pack, SenMLFormat format)
    {
        Resolved.ReadAll(pack, format, SenMLPackKind.Values, out SenMLFault fault);
        List<Resolved>? platform = PlatformPack.Read(pack, format, SenMLPackKind.Values);
        Assert.Equal(platform is null, fault.Reason != SenMLReason.None);
    }

    private static void AssertJudged(byte[] pack, SenMLFormat format, SenMLPackKind kind)
    {
        List<Resolved> records = Resolved.ReadAll(pack, format, kind, out SenMLFault fault);
        List<Resolved>? platform = PlatformPack.Read(pack, format, kind);
        string context = $"{fault} of {Convert.ToHexString(pack)}";
        if (fault.Reason == SenMLReason.None)
        {
            Assert.True(platform is not null, context);
            Resolved.AssertSame(platform, records, context);
        }
        else
        {
            // Chunked texts are the one thing in these packs that the platform reads and we do not.
            Assert.True(platform is null || fault.Reason == SenMLReason.Malformed && format == SenMLFormat.Cbor, context);
        }
    }
}
