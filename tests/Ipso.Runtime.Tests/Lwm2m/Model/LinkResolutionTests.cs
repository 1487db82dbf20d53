using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Objlnk resources lead to instances, and those that lead nowhere are found.</summary>
public class LinkResolutionTests
{
    private readonly ObjectTree _objects = [];
    private readonly Temperature _temperature = new() { SensorValue = 21 };

    public LinkResolutionTests() => _objects.Add(_temperature);

    [Fact]
    public void A_link_leads_to_its_instance_or_says_why_not()
    {
        Assert.Equal(LinkState.Resolved, _objects.Resolve(new(3303, 0), out Temperature? found));
        Assert.Same(_temperature, found);
        Assert.Same(_temperature, _objects.Find<Temperature>(new ObjectLink(3303, 0)));
        Assert.Equal(LinkState.Resolved, _objects.Resolve(new(3303, 0), out ObjectInstance? any));
        Assert.Same(_temperature, any);

        _objects.Declare<LightControl>();
        (ObjectLink Link, LinkState State)[] others =
        [
            (ObjectLink.Null, LinkState.Null), (new(3303, 1), LinkState.Broken), (new(3304, 0), LinkState.Broken),
            (new(3303, Lwm2mPath.MaxId), LinkState.WholeObject), (new(3311, Lwm2mPath.MaxId), LinkState.WholeObject),
            (new(3304, Lwm2mPath.MaxId), LinkState.Broken),
        ];
        foreach ((ObjectLink link, LinkState state) in others)
        {
            Assert.Equal(state, _objects.Resolve(link, out found));
            Assert.Null(found);
            Assert.Null(_objects.Find<Temperature>(link));
        }

        Assert.Equal(LinkState.OtherClass, _objects.Resolve(new(3303, 0), out SetPoint? setPoint));
        Assert.Null(setPoint);
        Assert.Null(_objects.Find<SetPoint>(new ObjectLink(3303, 0)));
    }

    [Fact]
    public void A_multiple_resource_leads_to_several_in_the_order_of_its_instances()
    {
        Actuation first = new() { OnOff = false }, second = new() { OnOff = false };
        ObjectLink one = _objects.Add(first), two = _objects.Add(second);
        Thermostat thermostat = new() { Temperature = new(3303, 0), SetPoint = ObjectLink.Null };
        Assert.Empty(_objects.FindAll<Actuation>(thermostat.Heaters));
        Assert.Empty(_objects.FindAll<Actuation>(null));
        thermostat.Heaters = [two, ObjectLink.Null, new(3303, 0), new(3306, 9), one];
        Assert.Equal([second, first], _objects.FindAll<Actuation>(thermostat.Heaters));
    }

    [Fact]
    public void Broken_links_are_listed_with_their_paths_and_only_they()
    {
        Actuation heater = new() { OnOff = false };
        Thermostat thermostat = new()
        {
            Temperature = new(3303, 0), SetPoint = ObjectLink.Null, Heaters = [new(3306, 0), new(3306, 7), new(3303, Lwm2mPath.MaxId)],
        };
        _objects.Add(heater);
        _objects.Add(2, thermostat);
        _objects.Add(1, new Thermostat { Temperature = new(3303, 5), SetPoint = new(3308, Lwm2mPath.MaxId) });
        Assert.Equal(
            [
                "/26300/1/26241 points at 3303:5, which is not there", "/26300/1/26242 points at 3308:65535, which is not there",
                "/26300/2/26246/1 points at 3306:7, which is not there",
            ],
            _objects.FindBrokenLinks().Select(static broken => broken.ToString()));

        // What they point at goes and comes.
        _objects.Remove(heater);
        Assert.Contains(new(new(26300, 2, 26246, 0), new(3306, 0)), _objects.FindBrokenLinks());
        _objects.Add(7, heater);
        _objects.Remove(_objects.Find(26300, 1)!);
        thermostat.Heaters!.Remove(0);
        Assert.Empty(_objects.FindBrokenLinks());
    }

    [Fact]
    public void A_link_that_no_server_may_read_is_looked_at_too()
    {
        ObjectTree tree = [];
        tree.Add(new LWM2MSecurity
        {
            LWM2MServerURI = "coap://x", BootstrapServer = false, SecurityMode = 0, PublicKeyOrIdentity = default, ServerPublicKey = default,
            SecretKey = default, OSCORESecurityMode = new(21, 3),
        });
        Assert.Equal(["/0/0/17 points at 21:3, which is not there"], tree.FindBrokenLinks().Select(static broken => broken.ToString()));
    }
}
