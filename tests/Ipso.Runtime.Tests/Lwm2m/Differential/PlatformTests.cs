using FsCheck;
using FsCheck.Fluent;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>Generated objects, written here and read elsewhere, and the other way round; a failure shows the smallest object that fails.</summary>
public class PlatformTests
{
    // The same objects in every run, and enough of them to meet each edge of a value in the forms that readers guess first.
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(24).WithReplay(8428, 8949);

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
            AllTypes o = ObjectOf(sample.Records);
            foreach ((int[] path, Record[] records) in PathsOf(sample.Records, format))
            {
                byte[] payload = Payloads.Write(o, PathOf(path), format);
                AssertSame(records, s_oracles[format].Read(payload, path), payload);
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
                AssertSame(records, [.. ValuesOf.Object(o).Select(v => new Record(v.Resource, v.Instance, v.Value))], payload);
            }
        });

    private static void Check(Action<Sample> property) => Prop.ForAll(Arbitraries.Samples, property).Check(s_config);

    // The order is nobody's promise.
    private static void AssertSame(IEnumerable<Record> expected, IEnumerable<Record> actual, byte[] payload)
    {
        string[] left = [.. expected.Select(r => r.ToString()).Order(StringComparer.Ordinal)];
        string[] right = [.. actual.Select(r => r.ToString()).Order(StringComparer.Ordinal)];
        Assert.True(left.SequenceEqual(right), $"""
            Only expected: {string.Join("; ", left.Except(right))}
            Only read: {string.Join("; ", right.Except(left))}
            Payload: {Convert.ToHexString(payload)}
            """);
    }

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

    private static AllTypes ObjectOf(Record[] records)
    {
        AllTypes o = new();
        foreach ((ushort resource, int instance, object value) in records)
        {
            switch (resource)
            {
                case 0: o.Text = (string)value; break;
                case 1: o.Whole = (long)value; break;
                case 2: o.Natural = (ulong)value; break;
                case 3: o.Real = (double)value; break;
                case 4: o.Flag = (bool)value; break;
                case 5: o.Data = (ReadOnlyMemory<byte>)value; break;
                case 6: o.Moment = (DateTimeOffset)value; break;
                case 7: o.Link = (ObjectLink)value; break;
                case 8: o.Links = (CoreLink)value; break;
                case 100: o.ManyText[(ushort)instance] = (string)value; break;
                case 101: o.ManyWhole[(ushort)instance] = (long)value; break;
                case 102: o.ManyNatural[(ushort)instance] = (ulong)value; break;
                case 103: o.ManyReal[(ushort)instance] = (double)value; break;
                case 104: o.ManyFlag[(ushort)instance] = (bool)value; break;
                case 105: o.ManyData[(ushort)instance] = (ReadOnlyMemory<byte>)value; break;
                case 106: o.ManyMoment[(ushort)instance] = (DateTimeOffset)value; break;
                case 107: o.ManyLink[(ushort)instance] = (ObjectLink)value; break;
                case 108: o.ManyLinks[(ushort)instance] = (CoreLink)value; break;
                case 26260: o.Far = (long)value; break;
                default: throw new ArgumentException(resource.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return o;
    }
}
