using Ipso.Coap;
using Ipso.Server.Registration;
using Ipso.Testing;

namespace Ipso.Server.Tests;

/// <summary>Devices are found by what they have and what they say of themselves.</summary>
public class DirectoryTests
{
    private const string Links = "</1/0>,</3/0>,</3303/0>";

    [Fact]
    public void Devices_that_have_an_object_are_found_among_any_number_of_kinds()
    {
        ServerScript script = new();
        string location = script.Locate("ep=a", "</3303/0>,</3/0>");
        script.Locate("ep=b", "</3303/1>");
        script.Locate("ep=c", "</3304/0>");
        Assert.Equal(("a b", "c", "a", ""), (Found(3303), Found(3304), Found(3), Found(5)));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, "", "</3304/0>"));
        Assert.Equal(("b", "a c", ""), (Found(3303), Found(3304), Found(3)));

        // One that nobody has is looked for in no kind, of however many there are.
        ScriptedPeer[] peers = [.. Enumerable.Range(0, 3).Select(i => script.AddDevice($"peer{i}"))];
        for (int i = 0; i < 300; i++)
        {
            script.Locate($"ep=x{i}", $"</{10_000 + i}/0>", from: peers[i % 3]);
        }

        Assert.Equal(("x7", "b"), (Found(10_007), Found(3303)));
        foreach (RegisteredDevice device in script.Server.Devices.ToArray())
        {
            script.Server.Remove(device);
        }

        Assert.Equal(("", 0), (Found(3303), script.Server.KeptCount));

        string Found(ushort objectId) => string.Join(' ', script.Server.FindByObject(objectId).Select(static device => device.Endpoint).Order());
    }

    [Fact]
    public void A_device_is_found_by_what_it_says_of_itself_for_as_long_as_it_says_so()
    {
        ServerScript script = new();
        string first = script.Locate("ep=a&floor=2&mac");
        script.Locate("ep=b&floor=2");
        script.Locate("ep=c&floor=3");
        Assert.Equal("a b", Found("floor", "2"));
        Assert.Equal("a", Found("mac", ""));
        Assert.Equal("", Found("mac", "2"));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, first, "lt=60"));
        Assert.Equal("a b", Found("floor", "2"));
        Assert.Equal("2.04", script.Ask(CoapCode.Post, first, "floor=3"));
        Assert.Equal(("b", "a c", ""), (Found("floor", "2"), Found("floor", "3"), Found("mac", "")));
        script.Locate("ep=b");
        Assert.Equal("2.02", script.Ask(CoapCode.Delete, first));
        Assert.Equal(("", "c"), (Found("floor", "2"), Found("floor", "3")));

        string Found(string name, string value) =>
            string.Join(' ', script.Server.FindByAttribute(name, value).Select(static d => d.Endpoint).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Devices_of_a_kind_share_what_they_have()
    {
        ServerScript script = new();
        script.Locate("ep=a");
        script.Locate("ep=b", "</3303/0>,</3/0>,</1/0>");
        Assert.Same(script.Server.Find("a")!.Registration.Objects, script.Server.Find("b")!.Registration.Objects);
        string location = script.Locate("ep=b", "</3/0>");
        Assert.Equal("2.04", script.Ask(CoapCode.Post, location, "", Links));
        Assert.Same(script.Server.Find("a")!.Registration.Objects, script.Server.Find("b")!.Registration.Objects);
        Assert.Equal(["a", "b"], script.Server.FindByObject(3303).Select(static d => d.Endpoint).Order());
    }
}
