using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Codecs;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Vectors;

namespace Ipso.Tests.Lwm2m;

/// <summary>The Device object of the specification's examples: typed properties to its exact bytes and back.</summary>
[Trait("Category", "Vectors")]
public class DeckTests
{
    public static TheoryData<ContentFormat> Formats => [.. Payloads.Structured];

    internal static Device Device() => new()
    {
        Manufacturer = "Open Mobile Alliance",
        ModelNumber = "Lightweight M2M Client",
        SerialNumber = "345000123",
        FirmwareVersion = "1.0",
        Reboot = static _ => { },
        AvailablePowerSources = [1, 5],
        PowerSourceVoltage = [3800, 5000],
        PowerSourceCurrent = [125, 900],
        BatteryLevel = 100,
        MemoryFree = 15,
        ErrorCode = [0],
        CurrentTime = DateTimeOffset.FromUnixTimeSeconds(1367491215),
        UTCOffset = "+02:00",
        SupportedBindingAndModes = "U",
    };

    internal static byte[] Payload(ContentFormat format) => format switch
    {
        ContentFormat.SenMLCbor => VectorFile.Get("senml.json", "device-cbor").Hex("cbor_hex"),
        ContentFormat.SenMLJson => Encoding.UTF8.GetBytes(VectorFile.Get("senml.json", "device-json").GetProperty("json").GetString()!),
        ContentFormat.Lwm2mCbor => NestedKeys(VectorFile.Get("lwm2mcbor.json", "device-basekey").Hex("cbor_hex")),
        ContentFormat.Lwm2mJson => Encoding.UTF8.GetBytes(DeviceInOmaJson.Replace("\n", "", StringComparison.Ordinal)),
        _ => VectorFile.Get("tlv.json", "device-instance").Hex("hex"),
    };

    // LwM2M TS 1.0, 6.4.4.
    private const string DeviceInOmaJson =
        """
        {"bn":"/3/0/","e":[{"n":"0","sv":"Open Mobile Alliance"},{"n":"1","sv":"Lightweight M2M Client"},{"n":"2","sv":"345000123"},
        {"n":"3","sv":"1.0"},{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"7/0","v":3800},{"n":"7/1","v":5000},{"n":"8/0","v":125},
        {"n":"8/1","v":900},{"n":"9","v":100},{"n":"10","v":15},{"n":"11/0","v":0},{"n":"13","v":1367491215},{"n":"14","sv":"+02:00"},
        {"n":"16","sv":"U"}]}
        """;

    // The vector has {[3, 0]: {...}} where we write {3: {0: {...}}}.
    private static byte[] NestedKeys(byte[] payload)
    {
        Assert.Equal([0xA1, 0x82, 0x03, 0x00], payload[..4]);
        return [0xA1, 0x03, 0xA1, 0x00, .. payload[4..]];
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Typed_properties_give_the_exact_bytes(ContentFormat format) =>
        Assert.Equal(Convert.ToHexString(Payload(format)), Convert.ToHexString(Payloads.Write(Device(), format)));

    [Fact]
    public void The_lengths_are_those_of_the_examples()
    {
        Assert.Equal(196, Payload(ContentFormat.SenMLCbor).Length);
        Assert.Equal(121, Payload(ContentFormat.Tlv).Length);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_bytes_give_the_properties_of_a_new_object(ContentFormat format)
    {
        Assert.True(Representation.TryRead(0, format, Payload(format), out Device device, out PayloadError error), error.ToString());
        AssertDeck(device);
        Assert.Null(device.Reboot);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_bytes_replace_what_an_existing_object_had(ContentFormat format)
    {
        bool rebooted = false;
        Device device = new()
        {
            Manufacturer = "Somebody else",
            BatteryLevel = 1,
            Timezone = "Europe/Berlin",
            BatteryStatus = 3,
            PowerSourceVoltage = new() { [0] = 3800, [7] = 1 },
            ExtDevInfo = [new(3303, 0)],
            ErrorCode = [1, 2, 3],
            SupportedBindingAndModes = "UQ",
            Reboot = _ => rebooted = true,
        };
        Assert.Equal(PayloadFault.None, Payloads.Read(device, new(3, 0), format, Payload(format), ReadMode.Mirror));
        AssertDeck(device);

        // A handler is not content.
        device.Reboot(default);
        Assert.True(rebooted);
    }

    [Fact]
    public void A_whole_object_in_TLV_has_its_instance_around_the_resources()
    {
        byte[] expected = VectorFile.Get("tlv.json", "device-object").Hex("hex");
        var buffer = new byte[256];
        Assert.Equal(RepresentationResult.Written, Representation.Write([Device()], new(3), ContentFormat.Tlv, buffer, out int written));
        Assert.Equal(expected, buffer[..written]);
    }

    [Fact]
    public void A_multiple_resource_has_its_path_in_the_base_name() =>
        Assert.Equal(
            VectorFile.Get("senml.json", "read-instances").GetProperty("json").GetString(),
            Encoding.UTF8.GetString(Payloads.Write(Device(), new(3, 0, 7), ContentFormat.SenMLJson)));

    [Fact]
    public void A_single_resource_has_its_path_in_the_base_name_alone() =>
        Assert.Equal(
            VectorFile.Get("senml.json", "single-res-cbor").Hex("cbor_hex"),
            Payloads.Write(Device(), new(3, 0, 0), ContentFormat.SenMLCbor));

    private static void AssertDeck(Device device)
    {
        Assert.Equal("Open Mobile Alliance", device.Manufacturer);
        Assert.Equal("Lightweight M2M Client", device.ModelNumber);
        Assert.Equal("345000123", device.SerialNumber);
        Assert.Equal("1.0", device.FirmwareVersion);
        Assert.Equal([1, 5], device.AvailablePowerSources);
        Assert.Equal([3800, 5000], device.PowerSourceVoltage);
        Assert.Equal(new ushort[] { 0, 1 }, device.PowerSourceVoltage.Ids.ToArray());
        Assert.Equal([125, 900], device.PowerSourceCurrent);
        Assert.Equal(100, device.BatteryLevel);
        Assert.Equal(15, device.MemoryFree);
        Assert.Equal([0], device.ErrorCode);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1367491215), device.CurrentTime);
        Assert.Equal("+02:00", device.UTCOffset);
        Assert.Null(device.Timezone);
        Assert.Equal("U", device.SupportedBindingAndModes);
        Assert.Null(device.DeviceType);
        Assert.Null(device.HardwareVersion);
        Assert.Null(device.SoftwareVersion);
        Assert.Null(device.BatteryStatus);
        Assert.Null(device.MemoryTotal);
        Assert.Empty(device.ExtDevInfo);
    }
}
