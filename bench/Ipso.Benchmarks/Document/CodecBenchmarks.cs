using BenchmarkDotNet.Attributes;
using Ipso.Benchmarks.Codecs;
using Ipso.Benchmarks.Harness;

namespace Ipso.Benchmarks.Document;

/// <summary>The codecs' contestants, one by one, as BenchmarkDotNet wants them. It runs them in this process.</summary>
public class CodecBenchmarks
{
    // More than one, so that the call into the contestant's own loop does not show.
    private const int Repetitions = 64;

    private static readonly CodecField s_field = WarmField();

    private Contestant _contestant = s_field.Tournament.Contestants[0];

    /// <summary>The names of all contestants.</summary>
    public static IEnumerable<string> Names => s_field.Tournament.Contestants.Select(static contestant => contestant.Name);

    /// <summary>The name of the one that is measured.</summary>
    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    /// <summary>The length of the payload that a contestant writes, reads or copies, in bytes.</summary>
    internal static long PayloadLength(string name) => Find(name).Repeat(1);

    [GlobalSetup]
    public void SetUp()
    {
        _contestant = Find(Name);
        _contestant.WarmUp();
    }

    [Benchmark(OperationsPerInvoke = Repetitions)]
    public long Run() => _contestant.Repeat(Repetitions);

    // All of them at once: BenchmarkDotNet warms up for as long as its own times are even, and those of slow code can be that as well.
    private static CodecField WarmField()
    {
        CodecField field = new();
        field.Tournament.WarmUp(TimeSpan.FromSeconds(30));
        return field;
    }

    private static Contestant Find(string name) => s_field.Tournament.Contestants.Single(contestant => contestant.Name == name);
}
