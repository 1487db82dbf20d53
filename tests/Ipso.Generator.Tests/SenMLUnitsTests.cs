using System.Globalization;
using System.Xml.Linq;
using Ipso.Generator.Registry;
using Ipso.Generator.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ipso.Generator.Tests;

/// <summary>The units are the registry's, each once, and convert as it says.</summary>
public class SenMLUnitsTests
{
    private static readonly CSharpCompilation s_empty = CSharpCompilation.Create(
        "Constant", null, [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)], new(OutputKind.DynamicallyLinkedLibrary));

    [Fact]
    public void All_of_the_registry_and_of_OMNAs_addition_are_there()
    {
        // 58 of RFC 8428, 8 and 33 of RFC 8798; NTU and 6 secondary ones came later; Ws is OMNA's.
        Assert.Equal(58 + 8 + 1 + 1, SenMLUnits.All.Count(unit => unit.Primary is null));
        Assert.Equal(33 + 6, SenMLUnits.All.Count(unit => unit.Primary is not null));
        Assert.Distinct(SenMLUnits.All.Select(unit => unit.Symbol));
    }

    [Fact]
    public void Every_symbol_finds_its_unit() => Assert.All(SenMLUnits.All, unit =>
    {
        Assert.True(SenMLUnits.TryFind(unit.Symbol, out SenMLUnit found));
        Assert.Equal(unit, found);
    });

    [Theory]
    [InlineData("MS")]
    [InlineData("CEL")]
    [InlineData(" s")]
    [InlineData("")]
    [InlineData("KB")]
    public void What_is_not_exactly_a_symbol_finds_nothing(string text) => Assert.False(SenMLUnits.TryFind(text, out _));

    [Fact]
    public void A_secondary_unit_is_converted_to_a_primary_one() => Assert.All(SenMLUnits.All.Where(unit => unit.Primary is not null), unit =>
    {
        Assert.True(SenMLUnits.TryFind(unit.Primary!, out SenMLUnit primary));
        Assert.Null(primary.Primary);
    });

    [Fact]
    public void A_primary_unit_is_itself() =>
        Assert.All(SenMLUnits.All.Where(unit => unit.Primary is null), unit => Assert.Equal(("1", "0"), (unit.Scale, unit.Offset)));

    [Fact]
    public void Scales_and_offsets_are_constants_of_CSharp() => Assert.All(SenMLUnits.All, unit =>
    {
        Assert.True(Constant(unit.Scale) > 0);
        Assert.True(double.IsFinite(Constant(unit.Offset)));
    });

    [Theory]
    [InlineData("ms", 250, "s", 0.25)]
    [InlineData("min", 2, "s", 120)]
    [InlineData("h", 1.5, "s", 5400)]
    [InlineData("MHz", 868.3, "Hz", 868.3e6)]
    [InlineData("kWh", 1, "J", 3.6e6)]
    [InlineData("Ah", 2, "C", 7200)]
    [InlineData("VAh", 2, "VAs", 7200)]
    [InlineData("kvarh", 2, "vars", 7.2e6)]
    [InlineData("Wh/km", 150, "J/m", 540)]
    [InlineData("KiB", 64, "B", 65536)]
    [InlineData("GB", 2, "B", 2e9)]
    [InlineData("Mbit/s", 10, "bit/s", 1e7)]
    [InlineData("B/s", 4, "bit/s", 32)]
    [InlineData("MB/s", 1, "bit/s", 8e6)]
    [InlineData("dBm", -60, "dBW", -90)]
    [InlineData("dBm", 30, "dBW", 0)]
    [InlineData("km/h", 36, "m/s", 10)]
    [InlineData("m/h", 3600, "m/s", 1)]
    [InlineData("mm/h", 3.6e6, "m/s", 1)]
    [InlineData("/100", 50, "/", 0.5)]
    [InlineData("/1000", 5, "/", 0.005)]
    [InlineData("ppm", 400, "/", 0.0004)]
    [InlineData("ppb", 1, "/", 1e-9)]
    [InlineData("ppt", 1, "/", 1e-12)]
    [InlineData("hPa", 1013.25, "Pa", 101325)]
    [InlineData("cm", 180, "m", 1.8)]
    [InlineData("ug/m3", 25, "kg/m3", 2.5e-8)]
    [InlineData("ug/l", 1, "kg/m3", 1e-6)]
    [InlineData("mg/l", 1, "kg/m3", 1e-3)]
    [InlineData("g/l", 1, "kg/m3", 1)]
    public void A_known_conversion_comes_out(string symbol, double value, string primary, double expected)
    {
        Assert.True(SenMLUnits.TryFind(symbol, out SenMLUnit unit));
        Assert.Equal(primary, unit.Primary);
        Assert.InRange(value * Constant(unit.Scale) + Constant(unit.Offset) - expected, -1e-15 * Math.Abs(expected), 1e-15 * Math.Abs(expected));
    }

    [Theory]
    [InlineData("bytes", "B")]
    [InlineData("KB", "KiB")]
    [InlineData("kB", "KiB")]
    [InlineData("Mbps", "Mbit/s")]
    [InlineData("Mbit", "Mbit/s")]
    [InlineData("Mb/s", "Mbit/s")]
    [InlineData("bps", "bit/s")]
    [InlineData("b/s", "bit/s")]
    [InlineData("Celsius", "Cel")]
    [InlineData("degC", "Cel")]
    [InlineData("°C", "Cel")]
    [InlineData("Degrees Celsius", "Cel")]
    [InlineData("CEL", "Cel")]
    [InlineData("percent", "/100")]
    [InlineData("sec", "s")]
    [InlineData("sec.", "s")]
    [InlineData("Seconds", "s")]
    [InlineData("hours", "h")]
    [InlineData("Minutes", "min")]
    [InlineData("MIN", "min")]
    [InlineData("Volt", "V")]
    [InlineData("volts", "V")]
    [InlineData("Amps", "A")]
    [InlineData("Ampere", "A")]
    [InlineData("Watts", "W")]
    [InlineData("Kwh", "kWh")]
    [InlineData("KWh", "kWh")]
    [InlineData("kW.h", "kWh")]
    [InlineData("k Wh", "kWh")]
    [InlineData("Hertz", "Hz")]
    [InlineData("lux", "lx")]
    [InlineData("degrees", "deg")]
    [InlineData("°", "deg")]
    [InlineData("meters", "m")]
    [InlineData("m/s²", "m/s2")]
    [InlineData("m^3", "m3")]
    [InlineData("µg/m³", "ug/m3")]
    [InlineData("ohm", "Ohm")]
    [InlineData("DBM", "dBm")]
    [InlineData("%rh", "%RH")]
    [InlineData("PPM", "ppm")]
    public void A_wrong_spelling_suggests_the_right_one(string wrong, string right)
    {
        Assert.Equal(right, SenMLUnits.Suggest(wrong));
        Assert.True(SenMLUnits.TryFind(right, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("furlong")]
    [InlineData("Fahrenheit")]
    // A guess would be another quantity: millisiemens, megavolt, millihertz, gigabit.
    [InlineData("mS")]
    [InlineData("MV")]
    [InlineData("mHz")]
    [InlineData("Gb")]
    // Right as they are. The coulomb is not Celsius, and the registry advises against "%" but has it.
    [InlineData("C")]
    [InlineData("%")]
    [InlineData("s")]
    public void Nothing_is_suggested_where_no_single_symbol_suggests_itself(string text) => Assert.Null(SenMLUnits.Suggest(text));

    [Fact]
    public void Every_unit_of_our_definitions_is_known() => Assert.Empty(UnknownUnits(Repository.RegistryXml));

    [Fact]
    public void The_registry_itself_has_one_unit_that_is_none()
    {
        // Without a registry beside the checkout there is nothing to look through.
        if (Repository.Omna is { } folder)
        {
            Assert.Equal(["KB"], UnknownUnits(folder));
        }
    }

    private static IEnumerable<string> UnknownUnits(string folder) => Directory.GetFiles(folder, "*.xml", SearchOption.AllDirectories)
        .SelectMany(file => XDocument.Load(file).Descendants("Units"))
        .Select(element => element.Value.Trim())
        .Where(unit => unit.Length > 0 && !SenMLUnits.TryFind(unit, out _))
        .Distinct()
        .Order(StringComparer.Ordinal);

    // As the compiler takes it: where "1/1000" would be the integer 0, this shows it.
    private static double Constant(string expression)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText($"class C {{ const double Value = {expression}; }}");
        CSharpCompilation compilation = s_empty.AddSyntaxTrees(tree);
        Assert.DoesNotContain(compilation.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        VariableDeclaratorSyntax field = tree.GetRoot().DescendantNodes().OfType<VariableDeclaratorSyntax>().Single();
        object? value = ((IFieldSymbol)compilation.GetSemanticModel(tree).GetDeclaredSymbol(field)!).ConstantValue;
        return Convert.ToDouble(value, CultureInfo.InvariantCulture);
    }
}
