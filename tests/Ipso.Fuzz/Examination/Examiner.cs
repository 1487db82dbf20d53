using Ipso.Fuzz.Corpus;
using Ipso.Fuzz.Decoders;

namespace Ipso.Fuzz.Examination;

/// <summary>Has a decoder decode inputs and holds against the result what must be true of every decoder.</summary>
internal sealed class Examiner : IDisposable
{
    private const int Measurements = 4;
    private const byte Filler = 0;
    // A digit, a CBOR integer, a TLV of one byte: what a reader that goes too far would take for more.
    private const byte OtherFiller = (byte)'1';

    private readonly Decoder _decoder;
    private readonly Surroundings _surroundings = new(Mutant.MaxLength);
    private readonly GuardedMemory? _guarded;

    /// <summary>Examines a decoder.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="isGuarded">Whether reading outside of the input is to end the process, where the system can do that.</param>
    internal Examiner(Decoder decoder, bool isGuarded)
    {
        _decoder = decoder;
        if (isGuarded && OperatingSystem.IsLinux())
        {
            _guarded = new(Mutant.MaxLength);
        }
    }

    /// <summary>How many inputs the decoder has taken.</summary>
    internal long Accepted { get; private set; }

    /// <summary>Examines the decoder with one input.</summary>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    internal Failure? Examine(ReadOnlySpan<byte> input, ulong variant)
    {
        ReadOnlySpan<byte> placed = OperatingSystem.IsLinux() && _guarded is not null
            ? _guarded.Place(input, atEnd: (variant >> 63) == 0)
            : _surroundings.Place(input, Filler);
        try
        {
            Verdict verdict = _decoder.Decode(placed, variant);
            Failure? failure = Judge(placed, variant, verdict);
            Accepted += verdict.IsAccepted ? 1 : 0;
            // The first run tells most; where the input lies is varied for a part of them.
            return failure is null && (variant >> 56) % (uint)_decoder.RepeatedOneIn == 0 ? Move(input, variant, verdict) : failure;
        }
        // Whatever a decoder throws is what is sought here.
        catch (Exception thrown)
        {
            return Failure.Of(thrown);
        }
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            _guarded?.Dispose();
        }
    }

    private Failure? Judge(ReadOnlySpan<byte> placed, ulong variant, Verdict verdict)
    {
        if (verdict.Violation is { } violation)
        {
            return Failure.Of(violation);
        }

        if (verdict.Position < 0 || verdict.Position > placed.Length)
        {
            return Failure.Of($"the decoder says that it ended outside of the input: at {verdict.Position} of {placed.Length}");
        }

        // What the first call initializes, an emptied pool gets anew or another thread's collection adds is not there the next time.
        long bound = _decoder.AllocationBound(placed.Length, variant, verdict.IsAccepted);
        long allocated = verdict.Allocated;
        for (int i = 1; i < Measurements && allocated > bound; i++)
        {
            allocated = Math.Min(allocated, _decoder.Decode(placed, variant).Allocated);
        }

        return allocated > bound ? Failure.Of($"too much is allocated: {allocated} bytes for an input of {placed.Length}") : null;
    }

    private Failure? Move(ReadOnlySpan<byte> input, ulong variant, Verdict verdict)
    {
        Verdict moved = _decoder.Decode(_surroundings.Place(input, OtherFiller), variant);
        return moved with { Allocated = verdict.Allocated } == verdict
            ? null
            : Failure.Of("the result depends on what lies around the input, or is another each time");
    }
}
