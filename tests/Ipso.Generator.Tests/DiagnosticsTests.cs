using System.Globalization;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Ipso.Generator.Tests;

/// <summary>Each fault is said once, with its id, at its place. <c>[|</c> and <c>|]</c> mark the place in the XML.</summary>
public class DiagnosticsTests
{
    private const string Flags = "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>";
    private const string Head = "<ObjectID>1</ObjectID>" + Flags;
    private const string Object = "<LWM2M><Object>" + Head + "<ObjectVersion>1.0</ObjectVersion>";
    private const string Items = Object + "<Name>A</Name><Resources>";
    private const string EndItems = "</Resources></Object></LWM2M>";
    private const string Item = Items + "<Item ID='7'><Name>B</Name>";
    private const string Reading = "<Operations>R</Operations>" + Flags;
    private const string Float = Reading + "<Type>Float</Type>";
    private const string EndItem = "</Item>" + EndItems;

    [Theory]
    [InlineData("IPSO0004", "<LWM2M>\n  <[|Object|]>\n    <Name>A</Name>\n  </Object>\n</LWM2M>")]
    [InlineData("IPSO0004", "<LWM2M>\n  <Object>\n    <Name>A</Name><[|ObjectID|]> </ObjectID>\n  </Object>\n</LWM2M>")]
    [InlineData("IPSO0005", "<LWM2M><Object>\r\n<Name>A</Name>\r\n<ObjectID>\r\n  [|3303a|]\r\n</ObjectID></Object></LWM2M>")]
    [InlineData("IPSO0005", "<LWM2M><Object><Name>A</Name><ObjectID>[|65535|]</ObjectID></Object></LWM2M>")]
    [InlineData("IPSO0006", Items + "<[|Item|]><Name>B</Name><Type>Float</Type>" + EndItem)]
    [InlineData("IPSO0006", Items + "\n<Item\n  ID = '[|x7|]'><Name>B</Name>" + EndItem)]
    [InlineData("IPSO0006", Items + "<Item ID='[|65535|]'><Name>B</Name>" + EndItem)]
    [InlineData("IPSO0007", Item + Float + "</Item>\n<Item ID='[|7|]'><Name>C</Name>" + Float + EndItem)]
    [InlineData("IPSO0008", Item + Reading + "\n\t<Type>[|Flot|]</Type>" + EndItem)]
    [InlineData("IPSO0025", Items + "<[|Item|] ID='7'><Name>B</Name>" + Reading + EndItem)]
    [InlineData("IPSO0025", Item + Reading + "<[|Type|]></Type>" + EndItem)]
    [InlineData("IPSO0025", Item + Reading + "<[|Type|]>N/A</Type>" + EndItem)]
    [InlineData("IPSO0009", Item + Flags + "<Operations><![CDATA[[|RX|]]]></Operations><Type>Float</Type>" + EndItem)]
    [InlineData("IPSO0010", Object + "<[|Name|]/></Object></LWM2M>")]
    [InlineData("IPSO0010", Items + "\n  <[|Item|] ID='7'>" + Float + EndItem)]
    [InlineData("IPSO0011", "<LWM2M>\n<[|Object|]><Name>A</Name>" + Head + "</Object></LWM2M>")]
    [InlineData("IPSO0012", "<LWM2M><Object><Name>A</Name>" + Head + "<ObjectVersion>[|1.x|]</ObjectVersion></Object></LWM2M>")]
    [InlineData("IPSO0012", Object + "<Name>A</Name><LWM2MVersion>[|one|]</LWM2MVersion></Object></LWM2M>")]
    [InlineData("IPSO0013", Item + Float + "<RangeEnumeration>[|8-Bits|]</RangeEnumeration>" + EndItem)]
    [InlineData("IPSO0014", "<LWM2M><Object><Name>A</Name><ObjectID>1</ObjectID><ObjectVersion>1.0</ObjectVersion><Mandatory>Optional</Mandatory>"
        + "<MultipleInstances>[|Many|]</MultipleInstances></Object></LWM2M>")]
    [InlineData("IPSO0014", Item + "<Operations>R</Operations><MultipleInstances>Single</MultipleInstances><Type>Float</Type><Mandatory>[|yes|]</Mandatory>" + EndItem)]
    [InlineData("IPSO0015", Object + "<Name>A</Name><[|ObjectID|]>2</ObjectID></Object></LWM2M>")]
    [InlineData("IPSO0015", Item + Float + "<[|Type|]>Time</Type>" + EndItem)]
    [InlineData("IPSO0016", "<LWM2M><[|Object|]><Name>A</Name><ObjectID>1</ObjectID><ObjectVersion>1.0</ObjectVersion><Mandatory>Optional</Mandatory></Object></LWM2M>")]
    [InlineData("IPSO0016", Items + "<[|Item|] ID='7'><Name>B</Name>" + Flags + "<Type>Float</Type>" + EndItem)]
    [InlineData("IPSO0017", Item + Float + "<Units>[|bytes|]</Units>" + EndItem)]
    [InlineData("IPSO0018", Object + "<Name>A</Name><ObjectURN>[|urn:oma:lwm2m:oma:2|]</ObjectURN></Object></LWM2M>")]
    [InlineData("IPSO0018", Object + "<Name>A</Name><ObjectURN>[|urn:oma:lwm2m:oma:1:1.1|]</ObjectURN></Object></LWM2M>")]
    [InlineData("IPSO0019", Item + Float + "<[|Unit|]>s</Unit>" + EndItem)]
    [InlineData("IPSO0019", Object + "<Name>A</Name><[|Description|]>?</Description></Object></LWM2M>")]
    [InlineData("IPSO0021", Object + "<Name>Countdown</Name><Resources><Item ID='7'><Name>[|Countdown|]</Name>" + Float + EndItem)]
    [InlineData("IPSO0021", Items + "<Item ID='7'><Name>[|First Slot|]</Name>" + Float + EndItem)]
    public void A_fault_stands_at_its_place(string id, string marked)
    {
        int start = marked.IndexOf("[|", StringComparison.Ordinal);
        int end = marked.LastIndexOf("|]", StringComparison.Ordinal) - 2;
        string xml = marked.Remove(end + 2, 2).Remove(start, 2);

        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(new XmlFile("/some/where/a.xml", xml)).Diagnostics);

        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(TextSpan.FromBounds(start, end), diagnostic.Location.SourceSpan);
        Assert.Equal("/some/where/a.xml", diagnostic.Location.GetLineSpan().Path);
        Assert.Equal(LocationKind.ExternalFile, diagnostic.Location.Kind);
        Assert.Equal(Place(xml, start), Place(diagnostic));
        Assert.DoesNotContain("/some/where", diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<LWM2M>\n <Object>\n  </Objekt></LWM2M>", "3,5")]
    [InlineData("<LWM2M><Object></Object></LWM2M>\n<More/>", "2,2")]
    [InlineData("<!DOCTYPE LWM2M [<!ENTITY a 'b'>]>\n<LWM2M/>", "1,1")]
    [InlineData("<LWM2M>\r\n&nbsp;</LWM2M>", "2,2")]
    [InlineData("<LWM2M>\r\n<Object>", "2,9")]
    public void IPSO0001_not_well_formed(string xml, string place)
    {
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(new XmlFile("a.xml", xml)).Diagnostics);

        Assert.Equal(("IPSO0001", place), (diagnostic.Id, Place(diagnostic)));
    }

    [Fact]
    public void IPSO0001_for_a_declared_file_with_nothing_in_it()
    {
        var options = new Options().ForFile("a.xml", ("IpsoDeclared", "true"));

        Assert.Equal("IPSO0001", Assert.Single(GeneratorRun.Of(options, new XmlFile("a.xml", "")).Diagnostics).Id);
        Assert.Empty(GeneratorRun.Of(new XmlFile("a.xml", "")).Diagnostics);
    }

    [Fact]
    public void IPSO0000_and_IPSO0002_do_not_reach_the_other_files()
    {
        var good = XmlFile.Define(1, "Good", "1.0", XmlFile.Item(1, "Value"));

        var run = GeneratorRun.Of(
            new Unreadable("a.xml", null),
            new Unreadable("b.xml", new IOException("The disk is gone.")),
            new Unreadable("c.xml", new InvalidOperationException("What?\nNow?")),
            good);

        Assert.Equal(["IPSO0002 a.xml", "IPSO0002 b.xml", "IPSO0000 c.xml"], run.Diagnostics.Select(d => $"{d.Id} {d.Location.GetLineSpan().Path}"));
        Assert.Contains("What? Now?", run.Diagnostics[2].GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal(["1_1.0.Good.g.cs"], run.Sources.Keys);
    }

    [Fact]
    public void IPSO0003_only_where_an_object_was_to_be_expected()
    {
        var options = new Options().ForFile("b.xml", ("IpsoDeclared", "true"));

        var run = GeneratorRun.Of(
            options,
            new XmlFile("a.xml", "<units/>"),
            new XmlFile("b.xml", "<units/>"),
            new XmlFile("c.xml", "<LWM2M><Object ObjectType='CommonResources'><Resources/></Object></LWM2M>"),
            new XmlFile("d.xml", "\n<LWM2M/>"),
            new XmlFile("e.xml", "<broken"),
            new XmlFile("f.txt", "<LWM2M/>"));

        Assert.Equal(["IPSO0003 b.xml 1,1", "IPSO0003 c.xml 1,2", "IPSO0003 d.xml 2,2"], run.Diagnostics.Select(Summary));
    }

    [Fact]
    public void IPSO0020_two_resources_of_one_name()
    {
        var run = GeneratorRun.Of(XmlFile.Define(1, "A", "1.0", XmlFile.Item(934, "Object Enabled") + "\n" + XmlFile.Item(924, "Object enabled")));

        Assert.Equal(["IPSO0020"], run.Diagnostics.Select(d => d.Id));
        Assert.Equal(1, run.Diagnostics[0].Location.GetLineSpan().StartLinePosition.Line + 1);
        Assert.Equal(
            "Resource 934 'Object Enabled' of object 1 has the same C# name as resource 924 and is called ObjectEnabled934; nothing needs to be done",
            run.Diagnostics[0].GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void IPSO0022_two_objects_of_one_name()
    {
        var run = GeneratorRun.Of(XmlFile.Define(6, "Location", "1.0", ""), XmlFile.Define(3336, "Location", "2.0", ""));

        string place = "1," + (XmlFile.Define(6, "|", "", "").Content.IndexOf('|', StringComparison.Ordinal) + 1);
        Assert.Equal(["IPSO0022 3336.xml " + place, "IPSO0022 6.xml " + place], run.Diagnostics.Select(Summary));
        Assert.Equal(["3336_2.0.Location3336.g.cs", "6_1.0.Location6.g.cs"], run.Sources.Keys);
    }

    [Fact]
    public void IPSO0022_is_settled_by_a_name_of_the_projects_own()
    {
        var run = GeneratorRun.Of(
            new Options().ForFile("3336.xml", ("IpsoClassName", "GpsLocation")),
            XmlFile.Define(6, "Location", "1.0", ""),
            XmlFile.Define(3336, "Location", "2.0", ""));

        Assert.Empty(run.Diagnostics);
        Assert.Equal(["3336_2.0.GpsLocation.g.cs", "6_1.0.Location.g.cs"], run.Sources.Keys);
    }

    [Fact]
    public void IPSO0023_one_version_twice()
    {
        var run = GeneratorRun.Of(
            XmlFile.Define(1, "Second", "1.0", "", "/here/b.xml"),
            XmlFile.Define(1, "First", "1.0", "", "/here/a.xml"));

        string place = "1," + (XmlFile.Define(1, "First", "", "").Content.IndexOf("<ObjectID>", StringComparison.Ordinal) + 11);
        Assert.Equal("IPSO0023 /here/a.xml " + place, Summary(run.Diagnostics[0]));
        Assert.Equal(["IPSO0023", "IPSO0023"], run.Diagnostics.Select(d => d.Id));
        Assert.Contains("in a.xml, the first", run.Diagnostics[1].GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Equal(["1_1.0.First.g.cs"], run.Sources.Keys);
    }

    // SourceText ends a line at these, XML does not: a reader's line 2 is not the text's line 2.
    [Theory]
    [InlineData("\u0085")]
    [InlineData("\u2028")]
    [InlineData("\u2029")]
    public void Line_ends_that_are_none_in_XML_do_not_shift_the_place(string lineEnd)
    {
        string xml = $"<!-- {lineEnd} {lineEnd} -->\n<LWM2M><Object>{Head}<ObjectVersion>1.0</ObjectVersion><Name>A</Name><Description1>{lineEnd}</Description1>\r<Resources><Item ID='?'/></Resources></Object></LWM2M>";

        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(new XmlFile("a.xml", xml)).Diagnostics);

        Assert.Equal(xml.IndexOf('?', StringComparison.Ordinal), diagnostic.Location.SourceSpan.Start);
        Assert.Equal("6,22", Place(diagnostic));
    }

    [Fact]
    public void A_byte_order_mark_does_not_shift_the_place()
    {
        string xml = "\uFEFF<?xml version=\"1.0\" encoding=\"utf-16\"?><LWM2M><Object><Name>A</Name><ObjectID>x</ObjectID></Object></LWM2M>";

        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(new XmlFile("a.xml", xml)).Diagnostics);

        Assert.Equal(xml.IndexOf(">x<", StringComparison.Ordinal) + 1, diagnostic.Location.SourceSpan.Start);
    }

    private static string Summary(Diagnostic d) => $"{d.Id} {d.Location.GetLineSpan().Path} {Place(d)}";

    private static string Place(Diagnostic diagnostic)
    {
        LinePosition start = diagnostic.Location.GetLineSpan().StartLinePosition;
        return $"{start.Line + 1},{start.Character + 1}";
    }

    private static string Place(string xml, int offset)
    {
        string[] lines = xml[..offset].Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        return $"{lines.Length},{lines[^1].Length + 1}";
    }

    private sealed class Unreadable(string path, Exception? exception) : AdditionalText
    {
        public override string Path => path;

        public override SourceText? GetText(CancellationToken cancellationToken = default) => exception is null ? null : throw exception;
    }
}
