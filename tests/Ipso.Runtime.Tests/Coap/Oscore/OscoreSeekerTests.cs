using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Testing;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>Contexts that have to be fetched: until they are there, requests are neither answered nor lost.</summary>
[Trait("Category", "Security")]
public sealed class OscoreSeekerTests : IDisposable
{
    private readonly OscoreProtection _server = new() { RequiresProtection = true };
    private readonly OscoreProtection _client = new(Keys.Of(server: false));
    private readonly List<string> _sought = [];
    private readonly List<string> _answers = [];

    private bool _isFetching = true;

    public OscoreSeekerTests() => _server.Seeker = (kid, kidContext) =>
    {
        _sought.Add($"{Convert.ToHexString(kid)}/{Convert.ToHexString(kidContext)}");
        return _isFetching;
    };

    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
    }

    [Fact]
    public void Over_datagrams_the_request_counts_as_lost_and_its_repetition_is_answered()
    {
        VirtualNetwork network = new(1);
        VirtualNode<CoapEndpoint> server = network.Add("server", r => new CoapEndpoint(new() { Protection = _server }, r, new Handler(Answer)));
        VirtualNode<CoapEndpoint> client = network.Add("client", r => new CoapEndpoint(new() { Protection = _client }, r));
        client.AfterStep = () => Take(client.Protocol);
        client.Protocol.Request(server.Peer, new() { Method = CoapCode.Get, Path = "/a" });
        network.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((1, 0, 0L), (_sought.Count, _answers.Count, server.Protocol.Counters.Refused));
        Assert.True(_server.TryAdd(Keys.Of(server: true)));
        network.Run(TimeSpan.FromSeconds(10));
        Assert.Equal("2.05 Content yes", Assert.Single(_answers));
        Assert.Single(_sought);
    }

    [Fact]
    public void Over_a_connection_it_waits_and_goes_on_when_the_context_is_there()
    {
        VirtualNetwork network = new(1);
        VirtualNode<StreamEndpointNode> server = network.Add(
            "server", r => new StreamEndpointNode(new CoapStreamEndpoint(new() { Protection = _server }, r, new Handler(Answer))));
        VirtualNode<StreamEndpointNode> client = network.Add(
            "client", r => new StreamEndpointNode(new CoapStreamEndpoint(new() { Protection = _client }, r)));
        client.AfterStep = () => Take(client.Protocol.Endpoint);
        VirtualConnection connection = network.Connect(client, server, new StreamSettings());
        network.Run(TimeSpan.FromSeconds(1));
        client.Protocol.Endpoint.Request(connection.ClientConnection, new() { Method = CoapCode.Get, Path = "/a" });
        network.Run(TimeSpan.FromSeconds(4));
        Assert.InRange(_sought.Count, 3, 6);
        Assert.Empty(_answers);
        Assert.True(_server.TryAdd(Keys.Of(server: true)));
        network.Run(TimeSpan.FromSeconds(2));
        Assert.Equal("2.05 Content yes", Assert.Single(_answers));
    }

    [Fact]
    public void Where_there_is_none_or_the_program_throws_it_is_refused_as_ever()
    {
        VirtualNetwork network = new(1);
        VirtualNode<CoapEndpoint> server = network.Add("server", r => new CoapEndpoint(new() { Protection = _server }, r, new Handler(Answer)));
        VirtualNode<CoapEndpoint> client = network.Add("client", r => new CoapEndpoint(new() { Protection = _client }, r));
        client.AfterStep = () => Take(client.Protocol);
        _isFetching = false;
        client.Protocol.Request(server.Peer, new() { Method = CoapCode.Get, Path = "/a" });
        network.Run(TimeSpan.FromSeconds(10));
        _server.Seeker = static (_, _) => throw new InvalidOperationException("no");
        client.Protocol.Request(server.Peer, new() { Method = CoapCode.Get, Path = "/a" });
        network.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(["Unprotected", "Unprotected"], _answers);
        Assert.Equal("/", Assert.Single(_sought.Select(static one => one.Replace(Convert.ToHexString(Keys.Of(server: true).RecipientId), "", StringComparison.Ordinal))));
    }

    private void Take(CoapEngine client)
    {
        while (client.TryTakeEvent(out CoapEvent e))
        {
            _answers.Add(e.Kind == CoapEventKind.Response ? $"{e.Message.Code} {Encoding.UTF8.GetString(e.Message.Payload)}" : e.Kind.ToString());
        }
    }

    private static void Answer(in CoapRequest request, ref CoapResponse response)
    {
        response.Code = CoapCode.Content;
        response.PayloadLength = Encoding.UTF8.GetBytes("yes", response.Payload);
    }

    private sealed class Handler(Engine.HandleRequest handle) : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response) => handle(request, ref response);
    }
}
