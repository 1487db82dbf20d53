using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests;

namespace Ipso.Server.Remote.Tests;

/// <summary>What devices answer that is not as ours would.</summary>
[Trait("Category", "Network")]
public sealed class AnswerTests : AsyncTests
{
    private readonly Loopback _net = new();
    private readonly ScriptedDevice _device;
    private readonly Task<DeviceClient> _client;

    public AnswerTests()
    {
        _device = new(_net);
        _client = _net.Server.WaitForAsync("scripted", _net.Patience);
    }

    public override async ValueTask DisposeAsync()
    {
        await _device.DisposeAsync();
        await _net.DisposeAsync();
    }

    private void Answer(string payload, ContentFormat? format = ContentFormat.SenMLJson)
    {
        _device.Format = format;
        _device.Payload = Encoding.UTF8.GetBytes(payload);
    }

    [Theory]
    [InlineData("""[{"n":"/3303/0/5700","vs":"warm"}]""", PayloadFault.WrongType)]
    [InlineData("""[{"n":"/3303/0/5601","v":1}]""", PayloadFault.OutsidePath)]
    [InlineData("""[{"n":"/3303/0/5700/0","v":1}]""", PayloadFault.WrongMultiplicity)]
    [InlineData("""[]""", PayloadFault.WrongMultiplicity)]
    [InlineData("""[{"n":"/3303/0/5700","v":}]""", PayloadFault.Malformed)]
    [InlineData("""[{"n":"/3303/0/5700","v":1,"bt":1e300}]""", PayloadFault.NotUnderstood)]
    public async Task What_is_no_value_of_the_resource_is_told(string payload, PayloadFault fault)
    {
        Answer(payload);
        UnreadableAnswerException thrown = await Assert.ThrowsAsync<UnreadableAnswerException>(
            async () => await (await _client).Object<Temperature>().SensorValue.ReadAsync(_net.Patience));
        Assert.Equal((fault, "scripted", new Lwm2mPath(3303, 0, 5700)), (thrown.Error.Fault, thrown.Endpoint, thrown.Request.Path));
        Assert.StartsWith($"scripted, GET /3303/0/5700: 2.05 Content (SenMLJson, {payload.Length} bytes) cannot be read: ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_in_an_object_is_told_with_its_resource()
    {
        Answer("""[{"bn":"/3303/0/","n":"5700","v":1},{"n":"5701","v":2}]""");
        UnreadableAnswerException thrown = await Assert.ThrowsAsync<UnreadableAnswerException>(
            async () => await (await _client).Object<Temperature>().ReadAsync(_net.Patience));
        Assert.EndsWith("cannot be read: resource 5701 (Sensor Units) takes String", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((ContentFormat)9999)]
    [InlineData(ContentFormat.LinkFormat)]
    public async Task A_format_that_nobody_knows_is_told(ContentFormat format)
    {
        Answer("21.5", format);
        UnreadableAnswerException thrown = await Assert.ThrowsAsync<UnreadableAnswerException>(
            async () => await (await _client).Object<Temperature>().SensorValue.ReadAsync(_net.Patience));
        Assert.EndsWith("cannot be read: its format is not known, or left out of the program", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_without_a_format_is_plain_text()
    {
        Answer("21.5", null);
        Assert.Equal(21.5, await (await _client).Object<Temperature>().SensorValue.ReadAsync(_net.Patience));
    }

    [Fact]
    public async Task Whatever_a_device_answers_in_is_read()
    {
        _device.Format = ContentFormat.TlvBefore10;
        _device.Payload = Convert.FromHexString("E4164441AC0000");
        Assert.Equal(21.5, await (await _client).Object<Temperature>().SensorValue.ReadAsync(_net.Patience));
        Assert.Equal(21.5, (await (await _client).Object<Temperature>().ReadAsync(_net.Patience)).SensorValue);

        Answer("""{"e":[{"n":"/3303/0/5700","v":21.5}]}""", ContentFormat.JsonBefore10);
        Assert.Equal(21.5, await (await _client).Object<Temperature>().SensorValue.ReadAsync(_net.Patience));
    }

    [Fact]
    public async Task What_is_discovered_has_the_same_paths_wherever_the_objects_lie()
    {
        await using ScriptedDevice elsewhere = new(_net, "elsewhere", "</lwm2m>;rt=\"oma.lwm2m\",</lwm2m/3303/0>")
        {
            Format = ContentFormat.LinkFormat,
            Payload = "</lwm2m/3303/0>;pmin=10,</lwm2m/3303/0/5700>;gt=30,</lwm2m/3303/0/5701>"u8.ToArray(),
        };
        DeviceClient device = await _net.Server.WaitForAsync("elsewhere", _net.Patience);

        IReadOnlyList<DiscoveredLink> links = await device.Object<Temperature>().DiscoverAsync(_net.Patience);

        Assert.Equal([new(3303, 0), new(3303, 0, 5700), new(3303, 0, 5701)], links.Select(static link => link.Path));
        Assert.Equal((10, 30), (links[0].Attributes.MinimumPeriod, links[1].Attributes.GreaterThan));
        elsewhere.Payload = "</lwm2m/3303/0>;pmin"u8.ToArray()[..3];
        await Assert.ThrowsAsync<UnreadableAnswerException>(() => device.Object<Temperature>().DiscoverAsync(_net.Patience));
    }

    [Fact]
    public async Task What_it_does_not_know_of_an_object_is_passed_over()
    {
        Answer("""[{"bn":"/3303/0/","n":"5700","v":1},{"n":"9999","vs":"new"}]""");
        Assert.Equal(1, (await (await _client).Object<Temperature>().ReadAsync(_net.Patience)).SensorValue);
    }

    [Fact]
    public async Task A_history_comes_in_the_order_of_time_with_each_times_own()
    {
        Answer("""[{"n":"/3303/0/5700","v":0}]""");
        List<RemoteValue<double>> seen = [];
        await foreach (RemoteValue<double> value in (await _client).Object<Temperature>().SensorValue.ObserveAsync(cancellationToken: _net.Patience))
        {
            seen.Add(value);
            if (seen.Count == 4)
            {
                break;
            }

            if (seen.Count == 1)
            {
                Answer("""[{"n":"/3303/0/5700","bt":1700000000,"v":2},{"n":"/3303/0/5700","t":60,"v":3},{"n":"/3303/0/5700","t":-60,"v":1}]""");
                await _device.NotifyAsync(2);
            }
        }

        Assert.Equal([0, 1, 2, 3], seen.Select(static one => one.Value));
        Assert.Equal([false, true, true, true], seen.Select(static one => one.IsTimestamped));
        Assert.Equal(
            [1_699_999_940L, 1_700_000_000L, 1_700_000_060L], seen.Skip(1).Select(static one => one.Time.ToUnixTimeSeconds()));
    }

    [Fact]
    public async Task A_history_of_an_object_is_one_object_for_each_time()
    {
        Answer("""
            [{"bn":"/3303/0/","bt":1700000000,"n":"5700","v":1},{"n":"5701","vs":"Cel"},
             {"bn":"/3303/0/","bt":1700000060,"n":"5700","v":2},{"n":"5701","vs":"K"}]
            """);
        List<(double, string?, long)> seen = [];
        await foreach (RemoteValue<Temperature> value in (await _client).Object<Temperature>().ObserveAsync(cancellationToken: _net.Patience))
        {
            seen.Add((value.Value.SensorValue, value.Value.SensorUnits, value.Time.ToUnixTimeSeconds()));
            if (seen.Count == 2)
            {
                break;
            }
        }

        Assert.Equal([(1, "Cel", 1_700_000_000), (2, "K", 1_700_000_060)], seen);
    }

    [Fact]
    public async Task A_multiple_resource_has_instances_alone()
    {
        Answer("""[{"n":"/32769/0/4/2","v":2},{"n":"/32769/0/4/1","v":1}]""");
        ResourceInstances<long> levels = await (await _client).Object<EveryRight>().Levels.ReadAsync(_net.Patience);
        Assert.Equal([1, 2], levels.Ids.ToArray());

        Answer("""[]""");
        Assert.Empty(await (await _client).Object<EveryRight>().Levels.ReadAsync(_net.Patience));

        Answer("""[{"n":"/32769/0/4","v":2}]""");
        UnreadableAnswerException thrown = await Assert.ThrowsAsync<UnreadableAnswerException>(
            async () => await (await _client).Object<EveryRight>().Levels.ReadAsync(_net.Patience));
        Assert.Equal(PayloadFault.WrongMultiplicity, thrown.Error.Fault);

        Answer("""[{"n":"/32769/0/4/1","vs":"x"}]""");
        thrown = await Assert.ThrowsAsync<UnreadableAnswerException>(async () => await (await _client).Object<EveryRight>().Levels.ReadAsync(_net.Patience));
        Assert.Equal(PayloadFault.WrongType, thrown.Error.Fault);
    }
}
