using FsCheck;
using FsCheck.Fluent;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>
/// Generated objects, written here and read elsewhere, and the other way round; a failure shows the smallest object that fails.
/// </summary>
public class PlatformTests
{
    private static readonly Dictionary<ContentFormat, IOracle> s_oracles = new()
    {
        [ContentFormat.SenMLCbor] = new SenMLCborOracle(),
        [ContentFormat.Lwm2mCbor] = new LwM2MCborOracle(),
        [ContentFormat.Cbor] = new CborOracle(),
        [ContentFormat.SenMLJson] = new SenMLJsonOracle(),
        [ContentFormat.Lwm2mJson] = new OmaJsonOracle(),
        [ContentFormat.SenMLEtchCbor] = new SenMLCborOracle(),
        [ContentFormat.SenMLEtchJson] = new SenMLJsonOracle(),
        [ContentFormat.Tlv] = new TlvOracle(),
    };

    public static TheoryData<ContentFormat> Formats => [.. s_oracles.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_written_here_reads_the_same_elsewhere(ContentFormat format) =>
        Check(sample =>
        {
            AllTypes o = Values.ToObject(sample.Records);
            foreach ((int[] path, Record[] records) in PathsOf(sample.Records, format))
            {
                byte[] payload = Payloads.Write(o, PathOf(path), format);
                Values.AssertSame(records, s_oracles[format].Read(payload, path), payload);
            }
        });

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_written_elsewhere_reads_the_same_here(ContentFormat format) =>
        Check(sample =>
        {
            Freedom freedom = new(sample.Choices);
            foreach ((int[] path, Record[] records) in PathsOf(sample.Records, format))
            {
                byte[] payload = s_oracles[format].Write(records, path, freedom);
                AllTypes o = new();
                bool isTaken = Representation.TryRead(o, PathOf(path), format, payload, ReadMode.Mirror, out PayloadError error);
                Assert.True(isTaken, $"{error}: {Convert.ToHexString(payload)}");
                Values.AssertSame(records, Values.Of(o), payload);
            }
        });

    private static void Check(Action<Sample> property) => Prop.ForAll(Arbitraries.Samples, property).Check(Arbitraries.SameEveryTime);

    private static Lwm2mPath PathOf(int[] ids) => Payloads.Path("/" + string.Join('/', ids));

    // The whole object, each resource and each resource instance, as far as the format has them.
    private static IEnumerable<(int[] Path, Record[] Records)> PathsOf(Record[] records, ContentFormat format)
    {
        foreach (Record record in records)
        {
            yield return (record.Ids, [record]);
        }

        if (format == ContentFormat.Cbor)
        {
            yield break;
        }

        foreach (IGrouping<ushort, Record> resource in records.Where(r => r.Instance >= 0).GroupBy(r => r.Resource))
        {
            yield return ([26241, 0, resource.Key], [.. resource]);
        }

        yield return ([26241, 0], records);
    }
}
