using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>Rights as the program gives them, what becomes of them without a server, and what they cost.</summary>
public class AccessControlTests
{
    private static readonly Lwm2mPath s_light = new(3311, 0);

    private readonly DeviceEndpoint _device = new(new SeededRandom(1));
    private readonly byte[] _buffer = new byte[1200];
    private readonly PeerId _first = new([1]);
    private ushort _messageId;
    private Instant _now;

    public AccessControlTests()
    {
        for (ushort id = 1; id <= 4; id++)
        {
            DeviceNetwork.AddAccount(_device, id, new([(byte)id]));
        }

        _device.Objects.Add(new LightControl { OnOff = true, Dimmer = 10 });
        _device.Objects.Add(new LightControl { OnOff = true, Dimmer = 10 });
    }

    private AccessControl Access => _device.Access;

    [Fact]
    public void Without_an_instance_of_object_2_everybody_may_everything()
    {
        Assert.False(Access.IsInForce);
        Assert.Equal(AccessControl.All, Access.RightsOf(4, s_light));
        Access.Grant(s_light, 1, AccessRights.Read);
        Assert.True(Access.IsInForce);
        Assert.Equal(AccessRights.Read, Access.RightsOf(1, s_light));
        Assert.Equal(AccessRights.None, Access.RightsOf(4, s_light));
        Assert.Equal(AccessRights.None, Access.RightsOf(1, new(3311, 1)));
        Assert.Equal(AccessRights.None, Access.RightsOf(1, new(0, 0)));
    }

    [Fact]
    public void What_is_no_right_is_not_granted()
    {
        Assert.Throws<ArgumentException>(() => Access.Grant(s_light, 1, AccessRights.Create));
        Assert.Throws<ArgumentException>(() => Access.Grant(new(3311), 1, AccessRights.Read));
        Assert.Throws<ArgumentException>(() => Access.Grant(new(3311), AccessControl.DefaultEntry, AccessRights.Create));
        Assert.Throws<ArgumentException>(() => Access.Grant(new(3311, 0, 5850), 1, AccessRights.Read));
        Assert.Throws<ArgumentException>(() => Access.Grant(new(2, 0), 1, AccessRights.Read));
        Assert.Throws<ArgumentException>(() => Access.Grant(new(0, 0), 1, AccessRights.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => Access.Grant(s_light, 65535, AccessRights.Read));
        Assert.False(Access.IsInForce);
    }

    // What each of the servers 2 to 4 may do, or nothing said where it is -1; then who owns the light when server 1, its owner, is gone.
    [Theory]
    [InlineData(1, 3, 9, 3)]
    [InlineData(1, 3, 11, 4)]
    [InlineData(-1, 1, 5, 3)]
    [InlineData(-1, -1, 4, 4)]
    [InlineData(0, 0, 1, 4)]
    [InlineData(0, -1, 0, 0)]
    [InlineData(-1, -1, -1, 0)]
    public void The_heir_is_who_may_write_and_delete_most(int second, int third, int fourth, int heir)
    {
        Access.SetOwner(s_light, 1);
        Access.Grant(s_light, 1, AccessRights.Read);
        foreach ((int rights, ushort id) in new[] { (second, (ushort)2), (third, (ushort)3), (fourth, (ushort)4) })
        {
            if (rights >= 0)
            {
                Access.Grant(s_light, id, (AccessRights)rights);
            }
        }

        List<Lwm2mPath> deleted = [];
        Access.RemoveServer(1, deleted.Add);
        Assert.Equal(heir == 0 ? [s_light] : [], deleted);
        Assert.Equal(heir == 0, _device.Objects.Find(3311, 0) is null);
        Assert.Equal(heir, _device.Objects.Find(2, 0) is Ipso.Lwm2m.Device.LwM2MAccessControl control ? control.AccessControlOwner : 0);
    }

    [Fact]
    public void Who_has_a_default_entry_is_somebody_and_mandatory_objects_stay()
    {
        _device.Objects.Add(new Ipso.Objects.Device { ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = null });
        Access.SetOwner(new(3, 0), 1);
        Access.SetOwner(new(1, 3), 1);
        Access.Grant(s_light, AccessControl.DefaultEntry, AccessRights.Read);
        Access.SetOwner(s_light, 1);
        Access.RemoveServer(1, path => Assert.Fail($"{path} is deleted"));
        Assert.NotNull(_device.Objects.Find(3, 0));
        Assert.NotNull(_device.Objects.Find(1, 3));
        Assert.Equal(AccessControl.All, Access.RightsOf(2, s_light));
        Assert.Equal(AccessRights.Read, Access.RightsOf(3, s_light));
    }

    [Fact]
    public void Rights_that_are_looked_up_allocate_nothing()
    {
        _device.Objects.Declare<LightControl>();
        Access.SetOwner(s_light, 1);
        Access.Grant(new(3311, 1), 2, AccessRights.Read);
        ContentFormat json = ContentFormat.SenMLJson;
        byte[] fetch = """[{"n":"/3311/0/5851"},{"n":"/3311/1/5851"}]"""u8.ToArray();
        byte[] patch = """[{"n":"/3311/0/5851","v":10}]"""u8.ToArray();
        byte[][] requests =
        [
            CoapDatagram.Con(CoapCode.Get, 0).Token("01").Path("/3311").ToArray(),
            CoapDatagram.Con(CoapCode.Get, 0).Token("01").Path("/3311/0/5851").ToArray(),
            CoapDatagram.Con(CoapCode.Put, 0).Token("01").Path("/3311/0/5851").ContentFormat(ContentFormat.PlainText)
                .Payload("10"u8.ToArray()).ToArray(),
            CoapDatagram.Con(CoapCode.Fetch, 0).Token("01").Path("/").ContentFormat(json).Payload(fetch).ToArray(),
            CoapDatagram.Con(CoapCode.IPatch, 0).Token("01").Path("/").ContentFormat(json).Payload(patch).ToArray(),
        ];
        int told = 0;
        _device.ChangedByServer = _ => told++;
        Run(requests, 300);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(requests, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2 * 1300, told);
    }

    private void Run(byte[][] requests, int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            foreach (byte[] request in requests)
            {
                _now += TimeSpan.FromSeconds(3);
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), ++_messageId);
                _device.Receive(request, _first, _now);
                bool isAnswered = false;
                while (_device.TryTransmit(_buffer, _now, out Transmit transmit))
                {
                    isAnswered |= transmit.Length > 4 && _buffer[1] >> 5 == 2;
                }

                if (!isAnswered)
                {
                    Assert.Fail($"{request[1]} was refused");
                }
            }
        }
    }
}
