using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Names are looked up as the platform does it, without what it does besides.</summary>
[Trait("Category", "Network")]
[SupportedOSPlatform("linux")]
public class LinuxResolverTests
{
    [LinuxFact]
    public async Task A_name_has_the_addresses_that_the_platform_finds()
    {
        foreach (string name in (string[])["localhost", "127.0.0.1", "::1"])
        {
            IPAddress[] addresses = await LinuxResolver.ResolveAsync(name, default);
            IPAddress[] expected = await Dns.GetHostAddressesAsync(name);
            Assert.NotEmpty(addresses);
            Assert.Equal(
                expected.Select(static address => address.ToString()).Order(StringComparer.Ordinal),
                addresses.Select(static address => address.ToString()).Order(StringComparer.Ordinal));
        }
    }

    [LinuxFact]
    public async Task A_name_without_an_address_is_said_in_words()
    {
        SocketException exception =
            await Assert.ThrowsAsync<SocketException>(static () => LinuxResolver.ResolveAsync("nowhere.invalid", default));
        Assert.Matches("[a-z]{3}", exception.Message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            static () => LinuxResolver.ResolveAsync("localhost", new CancellationToken(canceled: true)));
    }
}
