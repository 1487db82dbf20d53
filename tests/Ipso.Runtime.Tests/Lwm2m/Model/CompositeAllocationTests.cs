using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Payloads about several Object Instances cost no memory beyond what they bring.</summary>
public class CompositeAllocationTests
{
    private readonly Temperature _temperature = new() { SensorValue = 21.5 };
    private readonly LightControl _light = new() { OnOff = true, Dimmer = 5 };
    private readonly AllTypes _many = new();
    private readonly ObjectTree _objects = [];

    public CompositeAllocationTests()
    {
        for (ushort i = 0; i < 100; i++)
        {
            _many.ManyReal[i] = i;
        }

        _objects.Add(_temperature);
        _objects.Add(new Temperature { SensorValue = 2 });
        _objects.Add(_light);
        _objects.Add(_many);
    }

    public static TheoryData<ContentFormat> Formats => [.. Composites.Formats];

    public static TheoryData<ContentFormat> ObjectFormats => [.. Payloads.Structured];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Writing_and_reading_what_is_known(ContentFormat format)
    {
        // More paths, and more records, than the stack has room for.
        Lwm2mPath[] paths = [.. Enumerable.Range(0, 60).Select(i => new Lwm2mPath(26241, 0, 103, (ushort)i)), .. Composites.Paths("/3303", "/3311/0")];
        var buffer = new byte[4096];
        int written = 0;
        Assert.Equal(0, AllocationTests.Allocated(() =>
            Assert.True(_objects.WriteComposite(paths, format, buffer, out written) == RepresentationResult.Written)));
        Assert.Equal(0, AllocationTests.Allocated(() =>
            Assert.True(_objects.TryReadCompositeReport(paths, format, buffer.AsSpan(0, written), out _))));

        _objects.WriteComposite(paths.AsSpan(0, 60), format, buffer, out written);
        double value = 0;
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            // The payload has something to change each time.
            _many.ManyReal[7] = ++value;
            Assert.True(_objects.TryReadComposite(format, buffer.AsSpan(0, written), out _));
        }));
        Assert.Equal(7, _many.ManyReal[7]);
    }

    [Theory]
    [MemberData(nameof(ObjectFormats))]
    public void Reading_an_object_that_is_known(ContentFormat format)
    {
        byte[] payload = new byte[4096];
        Representation.Write(_objects.OfObject(3303), new(3303), format, payload, out int length);
        payload = payload[..length];
        Assert.Equal(0, AllocationTests.Allocated(() =>
            Assert.True(_objects.TryReadObject<Temperature>(format, payload, ReadMode.Mirror, out _))));
    }

    [Theory]
    [InlineData("""{"n":"/3311/0/5851","v":101}""")]
    [InlineData("""{"n":"/3303/0/5700","v":101}""")]
    [InlineData("""{"n":"/3311/7/5851","v":101}""")]
    [InlineData("""{"n":"/26241/0/101/1","v":"x"}""")]
    public void Refusing(string record)
    {
        // Values that would cost something, had they been taken.
        string texts = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"n":"/26241/0/100/{{i}}","vs":"text"}"""));
        byte[] payload = Encoding.UTF8.GetBytes($"[{texts},{record}]");
        Assert.Equal(0, AllocationTests.Allocated(() => Assert.False(_objects.TryReadComposite(ContentFormat.SenMLJson, payload, out _))));
    }

    [Fact]
    public void Refusing_new_instances()
    {
        string good = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{"n":"/3303/{{i}}/5701","vs":"Cel"}"""));
        byte[] payload = Encoding.UTF8.GetBytes($$"""[{{good}},{"n":"/3303/60/5700","vs":"x"}]""");
        Assert.Equal(0, AllocationTests.Allocated(() =>
            Assert.False(_objects.TryReadObject<Temperature>(ContentFormat.SenMLJson, payload, ReadMode.Mirror, out _))));
        Assert.Equal(2, _objects.OfObject(3303).Length);
    }

    [Fact]
    public void A_Fetch_and_its_response()
    {
        DeviceScript script = new(new Temperature { SensorValue = 21.5 }, new LightControl { OnOff = true });
        byte[] request = script.Request(
            CoapCode.Fetch, "/", """[{"n":"/3303/0/5700"},{"n":"/3311"}]"""u8.ToArray(), ContentFormat.SenMLJson);
        AllocationTests.AssertCycle(script, request, static () => { });
    }

    [Fact]
    public void An_iPatch_and_its_response()
    {
        LightControl light = new() { OnOff = true, Dimmer = 1 };
        DeviceScript script = new(new SetPoint { SetPointValue = 21.5 }, light);
        byte[] request = script.Request(
            CoapCode.IPatch, "/", """[{"n":"/3308/0/5900","v":1},{"n":"/3311/0/5851","v":7}]"""u8.ToArray(), ContentFormat.SenMLJson);
        AllocationTests.AssertCycle(script, request, () => light.Dimmer = 3);
        Assert.Equal(7, light.Dimmer);
    }
}
