using System.Net;
using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>
/// Nodes joined by links that lose, double, reorder and delay datagrams as their settings say, by a seed: one seed gives one run, bit for
/// bit. Time is virtual and jumps from event to event, so that a year takes as long as what happens in it.
/// </summary>
/// <remarks>
/// One thread at a time. What happens at one moment happens in the order in which it was caused: first what was scheduled and what arrives,
/// then deadlines, in the order of the nodes. After each step every node gives out what it has, and its owner gets a turn
/// (<see cref="VirtualNode.AfterStep"/>).
/// </remarks>
public sealed partial class VirtualNetwork
{
    /// <summary>The longest datagram: what IPv4 leaves to UDP.</summary>
    public const int MaxDatagram = 65_507;

    // A protocol that asks for a deadline that has passed, or always has one datagram more, would keep time from going on.
    private const int MaxStepsAtOneMoment = 1_000_000;

    private readonly SeededRandom _random;
    private readonly List<VirtualNode> _nodes = [];
    private readonly Dictionary<PeerId, VirtualNode> _byAddress = [];
    private readonly Dictionary<(VirtualNode From, VirtualNode To), Link> _links = [];
    private readonly List<Partition> _partitions = [];
    private readonly byte[] _buffer = new byte[MaxDatagram];
    private long _entries;
    private int _stepsAtMoment;

    /// <summary>Makes a network without nodes.</summary>
    /// <param name="seed">Decides all that is left to chance.</param>
    /// <param name="clock">A clock to share; one of its own by default.</param>
    public VirtualNetwork(ulong seed, VirtualClock? clock = null)
    {
        Seed = seed;
        _random = new SeededRandom(seed);
        Clock = clock ?? new VirtualClock();
        Trace = new NetworkTrace(Clock);
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>The clock.</summary>
    public VirtualClock Clock { get; }

    /// <summary>The moment.</summary>
    public Instant Now => Clock.Now;

    /// <summary>What links do that have no settings of their own. May be changed at any time.</summary>
    public LinkSettings Links { get; set => field = value ?? throw new ArgumentNullException(nameof(value)); } = LinkSettings.Perfect;

    /// <summary>The nodes, in the order in which they were added.</summary>
    public IReadOnlyList<VirtualNode> Nodes => _nodes;

    /// <summary>What has gone over the network.</summary>
    public NetworkTrace Trace { get; }

    /// <summary>What the network has done.</summary>
    public NetworkCounters Counters { get; } = new();

    /// <summary>
    /// Told of each datagram that a node sends, with its fate as far as it is known, and of each copy that the network makes.
    /// </summary>
    public Action<TraceEntry>? Sent { get; set; }

    /// <summary>Told of each datagram that arrives, before the protocol takes it.</summary>
    public Action<TraceEntry>? Arrived { get; set; }

    /// <summary>Adds a node and starts it.</summary>
    /// <typeparam name="T">The protocol: an <see cref="IDatagramProtocol"/>, an <see cref="IStreamProtocol"/>, or both.</typeparam>
    /// <param name="name">A name, for traces.</param>
    /// <param name="factory">Makes the protocol, now and at each start after a stop, with randomness of its own.</param>
    /// <param name="address">Address and port; by default the next one of 10.0.0.0/8, port 5683.</param>
    /// <returns>The node.</returns>
    /// <exception cref="ArgumentException">Another node has the address.</exception>
    /// <exception cref="InvalidOperationException">What was made is no protocol.</exception>
    public VirtualNode<T> Add<T>(string name, Func<SeededRandom, T> factory, IPEndPoint? address = null)
        where T : class
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(factory);
        VirtualNode<T> node = new(this, name, address ?? NextAddress(), factory);
        if (!_byAddress.TryAdd(node.Peer, node))
        {
            throw new ArgumentException($"{node.Address} is the address of {_byAddress[node.Peer].Name}.", nameof(address));
        }

        _nodes.Add(node);
        node.Start();
        return node;
    }

    /// <summary>The node at an address.</summary>
    /// <param name="peer">The address, as <see cref="VirtualNode.Peer"/> has it.</param>
    /// <returns>The node; null if there is none.</returns>
    public VirtualNode? Find(in PeerId peer) => _byAddress.GetValueOrDefault(peer);

    /// <summary>
    /// Cuts the network between two sets of nodes. What is sent across is dropped; what is under way arrives. Cuts may overlap; nodes of
    /// neither side are not concerned.
    /// </summary>
    /// <param name="left">The nodes of one side.</param>
    /// <param name="right">The nodes of the other side.</param>
    /// <returns>The cut, to be healed.</returns>
    /// <exception cref="ArgumentException">A node is on both sides.</exception>
    public Partition Cut(IEnumerable<VirtualNode> left, IEnumerable<VirtualNode> right)
    {
        _partitions.RemoveAll(static p => p.IsHealed);
        Partition partition = new(left, right);
        _partitions.Add(partition);
        return partition;
    }

    /// <summary>Cuts the network between two sets of nodes for a time.</summary>
    /// <param name="left">The nodes of one side.</param>
    /// <param name="right">The nodes of the other side.</param>
    /// <param name="time">How long.</param>
    /// <returns>The cut, which may be healed before its time.</returns>
    /// <exception cref="ArgumentException">A node is on both sides.</exception>
    public Partition Cut(IEnumerable<VirtualNode> left, IEnumerable<VirtualNode> right, TimeSpan time)
    {
        Partition partition = Cut(left, right);
        Clock.After(time, partition.Heal);
        return partition;
    }

    /// <summary>Goes on for a time.</summary>
    /// <param name="span">How long.</param>
    public void Run(TimeSpan span) => Run(Now + span, null);

    /// <summary>Goes on to a moment. What is due at it is done.</summary>
    /// <param name="moment">The moment.</param>
    public void RunTo(Instant moment) => Run(moment, null);

    /// <summary>Goes on until a condition holds. It is looked at after each step.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="atMost">How long to wait for it.</param>
    /// <returns>Whether it holds; if not, the time is up.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan atMost)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Run(Now + atMost, condition);
    }

    /// <summary>Has every node give out what it has, and every owner take the turn, without time going on.</summary>
    public void Settle()
    {
        bool isSettled;
        do
        {
            isSettled = true;
            for (int i = 0; i < _nodes.Count; i++)
            {
                isSettled &= !Drain(_nodes[i]);
                if (_nodes[i].IsUp && _nodes[i].AfterStep is { } turn)
                {
                    turn();
                    isSettled &= !Drain(_nodes[i]);
                }
            }
        }
        while (!isSettled);
    }

    /// <summary>Randomness for something on this network, with a seed drawn from that of the network.</summary>
    /// <returns>A new sequence.</returns>
    public SeededRandom NewRandom() => _random.Fork();

    private bool Run(Instant until, Func<bool>? condition)
    {
        while (true)
        {
            Settle();
            if (condition?.Invoke() == true)
            {
                return true;
            }

            if (NextEvent() is not { } moment || moment > until)
            {
                Clock.Advance(until);
                _stepsAtMoment = 0;
                return false;
            }

            Step(moment);
        }
    }

    private Instant? NextEvent()
    {
        Instant? next = Clock.Next;
        foreach (VirtualNode node in _nodes)
        {
            next = Instant.Earlier(next, node.NextDeadline);
        }

        return next;
    }

    private void Step(Instant moment)
    {
        if (moment > Now)
        {
            _stepsAtMoment = 0;
            Clock.Advance(moment);
        }

        CountStep("the network");
        if (Clock.TryDoNext())
        {
            return;
        }

        for (int i = 0; i < _nodes.Count; i++)
        {
            VirtualNode node = _nodes[i];
            if (node.Datagrams is { } datagrams && datagrams.NextDeadline <= Now)
            {
                datagrams.OnDeadline(Now);
            }

            if (node.Streams is { } streams && !ReferenceEquals(streams, node.Datagrams) && streams.NextDeadline <= Now)
            {
                streams.OnDeadline(Now);
            }
        }
    }

    private void CountStep(string who)
    {
        if (++_stepsAtMoment > MaxStepsAtOneMoment)
        {
            throw new InvalidOperationException(
                $"At {Now} {who} keeps time from going on: a protocol has a deadline that stays in the past, or transmits without end.");
        }
    }

    private bool Drain(VirtualNode node)
    {
        bool any = false;
        while (node.Datagrams is { } datagrams && datagrams.TryTransmit(_buffer, Now, out Transmit transmit))
        {
            CountStep(node.Name);
            any = true;
            Send(node, transmit.To, _buffer.AsSpan(0, transmit.Length));
        }

        return any | DrainStreams(node);
    }

    private void Send(VirtualNode from, in PeerId peer, ReadOnlySpan<byte> datagram)
    {
        from.Sent++;
        Counters.Sent++;
        VirtualNode? to = Find(peer);
        TraceEntry entry = new(_entries++, Now, from, to, datagram.ToArray());
        Trace.Add(entry);
        if (to is null || to.Address.AddressFamily != from.Address.AddressFamily)
        {
            entry.Fate = DatagramFate.Unreachable;
            Counters.Unreachable++;
            Sent?.Invoke(entry);
            return;
        }

        Link link = LinkOf(from, to);
        LinkSettings settings = link.Settings ?? Links;
        if (datagram.Length > settings.Mtu - from.HeaderLength)
        {
            entry.Fate = DatagramFate.TooLarge;
            Counters.TooLarge++;
            Sent?.Invoke(entry);
            return;
        }

        if (AreApart(from, to))
        {
            entry.Fate = DatagramFate.Partitioned;
            Counters.Partitioned++;
            Sent?.Invoke(entry);
            return;
        }

        Forward(entry, link, settings);
        if (link.Random.Chance(settings.Duplication))
        {
            Counters.Duplicated++;
            TraceEntry copy = new(_entries++, Now, from, to, datagram.ToArray()) { IsDuplicate = true };
            Trace.Add(copy);
            Forward(copy, link, settings);
        }
    }

    private void Deliver(TraceEntry entry)
    {
        VirtualNode to = entry.To!;
        if (to.Datagrams is not { } protocol)
        {
            entry.Fate = DatagramFate.Down;
            Counters.Down++;
            return;
        }

        entry.Fate = DatagramFate.Delivered;
        Counters.Delivered++;
        to.Received++;
        Arrived?.Invoke(entry);
        protocol.Receive(entry.Datagram.Span, entry.From.Peer, Now);
    }

    private IPEndPoint NextAddress()
    {
        int number = _nodes.Count + 1;
        return new IPEndPoint(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]), 5683);
    }
}
