using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Testing.Tests;

/// <summary>A year of a thermometer on a network that loses a tenth, with a cut every month and a power failure every six weeks.</summary>
public class DeviceLifeTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_outage = TimeSpan.FromHours(12);

    // The server observes anew when it has heard nothing for so long.
    private static readonly TimeSpan s_patience = TimeSpan.FromHours(3);

    private readonly VirtualNetwork _network = new(seed: 2030)
    {
        Links = new LinkSettings
        {
            Loss = 0.1,
            Duplication = 0.02,
            Reordering = 0.05,
            Delay = LinkDelay.Jitter(TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(300)),
            Mtu = 1280,
        },
    };

    private readonly VirtualNode<DeviceEndpoint> _device;
    private readonly VirtualNode<CoapEndpoint> _server;
    private readonly Dictionary<ExchangeId, string> _requests = [];
    private readonly List<string> _unexpected = [];
    private Temperature _temperature = null!;
    private double _value;
    private ExchangeId _observation;
    private double _seen;
    private Instant _heard;
    private TimeSpan _longestSilence;
    private int _notifications;
    private int _confirmed;
    private int _resets;
    private int _answers;
    private int _timeouts;

    public DeviceLifeTests()
    {
        _device = _network.Add("device", MakeDevice);
        // A device reports when its attributes say so: no representation of it is stale after Max-Age.
        CoapEndpointOptions options = new() { Observers = 0, RefreshObservations = false };
        _server = _network.Add("server", random => new CoapEndpoint(options, random));
        _server.AfterStep = TakeEvents;
        _network.Trace.Capacity = 1000;
        _network.Sent = entry =>
        {
            _ = CoapMessage.TryParse(entry.Datagram.Span, out CoapMessage message, out _);
            _confirmed += message.Type == CoapType.Confirmable && entry.From == _device ? 1 : 0;
        };
    }

    [Fact]
    public void A_device_lives_a_year_on_a_lossy_network()
    {
        Every(s_hour, Measure);
        Every(TimeSpan.FromMinutes(30), ObserveIfSilent);
        Every(TimeSpan.FromDays(1), () => Ask(CoapCode.Get, "/3303/0/5701", "\"Cel\""));
        Every(TimeSpan.FromDays(7), () => Ask(CoapCode.Put, "/3303/0/5750", "", "greenhouse"));
        Every(TimeSpan.FromDays(10), () => Ask(CoapCode.Post, "/3303/0/5605", ""));
        Every(TimeSpan.FromDays(30), () => _network.Cut([_device], [_server], s_outage));
        Every(TimeSpan.FromDays(41), _device.Restart);
        _network.Run(TimeSpan.FromDays(365));
        Assert.Equal(_network.Clock.Epoch.AddYears(1), _network.Clock.UtcNow);

        // What was asked in the last minute comes to its end.
        _network.Run(TimeSpan.FromMinutes(10));
        Assert.Empty(_unexpected);
        Assert.Equal(8760, _value);

        // A tenth of the notifications is lost, and what the cuts swallow; what is lost is made good by the next.
        Assert.InRange(_notifications, 7_500, 8_760);
        Assert.True(_value - _seen < 6, $"the server knows {_seen} of {_value}");
        Assert.InRange(_longestSilence, TimeSpan.FromHours(2), s_outage + s_patience + s_hour);
        Assert.True(_confirmed >= 365, $"{_confirmed} Confirmable notifications, at least one a day (RFC 7641, 4.5)");

        // Five transmissions, of whose round trips a fifth fails: what times out is what falls into a cut, 12 + 12 + 1 requests.
        Assert.Equal(365 + 52 + 36, _answers + _timeouts);
        Assert.InRange(_timeouts, 25, 30);
        Assert.InRange(_resets, 36 - _timeouts, 36);

        CoapCounters counters = _device.Protocol.Counters;
        Assert.Equal((0, 0, 0), (counters.Malformed, counters.HandlerFaults, counters.TransmitDropped));
        Assert.Equal(9, _device.Incarnation);
        Assert.Equal(1, _device.Protocol.ObserverCount);
        Assert.InRange(_network.Counters.Lost, 0.08 * _network.Counters.Sent, 0.12 * _network.Counters.Sent);
    }

    // What is not kept over a power failure begins anew; the sensor measures on.
    private DeviceEndpoint MakeDevice(SeededRandom random)
    {
        _temperature = new Temperature { SensorValue = _value, SensorUnits = "Cel", ResetMinAndMaxMeasuredValues = _ => _resets++ };
        DeviceEndpoint device = new(random);
        device.Objects.Add(new Device { Manufacturer = "Ipso", ErrorCode = [0], SupportedBindingAndModes = "U", Reboot = null });
        device.Objects.Add(_temperature);
        return device;
    }

    private void Measure() => _temperature.SensorValue = ++_value;

    private void ObserveIfSilent()
    {
        if (!_observation.IsNone && _network.Now - _heard < s_patience)
        {
            return;
        }

        _server.Protocol.Cancel(_observation);
        CoapRequestHead head = new()
        {
            Method = CoapCode.Get, Path = "/3303/0/5700", Accept = ContentFormat.PlainText, Observe = true,
        };
        _observation = _server.Protocol.Request(_device.Peer, head);
        _heard = _network.Now;
    }

    private void Ask(CoapCode method, string path, string answer, string payload = "")
    {
        CoapRequestHead head = new()
        {
            Method = method,
            Path = path,
            ContentFormat = payload.Length > 0 ? ContentFormat.PlainText : null,
            Accept = method == CoapCode.Get ? ContentFormat.PlainText : null,
        };
        _requests.Add(_server.Protocol.Request(_device.Peer, head, Encoding.UTF8.GetBytes(payload)), answer.Trim('"'));
    }

    private void TakeEvents()
    {
        while (_server.Protocol.TryTakeEvent(out CoapEvent e))
        {
            if (_requests.Remove(e.Exchange, out string? answer))
            {
                string text = e.HasMessage ? Encoding.UTF8.GetString(e.Message.Payload) : "";
                bool isRight = e.Kind == CoapEventKind.Timeout || (e.HasMessage && e.Message.Code.IsSuccess && text == answer);
                _answers += e.HasMessage ? 1 : 0;
                _timeouts += e.HasMessage ? 0 : 1;
                Note(isRight, $"{e.Kind} {text}");
            }
            else if (e.Kind == CoapEventKind.Notification)
            {
                double value = double.Parse(e.Message.Payload, CultureInfo.InvariantCulture);
                Note(value >= _seen && value <= _value, $"{value} after {_seen}, and the sensor has {_value}");
                _longestSilence = TimeSpan.FromTicks(Math.Max(_longestSilence.Ticks, (_network.Now - _heard).Ticks));
                _notifications += value > _seen ? 1 : 0;
                (_seen, _heard) = (value, _network.Now);
            }
            else if (e.Exchange == _observation)
            {
                _observation = default;
            }
        }
    }

    private void Note(bool isExpected, string what)
    {
        if (!isExpected)
        {
            _unexpected.Add($"{_network.Clock.UtcNow:u}: {what}");
        }
    }

    private void Every(TimeSpan interval, Action action) => _network.Clock.Every(interval, () =>
    {
        action();
        return true;
    });
}
