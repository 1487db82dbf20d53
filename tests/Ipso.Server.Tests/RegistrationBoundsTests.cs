using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>How many devices there may be, how much each may say, and what is left of those that go.</summary>
public class RegistrationBoundsTests
{
    [Fact]
    public void There_are_as_many_devices_as_there_may_be()
    {
        ServerScript script = new(new() { MaxDevices = 2 });
        script.Locate("ep=a");
        string location = script.Locate("ep=b");
        Assert.Equal("5.03 as many devices are registered as there may be", script.Register("ep=c"));
        script.Locate("ep=a");
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, script.Locate("ep=b")));
        script.Locate("ep=c");
        Assert.StartsWith("4.04", script.Ask(CoapCode.Post, location), StringComparison.Ordinal);
        Assert.Equal(2, script.Server.DeviceCount);
    }

    [Fact]
    public void At_one_host_there_are_as_many_as_there_may_be_but_for_those_that_have_proved_who_they_are()
    {
        ServerScript script = new(new() { MaxDevicesPerHost = 2 });
        ScriptedPeer other = script.AddDevice("other"), known = script.AddDevice("known");
        PeerId here = script.Device.Node.Peer;
        script.Server.HostOf = peer => peer == other.Node.Peer ? peer : here;
        string location = script.Locate("ep=a");
        script.Locate("ep=b");
        Assert.Equal("5.03 as many devices of this address are registered as there may be", script.Register("ep=c"));
        script.Locate("ep=a");
        script.Locate("ep=c", from: other);
        Assert.StartsWith("5.03", script.Register("ep=c"), StringComparison.Ordinal);
        script.Identities.Set(known, new(PeerIdentityKind.PreSharedKey, "k"u8));
        script.Locate("ep=k", from: known);

        // One that leaves, one that moves and one that is known by now make room.
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, script.Locate("ep=b")));
        script.Locate("ep=c");
        script.Locate("ep=a", from: other);
        script.Locate("ep=d");
        Assert.StartsWith("5.03", script.Register("ep=e"), StringComparison.Ordinal);
        script.Identities.Set(known, new(PeerIdentityKind.PreSharedKey, "d"u8));
        script.Locate("ep=d", from: known);
        script.Locate("ep=e");
    }

    [Fact]
    public void A_name_and_arguments_beyond_the_bounds_are_refused()
    {
        ServerScript script = new();
        Assert.StartsWith("2.01", script.Register($"ep={new string('n', 250)}"), StringComparison.Ordinal);
        string many = string.Join('&', Enumerable.Range(0, 17).Select(static i => $"a{i}=1"));
        Assert.Equal("4.00 there are more than 16 arguments that are not known", script.Register($"ep=d&{many}"));
        script.Device.Send(CoapDatagram.Con(CoapCode.Post, 1).Token("aa").Path("/rd").Option(CoapOptionNumber.UriQuery, [.. "ep="u8, 0xff]))
            .Expect("ACK * 4.00 * \"ep is not UTF-8\"");
        Assert.Equal(1, script.Server.DeviceCount);
    }

    [Fact]
    public void A_device_has_as_many_objects_and_instances_as_it_may_have()
    {
        ServerScript script = new(new() { MaxObjectsPerDevice = 4 });
        Assert.Equal(
            "4.00 there are 5 Objects and Object Instances; this server takes 4", script.Register("ep=d", "</3/0>,</3303/0>,</3303/1>"));
        Assert.Equal("4.00 there are 5 Objects and Object Instances; this server takes 4", script.Register("ep=d", "</1>,</2>,</3>,</4>,</5>"));
        string location = script.Locate("ep=d", "</3/0>,</3303/0>");
        Assert.StartsWith("4.00 there are 5", script.Ask(CoapCode.Post, location, payload: "</3/0>,</3303/0>,</3303/1>"), StringComparison.Ordinal);
        Assert.Equal(2, script.Server.Find("d")!.Registration.Objects.InstanceCount);
    }

    [Fact]
    public void A_root_and_formats_beyond_the_bounds_are_refused()
    {
        ServerScript script = new();
        string formats = string.Join(' ', Enumerable.Range(0, 33));
        Assert.StartsWith("4.00 the root has more than 64", script.Register("ep=d", $"</>;ct=\"{formats}\",</3/0>"), StringComparison.Ordinal);
        string root = new('r', 64);
        Assert.StartsWith("4.00 the root has more than 64", script.Register("ep=d", $"</{root}>;rt=\"oma.lwm2m\",</{root}/3/0>"), StringComparison.Ordinal);
    }

    // What a device says of itself goes into logs.
    [Theory]
    [InlineData("4.00 ep has control characters", "ep=d\nthe disk is full")]
    [InlineData("4.00 ep has control characters", "ep=d\u001b[2J")]
    [InlineData("4.00 ep has control characters", "ep=d\u2028e")]
    [InlineData("4.00 sms has control characters", "ep=d&sms=\u007f")]
    [InlineData("4.00 an argument has control characters", "ep=d&a\rb=c")]
    [InlineData("4.00 an argument has control characters", "ep=d&a=\u0085")]
    [InlineData("4.00 b is no binding of LwM2M 1.1", "ep=d&lwm2m=1.1&b=U\n")]
    [InlineData("4.00 b is no binding of LwM2M 1.1", "ep=d&lwm2m=1.1&b=\u00fc")]
    [InlineData("4.00 b=X is no binding of LwM2M 1.1", "ep=d&lwm2m=1.1&b=X")]
    public void What_would_break_a_line_of_a_log_is_refused_and_not_said_again(string answer, string query)
    {
        ServerScript script = new();
        Assert.Equal(answer, script.Register(query));
        Assert.DoesNotContain(Assert.Single(script.Changes).ToString(), char.IsControl);
    }

    [Fact]
    public void What_is_longer_than_a_body_may_be_is_refused_before_it_has_come()
    {
        ServerScript script = new();
        script.Device.Send(CoapDatagram.Con(CoapCode.Post, 1).Token("aa").Path("/rd").Query("ep=d").ContentFormat(ContentFormat.LinkFormat)
                .Option(CoapOptionNumber.Block1, 0x0e).Option(CoapOptionNumber.Size1, 1 << 20).Payload(new string('a', 1024)))
            .Expect("ACK * 4.13 *");
    }

    [Fact]
    public void Devices_that_come_and_go_leave_nothing_behind()
    {
        ServerScript script = new();
        string location = "";
        for (int i = 0; i < 5000; i++)
        {
            location = script.Locate($"ep=d{i % 3}&lt=604800", $"</3303/{i}>");
            if (i % 3 == 2)
            {
                script.Ask(CoapCode.Delete, location);
            }
        }

        Assert.Equal(2, script.Server.DeviceCount);
        Assert.InRange(script.Server.QueuedExpiries, 2, 2100);
        Assert.Equal(2, script.Server.FindByObject(3303).Count());
    }
}
