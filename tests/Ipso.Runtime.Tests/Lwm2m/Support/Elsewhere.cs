using System.Formats.Cbor;
using System.Text;
using System.Text.Json;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>The values of an object with their ids, by its properties.</summary>
internal static class ValuesOf
{
    internal static IEnumerable<(ushort Resource, int Instance, object Value)> Object(AllTypes o)
    {
        (ushort, object?)[] single =
        [
            (0, o.Text), (1, o.Whole), (2, o.Natural), (3, o.Real), (4, o.Flag), (5, o.Data), (6, o.Moment), (7, o.Link), (8, o.Links),
            (26260, o.Far),
        ];
        return single.Where(r => r.Item2 is not null).Select(r => (r.Item1, -1, r.Item2!))
            .Concat(All(100, o.ManyText)).Concat(All(101, o.ManyWhole)).Concat(All(102, o.ManyNatural)).Concat(All(103, o.ManyReal))
            .Concat(All(104, o.ManyFlag)).Concat(All(105, o.ManyData)).Concat(All(106, o.ManyMoment)).Concat(All(107, o.ManyLink))
            .Concat(All(108, o.ManyLinks));
    }

    private static IEnumerable<(ushort Resource, int Instance, object Value)> All<T>(ushort resource, ResourceInstances<T> values) =>
        values.Ids.ToArray().Select(id => (resource, (int)id, (object)values[id]!));
}

/// <summary>LwM2M CBOR by the platform's writer, in every form that a reader has to take.</summary>
internal static class LwM2MCborElsewhere
{
    internal static byte[] Write(AllTypes o, Random random)
    {
        CborWriter writer = new(CborConformanceMode.Lax);
        (ushort Resource, int Instance, object Value)[] values = [.. ValuesOf.Object(o)];
        if (random.Next(3) == 0)
        {
            random.Shuffle(values);
        }

        // Each value by a path of its own, or the resources in maps; keys nested or in arrays, as the dice have it.
        if (random.Next(2) == 0)
        {
            StartMap(writer, values.Length, random);
            foreach ((ushort resource, int instance, object value) in values)
            {
                Key(writer, random, instance < 0 ? [26241, 0, resource] : [26241, 0, resource, instance]);
                Value(writer, random, value);
            }

            writer.WriteEndMap();
            return writer.Encode();
        }

        StartMap(writer, 1, random);
        Key(writer, random, 26241, 0);
        IGrouping<ushort, (ushort Resource, int Instance, object Value)>[] resources = [.. values.GroupBy(v => v.Resource)];
        StartMap(writer, resources.Length, random);
        foreach (IGrouping<ushort, (ushort Resource, int Instance, object Value)> resource in resources)
        {
            Key(writer, random, resource.Key);
            if (resource.First().Instance < 0)
            {
                Value(writer, random, resource.First().Value);
                continue;
            }

            StartMap(writer, resource.Count(), random);
            foreach ((_, int instance, object value) in resource)
            {
                Key(writer, random, instance);
                Value(writer, random, value);
            }

            writer.WriteEndMap();
        }

        writer.WriteEndMap();
        writer.WriteEndMap();
        return writer.Encode();
    }

    private static void StartMap(CborWriter writer, int count, Random random) => writer.WriteStartMap(random.Next(2) == 0 ? null : count);

    private static void Key(CborWriter writer, Random random, params int[] ids)
    {
        if (ids.Length == 1 && random.Next(2) == 0)
        {
            writer.WriteInt32(ids[0]);
            return;
        }

        writer.WriteStartArray(random.Next(2) == 0 ? null : ids.Length);
        foreach (int id in ids)
        {
            writer.WriteInt32(id);
        }

        writer.WriteEndArray();
    }

    private static void Value(CborWriter writer, Random random, object value)
    {
        switch (value)
        {
            case string text: Text(writer, random, text); break;
            case CoreLink links: Text(writer, random, links.Text); break;
            case ObjectLink link: Text(writer, random, link.ToString()); break;
            case long number: writer.WriteInt64(number); break;
            case ulong number: writer.WriteUInt64(number); break;
            case double number: writer.WriteDouble(number); break;
            case bool flag: writer.WriteBoolean(flag); break;
            case ReadOnlyMemory<byte> data: Bytes(writer, random, data.Span); break;
            case DateTimeOffset moment: Time(writer, random, moment); break;
            default: throw new ArgumentException(value.GetType().Name);
        }
    }

    private static void Text(CborWriter writer, Random random, string text)
    {
        if (random.Next(2) == 0)
        {
            writer.WriteTextString(text);
            return;
        }

        writer.WriteStartIndefiniteLengthTextString();
        foreach (Rune[] chunk in text.EnumerateRunes().Chunk(random.Next(1, 40)))
        {
            writer.WriteTextString(string.Concat(chunk.Select(rune => rune.ToString())));
        }

        writer.WriteEndIndefiniteLengthTextString();
    }

    private static void Bytes(CborWriter writer, Random random, ReadOnlySpan<byte> data)
    {
        if (random.Next(2) == 0)
        {
            writer.WriteByteString(data);
            return;
        }

        writer.WriteStartIndefiniteLengthByteString();
        foreach (byte[] chunk in data.ToArray().Chunk(random.Next(1, 100)))
        {
            writer.WriteByteString(chunk);
        }

        writer.WriteEndIndefiniteLengthByteString();
    }

    private static void Time(CborWriter writer, Random random, DateTimeOffset moment)
    {
        switch (random.Next(4))
        {
            case 0: writer.WriteUnixTimeSeconds(moment.ToUnixTimeSeconds()); break;
            case 1: writer.WriteDateTimeOffset(moment); break;
            case 2: writer.WriteUnixTimeSeconds((double)moment.ToUnixTimeSeconds()); break;
            default: writer.WriteInt64(moment.ToUnixTimeSeconds()); break;
        }
    }
}

/// <summary>OMA JSON by the platform's writer, its members in any order.</summary>
internal static class OmaJsonElsewhere
{
    internal static byte[] Write(AllTypes o, Random random)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new() { Indented = random.Next(2) == 0 }))
        {
            writer.WriteStartObject();
            // By a base name before or behind the entries, or by whole or relative names without one.
            (string Base, string Prefix)[] names = [("/", "26241/0/"), ("/26241/0/", ""), ("/26241", "/0/"), ("", "/26241/0/"), ("", "")];
            (string @base, string prefix) = names[random.Next(names.Length)];
            bool isBehind = random.Next(2) == 0;
            if (!isBehind && @base.Length > 0)
            {
                writer.WriteString("bn", @base);
            }

            writer.WriteNumber("bt", 1.5);
            writer.WriteStartArray("e");
            foreach ((ushort resource, int instance, object value) in ValuesOf.Object(o))
            {
                string name = $"{prefix}{resource}{(instance < 0 ? "" : $"/{instance}")}";
                bool isNameBehind = random.Next(3) == 0;
                writer.WriteStartObject();
                if (!isNameBehind)
                {
                    writer.WriteString("n", name);
                }

                Value(writer, value);
                if (isNameBehind)
                {
                    writer.WriteString("n", name);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNull("unknown");
            if (isBehind && @base.Length > 0)
            {
                writer.WriteString("bn", @base);
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Value(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text: writer.WriteString("sv", text); break;
            case CoreLink links: writer.WriteString("sv", links.Text); break;
            case ObjectLink link: writer.WriteString("ov", link.ToString()); break;
            case long number: writer.WriteNumber("v", number); break;
            case ulong number: writer.WriteNumber("v", number); break;
            case double number: writer.WriteNumber("v", number); break;
            case bool flag: writer.WriteBoolean("bv", flag); break;
            case ReadOnlyMemory<byte> data: writer.WriteBase64String("sv", data.Span); break;
            case DateTimeOffset moment: writer.WriteNumber("v", moment.ToUnixTimeSeconds()); break;
            default: throw new ArgumentException(value.GetType().Name);
        }
    }
}
