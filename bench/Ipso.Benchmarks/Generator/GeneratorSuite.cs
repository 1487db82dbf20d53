using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Generator;

/// <summary>What the generator costs a build and an IDE: reading the registry, an edit, and compiling what it wrote.</summary>
internal static class GeneratorSuite
{
    private const string Header = """
        # How to read these lines. Each is of one process, whose contestants took turns; only ratios mean anything on a shared machine.
        # RATIO generator.registry.vs-xmlreader N  from XML files to source text we take N times as long as an XmlReader of the same settings
        #   takes to read every node of the same files with its value. Ours is the whole run of a new driver over an empty compilation.
        #   Both begin with the files' paths. The compiler parses a new source only once somebody asks for its tree: not here.
        # RATIO generator.registry-in-memory.vs-xmlreader N  the same from texts in memory, against a reader that looks at no value.
        # FIGURE generator.edit-*.parses, emits    XML files read and sources written again after one file was edited; time is the driver's.
        # FIGURE generator.compile.* N ms/object   from XML to an assembly with its documentation, on one thread, against classes with the
        #   same resources as plain properties, documented alike, from their text to the same; above-allowance is what is left of ours once
        #   1.2 times theirs is taken off.
        """;

    internal static bool Run(bool isQuick)
    {
        RegistryFile[] files = RegistryFile.LoadAll(out string folder);
        Console.WriteLine(Header);
        Console.WriteLine($"# {files.Length} files of {folder}, {files.Sum(static file => file.Content.Length)} characters.");

        MeasureReading(new Reading(files), TimeSpan.FromSeconds(isQuick ? 6 : 30));
        bool isFrugal = MeasureEdits(new Edits(files), TimeSpan.FromSeconds(isQuick ? 2 : 10));

        // A compiler takes its time: with all of them a quick run would see too few rounds.
        RegistryFile[] compiled = isQuick ? [.. files.Where(static (_, i) => i % 4 == 0)] : files;
        MeasureCompiling(new Compiling(compiled), compiled.Length, TimeSpan.FromSeconds(isQuick ? 12 : 60));
        return isFrugal;
    }

    private static void MeasureReading(Reading reading, TimeSpan time)
    {
        Tournament tournament = new();
        Contestant reader = tournament.Add(new Job("xmlreader", reading.TimeXmlReader));
        Contestant ours = tournament.Add(new Job("registry", reading.TimeGenerator));
        Contestant readerInMemory = tournament.Add(new Job("xmlreader-in-memory", reading.TimeXmlReaderInMemory));
        Contestant oursInMemory = tournament.Add(new Job("registry-in-memory", reading.TimeGeneratorInMemory));
        int rounds = tournament.Run(time);

        Console.WriteLine($"# Reading: medians over {rounds} rounds.");
        foreach (Contestant contestant in (Contestant[])[reader, ours, readerInMemory, oursInMemory])
        {
            Console.WriteLine($"# {contestant.Name} {contestant.Nanoseconds / 1e6:0.00} ms");
        }

        Console.WriteLine($"RATIO generator.registry.vs-xmlreader {ours.RatioTo(reader):0.00}");
        Console.WriteLine($"RATIO generator.registry-in-memory.vs-xmlreader {oursInMemory.RatioTo(readerInMemory):0.00}");
    }

    private static bool MeasureEdits(Edits edits, TimeSpan time)
    {
        Tournament tournament = new();
        Contestant csharp = tournament.Add(new Job("edit-csharp", edits.TimeCSharpEdit));
        Contestant xml = tournament.Add(new Job("edit-xml", edits.TimeXmlEdit));
        int rounds = tournament.Run(time);

        Console.WriteLine($"# Edits: medians over {rounds} rounds.");
        Edits.Counts csharpCounts = edits.CountCSharpEdit();
        Edits.Counts xmlCounts = edits.CountXmlEdit();
        Print(csharp, csharpCounts);
        Print(xml, xmlCounts);
        return csharpCounts == new Edits.Counts(Parses: 0, Emits: 0) && xmlCounts == new Edits.Counts(Parses: 1, Emits: 1);

        static void Print(Contestant contestant, Edits.Counts counts)
        {
            Console.WriteLine($"FIGURE generator.{contestant.Name}.parses {counts.Parses} count");
            Console.WriteLine($"FIGURE generator.{contestant.Name}.emits {counts.Emits} count");
            Console.WriteLine($"FIGURE generator.{contestant.Name}.time {contestant.Nanoseconds / 1e6:0.000} ms");
        }
    }

    private static void MeasureCompiling(Compiling compiling, int count, TimeSpan time)
    {
        Tournament tournament = new();
        Contestant plain = tournament.Add(new Job("property-only", compiling.TimeClasses, compiling.TimeFewClasses));
        Contestant ours = tournament.Add(new Job("generated", compiling.TimeGenerated, compiling.TimeFewGenerated));
        int rounds = tournament.Run(time);

        double plainTime = plain.Nanoseconds / 1e6 / count;
        double ourTime = ours.Nanoseconds / 1e6 / count;
        Console.WriteLine($"# Compiling: medians over {rounds} rounds of {count} objects.");
        Console.WriteLine($"FIGURE generator.compile.generated {ourTime:0.00} ms/object");
        Console.WriteLine($"FIGURE generator.compile.property-only {plainTime:0.00} ms/object");
        Console.WriteLine($"FIGURE generator.compile.above-allowance {ourTime - (1.2 * plainTime):0.00} ms/object");
        Console.WriteLine($"RATIO generator.compile.vs-property-only {ours.RatioTo(plain):0.00}");
    }
}
