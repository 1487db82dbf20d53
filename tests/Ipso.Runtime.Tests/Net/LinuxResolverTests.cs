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

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("255.0.255.1")]
    [InlineData("::1")]
    [InlineData("2001:db8::7:1")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("fe80::1%1")]
    public void An_address_is_what_the_platform_takes_it_for(string text)
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(IPAddress.Parse(text), LinuxResolver.Parse(text));
        }
    }

    [Theory]
    [InlineData("leshan.example")]
    [InlineData("1.2.3.256")]
    [InlineData("::1::")]
    public void What_is_none_is_not_looked_up(string text)
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Null(LinuxResolver.Parse(text));
        }
    }
}
