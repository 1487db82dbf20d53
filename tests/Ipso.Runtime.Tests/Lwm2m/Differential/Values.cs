using Ipso.Lwm2m;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>Records to the test's object and back, by its properties.</summary>
internal static class Values
{
    internal static Record[] Of(AllTypes o) => [.. ValuesOf.Object(o).Select(v => new Record(v.Resource, v.Instance, v.Value))];

    internal static AllTypes ToObject(Record[] records)
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

    // The order is nobody's promise.
    internal static void AssertSame(IEnumerable<Record> expected, IEnumerable<Record> actual, byte[] payload)
    {
        string[] left = [.. expected.Select(r => r.ToString()).Order(StringComparer.Ordinal)];
        string[] right = [.. actual.Select(r => r.ToString()).Order(StringComparer.Ordinal)];
        Assert.True(left.SequenceEqual(right), $"""
            Only expected: {string.Join("; ", left.Except(right))}
            Only read: {string.Join("; ", right.Except(left))}
            Payload: {Convert.ToHexString(payload)}
            """);
    }
}
