using System.Text.RegularExpressions;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Objects;

namespace Ipso.Tests.Lwm2m;

/// <summary>Profiles in place of the links of a Register (LwM2M TS Core, 6.2.1).</summary>
public class RegistrationProfileTests
{
    [Theory]
    [InlineData("oma:a", 2, null, "&pid=oma:a")]
    [InlineData("oma:a,v:b", 2, null, "&pid=\"oma:a,v:b\"")]
    [InlineData("oma:a", 1, null, "")]
    [InlineData("oma:a", 2, "4.09", "&pid=oma:a")]
    [InlineData("oma:a", 2, "4.00", "&pid=oma:a")]
    public void Profiles_stand_for_the_links_where_the_server_knows_them(string profiles, ushort minor, string? refusal, string expected)
    {
        RegistrationWorld world = new(
            new() { Endpoint = "d", Server = new("coap://s"), Version = new(1, minor), Profiles = [.. profiles.Split(',')] }, 0, "s");
        world.Device.Objects.Add(new Temperature { SensorValue = 1 });
        world["s"].Answer = line => !line.Contains("pid=", StringComparison.Ordinal) || refusal is null ? null
            : refusal == "4.09" ? CoapCode.Conflict : CoapCode.BadRequest;
        world.Start();
        string[] registers = [.. world["s"].Registers];
        string first = $"POST /rd?ep=d&lt=86400&lwm2m=1.{minor}&b=U";
        if (minor == 1)
        {
            Assert.StartsWith(first + " 40 <", Assert.Single(registers), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(first + expected, registers[0]);
            Assert.Equal(refusal is null ? 1 : 2, registers.Length);
            Assert.All(registers[1..], line => Assert.Matches("^" + Regex.Escape(first) + " 40 <.*/3303/0>", line));
        }

        Assert.EndsWith($"1 registered 1.{minor}", Assert.Single(world.Events), StringComparison.Ordinal);

        // An Update has all links; a server that has refused once is told them.
        world.Device.Objects.Add(new Temperature { SensorValue = 2 });
        world.Run(2);
        Assert.Contains("</3303/1>", Assert.Single(world["s"].Updates), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("a\"b")]
    public void A_profile_has_an_id(string id)
    {
        Assert.Throws<ArgumentException>(() => new DeviceOptions { Profiles = [id] });
        Assert.Throws<ArgumentException>(() => new DeviceOptions { Profiles = [new('x', 129)] });
    }
}
