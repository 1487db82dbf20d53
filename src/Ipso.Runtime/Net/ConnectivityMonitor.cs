using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;

namespace Ipso.Net;

/// <summary>
/// What the object Connectivity Monitoring (4) does: it shows the network interface that the device goes out by, as the system knows it,
/// whenever it is read. What the system does not know, such as the strength of a radio signal, is the program's to set.
/// </summary>
public sealed class ConnectivityMonitor : ObjectBehaviour
{
    private const int Wlan = 21;
    private const int Ethernet = 41;
    private const int Cellular = 6;
    private const int LookMilliseconds = 1000;

    private readonly Func<NetworkInterface, bool>? _isOurs;
    private long _looked = long.MinValue / 2;

    /// <summary>Makes it, with an instance of its own.</summary>
    /// <param name="isOurs">
    /// Whether an interface is the one to be shown; <see langword="null"/> for the first that is up and has a gateway, or, where none has,
    /// the first that is up.
    /// </param>
    public ConnectivityMonitor(Func<NetworkInterface, bool>? isOurs = null)
        : this(
            new()
            {
                NetworkBearer = Ethernet,
                AvailableNetworkBearer = [],
                RadioSignalStrength = 0,
                IPAddresses = [],
            },
            isOurs)
    {
        Refresh();
    }

    private ConnectivityMonitor(Lwm2m.Objects.ConnectivityMonitoring target, Func<NetworkInterface, bool>? isOurs)
        : base(target)
    {
        Target = target;
        _isOurs = isOurs;
    }

    /// <summary>The instance. Signal strength, cell and the like are the program's to set.</summary>
    public new Lwm2m.Objects.ConnectivityMonitoring Target { get; }

    /// <summary>Looks at the interfaces now, so that observers hear of what has changed. From any thread.</summary>
    public void Refresh()
    {
        try
        {
            Show(NetworkInterface.GetAllNetworkInterfaces());
        }
        catch (Exception exception) when (exception is NetworkInformationException or PlatformNotSupportedException)
        {
            // The system does not say: what was known stays.
        }
    }

    /// <inheritdoc/>
    protected internal override void OnReading()
    {
        // To ask the system takes longer than an answer may, and servers may read as often as they like.
        long now = Environment.TickCount64;
        if (now - _looked >= LookMilliseconds)
        {
            _looked = now;
            Refresh();
        }
    }

    private void Show(NetworkInterface[] all)
    {
        NetworkInterface[] up = Array.FindAll(
            all, static one => one.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
                && one.NetworkInterfaceType != NetworkInterfaceType.Loopback);
        NetworkInterface? ours = _isOurs is not null ? Array.Find(up, one => _isOurs(one))
            : Array.Find(up, static one => one.GetIPProperties().GatewayAddresses.Count > 0) ?? up.FirstOrDefault();
        using UpdateScope update = Target.BeginUpdate();
        Show(Target.AvailableNetworkBearer, [.. up.Select(BearerOf).Distinct().Order()]);
        if (ours is null)
        {
            Target.IPAddresses.Clear();
            Target.RouterIPAddresses.Clear();
            return;
        }

        IPInterfaceProperties properties = ours.GetIPProperties();
        Target.NetworkBearer = BearerOf(ours);
        Show(Target.IPAddresses, [.. properties.UnicastAddresses.Select(static one => Text(one.Address)).Order(StringComparer.Ordinal)]);
        Show(Target.RouterIPAddresses, [.. properties.GatewayAddresses.Select(static one => Text(one.Address)).Order(StringComparer.Ordinal)]);
    }

    private static long BearerOf(NetworkInterface one) => one.NetworkInterfaceType switch
    {
        NetworkInterfaceType.Wireless80211 => Wlan,
        NetworkInterfaceType.Wwanpp or NetworkInterfaceType.Wwanpp2 => Cellular,
        _ => Ethernet,
    };

    // Without the zone, which means something on this machine alone.
    private static string Text(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()).ToString() : address.ToString();

    private static void Show<T>(ResourceInstances<T> instances, T[] values)
    {
        for (int i = 0; i < values.Length && i <= ushort.MaxValue; i++)
        {
            instances[(ushort)i] = values[i];
        }

        foreach (ushort id in instances.Ids.ToArray())
        {
            if (id >= values.Length)
            {
                _ = instances.Remove(id);
            }
        }
    }
}
