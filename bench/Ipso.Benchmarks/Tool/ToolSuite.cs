using System.Globalization;

namespace Ipso.Benchmarks.Tool;

/// <summary>What the command <c>ipso</c> takes, as it is published: from start to end, as who types it waits for it.</summary>
internal static class ToolSuite
{
    private const string Header = """
        # How to read these lines. The tool is published ready to run, and so is a program of one line beside it.
        # FIGURE tool.describe.cpu N ms       processor time of `ipso describe 3303`, the median of runs in turn with the other
        # FIGURE tool.platform.cpu N ms       that of the program of one line: what is the platform's own
        # FIGURE tool.update.*.time N s       the time of `ipso registry update` over 300 objects from a folder: all of them changed, or none
        """;

    private const int Objects = 300;
    private const int FirstId = 30_000;

    internal static bool Run(bool isQuick)
    {
        using PublishedTool tool = new();
        Console.WriteLine(Header);
        int runs = isQuick ? 9 : 31;
        double[] describing = new double[runs], platform = new double[runs];
        for (int i = 0; i < runs; i++)
        {
            platform[i] = tool.RunPlatform().Cpu;
            describing[i] = tool.Run("describe", "3303").Cpu;
        }

        Print("describe.cpu", Median(describing) * 1000, "0", "ms");
        Print("platform.cpu", Median(platform) * 1000, "0", "ms");

        Define(tool, "The first.");
        tool.Run(["registry", "add", .. Ids(), "--source", tool.Path("source"), "--registry", tool.Path("registry")]);
        Define(tool, "The second.");
        Print("update.all-changed.time", Update(tool, "300 of 300 objects updated"), "0.00", "s");
        Print("update.none-changed.time", Update(tool, "300 objects up to date"), "0.00", "s");
        return true;
    }

    private static IEnumerable<string> Ids() => Enumerable.Range(FirstId, Objects).Select(static id => id.ToString(CultureInfo.InvariantCulture));

    private static double Update(PublishedTool tool, string said)
    {
        Run update = tool.Run("registry", "update", "--source", tool.Path("source"), "--registry", tool.Path("registry"));
        return update.Output.Contains(said, StringComparison.Ordinal)
            ? update.Time
            : throw new Harness.WrongResultException($"An update says not '{said}', but: {update.Output}");
    }

    // Made of Temperature, so that they are as long as objects are.
    private static void Define(PublishedTool tool, string description)
    {
        string temperature = File.ReadAllText(System.IO.Path.Combine(Harness.Checkout.Root, "registry-xml/3303.xml"));
        Directory.CreateDirectory(tool.Path("source"));
        for (int id = FirstId; id < FirstId + Objects; id++)
        {
            string made = temperature
                .Replace("3303", id.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("<Name>Temperature</Name>", $"<Name>Made {id}</Name>", StringComparison.Ordinal)
                .Replace("A temperature sensor:", description, StringComparison.Ordinal);
            File.WriteAllText(tool.Path($"source/{id}.xml"), made);
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static void Print(string name, double value, string format, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FIGURE tool.{name} {value.ToString(format, CultureInfo.InvariantCulture)} {unit}"));
}
