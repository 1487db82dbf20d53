using Ipso.Fuzz.Examination;

namespace Ipso.Fuzz.Running;

/// <summary>Findings as files beside the program's output directory, and as lines on the console.</summary>
internal static class Reports
{
    internal static string Folder { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "fuzz-findings"));

    internal static void Write(Finding finding)
    {
        Directory.CreateDirectory(Folder);
        string file = Path.Combine(Folder, $"{finding.Decoder}-{finding.Id.Seed}-{finding.Id.Number}.txt");
        File.WriteAllText(file, finding.ToString());
        Console.WriteLine($"FOUND, kept in {file}");
        Console.WriteLine(finding);
    }
}
