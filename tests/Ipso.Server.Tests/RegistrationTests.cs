using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Server.Registration;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>Register, Update and De-register: what is taken, what is refused and why, and what becomes of time.</summary>
public class RegistrationTests
{
    private const string Links = "</1/0>,</3/0>,</3303/0>";

    [Fact]
    public void A_device_registers_and_is_known_by_all_that_it_has_said()
    {
        ServerScript script = new();
        string location = script.Locate("ep=node 7&lt=300&lwm2m=1.1&b=UT&Q&sms=15551234&colour=red", "</>;rt=\"oma.lwm2m\";ct=\"112 110\",</1/0>,</3/0>;ver=1.1,</3303>;ver=1.2,</3303/2>,</3303/0>");
        RegisteredDevice device = script.Server.Find("node 7")!;
        DeviceRegistration registration = device.Registration;
        Assert.Equal($"/rd/{registration.Id}", location);
        Assert.Equal((new ObjectVersion(1, 1), TimeSpan.FromSeconds(300), true, "15551234"), (registration.Version, registration.Lifetime!.Value, registration.IsQueueMode, registration.SmsNumber));
        Assert.Equal(TransportBindings.Udp | TransportBindings.Tcp, registration.Bindings);
        Assert.Equal("red", registration.Attributes["colour"]);
        Assert.Equal(script.Device.Node.Peer, registration.Peer);
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero), registration.RegisteredAt);
        Assert.Equal([new(1, 0), new(3, 0), new(3303, 0), new(3303, 2)], registration.Objects.Instances.ToArray());
        Assert.Equal([0, 2], registration.Objects.InstancesOf(3303).ToArray());
        Assert.Equal((new ObjectVersion(1, 2), new ObjectVersion(1, 1), null), (registration.VersionOf(3303), registration.VersionOf(1), registration.VersionOf(5)));
        Assert.Equal([ContentFormat.SenMLCbor, ContentFormat.SenMLJson], registration.Objects.ContentFormats.ToArray());
        Assert.Same(device, Assert.Single(script.Server.FindByObject(3303)));
        Assert.Empty(script.Server.FindByObject(3304));
    }

    // Row 29.
    [Theory]
    [InlineData("4.00 ep is missing: without security nothing else says who the device is", "lt=60&lwm2m=1.1")]
    [InlineData("4.00 ep is empty", "ep=&lt=60")]
    [InlineData("4.00 ep stands there twice", "ep=a&ep=b")]
    [InlineData("4.00 lt takes 0 to 4294967295 seconds", "ep=a&lt=soon")]
    [InlineData("4.00 lt takes 0 to 4294967295 seconds", "ep=a&lt=-1")]
    [InlineData("4.00 lt takes 0 to 4294967295 seconds", "ep=a&lt=4294967296")]
    [InlineData("4.00 lt takes 0 to 4294967295 seconds", "ep=a&lt=")]
    [InlineData("4.00 lt=0 has a meaning from LwM2M 1.2 on alone", "ep=a&lt=0&lwm2m=1.1")]
    [InlineData("4.00 lwm2m takes a version, such as 1.1", "ep=a&lwm2m=one")]
    [InlineData("4.12 this server speaks LwM2M 1.0 to 1.2, not 1.3", "ep=a&lwm2m=1.3")]
    [InlineData("4.12 this server speaks LwM2M 1.0 to 1.2, not 2.0", "ep=a&lwm2m=2.0")]
    [InlineData("4.00 b stands there twice", "ep=a&b=U&b=U")]
    [InlineData("4.00 Q is for LwM2M 1.1 and later: in 1.0 it stands in b", "ep=a&lwm2m=1.0&Q")]
    public void What_is_said_wrongly_is_refused_with_the_reason(string answer, string query)
    {
        ServerScript script = new();
        Assert.Equal(answer, script.Register(query));
        Assert.Equal(0, script.Server.DeviceCount);
        RegistrationChange refused = Assert.Single(script.Changes);
        Assert.Equal((RegistrationChangeKind.Refused, script.Device.Node.Peer), (refused.Kind, refused.From));
        Assert.EndsWith(answer[5..], refused.ToString(), StringComparison.Ordinal);
    }

    // Row 30.
    [Theory]
    [InlineData("1.0", "UQ", true)]
    [InlineData("1.0", "UQS", true)]
    [InlineData("1.0", "UT", false)]
    [InlineData("1.0", "QU", false)]
    [InlineData("1.1", "UT", true)]
    [InlineData("1.1", "TU", true)]
    [InlineData("1.1", "UQ", false)]
    [InlineData("1.1", "UU", false)]
    [InlineData("1.1", "UM", false)]
    [InlineData("1.2", "UMH", true)]
    [InlineData("1.2", "", false)]
    public void Row_30_A_binding_is_one_of_its_version_at_Register_and_Update(string version, string binding, bool isTaken)
    {
        ServerScript script = new();
        string answer = script.Register($"ep=a&lwm2m={version}&b={binding}");
        Assert.StartsWith(isTaken ? "2.01" : $"4.00 b={binding} is no binding of LwM2M {version}", answer, StringComparison.Ordinal);
        string location = script.Locate($"ep=b&lwm2m={version}");
        answer = script.Ask(CoapCode.Post, location, $"b={binding}");
        Assert.StartsWith(isTaken ? "2.04" : $"4.00 b={binding} is no binding of LwM2M {version}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_31_Who_registers_anew_takes_the_place_of_the_old_registration()
    {
        ServerScript script = new();
        string first = script.Locate("ep=d");
        RegisteredDevice device = script.Server.Find("d")!;
        long epoch = device.Registration.Epoch;
        ScriptedPeer elsewhere = script.AddDevice("elsewhere");
        string second = script.Locate("ep=d", "</3/0>", elsewhere);
        Assert.NotEqual(first, second);
        Assert.Equal(1, script.Server.DeviceCount);
        Assert.Same(device, script.Server.Find("d"));
        Assert.Equal((epoch + 1, elsewhere.Node.Peer), (device.Registration.Epoch, device.Registration.Peer));
        Assert.Equal("4.04 there is no such registration: register anew", script.Ask(CoapCode.Post, first));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, second, from: elsewhere));
        Assert.Equal([RegistrationChangeKind.Registered, RegistrationChangeKind.Replaced, RegistrationChangeKind.Registered, RegistrationChangeKind.Refused, RegistrationChangeKind.Updated], script.Changes.Select(static c => c.Kind));
        Assert.Empty(script.Server.FindByObject(3303));
    }

    [Fact]
    public void Row_32_After_a_Deregister_there_is_nothing_to_update()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d");
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, location));
        Assert.Equal("4.04 there is no such registration: register anew", script.Ask(CoapCode.Post, location));
        Assert.Equal("4.04 there is no such registration: register anew", script.Ask(CoapCode.Delete, location));
        Assert.Equal("4.04 there is no such registration: register anew", script.Ask(CoapCode.Post, "/rd/0"));
        Assert.Equal(0, script.Server.DeviceCount);
        Assert.Empty(script.Server.FindByObject(3));
    }

    [Fact]
    public void Row_33_A_Register_in_blocks_is_put_together()
    {
        ServerScript script = new();
        string links = string.Join(',', Enumerable.Range(0, 200).Select(static i => $"</3303/{i}>"));
        Assert.True(links.Length > 2048);
        int blocks = (links.Length + 1023) / 1024;
        for (int i = 0; i < blocks; i++)
        {
            bool isLast = i == blocks - 1;
            string block = links[(i * 1024)..Math.Min(links.Length, (i + 1) * 1024)];
            script.Device.Send(CoapDatagram.Con(CoapCode.Post, (ushort)(i + 1)).Token("aa").Path("/rd").Query("ep=d&lwm2m=1.1").ContentFormat(ContentFormat.LinkFormat)
                    .Option(CoapOptionNumber.Block1, (uint)(i << 4 | (isLast ? 0 : 8) | 6)).Payload(block))
                .Expect(isLast ? "ACK * 2.01 *" : "ACK * 2.31 *");
        }

        Assert.Equal(200, script.Server.Find("d")!.Registration.Objects.InstanceCount);
    }

    [Fact]
    public void An_Update_changes_what_it_says_and_nothing_else()
    {
        ServerScript script = new();
        string location = script.Locate("ep=d&lt=100&lwm2m=1.1&b=UT");
        RegisteredDevice device = script.Server.Find("d")!;
        script.Device.At(10);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        Assert.Equal((TimeSpan.FromSeconds(100), 3), (device.Registration.Lifetime!.Value, device.Registration.Objects.InstanceCount));
        Assert.Equal(TimeSpan.FromSeconds(10), device.Registration.UpdatedAt - device.Registration.RegisteredAt);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, "lt=50&Q", "</3/0>"));
        Assert.Equal((TimeSpan.FromSeconds(50), true, 1), (device.Registration.Lifetime!.Value, device.Registration.IsQueueMode, device.Registration.Objects.InstanceCount));
        Assert.Equal(TransportBindings.Udp | TransportBindings.Tcp, device.Registration.Bindings);
        Assert.Equal("4.00 an Update has neither ep nor lwm2m: they do not change", script.Ask(CoapCode.Post, location, "ep=e"));
        Assert.StartsWith("4.00 the links to the device's objects are malformed", script.Ask(CoapCode.Post, location, "", "</3/0"), StringComparison.Ordinal);
        Assert.Equal(1, device.Registration.Objects.InstanceCount);
        RegistrationChange updated = script.Changes.Last(static c => c.Kind == RegistrationChangeKind.Updated);
        Assert.Equal((3, 1), (updated.Before!.Objects.InstanceCount, updated.Registration!.Objects.InstanceCount));
    }

    [Fact]
    public void A_lifetime_ends_unless_an_Update_moves_its_end()
    {
        ServerScript script = new(new() { LifetimeGrace = TimeSpan.FromSeconds(5), MaxUnidentifiedLifetime = null });
        string location = script.Locate("ep=d&lt=60");
        script.Locate("ep=long&lt=600");
        script.Locate("ep=ever&lt=0&lwm2m=1.2");
        script.Device.At(50);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location));
        script.Device.At(114);
        Assert.NotNull(script.Server.Find("d"));
        script.Device.At(116);
        Assert.Null(script.Server.Find("d"));
        Assert.Equal("4.04 there is no such registration: register anew", script.Ask(CoapCode.Post, location));
        script.Device.At(606);
        Assert.Null(script.Server.Find("long"));
        script.Device.At(1e9);
        Assert.NotNull(script.Server.Find("ever"));
        Assert.Equal(["d", "long"], script.Changes.Where(static c => c.Kind == RegistrationChangeKind.Expired).Select(static c => c.Endpoint));
    }

    // Whoever has proved nothing may have registered any number of names.
    [Fact]
    public void Who_has_proved_nothing_is_not_registered_for_ever_nor_for_longer_than_may_be()
    {
        ServerScript script = new(new() { MaxUnidentifiedLifetime = TimeSpan.FromHours(1), LifetimeGrace = TimeSpan.Zero });
        const string Reason = "4.00 lt is 1 to 3600 seconds here for a device that has not proved who it is";
        Assert.Equal(Reason, script.Register("ep=d&lt=3601"));
        Assert.Equal(Reason, script.Register("ep=d&lt=0&lwm2m=1.2"));
        string location = script.Locate("ep=d&lt=3600&lwm2m=1.2");
        Assert.Equal(Reason, script.Ask(CoapCode.Post, location, "lt=0"));
        Assert.Equal(Reason, script.Ask(CoapCode.Post, location, "lt=4294967295"));
        Assert.Equal(TimeSpan.FromHours(1), script.Server.Find("d")!.Registration.Lifetime);
        script.Locate("ep=e");
        Assert.Equal(TimeSpan.FromHours(1), script.Server.Find("e")!.Registration.Lifetime);
        script.Device.At(3601);
        Assert.Equal((0, 0), (script.Server.DeviceCount, script.Server.KeptCount));

        // Of those that have, there are as many as have a key.
        script.Identities.Set(script.Device, new(PeerIdentityKind.PreSharedKey, "d"u8));
        location = script.Locate("ep=d&lt=0&lwm2m=1.2");
        Assert.Null(script.Server.Find("d")!.Registration.Lifetime);
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, "lt=4294967295"));
    }

    [Fact]
    public void Without_a_version_and_a_lifetime_it_is_one_of_1_0_for_a_day()
    {
        ServerScript script = new();
        script.Locate("ep=d");
        DeviceRegistration registration = script.Server.Find("d")!.Registration;
        Assert.Equal((new ObjectVersion(1, 0), TimeSpan.FromDays(1), TransportBindings.Udp), (registration.Version, registration.Lifetime!.Value, registration.Bindings));
    }

    // As coap-node 0.2.5 registers.
    [Fact]
    public void The_spelling_of_devices_in_the_field_is_taken()
    {
        ServerScript script = new();
        script.Locate("ep=node&lt=86400&lwm2m=1.0.0&mac=AA:BB:CC:DD:EE:FF&b=U", "</>;ct=11543;hb, </3/0/>, </3303/0>;ver=\"1.0\"");
        DeviceRegistration registration = script.Server.Find("node")!.Registration;
        Assert.Equal((new ObjectVersion(1, 0), "AA:BB:CC:DD:EE:FF"), (registration.Version, registration.Attributes["mac"]));
        Assert.Equal([new(3, 0), new(3303, 0)], registration.Objects.Instances.ToArray());
        Assert.Equal([ContentFormat.Lwm2mJson], registration.Objects.ContentFormats.ToArray());
    }

    [Fact]
    public void Objects_for_bootstrap_alone_and_unknown_links_are_passed_over()
    {
        ServerScript script = new();
        script.Locate("ep=d", "</lwm2m>;rt=\"oma.lwm2m\",</lwm2m/0/0>,</lwm2m/21/0>,</lwm2m/3/0>,</firmware>");
        RegisteredObjects objects = script.Server.Find("d")!.Registration.Objects;
        Assert.Equal(("/lwm2m", "/3/0"), (objects.Root, string.Join(' ', objects.Instances)));
    }

    [Theory]
    [InlineData("4.00 there are no links to the device's objects", "1.1", "")]
    [InlineData("4.09 what the device has is not known: send the links to its objects", "1.2", "")]
    [InlineData("4.09 what the device has is not known: send the links to its objects", "1.2", "&pid=oma:x")]
    public void Without_links_there_has_to_be_something_that_says_what_the_device_has(string answer, string version, string more)
    {
        ServerScript script = new();
        Assert.Equal(answer, script.Register($"ep=d&lwm2m={version}{more}", links: null));
    }

    [Fact]
    public void Ids_of_profiles_stand_for_what_the_same_device_has_said_with_them()
    {
        ServerScript script = new();
        script.Locate("ep=d&lwm2m=1.2&pid=oma:x");
        Assert.StartsWith("2.01", script.Register("ep=d&lwm2m=1.2&pid=oma:x", links: null), StringComparison.Ordinal);
        Assert.Equal(3, script.Server.Find("d")!.Registration.Objects.InstanceCount);
        Assert.StartsWith("4.09", script.Register("ep=d&lwm2m=1.2&pid=oma:y", links: null), StringComparison.Ordinal);
        Assert.StartsWith("4.09", script.Register("ep=e&lwm2m=1.2&pid=oma:x", links: null), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_format_and_another_method_are_refused()
    {
        ServerScript script = new();
        Assert.StartsWith("4.15", script.Register("ep=d", format: ContentFormat.PlainText), StringComparison.Ordinal);
        Assert.StartsWith("2.01", script.Register("ep=d", format: null), StringComparison.Ordinal);
        Assert.Equal("4.05", script.Ask(CoapCode.Get, "/rd"));
        Assert.Equal("4.05", script.Ask(CoapCode.Put, "/rd/0"));
        Assert.Equal("4.04", script.Ask(CoapCode.Get, "/"));
        Assert.Equal("4.04", script.Ask(CoapCode.Post, "/rd/0/1"));
    }

    [Fact]
    public void Row_115_The_endpoint_is_who_the_device_has_proved_to_be()
    {
        ServerScript script = new();
        script.Identities.Set(script.Device, new(PeerIdentityKind.PreSharedKey, "node-7"u8));
        Assert.Equal("4.00 ep is not the name of who the device has proved to be", script.Register("ep=node-8&lwm2m=1.1"));
        Assert.Equal("4.00 ep is missing, which LwM2M 1.0 demands", script.Register("lwm2m=1.0"));
        string location = script.Locate("lwm2m=1.1");
        Assert.Equal(script.Identities.FindIdentity(script.Device.Node.Peer), script.Server.Find("node-7")!.Registration.Identity);

        // Nobody else takes its name, updates its registration or removes it.
        ScriptedPeer stranger = script.AddDevice("stranger");
        Assert.Equal("4.03 a device that has proved to be another one is registered by that name", script.Register("ep=node-7", from: stranger));
        Assert.StartsWith("4.04", script.Ask(CoapCode.Post, location, from: stranger), StringComparison.Ordinal);
        Assert.StartsWith("4.04", script.Ask(CoapCode.Delete, location, from: stranger), StringComparison.Ordinal);
        script.Identities.Set(stranger, new(PeerIdentityKind.PreSharedKey, "node-9"u8));
        Assert.Equal("4.00 ep is not the name of who the device has proved to be", script.Register("ep=node-7", from: stranger));
        Assert.StartsWith("4.04", script.Ask(CoapCode.Delete, location, from: stranger), StringComparison.Ordinal);

        // The same one from elsewhere is the same one.
        script.Identities.Set(stranger, new(PeerIdentityKind.PreSharedKey, "node-7"u8));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, from: stranger));
        Assert.Equal(stranger.Node.Peer, script.Server.Find("node-7")!.Registration.Peer);
    }

    [Fact]
    public void An_identity_may_go_with_another_name_or_none_and_no_identity_may_be_too_little()
    {
        ServerScript script = new(new()
        {
            AdmitsUnidentified = false,
            EndpointOf = static identity => identity.Kind == PeerIdentityKind.RawPublicKey ? "urn:dev:7" : null,
        });
        Assert.Equal("4.03 only devices with a key may register here", script.Register("ep=d"));
        script.Identities.Set(script.Device, new(PeerIdentityKind.PreSharedKey, "d"u8));
        Assert.Equal("4.00 no endpoint goes with what the device has proved to be", script.Register("ep=d"));
        script.Identities.Set(script.Device, new(PeerIdentityKind.RawPublicKey, [1, 2, 3]));
        script.Locate("ep=urn:dev:7");
    }

    [Theory]
    [InlineData(PeerIdentityKind.PreSharedKey, "6e6f6465", "node")]
    [InlineData(PeerIdentityKind.Certificate, "6e6f6465", "node")]
    [InlineData(PeerIdentityKind.Oscore, "006e6f6465", "node")]
    [InlineData(PeerIdentityKind.Oscore, "02ffff6e6f6465", "node")]
    [InlineData(PeerIdentityKind.Oscore, "05ff", null)]
    [InlineData(PeerIdentityKind.Oscore, "00", null)]
    [InlineData(PeerIdentityKind.Oscore, "00ff", null)]
    [InlineData(PeerIdentityKind.RawPublicKey, "6e6f6465", null)]
    public void The_name_in_an_identity(PeerIdentityKind kind, string value, string? name) =>
        Assert.Equal(name, new ServerEndpointOptions().EndpointOf(new(kind, Convert.FromHexString(value))));
}
