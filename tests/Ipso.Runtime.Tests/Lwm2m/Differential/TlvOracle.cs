using System.Buffers.Binary;
using System.Text;
using Ipso.Lwm2m;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>
/// OMA TLV (LwM2M TS Core, 7.4.5), which no library of the platform has: each entry a node, read and written by recursion.
/// </summary>
internal sealed class TlvOracle : IOracle
{
    private const int ObjectInstance = 0, ResourceInstance = 1, MultipleResource = 2, Resource = 3;

    private sealed record Node(int Kind, int Id, byte[] Value, List<Node> Inner);

    public List<Record> Read(byte[] payload, int[] path)
    {
        List<Record> records = [];
        foreach (Node node in Nodes(payload))
        {
            switch (node.Kind)
            {
                case ResourceInstance:
                    Assert.Equal(4, path.Length);
                    Assert.Equal(path[3], node.Id);
                    records.Add(Leaf([.. path[..3], node.Id], node));
                    break;
                case MultipleResource:
                    Assert.All(node.Inner, instance => Assert.Equal(ResourceInstance, instance.Kind));
                    records.AddRange(node.Inner.Select(instance => Leaf([.. path[..2], node.Id, instance.Id], instance)));
                    break;
                default:
                    Assert.Equal(Resource, node.Kind);
                    records.Add(Leaf([.. path[..2], node.Id], node));
                    break;
            }
        }

        return records;
    }

    private static Record Leaf(int[] ids, Node node) => Oracle.Record(ids, resource => Value(node.Value, resource));

    private static List<Node> Nodes(byte[] bytes)
    {
        List<Node> nodes = [];
        for (Queue<byte> rest = new(bytes); rest.Count > 0;)
        {
            byte type = rest.Dequeue();
            int kind = type >> 6;
            int id = (int)Number(Take(rest, (type & 0x20) == 0 ? 1 : 2));
            int sizeOfLength = type >> 3 & 3;
            int length = sizeOfLength == 0 ? type & 7 : (int)Number(Take(rest, sizeOfLength));
            // What is written here is as short as can be.
            Assert.Equal((id > 255, length < 8 ? 0 : length < 256 ? 1 : length < 65536 ? 2 : 3), ((type & 0x20) != 0, sizeOfLength));
            byte[] value = Take(rest, length);
            nodes.Add(new(kind, id, value, kind is ObjectInstance or MultipleResource ? Nodes(value) : []));
        }

        return nodes;
    }

    private static byte[] Take(Queue<byte> rest, int count) => [.. Enumerable.Range(0, count).Select(_ => rest.Dequeue())];

    private static ulong Number(byte[] bytes) => bytes.Aggregate(0UL, (number, next) => number << 8 | next);

    private static object Value(byte[] bytes, ushort resource) => Oracle.TypeOf(resource) switch
    {
        0 => Encoding.UTF8.GetString(bytes),
        1 => Signed(bytes),
        2 => Number(bytes),
        3 => bytes.Length == 4 ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadDoubleBigEndian(bytes),
        4 => Assert.Single(bytes) == 1,
        5 => (ReadOnlyMemory<byte>)bytes,
        6 => DateTimeOffset.FromUnixTimeSeconds(Signed(bytes)),
        7 => new ObjectLink((ushort)Number(bytes[..2]), (ushort)Number(bytes[2..])),
        _ => new CoreLink(Encoding.UTF8.GetString(bytes)),
    };

    private static long Signed(byte[] bytes)
    {
        Assert.True(bytes.Length is 1 or 2 or 4 or 8);
        int unused = 64 - 8 * bytes.Length;
        return (long)Number(bytes) << unused >> unused;
    }

    public byte[] Write(IReadOnlyList<Record> records, int[] path, Freedom freedom)
    {
        List<Node> nodes = [];
        foreach (IGrouping<ushort, Record> resource in freedom.Order(records.GroupBy(r => r.Resource)))
        {
            Node[] instances = [.. freedom.Order(resource).Select(r => r.Instance < 0
                ? new Node(Resource, r.Resource, Bytes(r.Value, freedom), [])
                : new Node(ResourceInstance, r.Instance, Bytes(r.Value, freedom), []))];
            // Who is asked for a resource or an instance of it may leave out what is around the instances.
            bool isBare = instances[0].Kind == Resource || path.Length == 4 || path.Length == 3 && freedom.Taken;
            nodes.AddRange(isBare ? instances : [new(MultipleResource, resource.Key, [], [.. instances])]);
        }

        if (path.Length == 2 && nodes.Count > 0 && freedom.Taken)
        {
            nodes = [new(ObjectInstance, path[1], [], nodes)];
        }

        return Bytes(nodes, freedom);
    }

    private static byte[] Bytes(IEnumerable<Node> nodes, Freedom freedom) => [.. nodes.SelectMany(node => Bytes(node, freedom))];

    private static byte[] Bytes(Node node, Freedom freedom)
    {
        byte[] value = node.Kind is ObjectInstance or MultipleResource ? Bytes(node.Inner, freedom) : node.Value;
        // An id and a length in as many bytes as they need, or in more.
        int sizeOfId = node.Id > 255 || freedom.Taken ? 2 : 1;
        int least = value.Length < 8 ? 0 : value.Length < 256 ? 1 : value.Length < 65536 ? 2 : 3;
        int sizeOfLength = least + freedom.Of(4 - least);
        int type = node.Kind << 6 | (sizeOfId - 1) << 5 | sizeOfLength << 3 | (sizeOfLength == 0 ? value.Length : 0);
        return [(byte)type, .. BigEndian((ulong)node.Id, sizeOfId), .. BigEndian((ulong)value.Length, sizeOfLength), .. value];
    }

    private static byte[] BigEndian(ulong number, int size) =>
        [.. Enumerable.Range(1, size).Select(i => (byte)(number >> 8 * (size - i)))];

    private static byte[] Bytes(object value, Freedom freedom) => value switch
    {
        string text => Encoding.UTF8.GetBytes(text),
        CoreLink links => Encoding.UTF8.GetBytes(links.Text),
        ReadOnlyMemory<byte> data => data.ToArray(),
        bool flag => [(byte)(flag ? 1 : 0)],
        ObjectLink link => [.. BigEndian(link.ObjectId, 2), .. BigEndian(link.InstanceId, 2)],
        ulong number => BigEndian(number, Size(freedom, number, 0xFF, 0xFFFF, uint.MaxValue)),
        long number => Integer(number, freedom),
        DateTimeOffset moment => Integer(moment.ToUnixTimeSeconds(), freedom),
        double number when (float)number == number && !freedom.Taken => BigEndian(BitConverter.SingleToUInt32Bits((float)number), 4),
        double number => BigEndian(BitConverter.DoubleToUInt64Bits(number), 8),
        _ => throw new ArgumentException(value.GetType().Name),
    };

    // What a negative number has below is what its complement has above.
    private static byte[] Integer(long number, Freedom freedom) =>
        BigEndian((ulong)number, Size(freedom, (ulong)(number < 0 ? ~number : number), 0x7F, 0x7FFF, int.MaxValue));

    // 1, 2, 4 or 8 bytes: as many as the number needs, or more.
    private static int Size(Freedom freedom, ulong magnitude, params ulong[] limits)
    {
        int least = limits.Count(limit => magnitude > limit);
        return 1 << least + freedom.Of(4 - least);
    }
}
