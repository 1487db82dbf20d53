using Ipso.Generator.Tests.Support;

namespace Ipso.Generator.Tests;

/// <summary>What is emitted, in full; and each of it compiles without a word from the compiler.</summary>
public class SnapshotTests
{
    [Fact]
    public void Objects_of_this_repository()
    {
        // One of each kind; that all the others generate and compile too is for RegistryFactsTests to show.
        string[] ids = ["3", "3300", "3303", "3306", "3308", "3311", "3340", "26300"];
        var run = GeneratorRun.Of([.. ids.Select(Repository.Definition)]).CompilesCleanly();

        // A timer is one of System.Threading's too.
        Assert.Equal(["IPSO0024"], run.Diagnostics.Select(d => d.Id));
        Snapshot.Verify("Registry", run);
    }

    [Fact]
    public void Every_type_in_every_role()
    {
        string[] types = ["String", "Integer", "Unsigned Integer", "Float", "Boolean", "Opaque", "Time", "Objlnk", "Corelnk"];
        string[] flags =
        [
            "<MultipleInstances>Single</MultipleInstances><Mandatory>Mandatory</Mandatory>",
            "<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory>",
            "<MultipleInstances>Multiple</MultipleInstances><Mandatory>Mandatory</Mandatory>",
            "<MultipleInstances>Multiple</MultipleInstances><Mandatory>Optional</Mandatory>",
        ];
        var items = from t in Enumerable.Range(0, types.Length)
                    from f in Enumerable.Range(0, flags.Length)
                    select XmlFile.Item((10 * t) + f, $"{types[t]} {(f < 2 ? "single" : "multiple")} {(f % 2 == 0 ? "mandatory" : "optional")}", "RW", types[t], flags[f]);

        Snapshot.Verify("Types", GeneratorRun.Of(XmlFile.Define(30000, "Every type", "1.0", string.Concat(items))).CompilesCleanly());
    }

    [Fact]
    public void Every_right()
    {
        const string mandatory = "<MultipleInstances>Single</MultipleInstances><Mandatory>Mandatory</Mandatory>";
        string items =
            XmlFile.Item(0, "Bootstrap only", "", "String", mandatory)
            + XmlFile.Item(1, "Read", "R", "String", mandatory)
            + XmlFile.Item(2, "Write", "W", "Opaque", mandatory)
            + XmlFile.Item(3, "Write optional", "W", "Integer")
            + XmlFile.Item(4, "Act", "E", "", mandatory)
            + XmlFile.Item(5, "Act with type", "E", "String")
            + XmlFile.Item(6, "Act in many", "E", "N/A", "<MultipleInstances>Multiple</MultipleInstances>")
            + XmlFile.Item(7, "Blanks", "RW ", " Unsigned  Integer ", "<RangeEnumeration> 1 .. 600 </RangeEnumeration><Units> s </Units>");

        Snapshot.Verify("Rights", GeneratorRun.Of(XmlFile.Define(30001, "Rights", "1.0", items)).CompilesCleanly());
    }

    [Fact]
    public void Text_that_would_break_the_source()
    {
        string items =
            XmlFile.Item(1, "Path \\ \"quoted\"", more: "<Units>\"\\/</Units><Description>if (a &lt; b &amp;&amp; c) */ // {0} \u2028 &#x85; next\r\n\tline</Description>")
            + XmlFile.Item(2, "Line\r\n\tend", more: "<Description><![CDATA[<see cref=\"Nowhere\"/> & more]]></Description>")
            + XmlFile.Item(3, "Markup", more: "<Description>A <b>bold</b> word.</Description>")
            + XmlFile.Item(4, "Temperatur außen °C");

        Snapshot.Verify("Text", GeneratorRun.Of(XmlFile.Define(30002, "Text &amp; &lt;such&gt;", "1.0", items)).CompilesCleanly());
    }

    [Fact]
    public void Names_that_do_not_come_easy()
    {
        string items =
            XmlFile.Item(1, "3D mode")
            + XmlFile.Item(2, "Object Enabled", "RW", "Boolean")
            + XmlFile.Item(3, "object enabled", "R", "Boolean")
            + XmlFile.Item(4, "Info")
            + XmlFile.Item(5, "Odd names", "E", "")
            + XmlFile.Item(6, "")
            + XmlFile.Item(7, "class")
            + XmlFile.Item(8, "Größe")
            + XmlFile.Item(9, "温度")
            + XmlFile.Item(10, "Zone")
            + XmlFile.Item(11, "Zone")
            + XmlFile.Item(12, "Zone 11")
            + XmlFile.Item(13, "Begin Update")
            + XmlFile.Item(14, "Sensor's state (on/off) %")
            + XmlFile.Item(15, "System")
            + XmlFile.Item(16, "Ipso");

        Snapshot.Verify("Names", GeneratorRun.Of(XmlFile.Define(30003, "Odd names", "1.0", items)).CompilesCleanly());
    }

    [Fact]
    public void Ranges_of_every_kind()
    {
        string items = string.Concat(
            Range(0, "Float", "-100.0..100.0"),
            Range(1, "Float", "0; 3.8..20.5"),
            Range(2, "Float", "&lt;7 to &gt;12.5"),
            Range(3, "Integer", "0..247, 255"),
            Range(4, "Integer", "-9223372036854775808..9223372036854775806"),
            Range(5, "Unsigned Integer", "0..18446744073709551615"),
            Range(6, "Unsigned Integer", "1..18446744073709551614"),
            Range(7, "String", "0..64 bytes", "RW"),
            Range(8, "String", "ON;OFF", "RW"),
            Range(9, "Opaque", "16,32,48", "RW"),
            Range(10, "Float", "0..12345678901"));

        Snapshot.Verify("Ranges", GeneratorRun.Of(XmlFile.Define(30004, "Ranges", "1.0", items)).CompilesCleanly());
    }

    [Fact]
    public void Values_that_have_names()
    {
        const string Clicks = "0: RELEASE\n1: CLICK\n2: DOUBLE-CLICK\n255: STUCK";
        const string Multiple = "<MultipleInstances>Multiple</MultipleInstances>";
        const string Mandatory = "<Mandatory>Mandatory</Mandatory>";
        string items = string.Concat(
            Range(0, "Unsigned Integer", Clicks),
            Range(1, "Integer", "-1: below, 0: on target, 1: above", "RW", Mandatory),
            Range(2, "Integer", "0: on 1: ON 2: 3D 3: &lt;b&gt;", "RW", Multiple),
            Range(3, "Unsigned Integer", Clicks, "W", Multiple + Mandatory));

        Snapshot.Verify("Values", GeneratorRun.Of(XmlFile.Define(30007, "Values", "1.0", items)).CompilesCleanly());
    }

    private static string Range(int id, string type, string range, string operations = "R", string more = "") =>
        XmlFile.Item(id, $"Resource {id}", operations, type, more + $"<RangeEnumeration>{range}</RangeEnumeration>");

    [Fact]
    public void Next_to_nothing()
    {
        Snapshot.Verify("Bare", GeneratorRun.Of(XmlFile.Define("bare.xml", "<ObjectID>30005</ObjectID>")).CompilesCleanly());
    }

    [Fact]
    public void A_namespace_and_a_visibility_of_the_projects_own()
    {
        var options = new Options(("IpsoNamespace", "Company.Things"), ("IpsoVisibility", "Internal")).ForFile("a.xml", ("IpsoClassName", "Thing"));

        Snapshot.Verify("Options", GeneratorRun.Of(options, XmlFile.Define(30006, "Something", "1.0", XmlFile.Item(1, "Value"), "a.xml")).CompilesCleanly());
    }

    [Fact]
    public void A_users_program()
    {
        GeneratorRun.Of(Repository.Files(Repository.RegistryXml)).CompilesCleanly("""
            using Ipso.Lwm2m;
            using Ipso.Objects;

            internal static class Program
            {
                internal static Thermostat Build()
                {
                    var sensor = new Temperature { SensorValue = 21.5, SensorUnits = "Cel" };
                    sensor.SensorValue = 22;
                    _ = new Device { Reboot = null, ErrorCode = [], SupportedBindingAndModes = "U" };
                    return new Thermostat { Temperature = new ObjectLink(Temperature.ObjectId, 0), SetPoint = new ObjectLink(SetPoint.ObjectId, 0), Mode = 1 };
                }
            }
            """);
    }

    [Fact]
    public void To_forget_a_mandatory_resource_does_not_compile()
    {
        var run = GeneratorRun.Of(Repository.Files(Repository.RegistryXml));

        var diagnostics = Compiler.Diagnose(run.Output.AddSyntaxTrees(Compiler.Parse("class P { object o = new Ipso.Objects.Temperature(); }")));

        Assert.Equal("CS9035", Assert.Single(diagnostics, d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Id);
    }
}
