using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Coap.Oscore;
using Ipso.Testing;

namespace Ipso.Tests.Coap.Oscore;

/// <summary>Sequence numbers put down in memory that outlives the endpoint.</summary>
internal sealed class MemoryStorage : ISequenceStorage
{
    public ulong Next { get; private set; }

    public int Writes { get; private set; }

    public bool TryStore(ulong next)
    {
        Next = next;
        Writes++;
        return true;
    }
}

internal static class Keys
{
    private static readonly byte[] s_secret = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];

    /// <summary>One side of the context that client 01 and server 02 share.</summary>
    public static SecurityContext Of(bool server, MemoryStorage? storage = null) => new(new SecurityContextKeys
    {
        MasterSecret = s_secret,
        SenderId = server ? [2] : [1],
        RecipientId = server ? [1] : [2],
        Storage = storage,
        SequenceNumber = storage?.Next ?? 0,
        ReserveNumbers = 100,
    });

    /// <summary>The context that requests to a peer go out under; 0 for none.</summary>
    public static ulong ContextFor(this OscoreProtection table, in PeerId peer)
    {
        _ = table.TryGetContext(peer, out ulong context);
        return context;
    }
}

/// <summary>
/// Looks at every datagram: all but empty messages and errors are protected, nothing of what was said is to be read, and what goes out under a
/// number is the same whenever it goes out.
/// </summary>
internal sealed class WireWatch
{
    private readonly Dictionary<string, string> _byNumber = [];
    private readonly byte[][] _secrets;

    public WireWatch(VirtualNetwork network, params byte[][] secrets)
    {
        _secrets = secrets;
        network.Sent = entry => Look($"{entry.From.Name} to {entry.To?.Name}", entry.Datagram.Span);
    }

    public int Protected { get; private set; }

    public int Repeated { get; private set; }

    public int Errors { get; private set; }

    public List<byte[]> Datagrams { get; } = [];

    public void Look(string from, ReadOnlySpan<byte> datagram)
    {
        Datagrams.Add(datagram.ToArray());
        foreach (byte[] secret in _secrets)
        {
            Assert.True(datagram.IndexOf(secret) < 0, $"{from} says {Convert.ToHexString(secret)} to all");
        }

        if (!CoapMessage.TryParse(datagram, out CoapMessage message, out _) || message.Code.IsEmpty)
        {
            return;
        }

        if (!message.Options.TryGet(CoapOptionNumber.Oscore, out ReadOnlySpan<byte> value))
        {
            Assert.True(message.Code.Class == 4 && message.Payload.IsEmpty, $"{from} sends {message.Code} unprotected");
            Errors++;
            return;
        }

        Protected++;
        Assert.True(OscoreOption.TryRead(value, out OscoreOption option));
        Assert.True(message.Code == CoapCode.Post || message.Code == CoapCode.Fetch || message.Code == CoapCode.Changed
            || message.Code == CoapCode.Content);
        if (!option.PartialIv.IsEmpty)
        {
            string bytes = Convert.ToHexString(datagram);
            string number = $"{from} {Convert.ToHexString(option.Kid)} {Convert.ToHexString(option.KidContext)} {option.Sequence}";
            if (!_byNumber.TryAdd(number, bytes))
            {
                Assert.Equal(_byNumber[number], bytes);
                Repeated++;
            }
        }
    }
}

/// <summary>A client and a server that share a context, on a virtual network.</summary>
internal sealed class OscorePair
{
    public static readonly CoapEndpointOptions LongMemory = new()
    {
        DeduplicationSlots = 4096, DeduplicationBytes = 1 << 18, MaxBodySize = 30_000, TransferBytes = 200_000,
    };

    private OscorePair(VirtualNetwork network) => Network = network;

    public VirtualNetwork Network { get; }

    public required VirtualNode<CoapEndpoint> Client { get; init; }

    public required VirtualNode<CoapEndpoint> Server { get; init; }

    /// <summary>Those of the newest incarnation.</summary>
    public required OscoreProtection ClientProtection { get; set; }

    public required OscoreProtection ServerProtection { get; set; }

    public required MemoryStorage ClientStorage { get; init; }

    public required MemoryStorage ServerStorage { get; init; }

    public List<string> Events { get; } = [];

    public static OscorePair Make(
        ulong seed, ICoapRequestHandler handler, LinkSettings? links = null, CoapEndpointOptions? options = null,
        ICoapRequestHandler? clientHandler = null)
    {
        options ??= LongMemory;
        var network = new VirtualNetwork(seed) { Links = links ?? LinkSettings.Perfect };
        OscorePair? pair = null;
        OscoreProtection serverProtection = null!, clientProtection = null!;
        var serverStorage = new MemoryStorage();
        var clientStorage = new MemoryStorage();
        VirtualNode<CoapEndpoint> server = network.Add("server", random =>
        {
            serverProtection = new OscoreProtection { RequiresProtection = true };
            Assert.True(serverProtection.TryAdd(Keys.Of(server: true, serverStorage)));
            pair?.ServerProtection = serverProtection;
            return new CoapEndpoint(options with { Protection = serverProtection }, random, handler);
        });
        VirtualNode<CoapEndpoint> client = network.Add("client", random =>
        {
            clientProtection = new OscoreProtection();
            Assert.True(clientProtection.TryAdd(Keys.Of(server: false, clientStorage), server.Peer));
            pair?.ClientProtection = clientProtection;
            return new CoapEndpoint(options with { Protection = clientProtection }, random, clientHandler);
        });
        pair = new OscorePair(network)
        {
            Client = client,
            Server = server,
            ClientStorage = clientStorage,
            ServerStorage = serverStorage,
            ClientProtection = clientProtection,
            ServerProtection = serverProtection,
        };
        client.AfterStep = pair.TakeEvents;
        return pair;
    }

    public ExchangeId Ask(CoapCode method, string path, ReadOnlySpan<byte> payload = default, bool observe = false) =>
        Client.Protocol.Request(Server.Peer, new CoapRequestHead { Method = method, Path = path, Observe = observe }, payload);

    private void TakeEvents()
    {
        while (Client.Protocol.TryTakeEvent(out CoapEvent e))
        {
            Events.Add(e.HasMessage
                ? $"{e.Kind} {e.Message.Code} {System.Text.Encoding.UTF8.GetString(e.Message.Payload)}"
                : e.Kind.ToString());
        }
    }
}
