using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Server.Operations;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>An address that comes to another device, as behind a NAT: what is one's is not taken for the other's.</summary>
[Trait("Category", "Security")]
public class IdentityTests
{
    private static readonly PeerIdentity s_identity = new(PeerIdentityKind.PreSharedKey, "d"u8);
    private static readonly PeerIdentity s_other = new(PeerIdentityKind.PreSharedKey, "e"u8);

    [Fact]
    public void A_notification_is_of_who_has_proved_to_be_the_device_also_where_the_device_was()
    {
        ServerScript script = new();
        script.Identities.Set(script.Device, s_identity);
        script.Locate("ep=d&lwm2m=1.1");
        script.Observe(new(3303, 0, 5700));
        script.Device.Expect("CON * GET *");
        script.KeepToken().Acknowledge(CoapCode.Content, static a => a.Observe(10).Payload("1"));
        script.Identities.Set(script.Device, s_other);
        script.Device.Send(CoapDatagram.Con(CoapCode.Content, 1).Token(script.Token).Observe(11).Payload("2")).Expect("RST 0x0001");
        script.Identities.Set(script.Device, s_identity);
        script.Device.Send(CoapDatagram.Con(CoapCode.Content, 2).Token(script.Token).Observe(12).Payload("3")).Expect("ACK 0x0002");
        Assert.Equal(["Observe /3303/0/5700: 2.05 1", "Observe /3303/0/5700: 2.05 3"], script.Told);
    }

    [Fact]
    public void Who_has_proved_nothing_sends_nothing_in_the_name_of_who_was_there()
    {
        ServerScript script = new();
        List<Reporting.DeviceReport> reports = [];
        script.Server.SendReceived = reports.Add;
        script.Identities.Set(script.Device, s_identity);
        script.Locate("ep=d&lwm2m=1.1");
        Assert.Equal("2.04", script.Ask(CoapCode.Post, "/dp", "", "[]", format: ContentFormat.SenMLJson));
        script.Identities.Forget(script.Device);
        Assert.StartsWith("4.04", script.Ask(CoapCode.Post, "/dp", "", "[]", format: ContentFormat.SenMLJson), StringComparison.Ordinal);
        Assert.Single(reports);
    }

    [Fact]
    public void Nothing_is_asked_of_another_one_that_is_where_the_device_was()
    {
        ServerScript script = new();
        script.Identities.Set(script.Device, s_identity);
        string location = script.Locate("ep=d&lwm2m=1.1");
        script.Identities.Set(script.Device, s_other);
        script.Submit(DeviceRequest.Read(new(3303, 0, 5700)));
        script.Device.ExpectNothing();
        Assert.Equal("GET /3303/0/5700: Refused", Assert.Single(script.Told));

        ScriptedPeer elsewhere = script.AddDevice("elsewhere");
        script.Identities.Set(elsewhere, s_identity);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, from: elsewhere));
        script.Submit(DeviceRequest.Read(new(3303, 0, 5700)));
        elsewhere.Expect("CON * GET *");
    }
}
