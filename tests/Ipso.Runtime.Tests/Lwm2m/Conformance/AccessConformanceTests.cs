using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Rows 97 to 100 of docs/conformance.md: what several servers may do.</summary>
[Trait("Category", "Conformance")]
public class AccessConformanceTests
{
    private static readonly Lwm2mPath s_first = new(3311, 0);
    private static readonly Lwm2mPath s_second = new(3311, 1);

    // Server 1 owns the first light, server 2 the second; both may create lights; everybody may read and execute the timer.
    private static DeviceNetwork Make(double loss, int servers = 3)
    {
        DeviceNetwork network = new(loss, servers, random =>
        {
            DeviceEndpoint device = new(random);
            device.Objects.Allow<LightControl>();
            device.Objects.Add(new LightControl { OnOff = true, Dimmer = 1 });
            device.Objects.Add(new LightControl { OnOff = true, Dimmer = 2 });
            device.Objects.Add(new Ipso.Objects.Timer { DelayDuration = 1, Trigger = _ => { } });
            device.Access.SetOwner(s_first, 1);
            device.Access.SetOwner(s_second, 2);
            device.Access.Grant(new(3311), 1, AccessRights.Create);
            device.Access.Grant(new(3311), 2, AccessRights.Create);
            device.Access.Grant(new(3340, 0), AccessControl.DefaultEntry, AccessRights.Read | AccessRights.Execute);
            return device;
        });
        return network.AddAccounts();
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_97_Without_a_right_it_is_4_01_and_what_is_absent_is_4_04_before(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer owner = network.Servers[0], other = network.Servers[1], third = network.Servers[2];
        Assert.Equal("4.01", other.Get("/3311/0"));
        Assert.Equal("4.01", other.Get("/3311/0/5850"));
        Assert.Equal("4.01", other.Get("/3311/0/9999"));
        Assert.Equal("4.01", other.Observe("/3311/0/5850", out _));
        Assert.Equal("4.01", other.Put("/3311/0/5850", "0"));
        Assert.Equal("4.01", other.Post("/3311/0", "[]", ContentFormat.SenMLJson));
        Assert.Equal("4.01", other.Post("/3311/0/5850"));
        Assert.Equal("4.01", other.Delete("/3311/0"));
        Assert.Equal("4.01", third.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
        Assert.Equal("4.04", other.Get("/3311/9"));
        Assert.Equal("4.04", other.Get("/9"));
        // Links are for everybody.
        Assert.StartsWith("2.05 40 </3311/0>", other.Discover("/3311/0"), StringComparison.Ordinal);

        Assert.Equal("2.05 0 1", owner.Get("/3311/0/5851"));
        Assert.Equal("4.04", owner.Get("/3311/0/9999"));
        Assert.Equal("2.04", owner.Put("/3311/0/5850", "0"));
        Assert.Equal("2.05 0 1", third.Get("/3340/0/5521"));
        Assert.Equal("2.04", third.Post("/3340/0/5523"));
        Assert.Equal("4.01", third.Put("/3340/0/5521", "5"));
        Assert.Equal("2.02", owner.Delete("/3311/0"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_97_The_owner_says_who_may_what_and_nobody_else(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer owner = network.Servers[0], other = network.Servers[1];
        Assert.Equal("2.05 0 3311", other.Get("/2/0/0"));
        Assert.Equal("4.01", other.Post("/2/0", """[{"bn":"/2/0/","n":"2/2","v":3}]""", ContentFormat.SenMLJson));
        Assert.Equal("2.04", owner.Post("/2/0", """[{"bn":"/2/0/","n":"2/2","v":1}]""", ContentFormat.SenMLJson));
        Assert.Equal("2.05 0 1", other.Get("/3311/0/5851"));
        Assert.Equal("4.01", other.Put("/3311/0/5851", "9"));
        Assert.Equal("2.05 0 1", owner.Get("/3311/0/5851"));
        Assert.Equal("4.01", owner.AskHex(CoapCode.Post, "/2", "", ContentFormat.Tlv));
        Assert.Equal("4.01", owner.Delete("/2/0"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_97_Who_creates_an_instance_owns_it(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer owner = network.Servers[0], other = network.Servers[1];
        Assert.Equal("2.01 /3311/2", owner.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
        Assert.Equal("2.05 0 1", owner.Get("/3311/2/5850"));
        Assert.Equal("4.01", other.Get("/3311/2/5850"));
        Assert.Equal(
            """2.05 110 [{"bn":"/2/4/","n":"0","v":3311},{"n":"1","v":2},{"n":"2/1","v":15},{"n":"3","v":1}]""",
            other.Get("/2/4", ContentFormat.SenMLJson));
        Assert.Equal("4.01", other.Delete("/3311/2"));
        Assert.Equal("2.02", owner.Delete("/3311/2"));
        Assert.Equal("4.04", other.Get("/2/4"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_98_An_object_and_a_composite_show_what_is_permitted(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer owner = network.Servers[0], third = network.Servers[2];
        Assert.Equal(
            """2.05 110 [{"bn":"/3311/0/","n":"5850","vb":true},{"n":"5851","v":1}]""", owner.Get("/3311", ContentFormat.SenMLJson));
        Assert.Equal("4.01", third.Get("/3311"));
        Assert.Equal(
            """2.05 110 [{"bn":"/3311/0/","n":"5851","v":1},{"bn":"/3340/0/","n":"5521","v":1}]""",
            owner.Fetch("""[{"n":"/3311/0/5851"},{"n":"/3311/1/5851"},{"n":"/3340/0/5521"}]"""));
        Assert.Equal("4.01", third.Fetch("""[{"n":"/3311"}]"""));
        Assert.Equal("2.05 110 []", third.Fetch("""[{"n":"/9"}]"""));
        Assert.DoesNotContain("/3311/1/", owner.Fetch("""[{"n":"/"}]"""), StringComparison.Ordinal);

        const string Both = """[{"n":"/3311/0/5851","v":7},{"n":"/3311/1/5851","v":7}]""";
        Assert.Equal("4.01", owner.IPatch(Both));
        Assert.Equal("2.05 0 1", owner.Get("/3311/0/5851"));
        Assert.Equal("4.04", owner.IPatch("""[{"n":"/3311/1/5851","v":7},{"n":"/3311/9/5851","v":7}]"""));
        Assert.Equal("4.01", owner.IPatch("""[{"n":"/3311/1/9999","v":7}]"""));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_98_Without_the_right_to_read_an_observer_hears_nothing(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer other = network.Servers[1];
        network.Device.Access.Grant(s_first, 2, AccessRights.Read);
        Assert.Equal("2.05 0 1", other.Observe("/3311/0/5851", out _));
        network.Device.Access.Grant(s_first, 2, AccessRights.None);
        network.Device.Objects.Find<LightControl>(0)!.Dimmer = 5;
        network.Network.Run(TimeSpan.FromMinutes(5));
        Assert.Empty(other.Notifications);
        Assert.Empty(other.Ends);
        network.Device.Access.Grant(s_first, 2, AccessRights.Read);
        network.Device.Objects.Find<LightControl>(0)!.Dimmer = 6;
        network.Await(() => other.Notifications.Count > 0 || loss > 0, "nothing has come though it may be read again");
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_99_What_a_server_owned_goes_to_others_or_away_with_it(double loss)
    {
        DeviceNetwork network = Make(loss);
        NetworkServer other = network.Servers[1], third = network.Servers[2];
        List<string> changes = [];
        network.Device.Access.Grant(s_second, 1, AccessRights.Read | AccessRights.Write);
        network.Device.Access.Grant(s_second, 3, AccessRights.Read | AccessRights.Write | AccessRights.Delete);
        Assert.Equal("2.05 0 2", third.Get("/3311/1/5851"));
        network.Device.ChangedByServer = change => changes.Add(change.ToString());
        network.Device.OnAccountRemoved(1);
        network.Device.OnAccountRemoved(2);
        // The first light was the first server's alone; of the second one the third server has most rights.
        Assert.Equal(["server 1 has deleted /3311/0"], changes);
        Assert.Equal("4.04", third.Get("/3311/0"));
        Assert.Equal("4.01", other.Get("/3311/1"));
        Assert.Equal("2.05 0 3", third.Get("/2/1/3"));
        Assert.Equal("4.01", other.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
        Assert.Equal("2.05 0 1", third.Get("/3340/0/5521"));
    }

    [Theory]
    [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
    public void Row_100_One_server_alone_may_everything(double loss)
    {
        NetworkServer server = Make(loss, servers: 1).Server;
        Assert.Equal("2.05 0 2", server.Get("/3311/1/5851"));
        Assert.Equal("2.04", server.Put("/3340/0/5521", "5"));
        Assert.Equal("2.01 /3311/2", server.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
        Assert.Equal("4.04", server.Get("/2/4"));
        Assert.Equal("2.02", server.Delete("/3311/1"));
        Assert.Equal("4.01", server.Get("/0"));
    }
}
