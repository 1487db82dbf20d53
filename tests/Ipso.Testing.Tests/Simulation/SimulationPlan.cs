using System.Globalization;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Testing.Tests.Simulation;

/// <summary>What a seed decides about a run: how bad the network is, how large the tables, and how much happens.</summary>
internal sealed class SimulationPlan
{
    private readonly int _otherBlockSize;

    public SimulationPlan(ulong seed)
    {
        Seed = seed;
        SeededRandom random = new(seed ^ 0x706c_616e);
        Nodes = random.Next(2, 4);
        Links = DrawLinks(random);
        Options = DrawOptions(random);
        Duration = TimeSpan.FromSeconds(random.Next(60, 900));
        Requests = random.Next(4, 40);
        NonConfirmableShare = random.NextDouble() * 0.4;
        Observations = random.Next(0, 6);
        Cancellations = random.Chance(0.5) ? random.Next(0, 3) : 0;
        Changes = random.Next(0, 40);
        ConfirmableShare = random.NextDouble() * 0.5;
        Restarts = random.Chance(0.4) ? random.Next(1, 3) : 0;
        Cuts = random.Chance(0.3) ? random.Next(1, 2) : 0;
        Bodies = random.Chance(0.6) ? random.Next(1, 5) : 0;
        Options = Options with
        {
            BlockSize = 1 << random.Next(4, 8),
            Transfers = random.Next(1, 6),
            TransferBytes = random.Chance(0.1) ? random.Next(512, 4096) : 32 * 1024,
            TransferLifetime = random.Chance(0.1) ? TimeSpan.FromSeconds(random.Next(5, 60)) : TimeSpan.FromSeconds(247),
        };
        _otherBlockSize = random.Chance(0.5) ? Options.BlockSize : 1 << random.Next(4, 8);
    }

    public ulong Seed { get; }

    public int Nodes { get; }

    public LinkSettings Links { get; }

    public CoapEndpointOptions Options { get; }

    public TimeSpan Duration { get; }

    public int Requests { get; }

    public double NonConfirmableShare { get; }

    public int Observations { get; }

    public int Cancellations { get; }

    public int Changes { get; }

    public double ConfirmableShare { get; }

    public int Restarts { get; }

    public int Cuts { get; }

    public int Bodies { get; }

    /// <summary>
    /// A time after which nothing is left to wait for once nobody starts anything: every message that may queue for one peer behind NSTART
    /// waits for those before it.
    /// </summary>
    public TimeSpan Quiet =>
        ((Options.Exchanges + Options.ConfirmableNotifications + 2) * Options.Transmission.MaxTransmitWait) + (2 * Options.ResponseTimeout);

    /// <summary>The options of a node: every other one may have blocks of another size.</summary>
    public CoapEndpointOptions OptionsOf(int node) => node % 2 == 0 ? Options : Options with { BlockSize = _otherBlockSize };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {Nodes} nodes, {Duration.TotalSeconds} s
        {Requests} requests, {NonConfirmableShare:P0} NON; {Observations} observations, {Cancellations} cancelled
        {Changes} changes, {ConfirmableShare:P0} CON; {Restarts} restarts, {Cuts} cuts; {Bodies} bodies, other blocks of {_otherBlockSize}
        {Links}
        {Options}
        """);

    private static LinkSettings DrawLinks(SeededRandom random)
    {
        bool isBad = random.Chance(0.85);
        TimeSpan short_ = TimeSpan.FromMilliseconds(random.Next(0, 500));
        TimeSpan long_ = short_ + TimeSpan.FromMilliseconds(random.Next(0, random.Chance(0.3) ? 8000 : 300));
        return new LinkSettings
        {
            Loss = isBad ? random.NextDouble() * 0.5 : 0,
            Duplication = isBad && random.Chance(0.6) ? random.NextDouble() * 0.5 : 0,
            Reordering = isBad && random.Chance(0.6) ? random.NextDouble() * 0.5 : 0,
            ReorderingTime = TimeSpan.FromSeconds(random.Next(1, 10)),
            Delay = random.Next(3) switch
            {
                0 => LinkDelay.Fixed(short_),
                1 => LinkDelay.Uniform(short_, long_),
                _ => LinkDelay.Jitter(long_, long_ - short_),
            },
        };
    }

    private static CoapEndpointOptions DrawOptions(SeededRandom random) => new()
    {
        Exchanges = random.Next(1, 8),
        Observers = random.Next(0, 6),
        ConfirmableNotifications = random.Next(1, 4),
        ConfirmableEvery = random.Chance(0.5) ? random.Next(1, 5) : 0,
        ConfirmableInterval = random.Chance(0.2) ? TimeSpan.FromSeconds(random.Next(30, 600)) : TimeSpan.FromDays(1),

        // A tenth of the runs has a ring that forgets too early, which the engine has to count.
        DeduplicationSlots = random.Chance(0.1) ? random.Next(1, 8) : 2048,
        DeduplicationBytes = 256 * 1024,
        MaxMessageSize = 256,
        Transmission = random.Chance(0.6) ? TransmissionParameters.Default : new TransmissionParameters
        {
            AckTimeout = TimeSpan.FromMilliseconds(random.Next(500, 4000)),
            AckRandomFactor = 1 + random.NextDouble(),
            MaxRetransmit = random.Next(0, 5),
            Nstart = random.Next(1, 3),
        },
    };
}
