using System.Diagnostics;
using System.Xml;
using Ipso.Benchmarks.Harness;
using Ipso.Generator.Registry;
using Microsoft.CodeAnalysis;

namespace Ipso.Benchmarks.Generator;

/// <summary>The registry from XML to source text, and what an XmlReader alone takes for the same files.</summary>
internal sealed class Reading(RegistryFile[] files)
{
    // So that a sample is about as long as the generator's, and what interrupts strikes both alike.
    private const int Repeats = 4;

    private readonly int _nodes = CountNodes(files, isInMemory: false);
    private readonly RegistryFile[] _loaded = [.. files.Select(static file => file.Loaded())];

    internal TimeSpan TimeXmlReader() => TimeXmlReader(isInMemory: false);

    internal TimeSpan TimeXmlReaderInMemory() => TimeXmlReader(isInMemory: true);

    internal TimeSpan TimeGenerator() => TimeGenerator([.. files.Select(static file => file.Afresh())]);

    internal TimeSpan TimeGeneratorInMemory() => TimeGenerator([.. _loaded.Select(static file => file.Loaded())]);

    private TimeSpan TimeXmlReader(bool isInMemory)
    {
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Repeats; i++)
        {
            count += CountNodes(_loaded, isInMemory);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        return count == _nodes * Repeats ? elapsed / Repeats
            : throw new WrongResultException($"The reader met {count} nodes, not {Repeats} x {_nodes}.");
    }

    private static TimeSpan TimeGenerator(RegistryFile[] fresh)
    {
        long start = Stopwatch.GetTimestamp();
        GeneratorDriver driver = CompilerHost.NewDriver(fresh).RunGenerators(CompilerHost.Empty);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        int sources = driver.GetRunResult().Results.Single().GeneratedSources.Length;
        return sources == fresh.Length ? elapsed
            : throw new WrongResultException($"{fresh.Length} files came to {sources} sources.");
    }

    // With the generator's own settings. From a file the values are read; in memory the nodes are passed over, the least that there is.
    private static int CountNodes(RegistryFile[] files, bool isInMemory)
    {
        XmlReaderSettings settings = RegistryReader.Settings;
        int count = 0;
        long characters = 0;
        foreach (RegistryFile file in files)
        {
            using XmlReader reader = isInMemory
                ? XmlReader.Create(new StringReader(file.Content), settings)
                : XmlReader.Create(file.Path, settings);
            while (reader.Read())
            {
                count++;
                characters += !isInMemory && reader.HasValue ? reader.Value.Length : 0;
            }
        }

        return isInMemory || characters > 0 ? count : 0;
    }
}
