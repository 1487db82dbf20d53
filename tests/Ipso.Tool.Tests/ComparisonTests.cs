using System.Text;
using Ipso.Tool.Comparison;
using Ipso.Tool.Definitions;
using Ipso.Tool.Tests.Support;

namespace Ipso.Tool.Tests;

/// <summary>What a new definition changes, in words, and whether programs that know the old one may fail by it.</summary>
public class ComparisonTests
{
    private static readonly ItemXml s_item = new(1, "Warmth");
    private static readonly ObjectXml s_object = new(30001, "Glow") { Items = [s_item] };

    public static TheoryData<string, object, object, string> Resources => new()
    {
        { "type", s_item, s_item with { Type = "Integer" }, "! resource 1 Warmth is of type Integer instead of Float | Glow.Warmth becomes long? instead of double?" },
        { "multiple", s_item, s_item with { IsMultiple = true }, "! resource 1 Warmth has several values instead of one | Glow.Warmth becomes ResourceInstances<double> instead of double?" },
        { "single", s_item with { IsMultiple = true }, s_item, "! resource 1 Warmth has one value instead of several | Glow.Warmth becomes double? instead of ResourceInstances<double>" },
        { "mandatory", s_item, s_item with { IsMandatory = true }, "! resource 1 Warmth is mandatory instead of optional | Glow.Warmth becomes required double instead of double?" },
        { "optional", s_item with { IsMandatory = true }, s_item, "! resource 1 Warmth is optional instead of mandatory | Glow.Warmth becomes double? instead of required double" },
        { "optional, write-only", s_item with { IsMandatory = true, Operations = "W" }, s_item with { Operations = "W" }, "+ resource 1 Warmth is optional instead of mandatory" },
        { "write lost", s_item with { Operations = "RW" }, s_item, "! resource 1 Warmth has the operations R instead of RW | a server cannot write Glow.Warmth any more" },
        { "write gained", s_item, s_item with { Operations = "RW" }, "+ resource 1 Warmth has the operations RW instead of R" },
        { "action", s_item, s_item with { Operations = "E", Type = "" }, "! resource 1 Warmth has the operations E instead of R | Glow.Warmth becomes ExecuteHandler? instead of double?" },
        { "renamed", s_item, s_item with { Name = "Heat" }, "! resource 1 is called Heat instead of Warmth | Glow.Warmth becomes Glow.Heat" },
        { "spelled otherwise", s_item with { Name = "On Off" }, s_item with { Name = "On/Off" }, "+ resource 1 is called On/Off instead of On Off" },
        { "unit", s_item with { Unit = "Cel" }, s_item with { Unit = "K" }, "! resource 1 Warmth has the unit K instead of Cel | Glow.Warmth means K" },
        { "unit said", s_item, s_item with { Unit = "K" }, "+ resource 1 Warmth has the unit K, and had none" },
        { "unit no more", s_item with { Unit = "K" }, s_item, "+ resource 1 Warmth has no unit any more, and had K" },
        { "range narrowed", s_item with { Range = "0..100" }, s_item with { Range = "0..50" }, "! resource 1 Warmth has the range 0..50 instead of 0..100 | Glow.Warmth refuses values that it took" },
        { "range widened", s_item with { Range = "0..50" }, s_item with { Range = "-1..100" }, "+ resource 1 Warmth has the range -1..100 instead of 0..50" },
        { "range new", s_item, s_item with { Range = "0..50" }, "! resource 1 Warmth has the range 0..50, and had none | Glow.Warmth refuses values that it took" },
        { "range gone", s_item with { Range = "0..50" }, s_item, "+ resource 1 Warmth has no range any more, and had 0..50" },
        { "prose for a range", s_item with { Range = "some" }, s_item with { Range = "any" }, "+ resource 1 Warmth has the range any instead of some" },
        { "description", s_item, s_item with { Description = "New words." }, "+ the description of resource 1 Warmth is reworded" },
        {
            "value added", Enumeration("0: OFF 1: ON"), Enumeration("0: OFF 1: ON 2: AUTO"),
            "+ resource 1 Warmth has the value 2 Auto, and had none | Glow.Values.Warmth.Auto is new"
        },
        {
            "value gone", Enumeration("0: OFF 1: ON 2: AUTO"), Enumeration("0: OFF 1: ON"),
            "! resource 1 Warmth has no value 2 Auto any more | Glow.Values.Warmth.Auto is gone"
        },
        {
            "value renamed", Enumeration("0: OFF 1: ON"), Enumeration("0: OFF 1: LIT"),
            "! resource 1 Warmth calls the value 1 Lit instead of On | Glow.Values.Warmth.On becomes Lit"
        },
        {
            "values get names", Enumeration(""), Enumeration("0: OFF 1: ON"),
            "! resource 1 Warmth has the range 0: OFF 1: ON, and had none | Glow.Warmth becomes Values.Warmth? instead of long?"
        },
        {
            "two at once", s_item, s_item with { Type = "Integer", IsMandatory = true },
            "! resource 1 Warmth is of type Integer instead of Float | Glow.Warmth becomes required long instead of double?; ! resource 1 Warmth is mandatory instead of optional"
        },
    };

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_change_of_a_resource_is_told(string what, object before, object after, string expected)
    {
        Assert.NotEmpty(what);
        Assert.Equal(expected, Compare(s_object with { Items = [(ItemXml)before] }, s_object with { Items = [(ItemXml)after] }));
    }

    [Fact]
    public void Resources_come_and_go()
    {
        Assert.Equal("! resource 1 Warmth is gone | Glow.Warmth is gone", Compare(s_object, s_object with { Items = [] }));
        Assert.Equal("+ resource 1 Warmth is new, and optional | Glow.Warmth (double?) is new", Compare(s_object with { Items = [] }, s_object));
        Assert.Equal(
            "! resource 1 Warmth is new, and mandatory | each new Glow must set Warmth (double)",
            Compare(s_object with { Items = [] }, s_object with { Items = [s_item with { IsMandatory = true }] }));
    }

    [Fact]
    public void A_name_that_another_resource_takes_is_told_where_it_changes()
    {
        // The lowest id keeps a name: what comes below renames what was there.
        Assert.Equal(
            "+ resource 0 Warmth is new, and optional | Glow.Warmth (double?) is new; ! resource 1 Warmth gets another name in C# | Glow.Warmth becomes Glow.Warmth1",
            Compare(s_object, s_object with { Items = [new(0, "Warmth"), s_item] }));
    }

    [Fact]
    public void Changes_of_the_object_are_told()
    {
        Assert.Equal("! the object is called Gleam instead of Glow | class Glow becomes Gleam", Compare(s_object, s_object with { Name = "Gleam" }));
        Assert.Equal("! a device has one instance at most | a second Glow cannot be added to a device", Compare(s_object, s_object with { IsMultiple = false }));
        Assert.Equal("+ a device may have several instances", Compare(s_object with { IsMultiple = false }, s_object));
        Assert.Equal("! each device must have the object", Compare(s_object, s_object with { IsMandatory = true }));
        Assert.Equal("! the major version is 2 instead of 1: peers that know 1.0 do not understand it", Compare(s_object, s_object with { Version = "2.0" }));
        Assert.Equal("+ the description of the object is reworded", Compare(s_object, s_object with { Description = "New words." }));
        Assert.Equal("+ the URN is urn:x:30001 instead of urn:oma:lwm2m:x:30001", Compare(s_object, s_object with { Urn = "urn:x:30001" }));
    }

    [Fact]
    public void A_new_minor_version_alone_is_no_change() => Assert.Equal("", Compare(s_object, s_object with { Version = "1.1" }));

    [Fact]
    public void Many_descriptions_are_one_line()
    {
        ItemXml[] items = [.. Enumerable.Range(1, 5).Select(id => new ItemXml(id, "R" + id))];
        Assert.Equal(
            "+ the descriptions of 5 resources are reworded: 1, 2, 3, 4, 5",
            Compare(s_object with { Items = items }, s_object with { Items = [.. items.Select(item => item with { Description = "New." })] }));
    }

    [Theory]
    [InlineData("Integer", "0..5", "0..3,4..5", false)]
    [InlineData("Integer", "0..5", "0..3,5", true)]
    [InlineData("Float", "0..5", "0..3,4..5", true)]
    [InlineData("Float", "0..5", "0..3,3..5", false)]
    [InlineData("Integer", "1,2,3", "1..3", false)]
    [InlineData("Integer", "-9223372036854775808..0", "-9223372036854775807..0", true)]
    [InlineData("String", "1..64 bytes", "0..255 bytes", false)]
    [InlineData("String", "0..255 bytes", "1..64 bytes", true)]
    [InlineData("String", "ON;OFF", "ON;OFF;AUTO", false)]
    [InlineData("String", "ON;OFF", "ON;AUTO", true)]
    [InlineData("String", "ON;OFF", "0..3 bytes", true)]
    public void A_range_is_narrower_where_a_value_falls_out_of_it(string type, string before, string after, bool isNarrower)
    {
        ItemXml item = s_item with { Type = type };
        string told = Compare(s_object with { Items = [item with { Range = before }] }, s_object with { Items = [item with { Range = after }] });
        Assert.Equal(isNarrower ? '!' : '+', told[0]);
    }

    [Fact]
    public void No_object_of_the_registry_differs_from_itself() => Assert.All(
        DefinitionFolder.At(Checkout.LargestRegistry).All, item => Assert.Empty(ObjectComparison.Compare(item, item)));

    [Fact]
    public void Whatever_the_registry_changed_between_two_versions_can_be_said()
    {
        foreach (var versions in DefinitionFolder.At(Checkout.LargestRegistry).All.GroupBy(item => item.Definition.Id))
        {
            foreach ((DefinedObject before, DefinedObject after) in versions.Zip(versions.Skip(1)))
            {
                Assert.All(ObjectComparison.Compare(before, after), change => Assert.DoesNotContain("{", change.Words, StringComparison.Ordinal));
                bool isGone = before.Definition.Resources.Any(old => !after.Definition.Resources.Any(now => now.Id == old.Id));
                Assert.True(!isGone || ObjectComparison.Compare(before, after).Any(change => change.IsBreaking), before.Title);
            }
        }
    }

    private static ItemXml Enumeration(string range) => s_item with { Type = "Integer", Range = range };

    private static string Compare(ObjectXml before, ObjectXml after) => string.Join("; ", ObjectComparison.Compare(Read(before), Read(after))
        .Select(change => $"{(change.IsBreaking ? '!' : '+')} {change.Words}{(change.Consequence.Length > 0 ? " | " + change.Consequence : "")}"));

    private static DefinedObject Read(ObjectXml xml) => DefinitionFile.Read("x.xml", Encoding.UTF8.GetBytes(xml.Text), isDeclared: true).Objects.Single();
}
