using Ipso.Generator.Tests.Support;

namespace Ipso.Generator.Tests.Remote;

/// <summary>What is emitted of objects on devices, for a server: where it is asked for, and by which names.</summary>
public class RemoteSourceTests
{
    private static readonly Options s_server = new(("IpsoRemote", "true"));

    /// <summary>A resource of each right, single and multiple.</summary>
    internal static string EveryRight { get; } =
        XmlFile.Item(0, "Reading")
        + XmlFile.Item(1, "Switch", "RW", "Boolean")
        + XmlFile.Item(2, "Secret", "W", "String")
        + XmlFile.Item(3, "Act", "E", "")
        + XmlFile.Item(4, "Levels", "RW", "Integer", Multiple)
        + XmlFile.Item(5, "Tokens", "W", "Opaque", Multiple)
        + XmlFile.Item(6, "Names", "R", "String", Multiple)
        + XmlFile.Item(7, "Mode", "RW", "Integer", "<RangeEnumeration>0: off, 1: heat</RangeEnumeration>")
        + XmlFile.Item(8, "Modes", "R", "Unsigned Integer", Multiple + "<RangeEnumeration>0: off, 1: heat</RangeEnumeration>")
        + XmlFile.Item(9, "Act in many", "E", "", Multiple)
        + XmlFile.Item(10, "Bootstrap only", "", "String")
        + XmlFile.Item(11, "Target", "RW", "Objlnk")
        + XmlFile.Item(12, "At", "R", "Time")
        + XmlFile.Item(13, "Links", "R", "Corelnk");

    private const string Multiple = "<MultipleInstances>Multiple</MultipleInstances>";

    [Fact]
    public void Every_right() =>
        Snapshot.Verify("Remote", GeneratorRun.Of(s_server, XmlFile.Define(30100, "Every right", "1.0", EveryRight)));

    [Fact]
    public void Names_of_members_do_not_hide_resources_and_take_no_ones_name()
    {
        string items = XmlFile.Item(1, "Path") + XmlFile.Item(2, "Path 1") + XmlFile.Item(3, "Client") + XmlFile.Item(4, "Read Async")
            + XmlFile.Item(5, "Odd Remote") + XmlFile.Item(6, "Definition") + XmlFile.Item(7, "Remote") + XmlFile.Item(8, "remote");

        var run = GeneratorRun.Of(s_server, XmlFile.Define(1, "Odd", "1.0", items), XmlFile.Define(2, "Odd Remote", "1.0", XmlFile.Item(1, "Value")));

        Assert.Equal(
            ["Path_1", "Path1", "Client3", "ReadAsync4", "OddRemote", "Definition6", "Remote", "Remote8"], Members(run, "1_1.0.Odd.Remote.g.cs"));
        Assert.Contains("public static class OddRemote_\n", run.Sources["1_1.0.Odd.Remote.g.cs"], StringComparison.Ordinal);
        Assert.Contains("public static class OddRemoteRemote\n", run.Sources["2_1.0.OddRemote.Remote.g.cs"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_that_is_called_as_its_class_has_its_id_behind_its_name()
    {
        var run = GeneratorRun.Of(s_server, XmlFile.Define(1, "Odd", "1.0", XmlFile.Item(5, "Odd Remote")));

        Assert.Equal(["OddRemote5"], Members(run, "1_1.0.Odd.Remote.g.cs"));
    }

    [Fact]
    public void Where_nobody_asks_for_it_there_is_none()
    {
        XmlFile lamp = XmlFile.Define(1, "Lamp", "1.0", XmlFile.Item(1, "Brightness"));
        var without = GeneratorRun.Of(lamp);
        var with = GeneratorRun.Of(s_server, lamp);

        Assert.Equal(["1_1.0.Lamp.g.cs"], without.Sources.Keys);
        Assert.Equal(["1_1.0.Lamp.Remote.g.cs", "1_1.0.Lamp.g.cs"], with.Sources.Keys);
        Assert.Equal(without.Sources["1_1.0.Lamp.g.cs"], with.Sources["1_1.0.Lamp.g.cs"]);
    }

    [Fact]
    public void An_item_may_say_otherwise_than_the_project()
    {
        XmlFile lamp = XmlFile.Define(1, "Lamp", "1.0", XmlFile.Item(1, "Brightness"), "lamp.xml");
        XmlFile door = XmlFile.Define(2, "Door", "1.0", XmlFile.Item(1, "Angle"), "door.xml");

        var without = GeneratorRun.Of(
            new Options(("IpsoRemote", "True")).ForFile("lamp.xml", ("IpsoDeclared", "true"), ("Remote", "false")), lamp, door);
        var with = GeneratorRun.Of(new Options().ForFile("lamp.xml", ("IpsoRemote", "true")), lamp, door);
        var wrong = GeneratorRun.Of(new Options(("IpsoRemote", "yes")), lamp);

        Assert.Equal(["1_1.0.Lamp.g.cs", "2_1.0.Door.Remote.g.cs", "2_1.0.Door.g.cs"], without.Sources.Keys);
        Assert.Equal(["1_1.0.Lamp.Remote.g.cs", "1_1.0.Lamp.g.cs", "2_1.0.Door.g.cs"], with.Sources.Keys);
        Assert.Equal("IPSO0030", Assert.Single(wrong.Diagnostics).Id);
    }

    [Fact]
    public void What_a_server_can_do_nothing_with_has_none()
    {
        var run = GeneratorRun.Of(s_server, XmlFile.Define(1, "Keys", "1.0", XmlFile.Item(1, "Key", "")), XmlFile.Define(2, "Bare", "1.0", ""));

        Assert.DoesNotContain(run.Sources.Keys, static name => name.Contains("Remote", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_the_resources_that_a_project_takes_are_there()
    {
        XmlFile lamp = XmlFile.Define(1, "Lamp", "1.0", XmlFile.Item(1, "Brightness") + XmlFile.Item(2, "Colour"), "lamp.xml");
        var run = GeneratorRun.Of(new Options(("IpsoRemote", "true")).ForFile("lamp.xml", ("IpsoResources", "Colour")), lamp);

        Assert.Equal(["Colour"], Members(run, "1_1.0.Lamp.Remote.g.cs"));
    }

    [Fact]
    public void An_edit_emits_what_it_changes_alone()
    {
        XmlFile lamp = XmlFile.Define(1, "Lamp", "1.0", XmlFile.Item(1, "Brightness"), "/x/lamp.xml");
        XmlFile edited = XmlFile.Define(1, "Lamp", "1.0", XmlFile.Item(1, "Colour"), "/x/lamp.xml");
        XmlFile door = XmlFile.Define(2, "Door", "1.0", XmlFile.Item(1, "Angle"), "/x/door.xml");
        var run = GeneratorRun.Of(s_server, lamp, door);

        Assert.Equal("Cached,Cached", run.AgainWith(Compiler.Parse("class C;")).SourceReasons);
        Assert.Equal("Modified,Cached", run.Again(driver => driver.ReplaceAdditionalText(lamp, edited)).SourceReasons);
    }

    private static string[] Members(GeneratorRun run, string hint) =>
    [
        .. run.Sources[hint].Split('\n').Where(static line => line.Contains(" => new(remote, ", StringComparison.Ordinal))
            .Select(static line => line[..line.IndexOf(" =>", StringComparison.Ordinal)].Split(' ')[^1]),
    ];
}
