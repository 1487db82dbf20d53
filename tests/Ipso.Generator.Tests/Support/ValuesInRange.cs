using System.Numerics;
using System.Text;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Generator.Tests.Support;

/// <summary>Random values that a resource takes, by the type of its property; the edges of types and ranges come up often.</summary>
internal sealed class ValuesInRange(Random random)
{
    private static readonly double[] s_floats =
        [0, 1, -1, 0.1, 21.5, 1e-7, 1e16, 65504, 65505, 1e300, -1e-300, double.Epsilon, double.MaxValue, double.MinValue, float.MaxValue];

    private static readonly string[] s_texts =
    [
        "", "a", "Cel", "true", "null", "12", "{\"n\":1}", "\"\\/\b\f\n\r\t\0\u001f\u007f", "Zażółć gęślą", "漢字 \U0001F600",
        "twenty-three characters", "twenty-four characters!!", new('x', 255), new('y', 256), new('é', 200),
    ];

    /// <summary>A value for a property, or for one instance of a multiple one.</summary>
    /// <param name="type">The type of the value; for an optional property the one below the nullable.</param>
    /// <param name="resource">What the registry says of it.</param>
    public object Next(Type type, ResourceInfo resource)
    {
        if (type.IsEnum)
        {
            // An enumeration of the registry names values and forbids no others: any number in range will do as well.
            Array named = Enum.GetValues(type);
            return named.Length > 0 && random.Next(3) > 0
                ? named.GetValue(random.Next(named.Length))!
                : Enum.ToObject(type, Next(Enum.GetUnderlyingType(type), resource));
        }

        return type switch
        {
            _ when type == typeof(long) => Integer(resource, long.MinValue, long.MaxValue),
            _ when type == typeof(ulong) => Integer(resource, ulong.MinValue, ulong.MaxValue),
            _ when type == typeof(double) => Float(resource),
            _ when type == typeof(bool) => random.Next(2) == 0,
            _ when type == typeof(string) => Text(resource),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>(Bytes(resource)),
            _ when type == typeof(DateTimeOffset) => Time(),
            _ when type == typeof(ObjectLink) => random.Next(8) == 0 ? ObjectLink.Null : new ObjectLink(Id(), Id()),
            _ when type == typeof(CoreLink) => new CoreLink($"</{Id()}/{random.Next(9)}>;pmin={random.Next(100)};title=\"é\""),
            _ => throw new NotSupportedException($"Resource {resource} is a {type}."),
        };
    }

    /// <summary>Ids of resource instances: sparse, and never so many that a peer may not create them.</summary>
    public ushort[] InstanceIds() => [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => Id()).Distinct()];

    private Interval<T>? IntervalOf<T>(ResourceInfo resource)
        where T : struct, IComparable<T>, IFormattable =>
        resource.Range is NumericRange<T> range ? range.Intervals[random.Next(range.Intervals.Count)] : null;

    private int? LengthOf(ResourceInfo resource)
    {
        if (resource.Range is not LengthRange range)
        {
            return null;
        }

        var (min, max) = range.Intervals[random.Next(range.Intervals.Count)];
        return random.Next(3) switch { 0 => min, 1 => Math.Min(max, 2000), _ => random.Next(min, Math.Min(max, 2000) + 1) };
    }

    private T Integer<T>(ResourceInfo resource, T min, T max)
        where T : struct, IBinaryInteger<T>
    {
        if (IntervalOf<T>(resource) is { } limits)
        {
            (min, max) = limits;
            Assert.True(min <= max, $"Resource {resource} takes no value at all.");
        }

        return random.Next(6) switch
        {
            0 => min,
            1 => max,
            // Numbers of every length, where there is no telling whether one lies in the range.
            2 or 3 when T.CreateTruncating(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)) is var number
                && number >= min && number <= max => number,
            _ => Between(min, max),
        };
    }

    private T Between<T>(T min, T max)
        where T : IBinaryInteger<T>
    {
        UInt128 span = UInt128.CreateTruncating(Int128.CreateChecked(max) - Int128.CreateChecked(min)) + 1;
        Int128 offset = (Int128)(((UInt128)random.NextInt64() << 32 ^ (ulong)random.NextInt64()) % span);
        return T.CreateChecked(Int128.CreateChecked(min) + offset);
    }

    private double Float(ResourceInfo resource)
    {
        if (IntervalOf<double>(resource) is not var (min, max))
        {
            return random.Next(2) == 0
                ? s_floats[random.Next(s_floats.Length)]
                : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20));
        }

        double part = random.Next(4) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        return Math.Clamp(min * (1 - part) + max * part, min, max);
    }

    private string Text(ResourceInfo resource)
    {
        if (resource.Range is WordRange range)
        {
            return range.Words[random.Next(range.Words.Count)];
        }

        string text = random.Next(2) == 0 ? s_texts[random.Next(s_texts.Length)] : $"text {random.Next()}";
        return LengthOf(resource) is not { } length || Encoding.UTF8.GetByteCount(text) == length ? text
            : new string('é', length / 2) + new string('e', length % 2);
    }

    private byte[] Bytes(ResourceInfo resource)
    {
        byte[] bytes = new byte[LengthOf(resource) ?? random.Next(4) switch { 0 => 0, 1 => random.Next(250, 260), _ => random.Next(1, 40) }];
        random.NextBytes(bytes);
        return bytes;
    }

    // On the wire a time is whole seconds: 1970, before, now, the year 9999.
    private DateTimeOffset Time() => DateTimeOffset.FromUnixTimeSeconds(random.Next(4) switch
    {
        0 => 0,
        1 => random.NextInt64(-62_135_596_800, 0),
        2 => random.NextInt64(0, 253_402_300_800),
        _ => 1_700_000_000 + random.Next(100_000_000),
    });

    private ushort Id() => (ushort)(random.Next(3) == 0 ? random.Next(4) : random.Next(Lwm2mPath.MaxId));
}
