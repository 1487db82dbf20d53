using System.Globalization;
using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// A device and its servers on a virtual network. A server is at <c>coap://name</c>; it accepts what comes, unless the test says otherwise.
/// </summary>
internal sealed class RegistrationWorld
{
    private readonly Dictionary<string, ServerNode> _servers = [];

    // As patient as a test with losses has to be.
    private static readonly CoapEndpointOptions s_patient = new()
    {
        RefreshObservations = false,
        Transmission = new TransmissionParameters { AckTimeout = TimeSpan.FromMilliseconds(100), MaxRetransmit = 9 },
    };

    /// <param name="options">The device; its waits are not spread, so that tests can say when what happens.</param>
    /// <param name="loss">How many of the datagrams get lost, 0 to 1.</param>
    /// <param name="servers">The names of the servers.</param>
    internal RegistrationWorld(DeviceOptions options, double loss = 0, params string[] servers)
        : this(options, loss, retrySpread: 0, servers)
    {
    }

    /// <param name="options">The device.</param>
    /// <param name="loss">How many of the datagrams get lost, 0 to 1.</param>
    /// <param name="retrySpread">By which fraction waits are longer, at most.</param>
    /// <param name="servers">The names of the servers.</param>
    internal RegistrationWorld(DeviceOptions options, double loss, double retrySpread, params string[] servers)
        : this(options, loss, retrySpread, seed: 77, servers)
    {
    }

    /// <param name="options">The device.</param>
    /// <param name="loss">How many of the datagrams get lost, 0 to 1.</param>
    /// <param name="retrySpread">By which fraction waits are longer, at most.</param>
    /// <param name="seed">What all chance comes from.</param>
    /// <param name="servers">The names of the servers.</param>
    internal RegistrationWorld(DeviceOptions options, double loss, double retrySpread, ulong seed, params string[] servers)
    {
        Network = new(seed) { Links = LinkSettings.Perfect with { Loss = loss } };
        foreach (string server in servers)
        {
            _servers.Add(server, new(Network, server, server == BootstrapServer ? s_patient : null));
        }

        options = options with { RetrySpread = retrySpread };
        DeviceNode = Network.Add("device", random => new DeviceEndpoint(random, options)
        {
            HostRequested = OnHostRequested,
            RegistrationChanged = e => Events.Add(string.Create(CultureInfo.InvariantCulture, $"{Seconds} {Short(e)}")),
            BootstrapChanged = e => Events.Add(string.Create(CultureInfo.InvariantCulture, $"{Seconds} {Short(e)}")),
        });
    }

    /// <summary>The name of the server that bootstraps, where there is one.</summary>
    internal const string BootstrapServer = "bs";

    internal VirtualNetwork Network { get; }

    internal VirtualNode<DeviceEndpoint> DeviceNode { get; }

    internal DeviceEndpoint Device => DeviceNode.Protocol;

    /// <summary>The events, each a moment in seconds and words.</summary>
    internal List<string> Events { get; } = [];

    internal double Seconds => Network.Now.Ticks / (double)TimeSpan.TicksPerSecond;

    internal ServerNode this[string server] => _servers[server];

    /// <summary>The instance of Server that an account is.</summary>
    internal LwM2MServer ServerObject(ushort instance = 0) => Device.Objects.Find<LwM2MServer>(instance)!;

    internal RegistrationWorld Start(double runSeconds = 1)
    {
        Device.StartRegistering(Network.Now);
        return Run(runSeconds);
    }

    internal RegistrationWorld Run(double seconds)
    {
        Network.Run(TimeSpan.FromSeconds(seconds));
        return this;
    }

    /// <summary>Goes on until a condition holds, which it has to in time.</summary>
    internal void Until(Func<bool> condition, int days = 1) =>
        Assert.True(Network.RunUntil(condition, TimeSpan.FromDays(days)), "it never came");

    private void OnHostRequested(ServerHost host, Instant now)
    {
        bool isKnown = _servers.TryGetValue(host.Name, out ServerNode? server);
        Device.OnResolved(host, isKnown ? server!.Node.Peer : null, isKnown ? null : $"no {host.Name} here", now);
    }

    private static string Short(BootstrapEvent e)
    {
        string why = e.Failure switch
        {
            BootstrapFailure.None => "",
            BootstrapFailure.Rejected => $" {e.Code.Class}.{e.Code.Detail:D2}",
            _ => $" {e.Failure}",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"bootstrap {e.Kind}{why}{(e.NextTryIn is { } next ? $", next in {next.TotalSeconds}" : "")}");
    }

    private static string Short(RegistrationEvent e)
    {
        string what = e.Kind switch
        {
            RegistrationEventKind.Registered => $"registered {e.Version}",
            RegistrationEventKind.Failed when e.Failure == RegistrationFailure.Rejected => $"failed {e.Code.Class}.{e.Code.Detail:D2}",
            RegistrationEventKind.Failed => $"failed {e.Failure}",
            _ => e.Kind.ToString(),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{e.ShortServerId} {what}{(e.NextTryIn is { } next ? $", next in {next.TotalSeconds}" : "")}");
    }
}

/// <summary>A server on the network: it notes what it is asked, and answers as it is told.</summary>
internal sealed class ServerNode : ICoapRequestHandler
{
    private readonly VirtualNetwork _network;
    private readonly List<string> _answers = [];
    private int _registrations;

    internal ServerNode(VirtualNetwork network, string name, CoapEndpointOptions? options = null)
    {
        _network = network;
        Node = network.Add(name, random => new CoapEndpoint(options ?? new() { RefreshObservations = false }, random, this));
        Node.AfterStep = TakeEvents;
    }

    internal VirtualNode<CoapEndpoint> Node { get; }

    /// <summary>What was asked: method, path and query, and the payload with its format.</summary>
    internal List<string> Log { get; } = [];

    /// <summary>The moments of what was asked, in seconds.</summary>
    internal List<double> Times { get; } = [];

    /// <summary>The code of an answer to a request; by default success.</summary>
    internal Func<string, CoapCode?>? Answer { get; set; }

    /// <summary>The representation that a request is answered with, where there is one.</summary>
    internal Func<string, (ContentFormat Format, byte[] Payload)?>? Content { get; set; }

    /// <summary>The segments of Location-Path that a Register is answered with; the next number below /rd by default.</summary>
    internal string[]? Location { get; set; }

    internal IEnumerable<string> Registers => Log.Where(static line => line.StartsWith("POST /rd?", StringComparison.Ordinal));

    internal IEnumerable<string> Updates => Log.Where(static line => line.StartsWith("POST /rd/", StringComparison.Ordinal));

    /// <summary>Whether the last request was.</summary>
    internal bool IsConfirmable { get; private set; }

    /// <summary>The notifications that have come, each as an answer is.</summary>
    internal List<string> Notifications { get; } = [];

    /// <summary>Asks the device, and returns the code and payload of the answer.</summary>
    internal string Ask(
        VirtualNode device, CoapCode method, string path, string payload = "", bool observe = false, ContentFormat? accept = null) => Ask(
            device, method, path, Encoding.UTF8.GetBytes(payload), payload.Length > 0 ? ContentFormat.PlainText : null, accept, observe);

    /// <summary>Asks the device with a payload in any format.</summary>
    internal string Ask(
        VirtualNode device, CoapCode method, string path, byte[] payload, ContentFormat? format, ContentFormat? accept = null,
        bool observe = false, string query = "")
    {
        _answers.Clear();
        Notifications.Clear();
        CoapRequestHead head = new()
        {
            Method = method,
            Path = path,
            Query = query,
            ContentFormat = format,
            Accept = accept,
            Observe = observe,
        };
        Assert.False(Node.Protocol.Request(device.Peer, head, payload).IsNone);
        Assert.True(_network.RunUntil(() => _answers.Count > 0, TimeSpan.FromMinutes(10)));
        return _answers[0];
    }

    public void Handle(in CoapRequest request, ref CoapResponse response)
    {
        StringBuilder text = new($"{request.Code} ");
        foreach (ReadOnlySpan<byte> segment in request.UriPath)
        {
            text.Append('/').Append(Encoding.UTF8.GetString(segment));
        }

        bool isFirst = true;
        foreach (ReadOnlySpan<byte> argument in request.UriQuery)
        {
            text.Append(isFirst ? '?' : '&').Append(Encoding.UTF8.GetString(argument));
            isFirst = false;
        }

        if (!request.Payload.IsEmpty)
        {
            text.Append(CultureInfo.InvariantCulture, $" {(int?)request.ContentFormat} {Encoding.UTF8.GetString(request.Payload)}");
        }

        IsConfirmable = request.IsConfirmable;
        string line = text.ToString();
        Log.Add(line);
        Times.Add(_network.Now.Ticks / (double)TimeSpan.TicksPerSecond);
        CoapCode success = request.Method == CoapMethod.Delete ? CoapCode.Deleted : isFirst || !line.Contains("?ep=", StringComparison.Ordinal)
            ? CoapCode.Changed
            : CoapCode.Created;
        CoapCode code = Answer?.Invoke(line) ?? success;
        response.Code = code;
        if (Content?.Invoke(line) is { } content)
        {
            response.Code = CoapCode.Content;
            response.ContentFormat = content.Format;
            content.Payload.CopyTo(response.Payload);
            response.PayloadLength = content.Payload.Length;
        }
        else if (code == CoapCode.Created)
        {
            foreach (string segment in Location ?? ["rd", (++_registrations).ToString(CultureInfo.InvariantCulture)])
            {
                response.AddLocationPath(Encoding.UTF8.GetBytes(segment));
            }
        }
    }

    private void TakeEvents()
    {
        while (Node.Protocol.TryTakeEvent(out CoapEvent e))
        {
            if (!e.Exchange.IsNone)
            {
                string answer = e.HasMessage
                    ? $"{e.Message.Code.Class}.{e.Message.Code.Detail:D2} {Encoding.UTF8.GetString(e.Message.Payload)}".Trim()
                    : e.Kind.ToString();
                (_answers.Count > 0 ? Notifications : _answers).Add(answer);
            }
        }
    }
}
