using System.Text;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>A Bootstrap-Server that sends whatever it likes does no harm.</summary>
public class BootstrapHostileTests
{
    private static readonly CoapCode[] s_methods =
        [CoapCode.Get, CoapCode.Put, CoapCode.Put, CoapCode.Put, CoapCode.Put, CoapCode.Delete, CoapCode.Post, CoapCode.Fetch, CoapCode.IPatch];

    private static readonly string[] s_paths =
    [
        "/", "/0", "/0/0", "/0/1", "/0/2", "/0/1/0", "/0/1/10", "/1", "/1/0", "/1/1", "/1/0/0", "/1/0/8", "/1/0/1/0", "/2", "/2/0", "/2/0/2", "/3", "/3/0",
        "/3/0/4", "/3303", "/3303/0", "/3303/0/5700", "/3303/7", "/3311", "/3311/0", "/3311/65534", "/3311/65535", "/21/0", "/9", "/bs/1", "/x",
    ];

    private static readonly string[] s_payloads =
    [
        BootstrapWorld.Security(1, "coap://s", 7), BootstrapWorld.Security(0, "coap://bs", null, isBootstrap: true),
        BootstrapWorld.Security(2, "nonsense", 7, mode: 0), BootstrapWorld.Account(0, 7), BootstrapWorld.Account(1, 8),
        """[{"bn":"/2/0/","n":"0","v":3303},{"n":"1","v":0},{"n":"2/7","v":15},{"n":"3","v":7}]""",
        """[{"bn":"/3311/0/","n":"5850","vb":true},{"n":"5851","v":5}]""", """[{"bn":"/3303/0/","n":"5700","v":5},{"n":"5750","vs":"x"}]""",
        """[{"n":"/3/0/4"}]""", "[]", "",
    ];

    private static readonly ContentFormat?[] s_formats =
    [
        ContentFormat.SenMLJson, ContentFormat.SenMLJson, ContentFormat.SenMLJson, ContentFormat.SenMLJson, ContentFormat.SenMLCbor, ContentFormat.Tlv,
        ContentFormat.PlainText, ContentFormat.Lwm2mCbor, ContentFormat.SenMLEtchJson, null,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_it_sends_is_undone_or_fits_together(int seed)
    {
        Random random = new(seed);
        BootstrapWorld world = new(
            0, BootstrapWorld.Options(new("coap://s")) with { Bootstrap = new() { MaxInstances = 6, MaxBytes = 16 * 1024 } },
            new Temperature { SensorValue = 1 }, new Temperature { SensorValue = 2 },
            new Device { ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = static _ => { } });
        world.Device.Objects.Allow<LightControl>(maxInstances: 3);
        List<Exception> failures = [];
        world.Device.HandlerFailed = failures.Add;
        world.World.Start();
        world.AwaitRegistration();

        int finished = 0;
        for (int session = 0; session < 6; session++)
        {
            world.Device.RequestBootstrap(world.World.Network.Now);
            world.World.Until(() => world.Device.BootstrapState == BootstrapState.Open);
            string before = world.Content;
            for (int i = 0; i < 120; i++)
            {
                Send(world, random);
                Assert.Equal(before, world.Content);
            }

            bool isFinished = session % 2 == 1 && Repair(world) == "2.04";
            finished += isFinished ? 1 : 0;
            world.World.Run(400);
            Assert.Empty(failures);
            Assert.Null(AccountCheck.FindFault(world.Device.Objects));
            Assert.NotNull(Bootstrapper.FindAccount(world.Device.Objects));
            Assert.NotNull(world.Device.Objects.Find<Device>(0));
            Assert.Equal(world.Device.Accounts.All.Length, world.Device.GetServers(world.World.Network.Now).Count);
            if (!isFinished)
            {
                Assert.Equal(before, world.Content);
            }
        }

        Assert.True(finished > 0);
    }

    // Accounts that fit together, whatever came before.
    private static string Repair(BootstrapWorld world)
    {
        foreach (string path in (string[])["/0", "/1", "/2", "/3311"])
        {
            Assert.Equal("2.02", world.Delete(path));
        }

        // Where no more may be written, there is no repairing it.
        _ = world.Put("/0/0", BootstrapWorld.Security(0, "coap://bs", null, isBootstrap: true));
        _ = world.Put("/0/1", BootstrapWorld.Security(1, "coap://s", 7));
        _ = world.Put("/1/0", BootstrapWorld.Account(0, 7));
        return world.Finish();
    }

    private static void Send(BootstrapWorld world, Random random)
    {
        byte[] payload = Encoding.UTF8.GetBytes(s_payloads[random.Next(s_payloads.Length)]);
        if (random.Next(4) == 0 && payload.Length > 0)
        {
            payload[random.Next(payload.Length)] = (byte)random.Next(256);
        }

        CoapCode method = s_methods[random.Next(s_methods.Length)];
        bool hasPayload = method != CoapCode.Get && method != CoapCode.Delete;
        string answer = world.Server.Ask(
            world.World.DeviceNode, method, s_paths[random.Next(s_paths.Length)], hasPayload ? payload : [],
            hasPayload ? s_formats[random.Next(s_formats.Length)] : null, random.Next(3) == 0 ? ContentFormat.LinkFormat : null);
        Assert.True(answer[0] is '2' or '4', answer);
    }
}
