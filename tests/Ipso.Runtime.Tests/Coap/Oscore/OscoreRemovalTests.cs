using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Tests.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>What becomes of requests whose context is removed before they are answered.</summary>
[Trait("Category", "Security")]
public sealed class OscoreRemovalTests : IDisposable
{
    private readonly byte[] _buffer = new byte[1500];
    private readonly OscoreProtection _serverProtection = new();
    private readonly OscoreProtection _clientProtection = new();
    private readonly Things _things = new();
    private readonly CoapEndpoint _server;
    private readonly CoapEndpoint _client;

    public OscoreRemovalTests()
    {
        Assert.True(_serverProtection.TryAdd(Keys.Of(server: true)));
        Assert.True(_clientProtection.TryAdd(Keys.Of(server: false), Other));
        _server = new CoapEndpoint(
            new CoapEndpointOptions { Protection = _serverProtection, SeparateAfter = TimeSpan.FromSeconds(2) }, new SeededRandom(1), _things);
        _client = new CoapEndpoint(new CoapEndpointOptions { Protection = _clientProtection }, new SeededRandom(2), null);
    }

    public void Dispose()
    {
        _serverProtection.Dispose();
        _clientProtection.Dispose();
    }

    [Fact]
    public void An_observer_is_forgotten_and_no_handler_renders_for_nobody()
    {
        Ask(observe: true);
        Assert.Equal(["Oscore 0x0001"], _things.Seen);
        Assert.Equal(1, _server.ObserverCount);
        _serverProtection.Dispose();
        _server.Notify(7);
        Assert.False(_server.TryTransmit(_buffer, default, out _));
        Assert.Single(_things.Seen);
        Assert.Equal(0, _server.ObserverCount);
        Assert.True(_server.TryTakeEvent(out CoapEvent e));
        Assert.Equal(CoapEventKind.ObserverRemoved, e.Kind);
    }

    [Fact]
    public void A_response_that_was_put_off_is_forgotten_and_its_handler_told()
    {
        _things.Defers = true;
        Ask(observe: false);
        Assert.Equal(1, _server.DeferredCount);
        _serverProtection.Dispose();
        Assert.True(_server.Resume(_things.Deferred));
        Assert.True(_server.TryTransmit(_buffer, default, out Transmit transmit));
        Assert.True(CoapMessage.TryParse(_buffer.AsSpan(0, transmit.Length), out CoapMessage empty, out _));
        Assert.Equal((CoapType.Acknowledgement, CoapCode.Empty), (empty.Type, empty.Code));
        Assert.False(_server.TryTransmit(_buffer, default, out _));
        Assert.Single(_things.Seen);
        Assert.Equal([_things.Deferred], _things.Forgotten);
        Assert.Equal(0, _server.DeferredCount);
        Assert.False(_server.Resume(_things.Deferred));
    }

    private void Ask(bool observe)
    {
        _client.Request(Other, new CoapRequestHead { Method = CoapCode.Get, Path = "/a", Observe = observe });
        Assert.True(_client.TryTransmit(_buffer, default, out Transmit transmit));
        _server.Receive(_buffer.AsSpan(0, transmit.Length), Peer, default);
        while (_server.TryTransmit(_buffer, default, out _))
        {
        }
    }

    private sealed class Things : ICoapRequestHandler, IDeferredOwner
    {
        public bool Defers { get; set; }

        public ResponseId Deferred { get; private set; }

        public List<string> Seen { get; } = [];

        public List<ResponseId> Forgotten { get; } = [];

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            Seen.Add($"{request.Identity}");
            if (Defers)
            {
                Deferred = response.Defer();
                return;
            }

            response.Code = CoapCode.Content;
            response.Observe(7);
        }

        public void Forget(ResponseId response) => Forgotten.Add(response);
    }
}
