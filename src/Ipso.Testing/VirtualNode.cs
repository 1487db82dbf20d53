using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>A host on a <see cref="VirtualNetwork"/>: a name, an address, and the protocol that runs there while the node is up.</summary>
public abstract class VirtualNode
{
    private protected VirtualNode(VirtualNetwork network, string name, IPEndPoint address)
    {
        Network = network;
        Name = name;
        Address = address;
        Peer = PeerAt(address);
    }

    /// <summary>The network.</summary>
    public VirtualNetwork Network { get; }

    /// <summary>The name, for traces.</summary>
    public string Name { get; }

    /// <summary>Address and port.</summary>
    public IPEndPoint Address { get; }

    /// <summary>The node as other nodes know it: what a request is addressed to.</summary>
    public PeerId Peer { get; }

    /// <summary>Whether a protocol runs.</summary>
    public bool IsUp => Datagrams is not null || Streams is not null;

    /// <summary>How often a protocol was made for this node: 1 until the first restart.</summary>
    public int Incarnation { get; private protected set; }

    /// <summary>Datagrams that the protocol has given out, over all incarnations.</summary>
    public long Sent { get; internal set; }

    /// <summary>Datagrams that the protocol has taken in, over all incarnations.</summary>
    public long Received { get; internal set; }

    /// <summary>
    /// Called after each step of the network while the node is up, when the protocol has given out what it had: the place to take its
    /// events and to go on with what they allow.
    /// </summary>
    public Action? AfterStep { get; set; }

    internal IDatagramProtocol? Datagrams { get; private protected set; }

    internal IStreamProtocol? Streams { get; private protected set; }

    internal Instant? NextDeadline => Instant.Earlier(Datagrams?.NextDeadline, Streams?.NextDeadline);

    /// <summary>
    /// Takes the node down, as when the power fails: the protocol is gone with all it knew, nobody is told, and what is under way to the
    /// node finds nobody.
    /// </summary>
    public void Stop()
    {
        Network.DropConnections(this);
        Unmake();
    }

    /// <summary>Takes the node up with a new protocol. Does nothing if it is up.</summary>
    public void Start()
    {
        if (!IsUp)
        {
            Incarnation++;
            Make(Network.NewRandom());
        }
    }

    /// <summary>Takes the node down and up again in no time: an old endpoint is gone, a new one has its address.</summary>
    public void Restart()
    {
        Stop();
        Start();
    }

    /// <summary>The name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;

    /// <summary>The bytes that stand for an address on this network: of the address, then of the port in network byte order.</summary>
    internal static PeerId PeerAt(IPEndPoint address, params ReadOnlySpan<byte> suffix)
    {
        Span<byte> bytes = stackalloc byte[PeerId.MaxLength];
        address.Address.TryWriteBytes(bytes, out int length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[length..], (ushort)address.Port);
        suffix.CopyTo(bytes[(length + 2)..]);
        return new PeerId(bytes[..(length + 2 + suffix.Length)]);
    }

    /// <summary>What IP and UDP add to a datagram of this node.</summary>
    internal int HeaderLength => Address.AddressFamily == AddressFamily.InterNetwork ? 28 : 48;

    private protected abstract void Make(SeededRandom random);

    private protected abstract void Unmake();
}

/// <summary>A host on a <see cref="VirtualNetwork"/>, with its protocol by its own type.</summary>
/// <typeparam name="T">The protocol: an <see cref="IDatagramProtocol"/>, an <see cref="IStreamProtocol"/>, or both.</typeparam>
public sealed class VirtualNode<T> : VirtualNode
    where T : class
{
    private readonly Func<SeededRandom, T> _factory;
    private T? _protocol;

    internal VirtualNode(VirtualNetwork network, string name, IPEndPoint address, Func<SeededRandom, T> factory)
        : base(network, name, address)
    {
        _factory = factory;
    }

    /// <summary>The protocol that runs now; another one after a restart.</summary>
    /// <exception cref="InvalidOperationException">The node is down.</exception>
    public T Protocol => _protocol ?? throw new InvalidOperationException($"{Name} is down.");

    private protected override void Make(SeededRandom random)
    {
        T protocol = _factory(random);
        if (protocol is not (IDatagramProtocol or IStreamProtocol))
        {
            throw new InvalidOperationException($"{Name}: {typeof(T)} is neither a datagram protocol nor a stream protocol.");
        }

        _protocol = protocol;
        Datagrams = protocol as IDatagramProtocol;
        Streams = protocol as IStreamProtocol;
    }

    private protected override void Unmake()
    {
        _protocol = null;
        Datagrams = null;
        Streams = null;
    }
}
