using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>What a server may not read is no news to it (LwM2M TS Core, 8.2.4).</summary>
[Trait("Category", "Conformance")]
public class ReportingRightsTests
{
    private static readonly Lwm2mPath s_first = new(3303, 0);
    private static readonly Lwm2mPath s_second = new(3303, 1);

    private readonly Temperature _mine = new() { SensorValue = 1 };
    private readonly Temperature _others = new() { SensorValue = 1 };
    private readonly DeviceScript _script;

    public ReportingRightsTests()
    {
        _script = new(_mine, _others);
        _script.AddServer(102, new([2]));
        _script.AddServer(101, new([1]));
        _script.Device.Access.Grant(s_first, 101, AccessRights.Read);
        _script.Device.Access.Grant(s_second, 102, AccessRights.Read);
    }

    [Theory]
    [InlineData("""[{"n":"/3303"}]""")]
    [InlineData("""[{"n":"/"}]""")]
    [InlineData("""[{"n":"/3303/0/5700"},{"n":"/3303/1/5700"}]""")]
    [InlineData(null)]
    public void A_change_of_what_may_not_be_read_is_not_told(string? composite)
    {
        string first = composite is null
            ? _script.Get("/3303", ContentFormat.SenMLJson, observe: 0)
            : _script.Exchange(CoapCode.Fetch, "/", Encoding.UTF8.GetBytes(composite), ContentFormat.SenMLJson, observe: 0);
        Assert.StartsWith("2.05 110 observed ", first, StringComparison.Ordinal);
        _others.SensorValue = 2;
        Assert.Empty(_script.Drain());
        _mine.SensorValue = 2;
        Assert.DoesNotContain("/3303/1/", Assert.Single(_script.Drain()), StringComparison.Ordinal);

        // An instance that it may not read is none to it; one that is gone has no rights that would say so.
        Temperature third = new() { SensorValue = 3 };
        _script.Device.Access.Grant(new(3303, 2), 102, AccessRights.Read);
        _script.Drain();
        _script.Device.Objects.Add(third);
        Assert.Empty(_script.Drain());
    }

    [Theory]
    [InlineData("/3303/0/5700")]
    [InlineData("/3303/0")]
    [InlineData("/3303")]
    public void Without_the_right_nothing_is_sent_and_with_it_again_it_goes_on(string path)
    {
        _script.WriteAttributes("/3303", "pmax=10");
        _script.Get(path, ContentFormat.SenMLJson, observe: 0);
        Assert.Single(_script.RunFor(10));
        _script.Device.Access.Grant(s_first, 101, AccessRights.None);
        _mine.SensorValue = 2;
        Assert.Empty(_script.RunFor(100));
        Assert.Equal(1, _script.Device.ObserverCount);
        _script.Device.Access.Grant(s_first, 101, AccessRights.Read);
        Assert.NotEmpty(_script.RunFor(10));
        _mine.SensorValue = 3;
        Assert.Contains("\"v\":3", Assert.Single(_script.RunFor(5)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/3303/0/5700", "")]
    [InlineData("/3303/0", "")]
    [InlineData("/3303", "")]
    [InlineData("/3303/0/5700", "pmin=20")]
    [InlineData("/3303", "pmin=20")]
    public void What_changed_without_the_right_is_told_as_soon_as_there_is_one(string path, string attributes)
    {
        if (attributes.Length > 0)
        {
            _script.WriteAttributes("/3303", attributes);
        }

        _script.Get(path, ContentFormat.SenMLJson, observe: 0);
        if (attributes.Length > 0)
        {
            // It was due, and waited for its time.
            _mine.SensorValue = 2;
            Assert.Empty(_script.RunFor(5));
        }

        _script.Device.Access.Grant(s_first, 101, AccessRights.None);
        _mine.SensorValue = 2;
        Assert.Empty(_script.RunFor(100));
        _script.Device.Access.Grant(s_first, 101, AccessRights.Read);
        Assert.Contains("\"v\":2", Assert.Single(_script.RunFor(100)).Message, StringComparison.Ordinal);

        // Once, and rights on what has not changed are no news.
        _script.Device.Access.Grant(s_first, 101, AccessRights.None);
        _script.RunFor(1);
        _script.Device.Access.Grant(s_first, 101, AccessRights.Read);
        Assert.Empty(_script.RunFor(100));
    }

    [Fact]
    public void A_right_that_a_server_writes_or_whose_instance_comes_counts_as_well()
    {
        _script.Device.Access.SetOwner(s_first, 102);
        Assert.StartsWith("2.05 110 observed ", _script.Get("/3303", ContentFormat.SenMLJson, observe: 0), StringComparison.Ordinal);
        _script.Device.Access.Grant(s_first, 101, AccessRights.None);
        _mine.SensorValue = 2;
        Temperature late = new() { SensorValue = 7 };
        _script.Device.Objects.Add(late);
        Assert.Empty(_script.Drain());

        var rights = _script.Device.Objects.OfObject(2).ToArray().Cast<Ipso.Lwm2m.Device.LwM2MAccessControl>()
            .Single(static one => one.ObjectID == 3303 && one.ObjectInstanceID == 0);
        _script.Peer = new([2]);
        List<string> sent = _script.Receive(_script.Request(
            CoapCode.Put, $"/2/{rights.InstanceId}/2", Encoding.UTF8.GetBytes($"[{{\"n\":\"/2/{rights.InstanceId}/2/101\",\"v\":1}}]"),
            ContentFormat.SenMLJson));
        Assert.Equal(2, sent.Count);
        Assert.StartsWith("2.04", sent[0], StringComparison.Ordinal);
        Assert.Contains("\"v\":2", sent[1], StringComparison.Ordinal);

        _script.Device.Access.Grant(new(3303, late.InstanceId), 101, AccessRights.Read);
        Assert.Contains("\"v\":7", Assert.Single(_script.Drain()), StringComparison.Ordinal);
    }

    [Fact]
    public void Observations_and_attributes_go_with_the_account()
    {
        _script.WriteAttributes("/3303/0", "pmin=5");
        _script.Get("/3303/0/5700", observe: 0);
        Assert.Equal(1, _script.Device.ObserverCount);
        _script.Device.OnAccountRemoved(101);
        Assert.Equal(0, _script.Device.ObserverCount);
        Assert.Equal(0, _script.Device.Reporter.Attributes.Count);
        _mine.SensorValue = 2;
        Assert.Empty(_script.RunFor(100));
    }

    [Fact]
    public void Who_creates_several_instances_owns_each_though_the_program_throws()
    {
        _script.Device.Objects.Allow<LightControl>();
        _script.Device.Access.Grant(new(3311), 101, AccessRights.Create);
        _script.Device.ChangedByServer = _ => throw new InvalidOperationException("no");
        Assert.StartsWith(
            "5.00", _script.Post("/3311", """[{"n":"/3311/0/5850","vb":true},{"n":"/3311/1/5850","vb":true}]""", ContentFormat.SenMLJson),
            StringComparison.Ordinal);
        Assert.Equal(2, _script.Device.Objects.OfObject(3311).Length);
        Assert.Equal("2.05 0 1", _script.Get("/3311/0/5850"));
        Assert.Equal("2.05 0 1", _script.Get("/3311/1/5850"));
    }
}
