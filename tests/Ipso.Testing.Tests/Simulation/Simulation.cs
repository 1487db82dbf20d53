using System.Globalization;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Testing.Tests.Simulation.Invariants;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>
/// One run: nodes on a bad network that make requests, observe, change, go down and up, as the seed has it; then rest, then peace.
/// </summary>
internal sealed class Simulation
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly SeededRandom _random;
    private readonly List<SimulatedNode> _nodes = [];
    private readonly List<SimulatedRequest> _observations = [];
    private readonly Dictionary<VirtualNode, SimulatedNode> _byNode = [];
    private readonly Invariant[] _invariants;
    private SimulatedNode? _picked;
    private readonly Dictionary<(VirtualNode From, VirtualNode To, ushort MessageId), (int Incarnation, Instant At)> _used = [];
    private uint _number;

    public Simulation(ulong seed, SimulatedLie lie = SimulatedLie.None)
    {
        Lie = lie;
        Plan = new SimulationPlan(seed);
        Bodies = new SimulatedBody(seed);
        Network = new VirtualNetwork(seed) { Links = Plan.Links, Sent = OnSent, Arrived = OnArrived };
        _random = Network.NewRandom();
        _invariants =
        [
            new Transmissions(this),
            new Probing(this),
            new Replies(this),
            new AtMostOnce(this),
            new Answers(this),
            new Observers(this),
            new Bodies(this),
            new Bounds(this),
        ];
        for (int i = 0; i < Plan.Nodes; i++)
        {
            SimulatedNode node = new(this, $"node{i}", Plan.OptionsOf(i));
            _nodes.Add(node);
            _byNode.Add(node.Node, node);
        }
    }

    public SimulationPlan Plan { get; }

    /// <summary>What is wrong with the servers.</summary>
    public SimulatedLie Lie { get; }

    /// <summary>What the bodies are.</summary>
    public SimulatedBody Bodies { get; }

    /// <summary>
    /// Whether an endpoint after a restart has drawn a Message ID that the one before it had used not long ago. RFC 7252, 4.4, leaves that
    /// to chance, once in 65536 draws, and no receiver can tell such a message from a duplicate: what comes of it is nobody's fault.
    /// </summary>
    public bool HaveMet { get; private set; }

    public VirtualNetwork Network { get; }

    public IReadOnlyList<SimulatedNode> Nodes => _nodes;

    /// <summary>When the values changed for the last time.</summary>
    public Instant LastChange { get; private set; }

    /// <summary>All observations ever begun.</summary>
    public IReadOnlyList<SimulatedRequest> Observations => _observations;

    /// <summary>What the run has seen, for the sums that tell whether the runs are any good.</summary>
    public SimulationTotals Totals { get; } = new();

    public void Run()
    {
        Schedule();
        Network.Run(Plan.Duration + TimeSpan.FromSeconds(1));
        _nodes.ForEach(static node => node.Node.Start());

        // A long body takes as long as it takes; an exchange that never ends is seen at rest.
        Network.RunUntil(() => !_nodes.Exists(static node => node.Open.Any(static request => request.BodyMethod is not null)), s_longest);

        // A registration that is still under way would come after the last change, and nobody would tell the client whether it came.
        Network.Run(Plan.Quiet);
        ChangeTwice();
        Tell(static invariant => invariant.AtRest());

        Network.Links = LinkSettings.Perfect;
        foreach (SimulatedRequest observation in _observations.ToArray())
        {
            observation.Client.Cancel(observation);
            Network.Run(TimeSpan.FromSeconds(10));
            observation.Client.Request(observation.Server, isConfirmable: true, observe: true);
            Network.Run(TimeSpan.FromSeconds(10));
        }

        ChangeTwice();
        Tell(static invariant => invariant.AtEnd());
        Totals.Add(this);
    }

    public SimulatedNode NodeOf(VirtualNode node) => _byNode[node];

    public uint NextNumber() => ++_number;

    public void Check(bool holds, FormattableString what)
    {
        if (!holds && !HaveMet)
        {
            throw new SimulationException(this, what.ToString(CultureInfo.InvariantCulture));
        }
    }

    public void Cancel(SimulatedRequest request) => Tell(invariant => invariant.Cancelled(request));

    public void Begin(SimulatedRequest request)
    {
        if (request.IsObservation)
        {
            _observations.Add(request);
        }

        Totals.Requests++;
        Tell(invariant => invariant.Begin(request));
    }

    public void Executed(SimulatedNode server, uint number)
    {
        Totals.Executions++;
        Tell(invariant => invariant.Executed(server, number));
    }

    public void Taken(SimulatedNode server, CoapCode method, uint number, ReadOnlySpan<byte> body)
    {
        foreach (Invariant invariant in _invariants)
        {
            invariant.Taken(server, method, number, body);
        }
    }

    public void Rendered(uint number, uint version) => Tell(invariant => invariant.Rendered(number, version));

    public void Happened(SimulatedRequest request, in CoapEvent e)
    {
        Totals.Count(e.Kind);
        foreach (Invariant invariant in _invariants)
        {
            invariant.Happened(request, e);
        }
    }

    public void Step(SimulatedNode node)
    {
        foreach (Invariant invariant in _invariants)
        {
            invariant.Step(node);
        }
    }

    public void Stopped(SimulatedNode node) => Tell(invariant => invariant.Stopped(node));

    // The last change comes while the one before is on its way to whoever does not acknowledge at once.
    private void ChangeTwice()
    {
        _nodes.ForEach(static node => node.Change(confirmable: true));
        Network.Run(TimeSpan.FromSeconds(1));
        _nodes.ForEach(static node => node.Change(confirmable: true));
        LastChange = Network.Now;
        Network.Run(Plan.Quiet);
    }

    private void Tell(Action<Invariant> what) => Array.ForEach(_invariants, what);

    private void OnSent(TraceEntry entry)
    {
        if (entry.IsDuplicate)
        {
            return;
        }

        bool isMessage = CoapMessage.TryParse(entry.Datagram.Span, out CoapMessage message, out CoapParseError error);
        Check(isMessage, $"{entry.From} has sent what is no message: {error}");
        NoteMessageId(entry, message);
        foreach (Invariant invariant in _invariants)
        {
            invariant.Sent(entry, message);
        }
    }

    private void NoteMessageId(TraceEntry entry, in CoapMessage message)
    {
        if (message.Type is CoapType.Confirmable or CoapType.NonConfirmable)
        {
            (VirtualNode, VirtualNode, ushort) key = (entry.From, entry.To!, message.MessageId);
            HaveMet |= _used.TryGetValue(key, out (int Incarnation, Instant At) last) && last.Incarnation != entry.From.Incarnation
                && Network.Now - last.At < 2 * Plan.Options.Transmission.ExchangeLifetime;
            _used[key] = (entry.From.Incarnation, Network.Now);
        }
    }

    private void OnArrived(TraceEntry entry)
    {
        _ = CoapMessage.TryParse(entry.Datagram.Span, out CoapMessage message, out _);
        foreach (Invariant invariant in _invariants)
        {
            invariant.Arrived(entry, message);
        }
    }

    private void Schedule()
    {
        Times(Plan.Requests, () => Pick().Request(Other(), !_random.Chance(Plan.NonConfirmableShare)));
        Times(Plan.Observations, () => Pick().Request(Other(), isConfirmable: true, observe: true));
        Times(Plan.Cancellations, () =>
        {
            if (_observations.Count > 0)
            {
                SimulatedRequest observation = _observations[_random.Next(_observations.Count)];
                observation.Client.Cancel(observation);
            }
        });
        Times(Plan.Changes, () => Pick().Change(_random.Chance(Plan.ConfirmableShare)));
        Times(Plan.Restarts, () =>
        {
            SimulatedNode node = Pick();
            node.Stop();
            TimeSpan pause = _random.Chance(0.5) ? TimeSpan.Zero : TimeSpan.FromSeconds(_random.Next(1, 120));
            Network.Clock.After(pause, node.Node.Start);
        });
        Times(Plan.Bodies, () => Pick().Transfer(Other(), BodyMethod(), !_random.Chance(Plan.NonConfirmableShare / 2)));
        Times(Plan.Cuts, () => Network.Cut([Pick().Node], [Other().Node], TimeSpan.FromSeconds(_random.Next(1, 200))));
    }

    private CoapCode BodyMethod() => _random.Next(4) switch
    {
        0 => CoapCode.Get,
        1 => CoapCode.Put,
        2 => CoapCode.Post,
        _ => CoapCode.Fetch,
    };

    private SimulatedNode Pick() => _picked = _nodes[_random.Next(_nodes.Count)];

    // Another node than the one picked last.
    private SimulatedNode Other()
    {
        SimulatedNode other = _nodes[_random.Next(_nodes.Count - 1)];
        return ReferenceEquals(other, _picked) ? _nodes[^1] : other;
    }

    private void Times(int count, Action action)
    {
        for (int i = 0; i < count; i++)
        {
            Network.Clock.At(new Instant(_random.Next(TimeSpan.Zero, Plan.Duration).Ticks), action);
        }
    }
}
