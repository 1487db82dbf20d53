using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Tests.Links;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>The queries of Write-Attributes.</summary>
public class AttributeQueryTests
{
    private const string File = "corelink.json";

    public static TheoryData<string> Vectors => VectorFile.Ids(File, "attribute-query");

    [Theory]
    [Trait("Category", "Vectors")]
    [MemberData(nameof(Vectors))]
    public void A_query_is_taken_or_refused(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        bool isOpen = vector.GetProperty("verified").GetString()!.StartsWith("disputed", StringComparison.Ordinal);
        bool isTaken = AttributeQuery.TryParse(Encoding.UTF8.GetBytes(vector.GetProperty("text").GetString()!), out AttributeQuery query);
        Assert.True(isOpen || isTaken == vector.GetProperty("valid").GetBoolean());
        if (!isTaken)
        {
            Assert.Equal(default, query);
            return;
        }

        if (vector.GetProperty("expect").TryGetProperty("attributes", out JsonElement expected))
        {
            Assert.Equal(
                expected.EnumerateArray().Select(a => $"{a.GetProperty("name").GetString()}={Number(a.GetProperty("value"))}").Order(),
                Show(query).Order());
        }
    }

    [Theory]
    [InlineData("pmin=0&pmax=0&epmin=1&epmax=2&hqmax=3&con=1&edge=0", true)]
    [InlineData("pmin=60&pmax=10", true)]
    [InlineData("pmin=60&pmax=60", true)]
    [InlineData("epmin=2&epmax=2", false)]
    [InlineData("lt=1&gt=2", true)]
    [InlineData("lt=2&gt=2", false)]
    [InlineData("lt=1&gt=2&st=0.5", false)]
    [InlineData("lt=1&gt=2&st=0.4", true)]
    [InlineData("lt=3&gt=2&st", false)]
    [InlineData("st=0", false)]
    [InlineData("st=-0", false)]
    [InlineData("gt=-1e3", true)]
    [InlineData("gt=1e999", false)]
    [InlineData("gt=.5", false)]
    [InlineData("gt=5.", false)]
    [InlineData("gt=+5", false)]
    [InlineData("gt=--5", false)]
    [InlineData("gt=NaN", false)]
    [InlineData("gt=Infinity", false)]
    [InlineData("gt=1 ", false)]
    [InlineData("edge=2", false)]
    [InlineData("con=true", false)]
    [InlineData("con=01", false)]
    [InlineData("pmin=99999999999", true)]
    [InlineData("pmin=99999999999999999999", false)]
    [InlineData("pmin=1&pmin=1", false)]
    [InlineData("pmin&pmin", false)]
    [InlineData("PMIN=1", false)]
    [InlineData("ver=1.0", false)]
    [InlineData("ssid=1", false)]
    [InlineData("pmin=1&&pmax=2", false)]
    [InlineData("&", false)]
    [InlineData("=", false)]
    [InlineData("", true)]
    public void Values_and_consistency_are_checked(string text, bool isTaken) =>
        Assert.Equal(isTaken, AttributeQuery.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Requests_merge_and_a_name_alone_unsets()
    {
        NotificationAttributes before = new() { MinimumPeriod = 1, GreaterThan = 5, Edge = true };
        Assert.True(AttributeQuery.TryParse("pmin&pmax=60&gt=6.5"u8, out AttributeQuery query));
        Assert.Equal(new() { MaximumPeriod = 60, GreaterThan = 6.5, Edge = true }, query.ApplyTo(before));
        Assert.Equal(before, default(AttributeQuery).ApplyTo(before));
        AttributeQuery all = default;
        foreach (string name in s_names)
        {
            Assert.True(all.TryAdd(Encoding.UTF8.GetBytes(name)));
        }

        Assert.Equal(default, all.ApplyTo(Everything));
        Assert.Equal(Everything, Everything.InheritFrom(before));
        Assert.Equal(Everything, default(NotificationAttributes).InheritFrom(Everything));
    }

    [Fact]
    public void Thresholds_and_edges_belong_to_resources()
    {
        foreach (string name in s_names)
        {
            AttributeQuery query = default;
            Assert.True(query.TryAdd(Encoding.UTF8.GetBytes(name)));
            bool isOfValues = name is "gt" or "lt" or "st" or "edge";
            Assert.Equal(!isOfValues, query.FitsLevelOf(new(3)));
            Assert.Equal(!isOfValues, query.FitsLevelOf(new(3, 0)));
            Assert.True(query.FitsLevelOf(new(3, 0, 1)));
            Assert.True(query.FitsLevelOf(new(3, 0, 1, 0)));
            Assert.False(query.FitsLevelOf(Lwm2mPath.Root));
        }
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-30.55, "-30.55")]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(-1.25e17, "-125000000000000000")]
    [InlineData(1.5e-7, "0.00000015")]
    [InlineData(-1e-5, "-0.00001")]
    [InlineData(123456789012345678, "123456789012345680")]
    public void Decimals_have_no_exponent(double value, string expected)
    {
        Span<byte> text = stackalloc byte[PlainDecimal.MaxLength];
        Assert.Equal(expected, Encoding.UTF8.GetString(text[..PlainDecimal.Format(value, text)]));
    }

    [Fact]
    public void Random_decimals_come_back()
    {
        Random random = new(17);
        Span<byte> text = stackalloc byte[PlainDecimal.MaxLength];
        foreach (double edge in (double[])[double.MaxValue, double.MinValue, double.Epsilon, -double.Epsilon, 2.2250738585072014e-308])
        {
            Assert.Equal(edge, double.Parse(text[..PlainDecimal.Format(edge, text)], CultureInfo.InvariantCulture));
        }

        for (int i = 0; i < 20_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                int length = PlainDecimal.Format(value, text);
                Assert.False(text[..length].Contains((byte)'E'));
                Assert.Equal(value, double.Parse(text[..length], CultureInfo.InvariantCulture));
            }
        }
    }

    [Fact]
    public void Mutated_queries_are_taken_or_refused()
    {
        Random random = new(513);
        byte[] all = "lt=1&gt=2&st=0.4&pmin=10&pmax=20&epmin=1&epmax=2&edge=1&con=0&hqmax=5"u8.ToArray();
        byte[][] seeds = [.. HostileLinkTests.Seeds("attribute-query"), all];
        int taken = 0;
        for (int i = 0; i < 50_000; i++)
        {
            byte[] text = HostileLinkTests.Mutated(seeds[random.Next(seeds.Length)], random);
            if (AttributeQuery.TryParse(text, out AttributeQuery query))
            {
                taken++;
                Assert.True(query.Values.IsConsistent);
                Assert.Equal(query.Values, query.ApplyTo(default));
            }
        }

        Assert.InRange(taken, 1, 49_999);
    }

    private static readonly string[] s_names = ["pmin", "pmax", "gt", "lt", "st", "epmin", "epmax", "edge", "con", "hqmax"];

    internal static NotificationAttributes Everything { get; } = new()
    {
        MinimumPeriod = 10,
        MaximumPeriod = 60,
        GreaterThan = 60.5,
        LessThan = -30.55,
        Step = 1,
        MinimumEvaluationPeriod = 2,
        MaximumEvaluationPeriod = 3,
        Edge = false,
        Confirmable = true,
        MaximumHistoricalQueue = 4,
    };

    private static string Number(JsonElement value) =>
        value.GetString() is { } text
            ? double.Parse(text, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : "";

    // The values as they were understood, spelled anew.
    private static IEnumerable<string> Show(AttributeQuery query)
    {
        NotificationAttributes values = query.Values;
        foreach (NotificationAttributeNames name in Enum.GetValues<NotificationAttributeNames>())
        {
            if (name == NotificationAttributeNames.None || (query.Names & name) == 0)
            {
                continue;
            }

            IFormattable? value = name switch
            {
                NotificationAttributeNames.MinimumPeriod => values.MinimumPeriod,
                NotificationAttributeNames.MaximumPeriod => values.MaximumPeriod,
                NotificationAttributeNames.GreaterThan => values.GreaterThan,
                NotificationAttributeNames.LessThan => values.LessThan,
                NotificationAttributeNames.Step => values.Step,
                NotificationAttributeNames.MinimumEvaluationPeriod => values.MinimumEvaluationPeriod,
                NotificationAttributeNames.MaximumEvaluationPeriod => values.MaximumEvaluationPeriod,
                NotificationAttributeNames.Edge => values.Edge is { } edge ? edge ? 1 : 0 : null,
                NotificationAttributeNames.Confirmable => values.Confirmable is { } confirmable ? confirmable ? 1 : 0 : null,
                _ => values.MaximumHistoricalQueue,
            };
            yield return $"{s_names[int.TrailingZeroCount((int)name)]}={value?.ToString(null, CultureInfo.InvariantCulture)}";
        }
    }
}
