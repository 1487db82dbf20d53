using System.Diagnostics;
using System.Xml;
using Ipso.Benchmarks.Harness;
using Microsoft.CodeAnalysis;

namespace Ipso.Benchmarks.Generator;

/// <summary>The registry from XML to source text, and what an XmlReader alone takes for the same files.</summary>
internal sealed class Reading(RegistryFile[] files)
{
    // So that a sample is about as long as the generator's, and what interrupts strikes both alike.
    private const int Repeats = 4;

    private readonly int _nodes = CountNodes(files);

    internal TimeSpan TimeXmlReader()
    {
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Repeats; i++)
        {
            count += CountNodes(files);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return count == _nodes * Repeats ? elapsed / Repeats
            : throw new WrongResultException($"The reader met {count} nodes, not {Repeats} x {_nodes}.");
    }

    internal TimeSpan TimeGenerator()
    {
        RegistryFile[] fresh = [.. files.Select(static file => file.Afresh())];
        long start = Stopwatch.GetTimestamp();
        GeneratorDriver driver = CompilerHost.NewDriver(fresh).RunGenerators(CompilerHost.Empty);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        int sources = driver.GetRunResult().Results.Single().GeneratedSources.Length;
        return sources == files.Length ? elapsed
            : throw new WrongResultException($"{files.Length} files came to {sources} sources.");
    }

    // As the generator has them.
    private static int CountNodes(RegistryFile[] files)
    {
        XmlReaderSettings settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        int count = 0;
        foreach (RegistryFile file in files)
        {
            using XmlReader reader = XmlReader.Create(file.Path, settings);
            while (reader.Read())
            {
                // Without its value a text is not read, but passed over.
                count += reader.HasValue && reader.Value.Length == 0 ? 0 : 1;
            }
        }

        return count;
    }
}
