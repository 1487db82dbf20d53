using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;

namespace Ipso.Testing.Fleets;

/// <summary>
/// Devices by the hundred or the thousand: each a <see cref="DeviceEndpoint"/> as a program has it, with objects of any generated class, whose
/// values are plausible and move (<see cref="SimulatedObject"/>). They live on a virtual network (<see cref="AddTo"/>) or behind UDP sockets
/// (<see cref="Start"/>). A seed decides all values.
/// </summary>
/// <example>
/// <code>
/// SimulatedFleet fleet = new SimulatedFleet(5000, "urn:dev:ops:32473-{0}", seed: 1).With&lt;Temperature&gt;().With&lt;Humidity&gt;();
/// await using SimulatedFleetHost host = fleet.Start(new IPEndPoint(IPAddress.Loopback, 5683));
/// </code>
/// </example>
public sealed class SimulatedFleet
{
    /// <summary>The most devices.</summary>
    public const int MaxCount = 1_000_000;

    private readonly CompositeFormat _names;
    private readonly List<Func<ObjectInstance>> _factories = [];
    private readonly HashSet<ushort> _single = [];
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(10);

    /// <summary>Describes a fleet without objects.</summary>
    /// <param name="count">The number of devices, 1 to <see cref="MaxCount"/>.</param>
    /// <param name="names">The Endpoint Client Names, with <c>{0}</c> for the device's place in the fleet, from 0: <c>meter-{0:d5}</c>.</param>
    /// <param name="seed">Decides all values, and how they move.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    /// <exception cref="FormatException">The pattern is none.</exception>
    /// <exception cref="ArgumentException">There is no <c>{0}</c> in the pattern of several devices: they would be one to a server.</exception>
    public SimulatedFleet(int count, string names, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
        _names = CompositeFormat.Parse(names);
        if (count > 1 && _names.MinimumArgumentCount != 1)
        {
            throw new ArgumentException($"'{names}' has to have one {{0}}, for the device's place in the fleet.", nameof(names));
        }

        Count = count;
        Seed = seed;
    }

    /// <summary>The number of devices.</summary>
    public int Count { get; }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>How often the values of a device move, each device at a time of its own; zero for never. 10 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public TimeSpan Interval
    {
        get => _interval;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _interval = value;
        }
    }

    /// <summary>
    /// What the devices are like; name and server are each device's own. By default the bounds of CoAP are narrower than a device otherwise has
    /// them, for there are many, and all begin at once.
    /// </summary>
    public DeviceOptions Device { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new()
    {
        Coap = new()
        {
            DeduplicationSlots = 16,
            DeduplicationBytes = 4096,
            Exchanges = 2,
            Observers = 8,
            KeptBodyBytes = 1024,
            Transfers = 1,
            TransferBytes = 8192,
            MaxBodySize = 8192,
            DeferredResponses = 1,
            Peers = 4,
        },
    };

    /// <summary>The devices' account with the server. Nobody looks its host up: they go where they are sent.</summary>
    public ServerOptions Account { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = new("coap://server");

    /// <summary>Gives each device an Object Instance, whose values are all made up.</summary>
    /// <typeparam name="T">A generated class.</typeparam>
    /// <returns>This fleet.</returns>
    /// <exception cref="ArgumentException">The object is the device's account itself (0, 1, 2, 21, 23).</exception>
    /// <exception cref="InvalidOperationException">Each device has the one instance that there may be.</exception>
    public SimulatedFleet With<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>()
        where T : ObjectInstance, ILwm2mObject<T> => With(Activator.CreateInstance<T>);

    /// <summary>Gives each device an Object Instance, with values that the program chooses; the others are made up.</summary>
    /// <param name="factory">Makes an instance; called once for each device, and now for one that nobody has.</param>
    /// <returns>This fleet.</returns>
    /// <exception cref="ArgumentException">The object is the device's account itself (0, 1, 2, 21, 23).</exception>
    /// <exception cref="InvalidOperationException">Each device has the one instance that there may be.</exception>
    public SimulatedFleet With(Func<ObjectInstance> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ObjectInfo definition = factory().Definition;
        if (definition.ObjectId is 0 or 1 or 2 or 21 or 23)
        {
            throw new ArgumentException($"Object {definition} is the device's own account: see {nameof(Account)}.", nameof(factory));
        }

        if (!definition.IsMultiple && !_single.Add(definition.ObjectId))
        {
            throw new InvalidOperationException($"Object {definition} has a single instance, and each device has it already.");
        }

        _factories.Add(factory);
        return this;
    }

    /// <summary>The Endpoint Client Name of a device.</summary>
    /// <param name="index">Its place in the fleet, from 0.</param>
    public string NameOf(int index) => string.Format(CultureInfo.InvariantCulture, _names, index);

    /// <summary>Adds the devices to a virtual network, where they begin to register.</summary>
    /// <param name="network">The network.</param>
    /// <param name="server">The server's node.</param>
    /// <returns>The devices' nodes, in the order of the fleet. One that restarts begins with the values of its first start.</returns>
    /// <remarks>A network looks at each node in each step: a thousand devices take seconds, more of them the square of that.</remarks>
    public IReadOnlyList<VirtualNode<SimulatedDevice>> AddTo(VirtualNetwork network, VirtualNode server)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(server);
        VirtualNode<SimulatedDevice>[] nodes = new VirtualNode<SimulatedDevice>[Count];
        for (int i = 0; i < Count; i++)
        {
            int index = i;
            nodes[i] = network.Add(
                NameOf(i), random => MakeDevice(index, random, server.Peer, network.Clock.ToUtc, network.Now));
        }

        return nodes;
    }

    /// <summary>Starts the devices, each behind a UDP socket of its own, with a port that the system chooses.</summary>
    /// <param name="server">The server's address and port.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <returns>What drives them until it is disposed of.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The system has no such number of sockets or ports: Linux has 28,000 ports for an
    /// address, and as many descriptors as <c>ulimit -n</c> says.</exception>
    public SimulatedFleetHost Start(IPEndPoint server, TimeProvider? time = null) => new(this, server, time ?? TimeProvider.System);

    /// <summary>Makes a device, which begins to register as soon as it is driven.</summary>
    internal SimulatedDevice MakeDevice(
        int index, IRandomSource random, PeerId server, Func<Instant, DateTimeOffset> calendar, Instant now)
    {
        string name = NameOf(index);
        DeviceEndpoint device = new(random, Device with { Endpoint = name, Server = Account });
        device.HostRequested = (host, moment) => device.OnResolved(host, server, null, moment);

        // By the place, so that the values of a device are the same in a fleet of another size.
        SeededRandom values = new(Seed + ((ulong)index * 0x9e37_79b9_7f4a_7c15));
        SimulatedObject[] objects = [.. _factories.Select(factory => new SimulatedObject(factory(), values.Fork(), calendar(now)))];
        foreach (SimulatedObject simulated in objects)
        {
            device.Objects.Add(simulated.Instance);
        }

        Instant? firstMove = _interval > TimeSpan.Zero ? now + values.Next(TimeSpan.Zero, _interval) : null;
        device.StartRegistering(now);
        return new SimulatedDevice(index, name, device, objects, _interval, firstMove, calendar);
    }
}
