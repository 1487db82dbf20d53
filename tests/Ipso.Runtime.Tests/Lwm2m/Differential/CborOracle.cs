using System.Buffers.Binary;
using System.Formats.Cbor;
using Ipso.Lwm2m;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>A value alone in CBOR, and what the formats in CBOR have in common.</summary>
internal class CborOracle : IOracle
{
    public virtual List<Record> Read(byte[] payload, int[] path)
    {
        CborReader reader = new(payload, CborConformanceMode.Strict);
        Record record = Oracle.Record(path, resource => Value(reader, resource));
        Assert.Equal(0, reader.BytesRemaining);
        return [record];
    }

    public virtual byte[] Write(IReadOnlyList<Record> records, int[] path, Freedom freedom)
    {
        CborWriter writer = new(CborConformanceMode.Lax);
        Value(writer, Assert.Single(records).Value, freedom);
        return writer.Encode();
    }

    protected static object Value(CborReader reader, ushort resource) => Oracle.TypeOf(resource) switch
    {
        0 => reader.ReadTextString(),
        1 => reader.ReadInt64(),
        2 => reader.ReadUInt64(),
        3 => reader.PeekState() switch
        {
            CborReaderState.UnsignedInteger => (double)reader.ReadUInt64(),
            CborReaderState.NegativeInteger => (double)reader.ReadInt64(),
            _ => reader.ReadDouble(),
        },
        4 => reader.ReadBoolean(),
        5 => (ReadOnlyMemory<byte>)reader.ReadByteString(),
        6 => DateTimeOffset.FromUnixTimeSeconds(Seconds(reader)),
        7 => Oracle.Link(reader.ReadTextString()),
        _ => new CoreLink(reader.ReadTextString()),
    };

    private static long Seconds(CborReader reader)
    {
        if (reader.PeekState() == CborReaderState.Tag)
        {
            Assert.Equal(CborTag.UnixTimeSeconds, reader.ReadTag());
        }

        return reader.ReadInt64();
    }

    protected static void Value(CborWriter writer, object value, Freedom freedom)
    {
        switch (value)
        {
            case string text: Text(writer, text, freedom.Taken); break;
            case CoreLink links: Text(writer, links.Text, freedom.Taken); break;
            case ObjectLink link: Text(writer, $"{link.ObjectId}:{link.InstanceId}", freedom.Taken); break;
            case ReadOnlyMemory<byte> data: Bytes(writer, data.Span, freedom.Taken); break;
            case bool flag: writer.WriteBoolean(flag); break;
            case long number: Integer(writer, number, freedom); break;
            case ulong number: Head(writer, 0x00, number, freedom); break;
            case DateTimeOffset moment: Integer(writer, moment.ToUnixTimeSeconds(), freedom); break;
            case double number: Float(writer, number, freedom); break;
            case Removal: writer.WriteNull(); break;
            default: throw new ArgumentException(value.GetType().Name);
        }
    }

    internal static void Integer(CborWriter writer, long number, Freedom freedom) =>
        Head(writer, number < 0 ? (byte)0x20 : (byte)0x00, (ulong)(number < 0 ? ~number : number), freedom);

    // The argument in as many bytes as it needs, or in more.
    internal static void Head(CborWriter writer, byte major, ulong argument, Freedom freedom)
    {
        int least = argument < 24 ? 0 : argument <= byte.MaxValue ? 1 : argument <= ushort.MaxValue ? 2 : argument <= uint.MaxValue ? 3 : 4;
        int size = least + freedom.Of(5 - least);
        Span<byte> head = stackalloc byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(head[1..], argument);
        if (size == 0)
        {
            writer.WriteEncodedValue([(byte)(major | (byte)argument)]);
            return;
        }

        int length = 1 << size - 1;
        head[^(length + 1)] = (byte)(major | 23 + size);
        writer.WriteEncodedValue(head[^(length + 1)..]);
    }

    // The narrowest that holds the value, or any that is wider.
    internal static void Float(CborWriter writer, double number, Freedom freedom)
    {
        int narrowest = (double)(Half)number == number ? 0 : (float)number == number ? 1 : 2;
        switch (narrowest + freedom.Of(3 - narrowest))
        {
            case 0: writer.WriteHalf((Half)number); break;
            case 1: writer.WriteSingle((float)number); break;
            default: writer.WriteDouble(number); break;
        }
    }

    internal static void Text(CborWriter writer, string text, bool isChunked)
    {
        if (!isChunked)
        {
            writer.WriteTextString(text);
            return;
        }

        writer.WriteStartIndefiniteLengthTextString();
        foreach (System.Text.Rune rune in text.EnumerateRunes())
        {
            writer.WriteTextString(rune.ToString());
        }

        writer.WriteEndIndefiniteLengthTextString();
    }

    internal static void Bytes(CborWriter writer, ReadOnlySpan<byte> data, bool isChunked)
    {
        if (!isChunked)
        {
            writer.WriteByteString(data);
            return;
        }

        writer.WriteStartIndefiniteLengthByteString();
        writer.WriteByteString(data[..(data.Length / 2)]);
        writer.WriteByteString(data[(data.Length / 2)..]);
        writer.WriteEndIndefiniteLengthByteString();
    }
}

/// <summary>SenML CBOR.</summary>
internal sealed class SenMLCborOracle : CborOracle
{
    public override List<Record> Read(byte[] payload, int[] path)
    {
        CborReader reader = new(payload, CborConformanceMode.Strict);
        List<Record> records = [];
        string @base = "";
        for (int? left = reader.ReadStartArray(); left > 0; left--)
        {
            string name = "";
            Dictionary<string, byte[]> values = [];
            for (int? fields = reader.ReadStartMap(); fields > 0; fields--)
            {
                string label = reader.PeekState() == CborReaderState.TextString ? reader.ReadTextString() : $"{reader.ReadInt32()}";
                switch (label)
                {
                    case "-2": @base = reader.ReadTextString(); break;
                    case "0": name = reader.ReadTextString(); break;
                    default: values.Add(label, reader.ReadEncodedValue().ToArray()); break;
                }
            }

            reader.ReadEndMap();
            (string of, byte[] value) = Assert.Single(values);
            Record record = Oracle.Record(@base + name, resource => value is [0xF6] ? Removal.Instance : Value(new(value), resource));
            Assert.Equal(Label(record.Value), of);
            records.Add(record);
        }

        reader.ReadEndArray();
        Assert.Equal(0, reader.BytesRemaining);
        return records;
    }

    public override byte[] Write(IReadOnlyList<Record> records, int[] path, Freedom freedom)
    {
        CborWriter writer = new(CborConformanceMode.Lax);
        string @base = "";
        writer.WriteStartArray(freedom.Taken ? null : records.Count);
        foreach (Record record in freedom.Order(records))
        {
            (string? bn, string? n) = SenMLNames.Split(record.Name, ref @base, freedom);
            List<(string Label, Action Value)> fields =
                [(Label(record.Value), () => Value(writer, record.Value, freedom))];
            if (n is not null)
            {
                fields.Insert(0, ("0", () => Text(writer, n, freedom.Taken)));
            }

            if (bn is not null)
            {
                fields.Insert(0, ("-2", () => Text(writer, bn, freedom.Taken)));
            }

            if (freedom.Taken)
            {
                fields.Add(freedom.Taken
                    ? ("99", () => writer.WriteEncodedValue([0x9F, 0x01, 0xA1, 0x02, 0xF6, 0xFF]))
                    : ("x", () => writer.WriteTextString("y")));
            }

            writer.WriteStartMap(freedom.Taken ? null : fields.Count);
            foreach ((string label, Action value) in freedom.Order(fields))
            {
                if (int.TryParse(label, out int number))
                {
                    Integer(writer, number, freedom);
                }
                else
                {
                    writer.WriteTextString(label);
                }

                value();
            }

            writer.WriteEndMap();
        }

        writer.WriteEndArray();
        return writer.Encode();
    }

    private static string Label(object value) => value switch
    {
        string or CoreLink => "3",
        bool => "4",
        ReadOnlyMemory<byte> => "8",
        ObjectLink => "vlo",
        _ => "2",
    };
}

internal static class SenMLNames
{
    /// <summary>
    /// Splits a name between base name and name, behind the Object Instance as everybody does or anywhere; or leaves the base as it is
    /// where the name starts with it.
    /// </summary>
    internal static (string? Base, string? Name) Split(string name, ref string @base, Freedom freedom)
    {
        string? written = null;
        if (@base.Length == 0 || !name.StartsWith(@base, StringComparison.Ordinal) || freedom.Of(4) == 3)
        {
            int usual = name.IndexOf('/', name.IndexOf('/', 1) + 1) + 1;
            @base = written = name[..(freedom.Taken ? freedom.Of(name.Length + 1) : usual)];
        }

        string rest = name[@base.Length..];
        return (written, rest.Length == 0 && freedom.Taken ? null : rest);
    }
}

/// <summary>LwM2M CBOR.</summary>
internal sealed class LwM2MCborOracle : CborOracle
{
    public override List<Record> Read(byte[] payload, int[] path)
    {
        CborReader reader = new(payload, CborConformanceMode.Strict);
        List<Record> records = [];
        ReadMap(reader, [], records);
        Assert.Equal(0, reader.BytesRemaining);
        return records;
    }

    private static void ReadMap(CborReader reader, int[] above, List<Record> records)
    {
        for (int? left = reader.ReadStartMap(); left > 0; left--)
        {
            List<int> ids = [.. above];
            if (reader.PeekState() == CborReaderState.StartArray)
            {
                for (int? more = reader.ReadStartArray(); more > 0; more--)
                {
                    ids.Add(reader.ReadInt32());
                }

                reader.ReadEndArray();
            }
            else
            {
                ids.Add(reader.ReadInt32());
            }

            if (reader.PeekState() == CborReaderState.StartMap)
            {
                ReadMap(reader, [.. ids], records);
            }
            else
            {
                records.Add(Oracle.Record([.. ids], resource => Value(reader, resource)));
            }
        }

        reader.ReadEndMap();
    }

    public override byte[] Write(IReadOnlyList<Record> records, int[] path, Freedom freedom)
    {
        CborWriter writer = new(CborConformanceMode.Lax);
        WriteMap(writer, records, 0, freedom);
        return writer.Encode();
    }

    private static void WriteMap(CborWriter writer, IReadOnlyList<Record> records, int depth, Freedom freedom)
    {
        // Each value under what is left of its path, or under its next id together with its neighbours.
        bool isFlat = freedom.Taken;
        IGrouping<int, Record>[] entries = freedom.Order(records.Select((record, i) => (record, i))
            .GroupBy(r => isFlat ? r.i : r.record.Ids[depth], r => r.record));
        writer.WriteStartMap(freedom.Taken ? null : entries.Length);
        foreach (IGrouping<int, Record> entry in entries)
        {
            Record first = entry.First();
            int[] key = isFlat ? first.Ids[depth..] : [first.Ids[depth]];
            bool isArray = key.Length > 1 || freedom.Taken;
            if (isArray)
            {
                writer.WriteStartArray(freedom.Taken ? null : key.Length);
            }

            foreach (int id in key)
            {
                Integer(writer, id, freedom);
            }

            if (isArray)
            {
                writer.WriteEndArray();
            }

            if (depth + key.Length == first.Ids.Length)
            {
                Value(writer, first.Value, freedom);
            }
            else
            {
                WriteMap(writer, [.. entry], depth + 1, freedom);
            }
        }

        writer.WriteEndMap();
    }
}
