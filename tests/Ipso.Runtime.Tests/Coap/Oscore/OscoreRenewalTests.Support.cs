using System.Text;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Tests.Coap.Engine;
using static Ipso.Tests.Coap.Engine.Wire;

namespace Ipso.Tests.Coap.Oscore;

// The two endpoints, what carries between them, and how they forget.
public sealed partial class OscoreRenewalTests
{
    private readonly byte[] _buffer = new byte[1500];
    private readonly List<string> _handled = [];
    private readonly List<byte[]> _toServer = [];
    private readonly SeededRandom _random = new(5);
    private CoapEndpointOptions _serverOptions = new();
    private OscoreProtection _serverContexts = null!;
    private OscoreProtection _clientContexts = null!;
    private SecurityContext _serverContext = null!;
    private SecurityContext _clientContext = null!;
    private CoapEndpoint _server = null!;
    private CoapEndpoint _client = null!;
    private int _incarnation;

    public OscoreRenewalTests() => Restart(server: true, client: true);

    private static CoapRequestHead PostRequest => new() { Method = CoapCode.Post, Path = "/a" };

    public void Dispose()
    {
        _serverContexts.Dispose();
        _clientContexts.Dispose();
    }

    private SecurityContextKeys Keys(bool server, bool renews, ReadOnlySpan<byte> idContext = default) => new()
    {
        MasterSecret = "sixteen bytes ok"u8,
        SenderId = server ? [2] : [1],
        RecipientId = server ? [1] : [2],
        IdContext = idContext,
        RenewsKeysWith = renews ? _random : null,
    };

    private void Restart(bool server, bool client)
    {
        _incarnation++;
        if (server)
        {
            _serverContexts?.Dispose();
            _serverContexts = new OscoreProtection { RequiresProtection = true };
            _serverContext = new SecurityContext(Keys(server: true, renews: true));
            Assert.True(_serverContexts.TryAdd(_serverContext));
            _server = new CoapEndpoint(
                _serverOptions with { Protection = _serverContexts }, new SeededRandom(_incarnation), new Handler(Handle));
        }

        if (client)
        {
            _clientContexts?.Dispose();
            _clientContext = new SecurityContext(Keys(server: false, renews: true));
            _clientContexts = new OscoreProtection(_clientContext);
            _client = new CoapEndpoint(
                new CoapEndpointOptions { Protection = _clientContexts }, new SeededRandom(100 + _incarnation), new Handler(Handle));
        }
    }

    private void Handle(in CoapRequest request, ref CoapResponse response)
    {
        Assert.NotNull(request.Identity);
        _handled.Add(request.Method == CoapMethod.Get ? "get" : "x");
        response.Code = request.Method == CoapMethod.Get ? CoapCode.Content : CoapCode.Changed;
        response.PayloadLength = request.Method == CoapMethod.Get ? Encoding.UTF8.GetBytes(new string('y', 300), response.Payload) : 0;
        response.Observe(7);
    }

    private string Ask()
    {
        _client.Request(Other, PostRequest);
        Carry();
        return Assert.Single(Events());
    }

    private List<byte[]> Receive(CoapEndpoint endpoint, byte[] datagram, PeerId from)
    {
        endpoint.Receive(datagram, from, default);
        return Drain(endpoint);
    }

    private List<byte[]> Drain(CoapEndpoint endpoint)
    {
        List<byte[]> sent = [];
        while (endpoint.TryTransmit(_buffer, default, out Transmit transmit))
        {
            sent.Add(_buffer[..transmit.Length]);
        }

        return sent;
    }

    private void Carry()
    {
        List<byte[]> toServer, toClient;
        do
        {
            toServer = Drain(_client);
            _toServer.AddRange(toServer);
            toServer.ForEach(d => _server.Receive(d, Peer, default));
            toClient = Drain(_server);
            toClient.ForEach(d => _client.Receive(d, Other, default));
        }
        while (toServer.Count + toClient.Count > 0);
    }

    private List<string> Events()
    {
        List<string> events = [];
        while (_client.TryTakeEvent(out CoapEvent e))
        {
            events.Add(e.HasMessage ? $"{e.Kind} {e.Message.Code}" : e.Kind.ToString());
        }

        return events;
    }

    // What a message says of its keys.
    private static byte[] IdOf(byte[] datagram)
    {
        Assert.True(CoapMessage.TryParse(datagram, out CoapMessage message, out _));
        Assert.True(message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value));
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        Assert.True(KeyRenewal.TryUnwrap(option.KidContext, out ReadOnlySpan<byte> id));
        return id.ToArray();
    }

    // As a datagram that is no duplicate.
    private static byte[] WithId(byte[] datagram, byte id)
    {
        byte[] other = [.. datagram];
        other[2] ^= 0x80;
        other[3] ^= id;
        return other;
    }

    // Everything behind the token, one byte at a time, as datagrams that are no duplicates.
    private static void Damage(byte[] datagram, Action<byte[]> receive)
    {
        for (int i = 4 + (datagram[0] & 0xf); i < datagram.Length; i++)
        {
            byte[] damaged = [.. datagram];
            damaged[i] ^= 0x11;
            if (CoapMessage.TryParse(damaged, out CoapMessage message, out _) && message.Options.TryGet(CoapOptionNumber.Oscore, out _))
            {
                receive(damaged);
            }
        }
    }
}
