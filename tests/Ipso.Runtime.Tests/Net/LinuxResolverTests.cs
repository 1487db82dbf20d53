using System.Net;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>Addresses, as the hosts of URIs have them.</summary>
public class LinuxResolverTests
{
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
