using System.Globalization;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>
/// Bodies over byte streams, a run per seed: several at once, both ways, however the bytes are cut, and connections that are reset while
/// they are under way. Every body that arrives is whole, none is taken twice, and every request ends.
/// </summary>
public class StreamBodyTests
{
    private const int Seeds = 1000;

    [Fact]
    public void Every_body_arrives_whole_however_the_stream_is_cut()
    {
        int whole = 0;
        int closed = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            Run run = new(seed, isLiar: false);
            run.Go();
            whole += run.Whole;
            closed += run.Closed;
        }

        Assert.True(whole > 4 * Seeds && closed > Seeds / 4, $"{whole} whole, {closed} closed");
    }

    [Fact]
    public void A_server_that_changes_a_byte_is_found_out() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => new Run(seed: 1, isLiar: true).Go());

    private sealed class Run : ICoapRequestHandler
    {
        private readonly SeededRandom _random;
        private readonly SimulatedBody _bodies;
        private readonly VirtualNetwork _network;
        private readonly VirtualNode<StreamEndpointNode> _client;
        private readonly VirtualNode<StreamEndpointNode> _server;
        private readonly Dictionary<ExchangeId, (uint Number, CoapCode Method, SimulatedSink? Sink)> _open = [];
        private readonly HashSet<uint> _taken = [];
        private readonly bool _isLiar;
        private readonly string _seed;
        private uint _number;

        public Run(ulong seed, bool isLiar)
        {
            (_isLiar, _seed) = (isLiar, $"seed {seed}");
            _network = new VirtualNetwork(seed);
            _random = _network.NewRandom();
            _bodies = new SimulatedBody(seed);
            CoapEndpointOptions options = new()
            {
                MaxMessageSize = _random.Chance(0.3) ? _random.Next(1200, 3300) : _random.Next(256, 700),
                BlockSize = 1 << _random.Next(4, 10),
                TransferBytes = 128 * 1024,
                Transfers = 64,
                Exchanges = 64,
            };
            _client = _network.Add("client", random => new StreamEndpointNode(new CoapStreamEndpoint(options, random)));
            _server = _network.Add("server", random => new StreamEndpointNode(new CoapStreamEndpoint(options, random, this)));
            _client.AfterStep = TakeEvents;
            _server.AfterStep = () => CheckFaults(_server.Protocol.Endpoint);
        }

        public int Whole { get; private set; }

        public int Closed { get; private set; }

        public void Go()
        {
            for (int connections = _random.Next(1, 4); connections > 0; connections--)
            {
                int longest = 1 << _random.Next(0, 12);
                VirtualConnection connection = _network.Connect(_client, _server, new StreamSettings
                {
                    MinChunk = _random.Next(1, longest),
                    MaxChunk = longest,
                    Delay = LinkDelay.Uniform(TimeSpan.Zero, TimeSpan.FromMilliseconds(_random.Next(1, 40))),
                });
                _network.Run(TimeSpan.FromSeconds(1));
                for (int requests = _random.Next(1, 8); requests > 0; requests--)
                {
                    Ask(connection);
                }

                if (_random.Chance(0.3))
                {
                    _network.Run(TimeSpan.FromMilliseconds(_random.Next(1, 2000)));
                    connection.Reset();
                }

                bool hasEnded = _network.RunUntil(() => _open.Count == 0, TimeSpan.FromHours(1));
                Assert.True(hasEnded, $"{_seed}: {_open.Count} requests have not ended");
            }
        }

        public ICoapBodySink? BeginBody(in CoapRequest request, ref CoapResponse response) =>
            _bodies.IsStreamed(SimulatedNode.NumberOf(request.UriQuery), atServer: true) ? new SimulatedSink() : null;

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            uint number = SimulatedNode.NumberOf(request.UriQuery);
            if (SimulatedBody.IsInRequest(request.Code))
            {
                byte[] body = request.Sink is SimulatedSink sink ? sink.Bytes : request.Payload.ToArray();
                Assert.True(body.AsSpan().SequenceEqual(_bodies.OfRequest(number)), $"{_seed}: {body.Length} bytes for request {number}");
                Assert.True(_taken.Add(number), $"{_seed}: request {number} is taken twice");
            }

            response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Changed;
            byte[] representation = SimulatedBody.IsInResponse(request.Code) ? _bodies.OfResponse(number, 0) : [];
            if (_isLiar && representation.Length > 0)
            {
                representation[^1] ^= 1;
            }

            representation.CopyTo(response.Payload);
            response.PayloadLength = representation.Length;
        }

        private void Ask(VirtualConnection connection)
        {
            if (!connection.IsClientOpen)
            {
                return;
            }

            uint number = ++_number;
            CoapCode method = _random.Next(3) switch
            {
                0 => CoapCode.Get,
                1 => CoapCode.Put,
                _ => CoapCode.Post,
            };
            bool isStreamed = _bodies.IsStreamed(number, atServer: false);
            SimulatedSink? sink = isStreamed && SimulatedBody.IsInResponse(method) ? new SimulatedSink() : null;
            CoapRequestHead head = new()
            {
                Method = method,
                Path = "/b",
                Query = number.ToString(CultureInfo.InvariantCulture),
                Sink = sink,
            };
            byte[] body = SimulatedBody.IsInRequest(method) ? _bodies.OfRequest(number) : [];
            CoapStreamEndpoint endpoint = _client.Protocol.Endpoint;
            ExchangeId id = isStreamed && SimulatedBody.IsInRequest(method)
                ? endpoint.Request(connection.ClientConnection, head, new SimulatedSource(body))
                : endpoint.Request(connection.ClientConnection, head, body);
            Assert.False(id.IsNone, _seed);
            _open.Add(id, (number, method, sink));
        }

        private void TakeEvents()
        {
            while (_client.Protocol.Endpoint.TryTakeEvent(out CoapEvent e))
            {
                Assert.True(_open.Remove(e.Exchange, out (uint Number, CoapCode Method, SimulatedSink? Sink) request), _seed);
                if (e.Kind == CoapEventKind.ConnectionClosed)
                {
                    Closed++;
                    continue;
                }

                Assert.True(e.Kind == CoapEventKind.Response && e.Message.Code.IsSuccess, $"{_seed}: request {request.Number}: {e.Kind}");
                Assert.True(!SimulatedBody.IsInRequest(request.Method) || _taken.Contains(request.Number), _seed);
                byte[] expected = SimulatedBody.IsInResponse(request.Method) ? _bodies.OfResponse(request.Number, 0) : [];
                byte[] body = request.Sink?.Bytes ?? e.Message.Payload.ToArray();
                Assert.True(body.AsSpan().SequenceEqual(expected), $"{_seed}: {body.Length} bytes in response to {request.Number}");
                Whole++;
            }
        }

        // What an assertion in the handler throws, the endpoint catches.
        private static void CheckFaults(CoapStreamEndpoint endpoint)
        {
            while (endpoint.TryTakeEvent(out CoapEvent e))
            {
                Assert.True(e.Exception is null, e.Exception?.Message);
            }
        }
    }
}
