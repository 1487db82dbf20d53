using Ipso.SenML;

namespace Ipso.Tests.SenML;

/// <summary>Random packs between ours and System.Text.Json and System.Formats.Cbor, both ways.</summary>
public class DifferentialTests
{
    private const int Rounds = 1_500;

    public static TheoryData<SenMLFormat, SenMLPackKind> Packs => new()
    {
        { SenMLFormat.Json, SenMLPackKind.Values },
        { SenMLFormat.Json, SenMLPackKind.Fetch },
        { SenMLFormat.Json, SenMLPackKind.Patch },
        { SenMLFormat.Cbor, SenMLPackKind.Values },
        { SenMLFormat.Cbor, SenMLPackKind.Fetch },
        { SenMLFormat.Cbor, SenMLPackKind.Patch },
    };

    [Theory]
    [MemberData(nameof(Packs))]
    public void What_the_platform_writes_reads_as_the_reference_resolves_it(SenMLFormat format, SenMLPackKind kind)
    {
        RandomPack random = new(1 + (int)format * 10 + (int)kind);
        for (int i = 0; i < Rounds; i++)
        {
            List<RawRecord> records = random.Records(kind);
            byte[] pack = PlatformPack.Write(records, format, isIndefinite: i % 2 == 0);
            AssertReads(records, pack, format, kind);
        }
    }

    [Theory]
    [MemberData(nameof(Packs))]
    public void What_is_written_here_means_the_same_to_the_platform_and_to_the_reader(SenMLFormat format, SenMLPackKind kind)
    {
        RandomPack random = new(100 + (int)format * 10 + (int)kind);
        var buffer = new byte[256 * 1024];
        for (int i = 0; i < Rounds; i++)
        {
            List<RawRecord> records = random.Records(kind);
            SenMLWriter writer = new(buffer, format, kind);
            PackText.Write(ref writer, records);
            int length = writer.Finish();
            if (length < 0)
            {
                // A name that begins wrongly behind an empty base name, or none at all, is no name.
                Assert.True(writer.IsInvalid);
                Assert.Null(RawRecord.Resolve(records, kind));
                continue;
            }

            byte[] pack = buffer[..length];
            List<Resolved>? platform = PlatformPack.Read(pack, format, kind);
            List<Resolved>? expected = RawRecord.Resolve(records, kind);
            Assert.Equal(expected is null, platform is null);
            Resolved.AssertSame(expected ?? [], platform ?? [], Convert.ToHexString(pack));
            AssertReads(records, pack, format, kind);
        }
    }

    private static void AssertReads(List<RawRecord> records, byte[] pack, SenMLFormat format, SenMLPackKind kind)
    {
        List<Resolved>? expected = RawRecord.Resolve(records, kind);
        List<Resolved> found = Resolved.ReadAll(pack, format, kind, out SenMLFault fault);
        if (expected is null)
        {
            Assert.NotEqual(SenMLReason.None, fault.Reason);
        }
        else
        {
            Assert.True(fault.Reason == SenMLReason.None, $"{fault} of {string.Join(", ", records)}");
            Resolved.AssertSame(expected, found, string.Join(", ", records));
        }
    }
}
