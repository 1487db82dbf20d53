using FsCheck;
using FsCheck.Fluent;
using Ipso.SenML;
using Ipso.Tests.Lwm2m.Differential;

namespace Ipso.Tests.SenML;

/// <summary>
/// Generated packs between ours and System.Text.Json and System.Formats.Cbor, both ways; a failure shows the smallest pack that fails.
/// </summary>
public class DifferentialTests
{
    // 2026-11-26 in seconds: what a relative time is relative to.
    private const double Now = 1_795_651_200;

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
    public void What_the_platform_writes_reads_as_the_reference_resolves_it(SenMLFormat format, SenMLPackKind kind) =>
        Check(kind, pack => AssertReads(pack.Records, PlatformPack.Write(pack.Records, format, new(pack.Choices)), format, kind));

    [Theory]
    [MemberData(nameof(Packs))]
    public void What_is_written_here_means_the_same_to_the_platform_and_to_the_reader(SenMLFormat format, SenMLPackKind kind)
    {
        var buffer = new byte[256 * 1024];
        Check(kind, pack =>
        {
            List<Resolved>? expected = RawRecord.Resolve(pack.Records, kind);
            SenMLWriter writer = new(buffer, format, kind);
            PackText.Write(ref writer, pack.Records);
            int length = writer.Finish();
            if (length < 0)
            {
                // A name that begins wrongly behind an empty base name, or none at all, is no name.
                Assert.True(writer.IsInvalid);
                Assert.Null(expected);
                return;
            }

            byte[] bytes = buffer[..length];
            List<Resolved>? platform = PlatformPack.Read(bytes, format, kind);
            Assert.Equal(expected is null, platform is null);
            Resolved.AssertSame(expected ?? [], platform ?? [], Convert.ToHexString(bytes));
            AssertReads(pack.Records, bytes, format, kind);
        });
    }

    private static void Check(SenMLPackKind kind, Action<Pack> property)
    {
        int packs = 0, refusals = 0;
        Prop.ForAll(PackArbitraries.Packs(kind), pack =>
        {
            packs++;
            refusals += RawRecord.Resolve(pack.Records, kind) is null ? 1 : 0;
            property(pack);
        }).Check(Arbitraries.SameEveryTime);
        // Both are of interest, and those that are taken more.
        Assert.InRange(refusals, packs / 100, packs / 5);
    }

    private static void AssertReads(RawRecord[] records, byte[] pack, SenMLFormat format, SenMLPackKind kind)
    {
        List<Resolved>? expected = RawRecord.Resolve(records, kind);
        List<Resolved> found = Resolved.ReadAll(pack, format, kind, out SenMLFault fault);
        if (expected is null)
        {
            Assert.NotEqual(SenMLReason.None, fault.Reason);
            return;
        }

        Assert.True(fault.Reason == SenMLReason.None, $"{fault} of {Convert.ToHexString(pack)}");
        Resolved.AssertSame(expected, found, Convert.ToHexString(pack));
        AssertTimes(expected, pack, format, kind);
    }

    private static void AssertTimes(List<Resolved> expected, byte[] pack, SenMLFormat format, SenMLPackKind kind)
    {
        SenMLReader reader = new(pack, format, stackalloc byte[256], kind);
        foreach (Resolved record in expected)
        {
            Assert.True(reader.Next(out SenMLRecord found));
            double time = RawRecord.TimeAt(record.Time, Now);
            Assert.Equal(time, found.TimeAt(Now), Math.Abs(time) * 1e-9);
        }
    }
}
