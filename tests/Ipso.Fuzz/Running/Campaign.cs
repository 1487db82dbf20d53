using System.Diagnostics;
using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;
using Ipso.Fuzz.Examination;

namespace Ipso.Fuzz.Running;

/// <summary>The cases of one decoder under one seed, one after the other.</summary>
internal sealed class Campaign(Decoder decoder, ulong seed, bool isGuarded, long first = 0) : IDisposable
{
    private readonly Mutator _mutator = new(decoder);
    private readonly Examiner _examiner = new(decoder, isGuarded);

    internal Decoder Decoder => decoder;

    /// <summary>The number of the case that <see cref="RunNext"/> runs.</summary>
    internal long Next { get; private set; } = first;

    internal long Accepted => _examiner.Accepted;

    /// <summary>How long the last case took.</summary>
    internal TimeSpan LastDuration { get; private set; }

    internal CaseId NextId => new(seed, Next);

    /// <summary>Runs the next case.</summary>
    /// <returns>What is wrong, its input shortened; <see langword="null"/> where nothing is.</returns>
    internal Finding? RunNext()
    {
        CaseId id = NextId;
        Next++;
        ReadOnlySpan<byte> input = _mutator.Make(id, out ulong variant);
        long start = Stopwatch.GetTimestamp();
        Failure? failure = _examiner.Examine(input, variant);
        LastDuration = Stopwatch.GetElapsedTime(start);
        return failure is null ? null : Finding.Of(decoder, _examiner, id, variant, input.ToArray(), failure);
    }

    /// <summary>Runs as many cases, or fewer: it ends with the first that fails.</summary>
    internal Finding? Run(long cases)
    {
        Finding? finding = null;
        for (long i = 0; i < cases && finding is null; i++)
        {
            finding = RunNext();
        }

        return finding;
    }

    public void Dispose() => _examiner.Dispose();
}
