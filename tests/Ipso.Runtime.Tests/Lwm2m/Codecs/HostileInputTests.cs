using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>Bytes of an enemy: nothing throws, and what is refused has changed nothing.</summary>
public class HostileInputTests
{
    private const int PayloadsPerFormat = 45_000;

    private static readonly ReadMode[] s_modes = [ReadMode.Mirror, ReadMode.WriteUpdate, ReadMode.WriteReplace];

    internal static readonly string[] Paths =
        ["/26241/0", "/26241/0/0", "/26241/0/1", "/26241/0/3", "/26241/0/5", "/26241/0/100", "/26241/0/105/1", "/26241/0/101/0",
         "/26241/0/9"];

    public static TheoryData<ContentFormat> Formats => [.. Payloads.All];

    public static TheoryData<ContentFormat> FormatsAndPatches =>
        [.. Payloads.All, ContentFormat.SenMLEtchJson, ContentFormat.SenMLEtchCbor];

    [Theory]
    [MemberData(nameof(FormatsAndPatches))]
    public void Nothing_throws_and_a_refusal_changes_nothing(ContentFormat format)
    {
        Random random = new(4711 + (int)format);
        RandomObjects objects = new(17);
        Lwm2mPath[] paths = [.. Paths.Select(Payloads.Path)];
        List<byte[]> seeds = [.. Seeds(format, objects)];
        int taken = 0;
        for (int i = 0; i < PayloadsPerFormat; i++)
        {
            byte[] payload = i % 8 == 0 ? RandomBytes(random) : Mutated(seeds[random.Next(seeds.Count)], random);
            Lwm2mPath path = i % 2 == 0 ? paths[0] : paths[random.Next(paths.Length)];
            ReadMode mode = s_modes[i % 3];
            AllTypes target = i % 5 == 0 ? new() : new RandomObjects(i % 97).AllTypes();
            byte[] before = Payloads.Write(target, ContentFormat.SenMLCbor);
            bool result = Representation.TryRead(target, path, format, payload, mode, out PayloadError error);
            byte[] after = Payloads.Write(target, ContentFormat.SenMLCbor);
            if (result)
            {
                taken++;
            }
            else if (!before.AsSpan().SequenceEqual(after))
            {
                Assert.Fail($"{error} of {Convert.ToHexString(payload)} for {path} as {mode} changed the object");
            }
        }

        // Mutation leaves many payloads valid: both outcomes are met.
        Assert.InRange(taken, 1, PayloadsPerFormat - 1);
    }

    [Theory]
    [InlineData(ContentFormat.Tlv, "", "C005")]
    [InlineData(ContentFormat.Lwm2mCbor, "A119668100A119012C", "0500")]
    public void As_many_records_as_there_can_be_and_the_beginning_of_one_more_are_refused(
        ContentFormat format, string head, string record)
    {
        byte[] one = Convert.FromHexString(record);
        PayloadRecord[] kept = new PayloadRecord[8];
        for (int count = 1; count <= 300; count++)
        {
            byte[] payload = [.. Convert.FromHexString(head), .. Enumerable.Repeat(one, count).SelectMany(static x => x), one[0]];
            RecordList records = new(kept);
            string? difference = UsualForm.Compare(
                payload, format, new(26241, 0), new byte[payload.Length + 64], ref records, out bool isTaken);
            Assert.Null(difference);
            Assert.False(isTaken, $"{count} records and a byte");
            records.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_cut_of_a_valid_payload_is_refused_or_read_without_a_throw(ContentFormat format)
    {
        if (Representation.IsSingleValue(format))
        {
            return;
        }

        byte[] payload = DeckTests.Payload(format);
        for (int length = 0; length < payload.Length; length++)
        {
            Device device = DeckTests.Device();
            bool taken = Representation.TryRead(device, new(3, 0), format, payload.AsSpan(0, length), ReadMode.Mirror, out _);
            // TLV has no end of its own: a cut between two elements is a shorter payload.
            Assert.True(!taken || format == ContentFormat.Tlv, $"{length}");
            if (!taken)
            {
                Assert.Equal(payload, Payloads.Write(device, format));
            }
        }
    }

    [Theory]
    [InlineData("8181818181818181818181818181818181818181818181818181818181818181818181818181")]
    [InlineData("81a1617881818181818181818181818181818181818181818181818181818181818181818181818181")]
    [InlineData("9affffffff")]
    [InlineData("9bffffffffffffffff")]
    [InlineData("81bbffffffffffffffff")]
    [InlineData("81a1037bffffffffffffffff")]
    [InlineData("81a1617a9bffffffffffffffff")]
    [InlineData("81a1617abbffffffffffffffff")]
    [InlineData("81a102c1c1c1c1c1c1c1c1c1c1c1c1c100")]
    [InlineData("81a102c482c100c100")]
    [InlineData("81a102c4823bffffffffffffffff1bffffffffffffffff")]
    public void Deep_nesting_and_huge_lengths_in_CBOR_are_refused_at_once(string hex) =>
        Assert.NotEqual(
            Ipso.Lwm2m.Codecs.PayloadFault.None,
            Payloads.ReadHex(new AllTypes(), "/26241/0", ContentFormat.SenMLCbor, hex));

    [Fact]
    public void Deep_nesting_in_JSON_is_refused()
    {
        string json = "[{\"x\":" + new string('[', 100_000) + "}]";
        Assert.Equal(Ipso.Lwm2m.Codecs.PayloadFault.Malformed, Payloads.ReadJson(new AllTypes(), json));
    }

    internal static IEnumerable<byte[]> Seeds(ContentFormat format, RandomObjects objects)
    {
        for (int i = 0; i < 60; i++)
        {
            AllTypes o = objects.AllTypes();
            foreach (Lwm2mPath path in RoundTripTests.ResourcesOf(o).Append(new(26241, 0)))
            {
                var buffer = new byte[16 * 1024];
                if (Representation.Write([o], path, format, buffer, out int written) == RepresentationResult.Written && written > 0)
                {
                    yield return buffer[..written];
                }
            }
        }

        (string file, string[] kinds) = format switch
        {
            ContentFormat.SenMLJson => ("senml.json", new[] { "json-decode", "json-malformed" }),
            ContentFormat.Lwm2mCbor => ("lwm2mcbor.json", ["lwm2m-cbor", "lwm2m-cbor-malformed"]),
            ContentFormat.Cbor => ("lwm2mcbor.json", ["cbor-single"]),
            _ => ("senml.json", []),
        };
        foreach (string id in VectorFile.Ids(file, kinds))
        {
            JsonElement vector = VectorFile.Get(file, id);
            yield return vector.TryGetProperty("json", out JsonElement json)
                ? Encoding.UTF8.GetBytes(json.GetString()!)
                : vector.Hex("cbor_hex");
        }

        foreach (byte[] payload in Elsewhere(format, objects))
        {
            yield return payload;
        }
    }

    // As others may write it: arrays as keys, indefinite lengths, chunks; the base name behind the entries.
    private static IEnumerable<byte[]> Elsewhere(ContentFormat format, RandomObjects objects)
    {
        for (int i = 0; i < 60; i++)
        {
            if (format == ContentFormat.Lwm2mCbor)
            {
                yield return LwM2MCborElsewhere.Write(objects.AllTypes(), new Random(i));
            }
            else if (format == ContentFormat.Lwm2mJson)
            {
                yield return OmaJsonElsewhere.Write(objects.AllTypes(), new Random(i));
            }
        }
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(64)];
        random.NextBytes(bytes);
        return bytes;
    }

    internal static byte[] Mutated(byte[] seed, Random random)
    {
        List<byte> bytes = [.. seed.Length > 600 ? seed[..600] : seed];
        for (int i = random.Next(4); i > 0; i--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count: bytes[at] = (byte)random.Next(256); break;
                case 1 when at < bytes.Count: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2 when at < bytes.Count: bytes.RemoveAt(at); break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default:
                    // A piece of the payload once more: records and fields come twice.
                    int length = random.Next(Math.Min(40, bytes.Count - at) + 1);
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
            }
        }

        return [.. bytes];
    }
}
