using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Reporting allocates nothing once it runs, whether a change is told or not.</summary>
public class ReportingAllocationTests
{
    private readonly Temperature _temperature = new() { SensorValue = 0 };
    private readonly DeviceScript _script;
    private readonly byte[] _buffer = new byte[2048];
    private Instant _now;

    public ReportingAllocationTests()
    {
        // Each change is told at once: RFC 7641, 4.5.1, is not what is measured here.
        CoapEndpointOptions coap = new() { Transmission = new() { NotificationInterval = TimeSpan.Zero } };
        _script = new(new DeviceOptions { Coap = coap }, _temperature, DeckTests.Device());
        _now = _script.Now;
    }

    [Theory]
    [InlineData("/3303/0/5700", "gt=0.5&st=0.25", true)]
    [InlineData("/3303/0/5700", "gt=5&lt=-5", false)]
    [InlineData("/3303/0/5700", "pmin=1000&pmax=2000", false)]
    [InlineData("/3303/0", "pmin=0", true)]
    [InlineData("/3303", "con=0", true)]
    public void A_change_and_its_notification(string path, string query, bool isTold)
    {
        _script.WriteAttributes(path, query);
        _script.Get(path, ContentFormat.SenMLCbor, observe: 0);
        _now = _script.Now;
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            _temperature.SensorValue = _temperature.SensorValue == 0 ? 1 : 0;
            Assert.True(isTold == Drive() > 0);
        }));
    }

    [Fact]
    public void Periods_that_come_round()
    {
        _script.Get("/3303/0/5700", observe: 0, query: "pmin=2&pmax=3");
        _now = _script.Now;
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            _now += TimeSpan.FromSeconds(3);
            _script.Device.OnDeadline(_now);
            Assert.True(Drive() == 1);
            _temperature.SensorValue = _temperature.SensorValue == 0 ? 1 : 0;
            Assert.True(Drive() == 0);
            _now += TimeSpan.FromSeconds(2);
            _script.Device.OnDeadline(_now);
            Assert.True(Drive() == 1);
        }));
    }

    [Fact]
    public void A_composite()
    {
        byte[] paths = Encoding.UTF8.GetBytes("""[{"n":"/3303/0/5700"},{"n":"/3/0"}]""");
        _script.Exchange(CoapCode.Fetch, "/", paths, ContentFormat.SenMLJson, observe: 0);
        Assert.Equal(1, _script.Device.ObserverCount);
        _now = _script.Now;
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            _temperature.SensorValue = _temperature.SensorValue == 0 ? 1 : 0;
            Assert.True(Drive() == 1);
        }));
    }

    [Fact]
    public void Write_Attributes_and_registration()
    {
        byte[][] requests =
        [
            _script.Request(CoapCode.Put, "/3303/0/5700", query: "gt=1&pmin=1"),
            _script.Request(CoapCode.Get, "/3303/0/5700", observe: 0, query: "pmin=1"),
            _script.Request(CoapCode.Put, "/3303/0/5700", query: "gt&pmin"),
            _script.Request(CoapCode.Get, "/3303/0/5700", observe: 1, query: "pmin=1"),
        ];
        ushort messageId = 1000;
        Assert.Equal(0, AllocationTests.Allocated(() =>
        {
            foreach (byte[] request in requests)
            {
                messageId++;
                request[2] = (byte)(messageId >> 8);
                request[3] = (byte)messageId;
                _now += TimeSpan.FromSeconds(1);
                _script.Device.Receive(request, _script.Peer, _now);
                Assert.True(Drive() == 1);
            }
        }));
    }

    private int Drive()
    {
        int sent = 0;
        while (_script.Device.TryTransmit(_buffer, _now, out _))
        {
            sent++;
            if ((_buffer[0] & 0x30) == 0)
            {
                // The one a day that wants it is acknowledged.
                _script.Device.Receive([0x60, 0, _buffer[2], _buffer[3]], _script.Peer, _now);
            }
        }

        return sent;
    }
}
