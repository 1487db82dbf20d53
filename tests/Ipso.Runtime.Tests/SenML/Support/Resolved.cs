using System.Globalization;
using System.Text;
using Ipso.SenML;

namespace Ipso.Tests.SenML;

/// <summary>A resolved record, by value: what the reader says, what a vector expects, or what the reference makes of a pack.</summary>
internal sealed record Resolved(string Name, string Unit, double Time, double? UpdateTime, double? Sum, object? Value)
{
    /// <summary>Null as a value in a Patch Pack.</summary>
    internal static readonly object Removal = "null";

    /// <summary>Reads a whole pack; the records up to the fault where there is one.</summary>
    internal static List<Resolved> ReadAll(
        ReadOnlySpan<byte> pack, SenMLFormat format, SenMLPackKind kind, out SenMLFault fault, int nameLength = 256)
    {
        Span<byte> names = new byte[nameLength];
        SenMLReader reader = new(pack, format, names, kind);
        List<Resolved> records = [];
        while (reader.Next(out SenMLRecord record))
        {
            records.Add(Of(record));
        }

        fault = reader.Fault;
        Assert.False(reader.Next(out _));
        Assert.Equal(fault, reader.Fault);
        Assert.NotEmpty(fault.ToString());
        Assert.InRange(fault.Offset, 0, pack.Length);
        return records;
    }

    internal static Resolved Of(SenMLRecord record) => new(
        Encoding.ASCII.GetString(record.Name), record.Unit.ToString(), record.Time, record.UpdateTime, record.Sum, ValueOf(record));

    private static object? ValueOf(SenMLRecord record)
    {
        switch (record.Kind)
        {
            case SenMLValueKind.None:
                return null;
            case SenMLValueKind.Removal:
                return Removal;
            case SenMLValueKind.Boolean:
                return record.Boolean;
            case SenMLValueKind.Number:
                return record.TryGetInteger(out long signed) ? (decimal)signed
                    : record.TryGetUnsigned(out ulong unsigned) ? (decimal)unsigned
                    : record.Value;
            case SenMLValueKind.Data:
                var data = new byte[record.MaxDataLength];
                Assert.True(record.TryCopyData(data, out int length));
                return Convert.ToHexStringLower(data.AsSpan(0, length));
            default:
                string text = record.Text.ToString();
                Assert.True(record.Text.Equals(Encoding.UTF8.GetBytes(text)));
                return (record.Kind == SenMLValueKind.ObjectLink ? "link " : "text ") + text;
        }
    }

    /// <summary>Whether two records say the same; sums of doubles may round, integers may not.</summary>
    internal bool Means(Resolved other) =>
        Name == other.Name && Unit == other.Unit && Near(Time, other.Time) && Near(Sum, other.Sum) && Near(UpdateTime, other.UpdateTime)
        && (Equals(Value, other.Value)
            || (Value is double && other.Value is double or decimal || Value is decimal && other.Value is double)
            && Near(Number(Value), Number(other.Value)));

    internal static void AssertSame(IReadOnlyList<Resolved> expected, IReadOnlyList<Resolved> actual, string context)
    {
        foreach ((Resolved one, Resolved other) in expected.Zip(actual))
        {
            Assert.True(one.Means(other), $"expected {one}, found {other} in {context}");
        }

        Assert.True(expected.Count == actual.Count, $"expected {expected.Count} records, found {actual.Count} in {context}");
    }

    private static double Number(object? value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static bool Near(double? a, double? b) =>
        a == b || a is { } x && b is { } y && Math.Abs(x - y) <= 1e-9 * Math.Max(Math.Abs(x), Math.Abs(y));
}
