using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>What is kept of objects is all of them, also what no server may read.</summary>
public class DeviceStateTests
{
    private static readonly byte[] s_key = Convert.FromHexString("000102030405060708090A0B0C0D0E0F");

    private static InstanceFactory[] Factories =>
        [InstanceFactory.Of<LWM2MSecurity>(), InstanceFactory.Of<LwM2MServer>(), InstanceFactory.Of<LwM2MAccessControl>()];

    [Fact]
    public void An_account_is_read_as_it_was_written_with_its_keys()
    {
        StateWriter writer = new();
        writer.Write(Account(out LwM2MServer server));
        writer.Write(server);
        StateReader reader = new(writer.Written);

        Assert.True(reader.Next());
        Assert.True(reader.TryReadInstance(Factories, out ObjectInstance? instance, out ushort id, out _));
        LWM2MSecurity security = Assert.IsType<LWM2MSecurity>(instance);
        Assert.Equal(4, id);
        Assert.Equal("coap://[2001:db8::1]", security.LWM2MServerURI);
        Assert.Equal(s_key, security.SecretKey.ToArray());
        Assert.Equal((ushort)7, security.ShortServerID);

        Assert.True(reader.Next());
        Assert.True(reader.TryReadInstance(Factories, out instance, out id, out _));
        LwM2MServer read = Assert.IsType<LwM2MServer>(instance);
        Assert.Equal(300, read.Lifetime);
        Assert.Equal(7, (int)read.ShortServerID);
        Assert.False(reader.Next());
    }

    [Fact]
    public void A_section_of_another_kind_is_passed_over_and_one_cut_off_is_none()
    {
        StateWriter writer = new();
        writer.Write((StateSection)999, [1, 2, 3]);
        writer.Write(StateSection.Attributes, []);
        StateReader reader = new(writer.Written);
        Assert.True(reader.Next());
        Assert.Equal(3, reader.Content.Length);
        Assert.True(reader.Next());
        Assert.Equal(StateSection.Attributes, reader.Kind);
        Assert.False(reader.Next());
        for (int length = 0; length < 9; length++)
        {
            StateReader cut = new(writer.Written[..length]);
            Assert.False(cut.Next());
        }
    }

    [Fact]
    public void What_a_device_does_not_keep_is_said()
    {
        StateWriter writer = new();
        Account(out LwM2MServer server);
        writer.Write(server);
        StateReader reader = new(writer.Written);
        Assert.True(reader.Next());
        Assert.False(reader.TryReadInstance([InstanceFactory.Of<LWM2MSecurity>()], out _, out _, out string? fault));
        Assert.Equal("/1/4 is of an object that this device does not keep", fault);
    }

    [Fact]
    public void No_read_of_a_server_comes_to_a_key()
    {
        byte[] buffer = new byte[1024];
        foreach (ContentFormat format in (ContentFormat[])[ContentFormat.SenMLCbor, ContentFormat.SenMLJson, ContentFormat.Tlv, ContentFormat.Lwm2mCbor])
        {
            Representation.Write(Account(out _), format, buffer, out int written);
            Assert.Equal(-1, buffer.AsSpan(0, written).IndexOf(s_key.AsSpan(4)));
            Assert.True(Representation.TryWriteWhole(Account(out _), format, buffer, out int whole));
            Assert.True(whole > written + s_key.Length);
        }
    }

    private static LWM2MSecurity Account(out LwM2MServer server)
    {
        ObjectTree tree = new();
        LWM2MSecurity security = new()
        {
            LWM2MServerURI = "coap://[2001:db8::1]", BootstrapServer = false, SecurityMode = 0, PublicKeyOrIdentity = new byte[] { 1, 2 },
            ServerPublicKey = Array.Empty<byte>(), SecretKey = s_key, ShortServerID = 7,
        };
        server = new()
        {
            ShortServerID = 7, Lifetime = 300, NotificationStoringWhenDisabledOrOffline = true, Binding = "U",
            RegistrationUpdateTrigger = static _ => { },
        };
        tree.Add(4, security);
        tree.Add(4, server);
        return security;
    }
}
