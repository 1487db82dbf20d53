using System.Net;
using System.Net.NetworkInformation;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>The object Connectivity Monitoring (4), as this machine is connected.</summary>
public class ConnectivityMonitorTests
{
    [Fact]
    public void The_addresses_are_those_of_one_interface_that_is_up()
    {
        ConnectivityMonitor monitor = new();
        string[] shown = [.. monitor.Target.IPAddresses.Order(StringComparer.Ordinal)];
        IEnumerable<string[]> known = NetworkInterface.GetAllNetworkInterfaces().Select(
            static one => one.GetIPProperties().UnicastAddresses
                .Select(static address => new IPAddress(address.Address.GetAddressBytes()).ToString())
                .Order(StringComparer.Ordinal).ToArray());
        Assert.Contains(known.Append([]), addresses => addresses.SequenceEqual(shown));
    }

    [Fact]
    public void Where_no_interface_is_the_devices_it_has_no_address()
    {
        ConnectivityMonitor monitor = new(static _ => false);
        monitor.Target.IPAddresses[0] = "192.0.2.1";
        monitor.Target.IPAddresses[5] = "192.0.2.5";
        monitor.Refresh();
        Assert.Empty(monitor.Target.IPAddresses);
        Assert.Empty(monitor.Target.RouterIPAddresses);
    }
}
