using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Server.Reporting;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>What devices send of their own accord (LwM2M TS Core, 6.4.6): whose it is, what it says, and what is wrong with it.</summary>
[Trait("Category", "Conformance")]
public class SendTests
{
    private static readonly byte[] s_pack = [0x81, 0xa3, 0x21, 0x68, .. "/3303/0/"u8, 0x00, 0x64, .. "5700"u8, 0x02, 0x15];

    private readonly List<DeviceReport> _reports = [];

    private ServerScript Script()
    {
        ServerScript script = new();
        script.Server.SendReceived = _reports.Add;
        script.Locate("ep=d&lwm2m=1.1");
        return script;
    }

    private static string Send(ServerScript script, byte[] payload, ContentFormat format = ContentFormat.SenMLCbor, ScriptedPeer? from = null) =>
        script.Ask(CoapCode.Post, "/dp", "", payload, from, format);

    [Fact]
    public void What_is_sent_is_told_with_its_paths()
    {
        ServerScript script = Script();
        Assert.Equal("2.04", Send(script, s_pack));
        DeviceReport report = Assert.Single(_reports);
        Assert.Equal("d: 1 values", report.ToString());
        Assert.True(report.Records.TryGet(new(3303, 0, 5700), out double value));
        Assert.Equal(21, value);
    }

    [Fact]
    public void Row_96_What_makes_no_sense_is_4_00_and_told_with_the_endpoint()
    {
        ServerScript script = Script();
        Assert.StartsWith("4.00", Send(script, [0x00, 0x10]), StringComparison.Ordinal);
        DeviceReport report = Assert.Single(_reports);
        Assert.Equal(("d", 0), (report.Device.Endpoint, report.Records.Count));
        Assert.NotNull(report.Fault);
    }

    [Fact]
    public void Of_what_is_not_registered_nothing_is_taken()
    {
        ServerScript script = Script();
        Assert.Equal("4.04 object 3304 is not registered", Send(script, [0x81, 0xa2, 0x00, 0x6c, .. "/3304/0/5700"u8, 0x02, 0x15]));
        Assert.Equal("4.15 a Send is in SenML JSON (110), SenML CBOR (112) or LwM2M CBOR (11544)", Send(script, s_pack, ContentFormat.Tlv));
        Assert.Equal("4.04 no such device is registered", Send(script, s_pack, from: script.AddDevice("stranger")));
        Assert.Equal("4.05", script.Ask(CoapCode.Get, "/dp"));
        Assert.Empty(_reports);
        script.Server.SendReceived = null;
        Assert.StartsWith("4.04", Send(script, s_pack), StringComparison.Ordinal);
    }

    [Fact]
    public void From_one_address_with_several_devices_it_is_nobodys_but_with_keys_it_is_the_devices()
    {
        ServerScript script = Script();
        script.Locate("ep=e&lwm2m=1.1");
        Assert.Equal("4.04 no such device is registered", Send(script, s_pack));
        ScriptedPeer known = script.AddDevice("known"), elsewhere = script.AddDevice("elsewhere");
        Coap.Engine.PeerIdentity identity = new(Coap.Engine.PeerIdentityKind.PreSharedKey, "f"u8);
        script.Identities.Set(known, identity);
        script.Locate("ep=f&lwm2m=1.1", from: known);
        script.Identities.Set(elsewhere, identity);
        Assert.Equal("2.04", Send(script, s_pack, from: elsewhere));
        Assert.Equal("f", Assert.Single(_reports).Device.Endpoint);
    }

    [Theory]
    [MemberData(nameof(ServerWorld.Losses), MemberType = typeof(ServerWorld))]
    public void Row_88_Values_over_time_of_a_device_of_ours_come_with_their_times(double loss)
    {
        ServerWorld world = new(loss);
        world.Server.SendReceived = _reports.Add;
        VirtualNode<DeviceEndpoint> node = world.AddDevice("d", new("coap://server") { MutesSend = false }, static () => [new Temperature { SensorValue = 21.5 }]);
        world.Await("d");
        DateTimeOffset time = new(2029, 12, 31, 23, 0, 0, TimeSpan.Zero);
        Lwm2m.Lwm2mPath path = new(3303, 0, 5700);
        SendContent content = new SendContent().Add(time, path, 19.5).Add(time.AddMinutes(30), path, 20.5);
        node.Protocol.Send(content, null, null, world.Network.Now);
        world.Until(() => _reports.Count > 0, "the Send");
        Assert.Equal(
            ["19.5 at 23:00", "20.5 at 23:30"],
            _reports[0].Records.Select(r => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Number(r)} at {r.Time:HH:mm}")));

        static double Number(ResourceRecord record) => record.Value.TryGet(out double number) ? number : double.NaN;
    }
}
