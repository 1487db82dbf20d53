using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Testing;

namespace Ipso.Tests.Lwm2m;

/// <summary>
/// A device and its servers on a virtual network that loses as much as a test says: what the rows of docs/conformance.md run on. A row is a
/// theory over <see cref="Losses"/>; it makes a network, asks, and holds the answers, one line each, against what they have to be.
/// </summary>
/// <example>
/// <code>
/// [Theory]
/// [MemberData(nameof(DeviceNetwork.Losses), MemberType = typeof(DeviceNetwork))]
/// public void An_executable_is_not_read(double loss)
/// {
///     DeviceNetwork network = new(loss, new Device { ... });
///     Assert.Equal("4.05", network.Server.Get("/3/0/4"));
/// }
/// </code>
/// </example>
/// <remarks>
/// Servers repeat a request ten times, 100 ms after it for the first time: of a thousand exchanges one gets lost where three of ten datagrams
/// do, and one seed gives one run. All of that is over long before the device forgets a message (EXCHANGE_LIFETIME), so that nothing is done
/// twice. Without accounts everybody manages the device; <see cref="AddAccounts"/> makes one for each server.
/// </remarks>
internal sealed class DeviceNetwork
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private static readonly CoapEndpointOptions s_serverOptions = new()
    {
        RefreshObservations = false,
        Transmission = new TransmissionParameters { AckTimeout = TimeSpan.FromMilliseconds(100), MaxRetransmit = 9 },
    };

    /// <summary>Makes a network with a device that has some objects, and a server.</summary>
    /// <param name="loss">How many of the datagrams get lost, 0 to 1, in each direction.</param>
    /// <param name="objects">The device's objects.</param>
    internal DeviceNetwork(double loss, params ObjectInstance[] objects)
        : this(loss, 1, random => Make(random, objects))
    {
    }

    /// <summary>Makes a network with several servers.</summary>
    /// <param name="loss">How many of the datagrams get lost, 0 to 1, in each direction.</param>
    /// <param name="servers">How many servers there are; the Short Server ID of the first is 1.</param>
    /// <param name="make">Makes the device, now and after each restart of its node.</param>
    /// <param name="seed">Another run.</param>
    internal DeviceNetwork(double loss, int servers, Func<SeededRandom, DeviceEndpoint> make, ulong seed = 1)
    {
        Network = new(seed) { Links = new LinkSettings { Loss = loss } };
        Node = Network.Add("device", make);
        Servers = [.. Enumerable.Range(1, servers).Select(id => new NetworkServer(this, (ushort)id, s_serverOptions))];
    }

    /// <summary>No loss, and three datagrams of ten.</summary>
    public static TheoryData<double> Losses => [0, 0.3];

    internal VirtualNetwork Network { get; }

    internal VirtualNode<DeviceEndpoint> Node { get; }

    internal DeviceEndpoint Device => Node.Protocol;

    /// <summary>The servers, in ascending order of their Short Server IDs, which begin with 1.</summary>
    internal IReadOnlyList<NetworkServer> Servers { get; }

    /// <summary>The first server.</summary>
    internal NetworkServer Server => Servers[0];

    /// <summary>Has the device know its servers: each has an account, and nobody else manages the device.</summary>
    internal DeviceNetwork AddAccounts()
    {
        foreach (NetworkServer server in Servers)
        {
            AddAccount(Device, server.Id, server.Node.Peer);
        }

        return this;
    }

    /// <summary>Adds the account of a server to a device.</summary>
    internal static void AddAccount(DeviceEndpoint device, ushort id, PeerId peer)
    {
        LWM2MSecurity security = new()
        {
            LWM2MServerURI = $"coap://server{id}",
            BootstrapServer = false,
            SecurityMode = 3,
            PublicKeyOrIdentity = default,
            ServerPublicKey = default,
            SecretKey = default,
            ShortServerID = id,
        };
        LwM2MServer server = new()
        {
            ShortServerID = id,
            Lifetime = 86400,
            NotificationStoringWhenDisabledOrOffline = true,
            Binding = "U",
            RegistrationUpdateTrigger = _ => { },
        };
        device.Objects.Add(security);
        device.Objects.Add(server);
        device.Accounts.Add(new(security, server) { Peer = peer });
    }

    /// <summary>Goes on until a condition holds.</summary>
    internal void Await(Func<bool> condition, string what) =>
        Assert.True(Network.RunUntil(condition, s_patience), $"{what}, and {s_patience} are over");

    private static DeviceEndpoint Make(SeededRandom random, ObjectInstance[] objects)
    {
        DeviceEndpoint device = new(random);
        foreach (ObjectInstance instance in objects)
        {
            device.Objects.Add(instance);
        }

        return device;
    }
}
