using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// A server in the year of a device: it keeps the registration for its lifetime, and after each Register observes what it wants to know. It
/// trusts that what it observes is told to it as long as the registration lasts.
/// </summary>
internal sealed class YearServer : ICoapRequestHandler
{
    private static readonly CoapEndpointOptions s_options = new() { RefreshObservations = false, Exchanges = 16 };
    private static readonly TimeSpan s_busy = TimeSpan.FromMinutes(1);

    private readonly VirtualNetwork _network;
    private readonly YearAccount _account;
    private readonly ExchangeId[] _observations = new ExchangeId[DeviceYear.Observed.Length];
    private readonly Dictionary<ExchangeId, Action<bool>> _asked = [];
    private string _location = "";
    private long _lifetime;
    private int _registrations;
    private Instant _expires;

    internal YearServer(VirtualNetwork network, YearAccount account)
    {
        _network = network;
        _account = account;
        Node = network.Add($"server{account.Number + 1}", random => new CoapEndpoint(s_options, random, this));
        Node.AfterStep = TakeEvents;
    }

    internal VirtualNode<CoapEndpoint> Node { get; }

    /// <summary>Whom it is asked by.</summary>
    internal PeerId Device { get; set; }

    /// <summary>How many reasons there are to refuse everything.</summary>
    internal int Refusing { get; set; }

    /// <summary>How often it has accepted a Register, and an Update.</summary>
    internal (int Registers, int Updates) Accepted { get; private set; }

    /// <summary>The values that were sent to it without its asking.</summary>
    internal int Sends { get; private set; }

    /// <summary>The last value of each that it observes; null where it has none.</summary>
    internal string?[] Last { get; } = new string?[DeviceYear.Observed.Length];

    internal bool KnowsDevice => _location.Length > 0 && _network.Now < _expires;

    /// <summary>It is down, and everything forgotten.</summary>
    internal void Forget()
    {
        Node.Stop();
        _location = "";
        _asked.Clear();
        Array.Clear(_observations);
        Array.Clear(Last);
    }

    /// <summary>Asks the device, where it knows it; tells whether it has answered well.</summary>
    internal void Ask(CoapCode method, string path, string payload, Action<bool> answered)
    {
        if (!Node.IsUp || !KnowsDevice)
        {
            return;
        }

        CoapRequestHead head = new() { Method = method, Path = path, ContentFormat = payload.Length > 0 ? ContentFormat.PlainText : null };
        ExchangeId exchange = Node.Protocol.Request(Device, head, Encoding.UTF8.GetBytes(payload));
        if (!exchange.IsNone)
        {
            _asked.Add(exchange, answered);
        }
    }

    public void Handle(in CoapRequest request, ref CoapResponse response)
    {
        List<string> path = [], query = [];
        foreach (ReadOnlySpan<byte> segment in request.UriPath)
        {
            path.Add(Encoding.UTF8.GetString(segment));
        }

        foreach (ReadOnlySpan<byte> argument in request.UriQuery)
        {
            query.Add(Encoding.UTF8.GetString(argument));
        }

        response.Code = Refusing > 0 ? CoapCode.ServiceUnavailable
            : path switch
            {
                ["rd"] => Register(query),
                ["dp"] => Take(),
                ["rd", string location] when location == _location && KnowsDevice => request.Method == CoapMethod.Delete ? Deregister() : Update(query),
                _ => CoapCode.NotFound,
            };
        if (response.Code == CoapCode.Created)
        {
            response.AddLocationPath("rd"u8);
            response.AddLocationPath(Encoding.UTF8.GetBytes(_location));
        }
    }

    private CoapCode Register(List<string> query)
    {
        Accepted = (Accepted.Registers + 1, Accepted.Updates);
        _location = (++_registrations).ToString(CultureInfo.InvariantCulture);
        _lifetime = 86400;
        Note(query);
        _account.CheckLifetime(_lifetime);
        int registration = _registrations;
        for (int i = 0; i < _observations.Length; i++)
        {
            int place = i;
            _ = Node.Protocol.Forget(_observations[i]);
            _observations[i] = default;
            Last[i] = null;
            _network.Clock.After(TimeSpan.FromSeconds(1 + i), () => Observe(place, registration));
        }

        return CoapCode.Created;
    }

    private CoapCode Update(List<string> query)
    {
        Accepted = (Accepted.Registers, Accepted.Updates + 1);
        Note(query);
        return CoapCode.Changed;
    }

    private CoapCode Deregister()
    {
        _location = "";
        return CoapCode.Deleted;
    }

    private CoapCode Take()
    {
        Sends++;
        return CoapCode.Changed;
    }

    private void Note(List<string> query)
    {
        foreach (string argument in query)
        {
            _lifetime = argument.StartsWith("lt=", StringComparison.Ordinal) ? long.Parse(argument[3..], CultureInfo.InvariantCulture) : _lifetime;
        }

        _expires = _network.Now + TimeSpan.FromSeconds(_lifetime);
    }

    // As long as nothing has come of it, and the registration is the same, it is tried again.
    private void Observe(int place, int registration)
    {
        if (!Node.IsUp || registration != _registrations || !KnowsDevice || !_observations[place].IsNone)
        {
            return;
        }

        (string path, string query) = DeviceYear.Observed[place];
        CoapRequestHead head = new() { Method = CoapCode.Get, Path = path, Query = query, Accept = ContentFormat.PlainText, Observe = true };
        _observations[place] = Node.Protocol.Request(Device, head);
        _network.Clock.After(s_busy, () => Observe(place, registration));
    }

    private void TakeEvents()
    {
        while (Node.Protocol.TryTakeEvent(out CoapEvent e))
        {
            int place = Array.IndexOf(_observations, e.Exchange);
            if (_asked.Remove(e.Exchange, out Action<bool>? answered))
            {
                answered(e.HasMessage && e.Message.Code.IsSuccess);
            }
            else if (place >= 0 && e.Kind == CoapEventKind.Notification && e.Message.Code.IsSuccess)
            {
                Last[place] = Encoding.UTF8.GetString(e.Message.Payload);
            }
            else if (place >= 0)
            {
                int registration = _registrations;
                _observations[place] = default;
                _network.Clock.After(s_busy, () => Observe(place, registration));
            }
        }
    }
}
