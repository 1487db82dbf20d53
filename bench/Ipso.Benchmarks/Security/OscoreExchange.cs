using Ipso.Benchmarks.Harness;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Net;

namespace Ipso.Benchmarks.Security;

/// <summary>
/// A request of one engine to another and its response, without sockets: the result is the length of the response's payload.
/// </summary>
internal readonly struct OscoreExchange : IOperation
{
    internal const int PayloadLength = 100;

    private static readonly PeerId s_client = new([1]);
    private static readonly PeerId s_server = new([2]);

    private readonly CoapEndpoint _client;
    private readonly CoapEndpoint _server;
    private readonly byte[] _payload = new byte[PayloadLength];
    private readonly byte[] _buffer = new byte[2048];
    private readonly long[] _count = [0];

    internal OscoreExchange(bool isProtected)
    {
        OscoreProtection? mine = isProtected ? new(Make(1, 2)) : null;
        OscoreProtection? theirs = isProtected ? new() { RequiresProtection = true } : null;
        theirs?.TryAdd(Make(2, 1));
        _client = new CoapEndpoint(new CoapEndpointOptions { Protection = mine }, new SystemRandomSource());
        _server = new CoapEndpoint(new CoapEndpointOptions { Protection = theirs }, new SystemRandomSource(), new Handler());
    }

    public int Run()
    {
        // One exchange a second, so that no Message ID comes again while it is remembered.
        Instant now = new(++_count[0] * TimeSpan.TicksPerSecond);
        _client.Request(s_server, new CoapRequestHead { Method = CoapCode.Put, Path = "/3303/0/5700" }, _payload);
        if (!_client.TryTransmit(_buffer, now, out Transmit transmit))
        {
            return -1;
        }

        _server.Receive(_buffer.AsSpan(0, transmit.Length), s_client, now);
        if (!_server.TryTransmit(_buffer, now, out transmit))
        {
            return -1;
        }

        _client.Receive(_buffer.AsSpan(0, transmit.Length), s_server, now);
        return _client.TryTakeEvent(out CoapEvent e) && e.Kind == CoapEventKind.Response ? e.Message.Payload.Length : -1;
    }

    private static SecurityContext Make(byte sender, byte recipient) => new(new SecurityContextKeys
    {
        MasterSecret = "sixteen bytes ok"u8, SenderId = [sender], RecipientId = [recipient],
    });

    private sealed class Handler : ICoapRequestHandler
    {
        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.PayloadLength = PayloadLength;
        }
    }
}
