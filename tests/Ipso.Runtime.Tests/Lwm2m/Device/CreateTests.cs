using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Model;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Create and Delete where the program has a word in it: defaults, refusals, bounds.</summary>
public class CreateTests
{
    private readonly DeviceNetwork _network = new(0);

    private NetworkServer Server => _network.Server;

    private ObjectTree Objects => _network.Device.Objects;

    private string Create(ushort objectId, string records) => Server.Post($"/{objectId}", $"[{records}]", ContentFormat.SenMLJson);

    [Fact]
    public void What_the_server_leaves_out_the_program_may_fill_in()
    {
        Objects.Allow<LightControl>(static light =>
        {
            light.OnOff = false;
            light.Dimmer ??= 30;
            return true;
        });
        Assert.Equal("2.01 /3311/0", Server.Post("/3311"));
        Assert.Equal("2.01 /3311/1", Server.AskHex(CoapCode.Post, "/3311", "", ContentFormat.Tlv));
        Assert.Equal("2.01 /3311/2", Server.AskHex(CoapCode.Post, "/3311", "e116db14", ContentFormat.Tlv));
        Assert.Equal("2.01", Server.AskHex(CoapCode.Post, "/3311", "0009", ContentFormat.Tlv));
        Assert.Equal([30L, 30L, 20L, 30L], Objects.OfType<LightControl>().Select(static light => light.Dimmer!.Value));
        Assert.NotNull(Objects.Find(3311, 9));
    }

    [Fact]
    public void Without_a_word_of_the_program_what_is_mandatory_comes_from_the_server()
    {
        Objects.Allow<LightControl>();
        Assert.Equal("4.00", Server.Post("/3311"));
        Assert.Equal("/3311/0: mandatory resource 5850 (On/Off) is missing", Diagnostic());
        Assert.Empty(Objects);
    }

    [Fact]
    public void One_that_is_refused_refuses_all()
    {
        Objects.Allow<LightControl>(static light => light.OnOff);
        Assert.Equal("4.00", Create(3311, """{"bn":"/3311/","n":"1/5850","vb":true},{"n":"2/5850","vb":false}"""));
        Assert.Equal("/3311/2: the device does not take this instance of object 3311 (Light Control)", Diagnostic());
        Assert.Empty(Objects);
        Assert.Equal("2.01", Create(3311, """{"bn":"/3311/","n":"1/5850","vb":true}"""));
    }

    [Fact]
    public void There_is_a_bound()
    {
        Objects.Allow<LightControl>(maxInstances: 2);
        Assert.Equal("2.01", Create(3311, """{"bn":"/3311/","n":"5/5850","vb":true}"""));
        Assert.Equal("4.05", Create(3311, """{"bn":"/3311/","n":"1/5850","vb":true},{"n":"2/5850","vb":true}"""));
        Assert.Equal("2.01", Create(3311, """{"bn":"/3311/","n":"1/5850","vb":true}"""));
        Assert.Equal("4.05", Create(3311, """{"bn":"/3311/","n":"2/5850","vb":true}"""));
        Assert.Equal("4.00", Create(3311, """{"bn":"/3311/","n":"1/5850","vb":true}"""));
        Assert.Equal("2.02", Server.Delete("/3311/5"));
        Assert.Equal("2.01", Create(3311, """{"bn":"/3311/","n":"2/5850","vb":true}"""));
    }

    [Fact]
    public void Of_an_object_that_has_one_instance_it_has_the_id_0()
    {
        Objects.Allow<ConnectivityStatistics>(static statistics =>
        {
            statistics.Start = null;
            return true;
        });
        Assert.Equal("4.00", Server.AskHex(CoapCode.Post, "/7", "0303c10805", ContentFormat.Tlv));
        Assert.Equal("2.01 /7/0", Server.Post("/7"));
        Assert.Equal("4.00", Server.Post("/7"));
        Assert.Equal("there is such an object instance already", Diagnostic().Split(": ")[^1]);
        Assert.Equal("2.02", Server.Delete("/7/0"));
    }

    [Fact]
    public void What_a_server_cannot_set_and_what_is_unknown_is_passed_over()
    {
        Objects.Allow<Rules>();
        const string Records = """
            {"bn":"/26242/4/","n":"0","v":5},{"n":"1/0","v":1},{"n":"1/1","v":2},{"n":"3","vs":"forged"},{"n":"10/0","v":9},{"n":"999","v":1}
            """;
        Assert.Equal("2.01", Create(26242, Records));
        Rules rules = Objects.Find<Rules>(4)!;
        Assert.Equal(5, rules.Level);
        Assert.Equal([1, 2], rules.Limits);
        Assert.Null(rules.Serial);
        Assert.Empty(rules.Codes);
    }

    [Theory]
    [InlineData("""{"bn":"/26242/1/","n":"0","v":101},{"n":"1/0","v":1}""")]
    [InlineData("""{"bn":"/26242/1/","n":"0","vs":"x"},{"n":"1/0","v":1}""")]
    [InlineData("""{"bn":"/26242/1/","n":"0","v":1},{"n":"0","v":1},{"n":"1/0","v":1}""")]
    [InlineData("""{"bn":"/26242/1/","n":"0","v":1},{"n":"1","v":1}""")]
    [InlineData("""{"bn":"/26242/1/","n":"0/0","v":1},{"n":"1/0","v":1}""")]
    [InlineData("""{"bn":"/3311/1/","n":"5850","vb":true}""")]
    [InlineData("""{"bn":"/26242/1/","n":"0","v":1},{"n":"1/0","v":1},{"bn":"/26242/2/","n":"0","v":1}""")]
    [InlineData("""{"bn":"/26242/1/","n":"0","v":1},{"n":"1/0","v":1},{""")]
    public void A_wrong_value_anywhere_creates_nothing(string records)
    {
        Objects.Allow<Rules>();
        Assert.Equal("4.00", Create(26242, records));
        Assert.Empty(Objects);
    }

    [Fact]
    public void Links_of_a_new_instance_point_at_what_is_there()
    {
        Objects.Allow<AllTypes>();
        Objects.Declare<LightControl>();
        Objects.Add(new Temperature { SensorValue = 1 });
        Assert.Equal("4.00", Create(26241, """{"bn":"/26241/0/","n":"7","vlo":"3303:1"}"""));
        Assert.Equal("4.00", Create(26241, """{"bn":"/26241/0/","n":"7","vlo":"3311:0"}"""));
        Assert.Equal("2.01", Create(26241, """{"bn":"/26241/0/","n":"7","vlo":"3303:0"}"""));
        Assert.Equal("2.01", Create(26241, """{"bn":"/26241/1/","n":"7","vlo":"3311:65535"}"""));
    }

    [Fact]
    public void What_the_program_needs_it_keeps()
    {
        LightControl needed = new() { OnOff = true };
        Objects.Add(needed);
        Assert.Equal("4.05", Server.Delete("/3311/0"));
        Objects.Allow<LightControl>(deleting: light => light != needed);
        Assert.Equal("4.05", Server.Delete("/3311/0"));
        Assert.Equal("2.01 /3311/1", Server.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
        Assert.Equal("2.02", Server.Delete("/3311/1"));
        Assert.Same(needed, Assert.Single(Objects));
        Objects.Declare<LightControl>();
        Assert.Equal("4.05", Server.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
    }

    [Fact]
    public void A_callback_that_throws_or_adds_creates_nothing()
    {
        List<Exception> told = [];
        _network.Device.HandlerFailed = told.Add;
        Objects.Allow<LightControl>(static _ => throw new NotSupportedException());
        Assert.Equal("5.00", Server.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
        Assert.Empty(Objects);
        Objects.Allow<LightControl>(light =>
        {
            Objects.Add(light);
            return true;
        });
        Assert.Equal("5.00", Server.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
        Assert.Equal([typeof(NotSupportedException), typeof(InvalidOperationException)], told.Select(static e => e.GetType()));
    }

    [Fact]
    public void Some_objects_are_not_for_servers_to_create()
    {
        Assert.Throws<InvalidOperationException>(() => Objects.Allow<Device>());
        Assert.Throws<InvalidOperationException>(() => Objects.Allow<LWM2MSecurity>());
        Assert.Throws<InvalidOperationException>(() => Objects.Allow<LwM2MServer>());
        Assert.Throws<InvalidOperationException>(() => Objects.Allow<LwM2MAccessControl>());
        Assert.Throws<ArgumentOutOfRangeException>(() => Objects.Allow<LightControl>(maxInstances: 0));
    }

    [Fact]
    public void Who_observes_the_object_hears_of_what_comes_and_goes()
    {
        Objects.Allow<LightControl>();
        Assert.Equal("2.05 110", Server.Observe("/3311", out _, ContentFormat.SenMLJson));
        Assert.Equal("2.01 /3311/0", Server.AskHex(CoapCode.Post, "/3311", "e116da01", ContentFormat.Tlv));
        Assert.Equal("2.02", Server.Delete("/3311/0"));
        _network.Await(() => Server.Notifications.Count == 2, "no second notification has come");
        Assert.Equal(["""2.05 110 [{"bn":"/3311/0/","n":"5850","vb":true}]""", "2.05 110"], Server.Notifications);
    }

    [Fact]
    public void What_is_known_is_named_to_servers()
    {
        Objects.Add(new Temperature { SensorValue = 1 });
        Objects.Declare<LightControl>();
        Objects.Allow<Rules>();
        byte[] links = new byte[200];
        Assert.Equal(RepresentationResult.Written, RegistrationLinks.Write(Objects, new(), links, out int written));
        Assert.Equal(
            """</>;rt="oma.lwm2m",</3303>;ver=1.1,</3303/0>,</3311>,</26242>""", Encoding.UTF8.GetString(links, 0, written));
    }

    private string Diagnostic() => Encoding.UTF8.GetString(Server.LastPayload);
}
