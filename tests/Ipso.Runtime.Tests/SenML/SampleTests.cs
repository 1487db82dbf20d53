using System.Globalization;
using System.Text;
using Ipso.SenML;

namespace Ipso.Tests.SenML;

/// <summary>The sample of docs/senml.md is the one that runs here.</summary>
public class SampleTests
{
    private static void Run(StringWriter output, double now)
    {
        Span<byte> pack = stackalloc byte[256];
        SenMLWriter writer = new(pack, SenMLFormat.Cbor);
        writer.BeginRecord();
        writer.BaseName("urn:dev:ow:10e2073a01080063:"u8);
        writer.BaseTime(1_320_067_464);
        writer.Name("temp"u8);
        writer.Unit("Cel"u8);
        writer.Value(23.1);
        writer.BeginRecord();
        writer.Name("label"u8);
        writer.Text("Machine Room");
        int length = writer.Finish();

        SenMLReader reader = new(pack[..length], SenMLFormat.Cbor, nameBuffer: stackalloc byte[128]);
        while (reader.Next(out SenMLRecord record))
        {
            string name = Encoding.ASCII.GetString(record.Name);
            string value = record.Kind == SenMLValueKind.Text ? record.Text.ToString() : $"{record.Value} {record.Unit.ToString()}";
            output.WriteLine($"{name} = {value} at {record.TimeAt(now)}");
        }

        output.WriteLine(reader.Fault.ToString());
    }

    [Fact]
    public void The_sample_prints_what_the_page_says()
    {
        using StringWriter output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Run(output, now: 0);
        string[] blocks = File.ReadAllText(Path.Combine(Root(), "docs", "senml.md")).ReplaceLineEndings("\n").Split("```");
        Assert.Equal("csharp\n", blocks[1][..7]);
        string file = Path.Combine(Root(), "tests", "Ipso.Runtime.Tests", "SenML", "SampleTests.cs");
        string source = File.ReadAllText(file).ReplaceLineEndings("\n");
        IEnumerable<string> lines = blocks[1][7..].TrimEnd('\n').Split('\n');
        string sample = string.Concat(lines.Select(line => line.Length == 0 ? "\n" : $"        {line}\n"));
        Assert.Contains($"    {{\n{sample}    }}\n", source, StringComparison.Ordinal);
        Assert.Equal(blocks[3].TrimStart('\n'), output.ToString());
    }

    private static string Root()
    {
        DirectoryInfo directory = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Ipso.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("No Ipso.sln above the test assembly.");
        }

        return directory.FullName;
    }
}
