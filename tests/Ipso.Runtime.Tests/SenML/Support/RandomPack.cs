using Ipso.SenML;
using Ipso.Tests.Lwm2m;

namespace Ipso.Tests.SenML;

/// <summary>Random packs, the same for the same seed: all fields, in any order, base fields in any record.</summary>
internal sealed class RandomPack(int seed)
{
    private readonly Random _random = new(seed);
    private readonly RandomObjects _values = new(seed + 1);

    internal List<RawRecord> Records(SenMLPackKind kind)
    {
        List<RawRecord> records = [];
        bool hasBaseName = false;
        for (int i = _random.Next(kind == SenMLPackKind.Fetch ? 1 : 0, Chance(20) ? 300 : 6); i > 0; i--)
        {
            List<(string, object?)> fields = [];
            AddBases(fields, ref hasBaseName);
            bool isBaseAlone = kind != SenMLPackKind.Fetch && fields.Count > 0 && Chance(4);
            if (!isBaseAlone)
            {
                AddOwn(fields, kind, hasBaseName);
            }

            RawRecord record = new();
            foreach ((string label, object? value) in fields.OrderBy(_ => _random.Next()))
            {
                record.Fields.Add(label, value);
            }

            records.Add(record);
        }

        return records;
    }

    private void AddBases(List<(string, object?)> fields, ref bool hasBaseName)
    {
        if (Chance(3))
        {
            fields.Add(("bn", Name(1)));
            hasBaseName = true;
        }

        AddIf(fields, 8, "bt", () => Number());
        AddIf(fields, 8, "bu", () => _values.Text());
        AddIf(fields, 12, "bv", () => Number());
        AddIf(fields, 12, "bs", () => Number());
        AddIf(fields, 12, "bver", () => (decimal)_random.Next(1, 11));
    }

    private void AddOwn(List<(string, object?)> fields, SenMLPackKind kind, bool hasBaseName)
    {
        if (!hasBaseName || !Chance(4))
        {
            fields.Add(("n", Name(hasBaseName ? 0 : 1)));
        }

        AddIf(fields, 3, "u", () => _values.Text());
        AddIf(fields, 3, "t", () => Number());
        if (kind == SenMLPackKind.Fetch)
        {
            return;
        }

        AddIf(fields, 6, "ut", () => Number());
        bool hasSum = Chance(6);
        if (hasSum)
        {
            fields.Add(("s", Number()));
        }

        if (!hasSum || !Chance(3))
        {
            fields.Add(Value(kind));
        }
    }

    private (string, object?) Value(SenMLPackKind kind) => _random.Next(kind == SenMLPackKind.Patch ? 7 : 6) switch
    {
        0 => ("v", (decimal)_values.Integer()),
        1 => ("v", Number()),
        2 => ("vs", _values.Text()),
        3 => ("vb", Chance(2)),
        4 => ("vd", _values.Data()),
        5 => ("vlo", _values.Link().ToString()),
        _ => ("v", null),
    };

    // Whole doubles are read as integers.
    private object Number()
    {
        double value = _random.Next(3) switch
        {
            0 => _random.Next(-1000, 2_000_000_000),
            1 => Math.Round(_random.NextDouble() * 1e6, 3),
            _ => _values.Float() / 1e10,
        };
        return RawRecord.Normal(value);
    }

    private string Name(int least)
    {
        const string First = "abcXYZ019/", All = First + "-:._";
        char[] name = new char[_random.Next(least, 12)];
        for (int i = 0; i < name.Length; i++)
        {
            name[i] = i == 0 && least > 0 ? First[_random.Next(First.Length)] : All[_random.Next(All.Length)];
        }

        return new string(name);
    }

    private void AddIf(List<(string, object?)> fields, int oneIn, string label, Func<object?> value)
    {
        if (Chance(oneIn))
        {
            fields.Add((label, value()));
        }
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;
}
