using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Tests.Coap.Engine;

/// <summary>Which connection is idle, and for how long, in virtual time.</summary>
public class StreamIdleTests
{
    private static readonly byte[] s_csm = [0x00, 0xe1];
    private static readonly byte[] s_get = [0x01, 0x01, 0xaa];
    private static readonly byte[] s_observe = [0x11, 0x01, 0xbb, 0x60];
    private static readonly byte[] s_pong = [0x00, 0xe3];
    private static readonly byte[] s_post = [0x01, 0x02, 0xdd];

    /// <summary>Is observed, and puts a POST off.</summary>
    private sealed class Handler : ICoapRequestHandler
    {
        public ResponseId PutOff { get; private set; }

        public void Handle(in CoapRequest request, ref CoapResponse response)
        {
            response.Code = CoapCode.Content;
            response.Observe(1);
            if (request is { Method: CoapMethod.Post, Deferred.IsNone: true })
            {
                PutOff = response.Defer();
            }
        }
    }

    private readonly Handler _handler = new();
    private readonly byte[] _buffer = new byte[2000];
    private readonly CoapStreamEndpoint _endpoint;
    private Instant _now = Instant.FromSeconds(1000);

    public StreamIdleTests()
    {
        _endpoint = new CoapStreamEndpoint(new CoapEndpointOptions(), new SeededRandom(1), _handler, maxConnections: 4);
        for (byte i = 1; i <= 4; i++)
        {
            Assert.True(_endpoint.Open(Peer(i), _now));
            Send(i, s_csm);
            _now += TimeSpan.FromSeconds(1);
        }
    }

    private static PeerId Peer(byte number) => new([number]);

    private void Send(byte from, byte[] bytes)
    {
        Assert.Equal(bytes.Length, _endpoint.Receive(bytes, Peer(from), _now));
        while (_endpoint.TryTransmit(_buffer, _now, out _))
        {
        }
    }

    // Those unused for a minute, in the order in which they would give way.
    private string Idle()
    {
        HashSet<PeerId> gone = [];
        string order = "";
        while (_endpoint.TryFindIdle(_now - TimeSpan.FromMinutes(1), peer => !gone.Contains(peer), out PeerId peer))
        {
            Assert.True(gone.Add(peer));
            order += Enumerable.Range(1, 4).Single(i => Peer((byte)i) == peer);
        }

        return order;
    }

    [Fact]
    public void The_one_unused_for_longest_comes_first_and_signals_are_no_use()
    {
        Assert.Equal("", Idle());
        _now += TimeSpan.FromMinutes(2);
        Assert.Equal("1234", Idle());
        Send(2, s_get);
        _now += TimeSpan.FromMinutes(1);
        Send(1, s_pong);
        Assert.Equal("1342", Idle());
        Send(1, s_get);
        Assert.Equal("342", Idle());
        _endpoint.Close(Peer(4));
        Assert.Equal("32", Idle());
    }

    [Fact]
    public void A_message_of_which_a_part_has_come_is_no_idling()
    {
        Send(1, s_get[..1]);
        _now += TimeSpan.FromMinutes(2);
        Assert.Equal("234", Idle());
        Send(1, s_get[1..]);
        _now += TimeSpan.FromMinutes(1);
        Assert.Equal("2341", Idle());
    }

    [Fact]
    public void What_is_under_way_is_no_idling()
    {
        Send(1, s_observe);
        Send(2, s_post);
        ExchangeId asked = _endpoint.Request(Peer(3), new CoapRequestHead { Method = CoapCode.Get, Path = "/x" });
        _now += TimeSpan.FromMinutes(1) + TimeSpan.FromSeconds(10);
        Assert.Equal("4", Idle());

        Assert.True(_endpoint.Forget(asked));
        Assert.Equal("34", Idle());
        Assert.True(_endpoint.Resume(_handler.PutOff));
        Send(4, s_pong);
        Assert.Equal("342", Idle());
        _endpoint.RemoveObservers(Peer(1));
        Assert.Equal("3412", Idle());
    }
}
