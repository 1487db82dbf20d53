using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Coap.Engine;

namespace Ipso.Tests.Lwm2m;

/// <summary>What is said to allocate nothing allocates nothing.</summary>
public class AllocationTests
{
    private const int Cycles = 10_000;

    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Writing_an_object(ContentFormat format)
    {
        Device device = DeckTests.Device();
        var buffer = new byte[1024];
        Assert.Equal(0, Allocated(() => Assert.True(Representation.Write(device, format, buffer, out _) == RepresentationResult.Written)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Writing_into_a_buffer_without_slack(ContentFormat format)
    {
        Device device = DeckTests.Device();
        byte[] exact = Payloads.Write(device, format);
        Assert.Equal(0, Allocated(() => Assert.True(Representation.Write(device, format, exact, out _) == RepresentationResult.Written)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Reading_the_same_content_again(ContentFormat format)
    {
        Device device = DeckTests.Device();
        device.Timezone = "Żółć";
        device.ExtDevInfo = [new(3303, 0)];
        byte[] payload = Payloads.Write(device, format);
        Assert.Equal(0, Allocated(() => Assert.True(Representation.TryRead(device, new(3, 0), format, payload, ReadMode.Mirror, out _))));
    }

    [Theory]
    [InlineData("/3/0/0")]
    [InlineData("/3/0/9")]
    [InlineData("/3/0/7/1")]
    public void A_value_in_CBOR_there_and_back(string text)
    {
        Device device = DeckTests.Device();
        Ipso.Lwm2m.Lwm2mPath path = Payloads.Path(text);
        byte[] exact = Payloads.Write(device, path, ContentFormat.Cbor);
        ObjectInstance[] instances = [device];
        Assert.Equal(0, Allocated(() => Assert.True(
            Representation.Write(instances, path, ContentFormat.Cbor, exact, out _) == RepresentationResult.Written
            && Representation.TryRead(device, path, ContentFormat.Cbor, exact, ReadMode.Mirror, out _))));
    }

    [Fact]
    public void Reading_keys_in_arrays_and_a_text_in_chunks()
    {
        Device device = DeckTests.Device();
        byte[] payload = Convert.FromHexString("bf9f0300ffbf007f6a4f70656e204d6f62696c6a6520416c6c69616e6365ff0918640dc11a5182428fffff");
        Assert.Equal(0, Allocated(() => Assert.True(
            Representation.TryRead(device, new(3, 0), ContentFormat.Lwm2mCbor, payload, ReadMode.Mirror, out _))));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Reading_new_numbers(ContentFormat format)
    {
        Temperature temperature = new() { SensorValue = 21.5 };
        byte[] one = Payloads.Write(temperature, format);
        temperature.SensorValue = 22.25;
        byte[] other = Payloads.Write(temperature, format);
        int i = 0;
        Assert.Equal(0, Allocated(() =>
            Assert.True(Representation.TryRead(temperature, new(3303, 0), format, (i++ & 1) == 0 ? one : other, ReadMode.Mirror, out _))));
    }

    [Fact]
    public void Refusing_a_payload()
    {
        LightControl light = new() { OnOff = true };
        byte[] payload = """[{"n":"/3311/0/5851","v":101}]"""u8.ToArray();
        Assert.Equal(0, Allocated(() => Assert.True(
            !Representation.TryRead(light, new(3311, 0), ContentFormat.SenMLJson, payload, ReadMode.WriteUpdate, out PayloadError error)
            && error.Fault == PayloadFault.OutOfRange)));
    }

    [Fact]
    public void Refusing_a_word()
    {
        Limits limits = new() { State = "ON" };
        Assert.Equal(0, Allocated(() => Assert.True(
            !Representation.TryRead(limits, new(26244, 0, 6), ContentFormat.PlainText, "OF"u8, ReadMode.WriteUpdate, out PayloadError error)
            && error.Fault == PayloadFault.OutOfRange)));
    }

    [Fact]
    public void Setting_a_value_and_an_instance_that_is_there()
    {
        AllTypes o = new() { Real = 0, Moment = DateTimeOffset.UnixEpoch, ManyReal = [0] };
        double i = 0;
        Assert.Equal(0, Allocated(() =>
        {
            o.Real = ++i;
            o.Moment = DateTimeOffset.UnixEpoch.AddSeconds(i);
            o.ManyReal[0] = i;
        }));
    }

    [Fact]
    public void A_request_and_its_response()
    {
        DeviceScript script = new(new Temperature { SensorValue = 21.5 });
        byte[] request = script.Request(CoapCode.Get, "/3303/0/5700");
        AssertCycle(script, request, static () => { });
    }

    [Fact]
    public void A_write_and_its_response()
    {
        DeviceScript script = new(new SetPoint { SetPointValue = 1 });
        AssertCycle(script, script.Request(CoapCode.Put, "/3308/0/5900", "22.5"u8.ToArray()), static () => { });
    }

    [Fact]
    public void A_change_and_its_notification()
    {
        Temperature temperature = new() { SensorValue = 21.5 };
        DeviceScript script = new(temperature);
        script.Get("/3303/0/5700", observe: 0, token: "0a");
        byte[] request = script.Request(CoapCode.Get, "/3303/0/5700");
        AssertCycle(script, request, () => temperature.SensorValue++);
    }

    internal static void AssertCycle(DeviceScript script, byte[] request, Action change)
    {
        var buffer = new byte[2048];
        ushort messageId = 1000;
        Instant now = script.Now;
        Assert.Equal(0, Allocated(() =>
        {
            messageId++;
            request[2] = (byte)(messageId >> 8);
            request[3] = (byte)messageId;
            now += TimeSpan.FromSeconds(1);
            change();
            script.Device.Receive(request, Wire.Peer, now);
            bool sent = false;
            while (script.Device.TryTransmit(buffer, now, out Transmit transmit))
            {
                sent |= transmit.Length > 0;
            }

            Assert.True(sent);
        }));
    }

    // A collection that another test causes retires this thread's allocation context and counts its unused rest: what the cycles
    // themselves allocate shows in every round.
    internal static long Allocated(Action cycle)
    {
        for (int i = 0; i < 200; i++)
        {
            cycle();
        }

        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Cycles; i++)
            {
                cycle();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
