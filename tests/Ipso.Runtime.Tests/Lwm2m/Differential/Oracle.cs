using Ipso.Lwm2m;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>A format as it is read and written without a line of the code under test.</summary>
internal interface IOracle
{
    /// <summary>Reads what was asked for by the path of the object, of a resource or of a resource instance.</summary>
    List<Record> Read(byte[] payload, int[] path);

    /// <summary>Writes values, in whichever form the freedom picks of those that the format allows.</summary>
    byte[] Write(IReadOnlyList<Record> records, int[] path, Freedom freedom);
}

internal static class Oracle
{
    internal static Record Record(string name, Func<ushort, object> value)
    {
        int[] ids = [.. name.Split('/').Skip(1).Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal("/" + string.Join('/', ids), name);
        return Record(ids, value);
    }

    internal static Record Record(int[] ids, Func<ushort, object> value)
    {
        Assert.InRange(ids.Length, 3, 4);
        Assert.Equal([26241, 0], ids[..2]);
        return new((ushort)ids[2], ids.Length == 4 ? ids[3] : -1, value((ushort)ids[2]));
    }

    /// <summary>The type of a resource, as the number of the first resource that has it.</summary>
    internal static int TypeOf(ushort resource) => resource == 26260 ? 1 : resource % 100;

    internal static object Link(string text)
    {
        string[] ids = text.Split(':');
        Assert.Equal(2, ids.Length);
        return new ObjectLink(ushort.Parse(ids[0], null), ushort.Parse(ids[1], null));
    }
}

/// <summary>In place of a value: what the record names is to be removed (RFC 8790, 3.2).</summary>
internal sealed class Removal
{
    internal static readonly Removal Instance = new();

    private Removal()
    {
    }

    public override string ToString() => "null";
}
