using System.Globalization;
using System.Text;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>When a change is notified, which attributes are in effect, and what a Write-Attributes does, case by case.</summary>
[Trait("Category", "Vectors")]
public class NotifyVectorTests
{
    private const string File = "notify.json";

    public static TheoryData<string> Timelines => VectorFile.Ids(File, "notify-timeline");

    public static TheoryData<string> Effective => VectorFile.Ids(File, "effective-attributes");

    public static TheoryData<string> Writes => VectorFile.Ids(File, "write-attributes");

    [Fact]
    public void No_kind_is_overlooked() =>
        Assert.Equal(
            ["effective-attributes", "notify-timeline", "write-attributes"], VectorFile.Kinds(File).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Timelines))]
    public void Notifications_come_when_they_should(string id) => AssertTimeline(id, oneDirection: false, "notifications");

    [Theory]
    [InlineData("gt-down")]
    [InlineData("lt-up")]
    [InlineData("gt-pmin")]
    public void Thresholds_can_count_in_one_direction_alone(string id) =>
        AssertTimeline(id, oneDirection: true, "alternative_notifications");

    private static void AssertTimeline(string id, bool oneDirection, string expected)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement input = vector.GetProperty("input");
        JsonElement initial = input.GetProperty("initial_value");
        Observed observed = new(initial);
        DeviceScript script = new(
            new Ipso.Lwm2m.Device.DeviceOptions { Reporting = new() { ThresholdsInOneDirection = oneDirection } }, observed.Instance);

        // Straight into the table: what a server cannot assign, as a threshold of a text, a case may still want to be there.
        Assert.True(script.Device.Reporter.Attributes.TrySet(0, Payloads.Path(observed.Path), Attributes(input.GetProperty("attributes"))));
        script.Get(observed.Path, observe: 0);

        List<string> sent = [];
        double now = 0;
        foreach (JsonElement change in input.GetProperty("events").EnumerateArray())
        {
            Pass(change.GetProperty("t").GetDouble());
            observed.Set(change.GetProperty("value"));
        }

        Pass(input.GetProperty("until").GetDouble());
        Assert.Equal(
            vector.GetProperty("expect").GetProperty(expected).EnumerateArray()
                .Select(n => string.Create(CultureInfo.InvariantCulture, $"{n.GetProperty("t").GetDouble()} {Text(n.GetProperty("value"))}")),
            sent);

        void Pass(double until)
        {
            foreach ((double after, string message) in script.RunFor(until - now))
            {
                Assert.StartsWith("NOTIFY 01 2.05 0 ", message, StringComparison.Ordinal);
                sent.Add(string.Create(CultureInfo.InvariantCulture, $"{now + after} {message["NOTIFY 01 2.05 0 ".Length..]}"));
            }

            now = until;
        }
    }

    [Theory]
    [MemberData(nameof(Effective))]
    public void The_nearest_level_wins(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        Device device = DeckTests.Device();
        DeviceScript script = new(device);
        script.AddServer(101, new([1]));
        foreach (JsonProperty level in vector.GetProperty("input").GetProperty("levels").EnumerateObject())
        {
            NotificationAttributes values = Attributes(level.Value);
            if (level.Name == "server")
            {
                Ipso.Lwm2m.Device.LwM2MServer server = script.Account!.Server;
                (server.DefaultMinimumPeriod, server.DefaultMaximumPeriod) = (values.MinimumPeriod, values.MaximumPeriod);
            }
            else
            {
                Assert.True(script.Device.Reporter.Attributes.TrySet(101, Payloads.Path(level.Name), values));
            }
        }

        string observed = vector.GetProperty("input").GetProperty("observed").GetString()!;
        NotificationAttributes expected = Attributes(vector.GetProperty("expect").GetProperty("effective"));
        NotificationAttributes found = script.Device.Reporter.Attributes.GetEffective(101, Payloads.Path(observed));

        // The periods as they are kept, since they may be the Server object's; the rest as it is looked up.
        Assert.Equal(expected, found with { MinimumPeriod = expected.MinimumPeriod, MaximumPeriod = expected.MaximumPeriod });
        script.Get(observed, ContentFormat.SenMLJson, observe: 0);
        if (expected.GreaterThan is null && expected.LessThan is null)
        {
            device.BatteryLevel = 77;
            Assert.Equal(expected.MinimumPeriod ?? 0, script.RunFor(10_000)[0].After);
        }

        if (expected.MaximumPeriod is { } greatest)
        {
            script.Get(observed, ContentFormat.SenMLJson, observe: 0);
            Assert.Equal(greatest, script.RunFor(greatest)[0].After);
        }
        else
        {
            Assert.Empty(script.RunFor(70_000));
        }
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_write_is_taken_or_changes_nothing(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement input = vector.GetProperty("input");
        JsonElement expect = vector.GetProperty("expect");
        string path = input.GetProperty("path").GetString()!;
        DeviceScript script = new(new Temperature { SensorValue = 21.5 });
        Assert.True(script.Device.Reporter.Attributes.TrySet(0, Payloads.Path(path), Attributes(input.GetProperty("current"))));

        Assert.Equal(expect.GetProperty("code").GetString(), script.WriteAttributes(path, input.GetProperty("query").GetString()!));
        Assert.Equal(Attributes(expect.GetProperty("after")), script.Device.Reporter.Attributes.Get(0, Payloads.Path(path)));
    }

    private static NotificationAttributes Attributes(JsonElement json)
    {
        AttributeQuery query = default;
        foreach (JsonProperty property in json.EnumerateObject())
        {
            Assert.True(query.TryAdd(Encoding.UTF8.GetBytes($"{property.Name}={property.Value.GetRawText()}")));
        }

        return query.Values;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "1",
        JsonValueKind.False => "0",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetDouble().ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A resource of the type that a case wants.</summary>
    private sealed class Observed
    {
        private readonly AllTypes _types = new();

        internal Observed(JsonElement initial)
        {
            Path = initial.ValueKind switch
            {
                JsonValueKind.True or JsonValueKind.False => "/26241/0/4",
                JsonValueKind.String => "/26241/0/0",
                _ => initial.GetRawText().Contains('.', StringComparison.Ordinal) ? "/26241/0/3" : "/26241/0/1",
            };
            Set(initial);
        }

        internal ObjectInstance Instance => _types;

        internal string Path { get; }

        internal void Set(JsonElement value)
        {
            switch (Path)
            {
                case "/26241/0/4": _types.Flag = value.GetBoolean(); break;
                case "/26241/0/0": _types.Text = value.GetString(); break;
                case "/26241/0/3": _types.Real = value.GetDouble(); break;
                default: _types.Whole = value.GetInt64(); break;
            }
        }
    }
}
