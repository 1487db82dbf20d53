using System.Globalization;
using System.Text.Json;
using Ipso.Coap;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Objects;
using Ipso.Tests.Vectors;
using LwM2MAccessControl = Ipso.Lwm2m.Device.LwM2MAccessControl;

namespace Ipso.Tests.Lwm2m;

/// <summary>Decisions on access from tests/vectors/acl.json, each by the request that asks for it.</summary>
[Trait("Category", "Vectors")]
public class AccessVectorTests
{
    private const string File = "acl.json";

    public static TheoryData<string> Decisions => VectorFile.Ids(File, "access");

    [Fact]
    public void Every_kind_is_tested() => Assert.Equal(["access"], VectorFile.Kinds(File));

    [Theory]
    [MemberData(nameof(Decisions))]
    public void Decided_as_it_should_be(string id)
    {
        JsonElement vector = VectorFile.Get(File, id);
        JsonElement input = vector.GetProperty("input");
        int servers = input.GetProperty("servers").GetArrayLength();
        DeviceNetwork network = new DeviceNetwork(0, servers, MakeDevice).AddAccounts();
        AddControls(network.Device, input.GetProperty("access_control"));

        ushort ssid = input.GetProperty("ssid").GetUInt16();
        bool isOfObject = input.GetProperty("instance").ValueKind == JsonValueKind.Null;
        ushort objectId = input.GetProperty("object").GetUInt16();
        Lwm2mPath path = isOfObject ? new(objectId) : new(objectId, input.GetProperty("instance").GetUInt16());
        string operation = input.GetProperty("operation").GetString()!;
        JsonElement expected = vector.GetProperty("expect");
        bool isAllowed = expected.GetProperty("allowed").GetBoolean();

        // The Bootstrap-Server has an interface of its own, and attributes are written by a request that has tests of its own.
        if (ssid == AccessControl.BootstrapOnly || operation == "writeAttributes")
        {
            ServerAccount? server = network.Device.Accounts.All.FirstOrDefault(account => account.ShortServerId == ssid);
            bool isPermitted = server is null
                ? network.Device.Access.RightsOf(ssid, path).HasFlag(AccessRights.Write)
                : network.Device.Access.PermitsAttributes(server, path);
            Assert.Equal(isAllowed, isPermitted);
            return;
        }

        string answer = Ask(network.Servers[ssid - 1], operation, path);
        Assert.Equal(isAllowed ? "2" : expected.GetProperty("code_if_denied").GetString(), isAllowed ? answer[..1] : answer);
    }

    private static string Ask(NetworkServer server, string operation, Lwm2mPath path) => (operation, path.ObjectId) switch
    {
        ("read", _) => server.Get(path.ToString()),
        ("observe", _) => server.Observe(path.ToString(), out _),
        ("write", 3) => server.Post("/3/0", """[{"bn":"/3/0/","n":"15","vs":"CET"}]""", ContentFormat.SenMLJson),
        ("write", 1) => server.Post($"{path}", $$"""[{"bn":"{{path}}/","n":"1","v":60}]""", ContentFormat.SenMLJson),
        ("write", 3303) => server.Post($"{path}", $$"""[{"bn":"{{path}}/","n":"5750","vs":"x"}]""", ContentFormat.SenMLJson),
        ("execute", 3303) => server.Post($"{path}/5605"),
        ("create", 3303) => server.Post("/3303", """[{"bn":"/3303/9/","n":"5700","v":1}]""", ContentFormat.SenMLJson),
        ("create", _) => server.Post($"{path}"),
        ("delete", _) => server.Delete($"{path}"),
        _ => throw new NotSupportedException($"{operation} of {path}"),
    };

    private static DeviceEndpoint MakeDevice(Ipso.Testing.SeededRandom random)
    {
        DeviceEndpoint device = new(random);
        device.Objects.Add(new Ipso.Objects.Device { ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = null, Timezone = "UTC" });
        device.Objects.Add(new Temperature { SensorValue = 1, ResetMinAndMaxMeasuredValues = _ => { } });
        device.Objects.Add(new Temperature { SensorValue = 2, ResetMinAndMaxMeasuredValues = _ => { } });
        device.Objects.Add(Blank<FirmwareUpdate>());
        device.Objects.Allow<Temperature>(static temperature =>
        {
            // No server sets what is measured.
            temperature.SensorValue = 0;
            return true;
        });
        return device;
    }

    private static T Blank<T>()
        where T : ObjectInstance, ILwm2mObject<T> => T.Create();

    private static void AddControls(DeviceEndpoint device, JsonElement controls)
    {
        foreach (JsonElement control in controls.EnumerateArray())
        {
            LwM2MAccessControl instance = new()
            {
                ObjectID = control.GetProperty("object").GetUInt16(),
                ObjectInstanceID = control.GetProperty("instance").GetUInt16(),
                AccessControlOwner = control.GetProperty("owner").GetUInt16(),
            };
            foreach (JsonProperty entry in control.GetProperty("acl").EnumerateObject())
            {
                instance.ACL[ushort.Parse(entry.Name, CultureInfo.InvariantCulture)] = entry.Value.GetInt64();
            }

            device.Objects.Add(instance);
        }
    }
}
