using System.Globalization;
using System.Text.RegularExpressions;
using Ipso.SenML;

namespace Ipso.Tests.SenML;

/// <summary>
/// A record as it is written, label by label, and an independent reading of RFC 8428 in plain C#: what the platform's parsers make of a
/// pack is resolved here, and held against what the reader says. A refusal is null.
/// </summary>
internal sealed partial class RawRecord
{
    /// <summary>The fields by their JSON labels: double, decimal (an integer), string, bool, byte[] or null.</summary>
    internal Dictionary<string, object?> Fields { get; } = [];

    internal RawRecord()
    {
    }

    internal RawRecord(IEnumerable<(string Label, object? Value)> fields) => Fields = fields.ToDictionary();

    private static readonly string[] s_numbers = ["bt", "bv", "bs", "bver", "v", "s", "t", "ut"];
    private static readonly string[] s_texts = ["bn", "bu", "n", "u", "vs", "vlo"];
    internal static readonly string[] Values = ["v", "vs", "vb", "vd", "vlo"];

    internal static bool IsKnown(string label) => s_numbers.Contains(label) || s_texts.Contains(label) || label is "vb" or "vd";

    internal static List<Resolved>? Resolve(IEnumerable<RawRecord> pack, SenMLPackKind kind)
    {
        Dictionary<string, object?> bases = [];
        List<Resolved> resolved = [];
        bool isEmpty = true;
        foreach (RawRecord raw in pack)
        {
            isEmpty = false;
            Dictionary<string, object?> fields = raw.Fields;
            if (kind == SenMLPackKind.Fetch)
            {
                fields = fields.Where(f => !Values.Contains(f.Key)).ToDictionary();
            }

            if (!fields.All(f => IsOfType(f.Key, f.Value, kind)) || fields.Count(f => Values.Contains(f.Key)) > 1)
            {
                return null;
            }

            foreach ((string label, object? value) in fields.Where(f => f.Key[0] == 'b'))
            {
                bases[label] = value;
            }

            if (!IsName((string)bases.GetValueOrDefault("bn", "")!, isWhole: false))
            {
                return null;
            }

            bool hasValue = fields.Keys.Any(Values.Contains);
            if (kind != SenMLPackKind.Fetch && !hasValue && !fields.ContainsKey("s"))
            {
                if (fields.Count > 0 && fields.Keys.All(label => label[0] == 'b'))
                {
                    continue;
                }

                return null;
            }

            string name = (string)bases.GetValueOrDefault("bn", "")! + (string)fields.GetValueOrDefault("n", "")!;
            double time = Number(bases, "bt") + Number(fields, "t");
            double? sum = kind != SenMLPackKind.Fetch && (bases.ContainsKey("bs") || fields.ContainsKey("s"))
                ? Number(bases, "bs") + Number(fields, "s")
                : null;
            object? result = ValueOf(fields, bases);
            if (!IsName(name, isWhole: true) || !double.IsFinite(time) || sum is { } s && !double.IsFinite(s) || result is double.NaN
                || result is double d && !double.IsFinite(d))
            {
                return null;
            }

            string unit = (string)(fields.GetValueOrDefault("u") ?? bases.GetValueOrDefault("bu") ?? "");
            double? update = kind != SenMLPackKind.Fetch && fields.ContainsKey("ut") ? Number(fields, "ut") : null;
            resolved.Add(new(name, unit, time, update, sum, result));
        }

        return kind == SenMLPackKind.Fetch && isEmpty ? null : resolved;
    }

    private static object? ValueOf(Dictionary<string, object?> fields, Dictionary<string, object?> bases)
    {
        string? label = fields.Keys.FirstOrDefault(Values.Contains);
        if (label is null)
        {
            return null;
        }

        return fields[label] switch
        {
            null => Resolved.Removal,
            string text => (label == "vlo" ? "link " : "text ") + text,
            byte[] data => Convert.ToHexStringLower(data),
            bool flag => flag,
            decimal whole when bases.GetValueOrDefault("bv", 0m) is decimal b && whole + b is >= long.MinValue and <= ulong.MaxValue =>
                whole + b,
            { } number => Normal(Convert.ToDouble(number, CultureInfo.InvariantCulture) + Number(bases, "bv")),
        };
    }

    /// <summary>A resolved time as RFC 8428, 4.5.3 has it: seconds since 1970, or to the present.</summary>
    internal static double TimeAt(double time, double now) => time >= Math.Pow(2, 28) ? time : now + time;

    // What is whole is an integer, to 2^53.
    internal static object Normal(double value)
    {
        if (value == Math.Truncate(value) && Math.Abs(value) <= 1L << 53)
        {
            // By way of long: from a double it would round to 15 digits.
            return (decimal)(long)value;
        }

        return value;
    }

    private static double Number(Dictionary<string, object?> fields, string label) =>
        Convert.ToDouble(fields.GetValueOrDefault(label) ?? 0.0, CultureInfo.InvariantCulture);

    private static bool IsOfType(string label, object? value, SenMLPackKind kind) =>
        label == "bver" ? value is decimal and >= 1 and <= 10
        : label == "v" && value is null ? kind == SenMLPackKind.Patch
        : s_numbers.Contains(label) ? value is decimal || value is double d && double.IsFinite(d)
        : s_texts.Contains(label) ? value is string
        : label == "vb" ? value is bool
        : value is byte[];

    private static bool IsName(string name, bool isWhole) => (isWhole ? WholeName() : PartOfName()).IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9/][-A-Za-z0-9:./_]*\z")]
    private static partial Regex WholeName();

    [GeneratedRegex(@"\A[-A-Za-z0-9:./_]*\z")]
    private static partial Regex PartOfName();

    public override string ToString() => "{" + string.Join(", ", Fields.Select(f => $"{f.Key}: {f.Value}")) + "}";
}
