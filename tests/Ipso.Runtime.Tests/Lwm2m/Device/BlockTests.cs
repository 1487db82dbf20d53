using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;
using Ipso.Tests.Coap.Engine;

namespace Ipso.Tests.Lwm2m;

/// <summary>A device that is read, written and observed beyond one datagram (RFC 7959).</summary>
public class BlockTests
{
    private static readonly string s_text = string.Concat(Enumerable.Range(0, 5000).Select(i => (char)('a' + (i % 26))));

    private readonly Temperature _temperature = new() { SensorValue = 21.5, ApplicationType = s_text };
    private readonly DeviceEndpoint _device = new(new SeededRandom(1));
    private readonly CoapEndpoint _client = new(new CoapEndpointOptions(), new SeededRandom(2));
    private readonly byte[] _buffer = new byte[2048];

    public BlockTests() => _device.Objects.Add(_temperature);

    [Fact]
    public void A_large_value_is_read_whole()
    {
        Assert.Equal(s_text, Ask(CoapCode.Get, "/3303/0/5750", "", ContentFormat.PlainText));
        Assert.Contains(s_text, Ask(CoapCode.Get, "/3303", "", ContentFormat.SenMLJson), StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_value_is_written_whole_or_not_at_all()
    {
        string other = new('z', 9000);
        Ask(CoapCode.Put, "/3303/0/5750", other, null);
        Assert.Equal(other, _temperature.ApplicationType);

        // What breaks off in the middle changes nothing.
        ExchangeId id = Begin(CoapCode.Put, "/3303/0/5750", s_text, null, observe: false);
        Carry(messages: 3);
        Assert.True(_client.Cancel(id));
        Carry();
        Assert.Equal(other, _temperature.ApplicationType);
    }

    [Fact]
    public void A_large_value_is_observed()
    {
        Begin(CoapCode.Get, "/3303/0/5750", "", ContentFormat.PlainText, observe: true);
        Carry();
        Assert.Equal(s_text, Event(CoapEventKind.Notification));
        _temperature.ApplicationType = new string('n', 3000);
        Carry();
        Assert.Equal(new string('n', 3000), Event(CoapEventKind.Notification));
    }

    private string Ask(CoapCode method, string path, string payload, ContentFormat? accept)
    {
        Begin(method, path, payload, accept, observe: false);
        Carry();
        return Event(CoapEventKind.Response);
    }

    private string Event(CoapEventKind kind)
    {
        Assert.True(_client.TryTakeEvent(out CoapEvent e));
        Assert.Equal(kind, e.Kind);
        Assert.True(e.Message.Code.IsSuccess, e.Message.Code.ToString());
        return Encoding.UTF8.GetString(e.Message.Payload);
    }

    private ExchangeId Begin(CoapCode method, string path, string payload, ContentFormat? accept, bool observe) => _client.Request(
        Wire.Other,
        new CoapRequestHead
        {
            Method = method,
            Path = path,
            Accept = accept,
            Observe = observe,
            ContentFormat = payload.Length > 0 ? ContentFormat.PlainText : null,
        },
        Encoding.UTF8.GetBytes(payload));

    private void Carry(int messages = int.MaxValue)
    {
        bool moved = true;
        while (moved)
        {
            moved = false;
            while (messages > 0 && _client.TryTransmit(_buffer, default, out Transmit transmit))
            {
                _device.Receive(_buffer.AsSpan(0, transmit.Length), Wire.Peer, default);
                moved = --messages >= 0;
            }

            while (messages > 0 && _device.TryTransmit(_buffer, default, out Transmit transmit))
            {
                _client.Receive(_buffer.AsSpan(0, transmit.Length), Wire.Other, default);
                moved = --messages >= 0;
            }
        }
    }
}
