using FsCheck;
using FsCheck.Fluent;
using Ipso.SenML;
using Ipso.Tests.Lwm2m.Differential;

namespace Ipso.Tests.SenML;

/// <summary>Generators of packs: all fields, in any order, base fields in any record; a few of them are no SenML.</summary>
internal static class PackArbitraries
{
    private const string NameStart = "abcXYZ019/";

    // What adds up to what is about 2^28 is relative or absolute; what adds up to more than a double is nothing.
    private static readonly double[] s_times =
        [0, 1, -1, 0.5, -2.25, (1 << 28) - 1, 1 << 28, (1 << 28) - 0.5, -(1 << 28), 1_276_020_076.001, 1_320_067_464, 1e300];

    private static readonly double[] s_numbers =
    [
        0, 1, -1, 0.1, -0.3, 23, 24, 255, 256, 65504, 1e15, 9007199254740991, 9007199254740992, -9007199254740992, 1e19, 1e-7, 1.5e308,
        -1.5e308,
    ];

    private static readonly Gen<object> s_time =
        Gen.OneOf(Gen.Elements(s_times), Gen.Choose(int.MinValue, int.MaxValue).Select(n => n / 1000.0)).Select(RawRecord.Normal);

    private static readonly Gen<object> s_number =
        Gen.OneOf(Gen.Elements(s_numbers), Gen.Choose(int.MinValue, int.MaxValue).Select(n => n / 256.0)).Select(RawRecord.Normal);

    private static readonly Gen<object> s_text = Arbitraries.Text;

    private static readonly Gen<object?> s_null = Gen.Constant<object?>(null);

    // A name goes on with characters that it cannot start with, and one in twenty starts with one.
    private static readonly Gen<object> s_name =
        from start in Gen.Frequency((19, Gen.Elements(NameStart.ToCharArray())), (1, Gen.Elements("-:._".ToCharArray())))
        from rest in Rest
        select (object)(start + rest);

    private static Gen<string> Rest =>
        from length in Gen.Choose(0, 12)
        from characters in Gen.Elements((NameStart + "-:._").ToCharArray()).ArrayOf(length)
        select new string(characters);

    private static readonly Gen<(string, object?)> s_value = Gen.OneOf(
        Arbitraries.Integer.Select(n => Field("v", (decimal)(long)n)),
        Arbitraries.Unsigned.Select(n => Field("v", (decimal)(ulong)n)),
        Arbitraries.Float.Select(n => Field("v", RawRecord.Normal((double)n))),
        s_number.Select(n => Field("v", n)),
        s_text.Select(text => Field("vs", text)),
        Arbitraries.Boolean.Select(flag => Field("vb", flag)),
        Arbitraries.Data.Select(data => Field("vd", ((ReadOnlyMemory<byte>)data).ToArray())),
        Arbitraries.Link.Select(link => Field("vlo", link.ToString()!)));

    internal static Arbitrary<Pack> Packs(SenMLPackKind kind) => Arb.From(
        from records in Record(kind).ListOf()
        from isMended in Gen.Frequency((9, Gen.Constant(true)), (1, Gen.Constant(false)))
        from choices in Gen.Choose(0, 999).ListOf()
        select new Pack(isMended ? Mended(records, kind) : [.. records], [.. choices]),
        Smaller);

    // As they come, one record in a few has no name or value, and hardly any longer pack would be SenML.
    private static RawRecord[] Mended(IEnumerable<RawRecord> records, SenMLPackKind kind)
    {
        string @base = "";
        List<RawRecord> mended = [];
        foreach (RawRecord record in records)
        {
            Dictionary<string, object?> fields = record.Fields;
            if (fields.TryGetValue("bn", out object? bn))
            {
                fields["bn"] = @base = MendedName((string)bn!);
            }

            bool isBaseAlone = fields.Count > 0 && fields.Keys.All(label => label[0] == 'b');
            if (kind != SenMLPackKind.Fetch && !isBaseAlone && !fields.Keys.Any(label => label[0] == 'v' || label == "s"))
            {
                fields.Add("vb", true);
            }

            string name = (string?)fields.GetValueOrDefault("n") ?? "";
            if (@base.Length == 0 && MendedName(name) is var start && (start.Length == 0 || start != name))
            {
                fields["n"] = "a" + name;
            }

            mended.Add(record);
        }

        return [.. mended];
    }

    private static string MendedName(string name) =>
        name.Length > 0 && !NameStart.Contains(name[0], StringComparison.Ordinal) ? "a" + name : name;

    private static Gen<RawRecord> Record(SenMLPackKind kind) =>
        from bases in All(
            (3, "bn", Gen.OneOf(s_name, Gen.Constant<object>(""))), (8, "bt", s_time), (8, "bu", s_text), (12, "bv", s_number),
            (12, "bs", s_number), (16, "bver", Gen.Choose(1, 10).Select(version => (object)(decimal)version)))
        from own in All((kind == SenMLPackKind.Fetch ? 4 : 6, "ut", s_time), (3, "u", s_text), (2, "t", s_time), (5, "s", s_number))
        from name in Gen.Frequency(
            (1, Gen.Constant<object?>(null)), (2, Rest.Select(rest => (object?)rest)), (6, s_name.Select(n => (object?)n)))
        from value in kind switch
        {
            SenMLPackKind.Patch => Gen.Frequency((3, s_value), (1, s_null.Select(none => ("v", none)))),
            _ => s_value,
        }
        from parts in Gen.Frequency((1, Gen.Constant((true, false))), (1, Gen.Constant((false, true))), (8, Gen.Constant((true, true))))
        from fields in Gen.Shuffle<(string, object?)>([.. bases, .. own, ("n", name), value])
        select new RawRecord(fields.Where(f => f.Item1 switch
        {
            "n" => name is not null,
            "s" or "ut" => parts.Item1 && kind != SenMLPackKind.Fetch,
            "u" or "t" => parts.Item1,
            ['v', ..] => parts.Item2 && kind != SenMLPackKind.Fetch,
            _ => true,
        }));

    // Of the fields each with its chance of one in so many.
    private static Gen<List<(string, object?)>> All(params (int OneIn, string Label, Gen<object> Value)[] fields) =>
        fields.Aggregate(Gen.Constant(new List<(string, object?)>()), (all, field) =>
            from so in all
            from number in Gen.Choose(1, field.OneIn)
            from value in field.Value
            select number == 1 ? new List<(string, object?)>([.. so, Field(field.Label, value)]) : so);

    private static (string, object?) Field(string label, object? value) => (label, value);

    private static IEnumerable<Pack> Smaller(Pack pack)
    {
        foreach (RawRecord[] records in Arbitraries.Without(pack.Records))
        {
            yield return pack with { Records = records };
        }

        for (int i = 0; i < pack.Records.Length; i++)
        {
            foreach (RawRecord record in Smaller(pack.Records[i]))
            {
                yield return pack with { Records = [.. pack.Records[..i], record, .. pack.Records[(i + 1)..]] };
            }
        }

        foreach (int[] choices in Arbitraries.SmallerChoices(pack.Choices))
        {
            yield return pack with { Choices = choices };
        }
    }

    private static IEnumerable<RawRecord> Smaller(RawRecord record)
    {
        foreach ((string label, object? value) in record.Fields)
        {
            yield return new(record.Fields.Where(f => f.Key != label).Select(f => (f.Key, f.Value)));
            foreach (object smaller in SmallerValues(value))
            {
                yield return new(record.Fields.Select(f => (f.Key, f.Key == label ? smaller : f.Value)));
            }
        }
    }

    private static IEnumerable<object> SmallerValues(object? value) => value switch
    {
        decimal number when number != 0 => [decimal.Truncate(number / 2), number - Math.Sign(number)],
        double number => Arbitraries.SmallerValues(number).Select(smaller => RawRecord.Normal((double)smaller)),
        byte[] data => Arbitraries.Without(data),
        null => [],
        _ => Arbitraries.SmallerValues(value),
    };
}

/// <summary>What one run of a property is given: records, and the choices of whoever writes them elsewhere.</summary>
internal sealed record Pack(RawRecord[] Records, int[] Choices)
{
    public override string ToString() => $"{string.Join(", ", Records.AsEnumerable())} | choices {string.Join(' ', Choices)}";
}
