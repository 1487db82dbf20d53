using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ipso.Lwm2m;

namespace Ipso.Tests.Lwm2m.Differential;

/// <summary>Generators of values, of the objects made of them and of the freedoms of a format; the edges of each type weigh most.</summary>
internal static class Arbitraries
{
    /// <summary>
    /// The same objects in every run, and enough of them to meet each edge of a value in the forms that readers guess first.
    /// </summary>
    internal static readonly Config SameEveryTime = Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(24).WithReplay(8428, 8949);

    private static readonly long[] s_integers =
    [
        0, 1, -1, 23, 24, -24, -25, 127, 128, -128, -129, 255, 256, 32767, -32769, 65535, 65536, int.MaxValue, int.MinValue,
        (long)int.MinValue - 1, uint.MaxValue, (long)uint.MaxValue + 1, (1L << 53) - 1, 1L << 53, (1L << 53) + 1, -(1L << 53) - 1,
        long.MaxValue, long.MinValue,
    ];

    private static readonly double[] s_floats =
    [
        0, -0.0, 1, -1, 0.1, 0.5, 65504, 65505, 5.960464477539063e-08, double.Epsilon, -double.Epsilon, 2.2250738585072009e-308,
        1e-45f, 3.4028234663852886e38, 9007199254740991, 9007199254740992, 1e15, 1e16, 1e19, 1e22, 1e23, double.MaxValue, double.MinValue,
    ];

    private static readonly string[] s_texts =
        ["", "\"", "\\", "/", "\0\u001f\u007f", "\b\f\n\r\t", "\u2028\uFEFF", "é漢", "\U0001F600", "\U0010FFFF", "null", "12:34",
         "twenty-three characters", "twenty-four characters!!", new('x', 255), new('é', 128)];

    private static readonly DateTimeOffset[] s_moments =
        [.. new[]
        {
            0, 1, -1, -62_135_596_800, 253_402_300_799, (1L << 28) - 1, 1L << 28, int.MaxValue, (long)int.MaxValue + 1, int.MinValue,
        }.Select(DateTimeOffset.FromUnixTimeSeconds)];

    private static readonly Gen<long> s_long =
        from bits in Gen.Choose(int.MinValue, int.MaxValue).Two()
        from shift in Gen.Choose(0, 63)
        select (((long)bits.Item1 << 32) | (uint)bits.Item2) >> shift;

    internal static readonly Gen<object> Integer = Edges(s_integers, s_long);

    internal static readonly Gen<object> Unsigned =
        Edges(
            [.. s_integers.Where(i => i >= 0).Select(i => (ulong)i), 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue],
            s_long.Select(i => (ulong)i));

    internal static readonly Gen<object> Float = Edges(s_floats, s_long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite));

    internal static readonly Gen<object> Boolean = Edges([false, true], Gen.Constant(false));

    private static readonly Gen<string> s_rune = Gen.OneOf(Gen.Choose(0, 0x7F), Gen.Choose(0xA0, 0xD7FF), Gen.Choose(0x1_0000, 0x10_FFFF))
        .Select(scalar => new Rune(scalar).ToString());

    internal static readonly Gen<object> Text = Edges(s_texts, s_rune.ListOf().Select(string.Concat));

    internal static readonly Gen<object> Data = Edges<ReadOnlyMemory<byte>>(
        [default, new byte[] { 0 }, new byte[] { 0xFB, 0xFF }, new byte[256]],
        Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf().Select(bytes => (ReadOnlyMemory<byte>)bytes));

    private static readonly Gen<object> s_moment = Edges(
        s_moments, Gen.Choose(int.MinValue, int.MaxValue).Select(s => DateTimeOffset.FromUnixTimeSeconds(s)));

    internal static readonly Gen<object> Link = Edges(
        [ObjectLink.Null, new(0, 0), new(65535, 0), new(0, 65535)],
        Gen.Choose(0, 65535).Two().Select(ids => new ObjectLink((ushort)ids.Item1, (ushort)ids.Item2)));

    private static readonly Gen<object>[] s_types =
        [Text, Integer, Unsigned, Float, Boolean, Data, s_moment, Link, Text.Select(text => (object)new CoreLink((string)text))];

    private static readonly Gen<int> s_instance = Gen.OneOf(Gen.Elements(0, 1, 255, 256, 65534), Gen.Choose(0, 65534));

    private static readonly Gen<Record> s_record =
        from type in Gen.Choose(0, s_types.Length)
        from isMultiple in Gen.Elements(false, true)
        from instance in s_instance
        from value in type == s_types.Length ? Integer : s_types[type]
        select type == s_types.Length
            ? new Record(26260, -1, value)
            : new((ushort)(isMultiple ? 100 + type : type), isMultiple ? instance : -1, value);

    /// <summary>Objects, and with each the choices that whoever writes it elsewhere makes.</summary>
    internal static Arbitrary<Sample> Samples { get; } = Arb.From(
        from records in s_record.ListOf()
        from choices in Gen.Choose(0, 999).ListOf()
        select new Sample(Distinct(records), [.. choices]),
        Smaller);

    /// <summary>Objects, and with each a patch: values, removals of what is there, and of what is not.</summary>
    internal static Arbitrary<Patched> Patches { get; } = Arb.From(
        from before in s_record.ListOf()
        from values in s_record.ListOf()
        from removed in Gen.SubListOf<Record>(before)
        from absent in s_record.ListOf()
        from resources in Gen.SubListOf<Record>(removed)
        let removals = removed.Concat(absent).Select(r => r with { Value = Removal.Instance })
        let whole = resources.Select(r => r with { Instance = -1, Value = Removal.Instance })
        from changes in Gen.Shuffle<Record>([.. whole, .. removals, .. values])
        from choices in Gen.Choose(0, 999).ListOf()
        select new Patched(Distinct(before), Consistent(changes), [.. choices]),
        Smaller);

    private static Record[] Distinct(IEnumerable<Record> records) => [.. records.DistinctBy(r => (r.Resource, r.Instance))];

    // A patch must not name a path twice, nor a resource and one of its instances.
    private static Record[] Consistent(IEnumerable<Record> changes)
    {
        List<Record> kept = [];
        foreach (Record change in changes)
        {
            if (!kept.Any(k => k.Resource == change.Resource && (k.Instance == change.Instance || k.Instance < 0 || change.Instance < 0)))
            {
                kept.Add(change);
            }
        }

        return [.. kept];
    }

    private static Gen<object> Edges<T>(T[] edges, Gen<T> others) => Gen.OneOf(Gen.Elements(edges), others).Select(value => (object)value!);

    // Fewer records, smaller values, fewer choices; without any the writer's forms are the plainest.
    private static IEnumerable<Sample> Smaller(Sample sample)
    {
        foreach (Record[] records in Without(sample.Records))
        {
            yield return sample with { Records = records };
        }

        for (int i = 0; i < sample.Records.Length; i++)
        {
            foreach (object value in SmallerValues(sample.Records[i].Value))
            {
                Record[] records = [.. sample.Records];
                records[i] = records[i] with { Value = value };
                yield return sample with { Records = records };
            }
        }

        foreach (int[] choices in SmallerChoices(sample.Choices))
        {
            yield return sample with { Choices = choices };
        }
    }

    internal static IEnumerable<int[]> SmallerChoices(int[] choices) =>
        Without(choices).Concat(choices.Index().Where(c => c.Item != 0)
            .Select(c => (int[])[.. choices[..c.Index], c.Item / 2, .. choices[(c.Index + 1)..]]));

    private static IEnumerable<Patched> Smaller(Patched patched) =>
        Smaller(new Sample(patched.Before, [])).Select(smaller => patched with { Before = smaller.Records })
            .Concat(Smaller(new Sample(patched.Changes, patched.Choices))
                .Select(smaller => patched with { Changes = smaller.Records, Choices = smaller.Choices }));

    internal static IEnumerable<T[]> Without<T>(T[] items)
    {
        for (int length = items.Length; length > 0; length /= 2)
        {
            for (int start = 0; start < items.Length; start += length)
            {
                yield return [.. items[..start], .. items[Math.Min(start + length, items.Length)..]];
            }
        }
    }

    internal static IEnumerable<object> SmallerValues(object value) => value switch
    {
        string { Length: > 0 } text => Without([.. text.EnumerateRunes()]).Select(runes => (object)string.Concat(runes)),
        CoreLink { Text.Length: > 0 } links => SmallerValues(links.Text).Select(text => (object)new CoreLink((string)text)),
        long number when number != 0 => [number / 2, number - Math.Sign(number)],
        ulong number when number != 0 => [number / 2, number - 1],
        double number when number != Math.Truncate(number) => [Math.Truncate(number)],
        double number when number != 0 => [Math.Truncate(number / 2)],
        true => [false],
        ReadOnlyMemory<byte> { Length: > 0 } data => Without(data.ToArray()).Select(bytes => (object)(ReadOnlyMemory<byte>)bytes),
        DateTimeOffset moment when moment.ToUnixTimeSeconds() != 0 => [DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds() / 2)],
        ObjectLink link when link != default => [new ObjectLink((ushort)(link.ObjectId / 2), (ushort)(link.InstanceId / 2))],
        _ => [],
    };
}

/// <summary>A value of the test's object; the instance is -1 where the resource is single.</summary>
internal sealed record Record(ushort Resource, int Instance, object Value)
{
    internal int[] Ids => Instance < 0 ? [26241, 0, Resource] : [26241, 0, Resource, Instance];

    internal string Name => "/" + string.Join('/', Ids);

    /// <summary>Path and value as text that is equal for equal ones alone: the zeros differ, and so do the types.</summary>
    public override string ToString() => $"{Name} = " + Value switch
    {
        string text => "text " + System.Text.Json.JsonSerializer.Serialize(text),
        CoreLink links => "links " + System.Text.Json.JsonSerializer.Serialize(links.Text),
        ReadOnlyMemory<byte> data => "data " + Convert.ToHexString(data.Span),
        DateTimeOffset moment => "time " + moment.ToUnixTimeSeconds(),
        double number => "float " + number.ToString("R", CultureInfo.InvariantCulture),
        ObjectLink link => $"link {link.ObjectId}:{link.InstanceId}",
        Removal => "null",
        _ => $"{Value.GetType().Name} {Value}",
    };
}

/// <summary>What one run of a property is given.</summary>
internal sealed record Sample(Record[] Records, int[] Choices)
{
    public override string ToString() => $"{string.Join("; ", Records.AsEnumerable())} | choices {string.Join(' ', Choices)}";
}

/// <summary>An object's values, and what a patch says of some of them and of others.</summary>
internal sealed record Patched(Record[] Before, Record[] Changes, int[] Choices)
{
    public override string ToString() =>
        $"{string.Join("; ", Before.AsEnumerable())} | patch {new Sample(Changes, Choices)}";
}

/// <summary>
/// The choices of a sample, one after the other and again from the first; without any it is always the first alternative.
/// </summary>
internal sealed class Freedom(int[] choices)
{
    private int _next;

    internal int Of(int alternatives) => choices.Length == 0 ? 0 : choices[_next++ % choices.Length] % alternatives;

    internal bool Taken => Of(2) == 1;

    /// <summary>The items in an order of choice.</summary>
    internal T[] Order<T>(IEnumerable<T> items) =>
        Taken ? [.. items.Select(item => (Of(100), item)).OrderBy(i => i.Item1).Select(i => i.item)] : [.. items];
}
