namespace Ipso.Fuzz.Corpus;

/// <summary>
/// The generator that every choice of a case comes from: SplitMix64 (Steele, Lea, Flood 2014), of our own so that a case stays the same
/// whatever the platform's generator becomes.
/// </summary>
internal struct SplitMix(ulong state)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    /// <summary>The choices of one case: the same for the same decoder, seed and number, and alike in nothing for any others.</summary>
    internal static SplitMix For(string decoder, CaseId id)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in decoder)
        {
            hash = (hash ^ c) * 0x100000001B3;
        }

        SplitMix mixed = new(hash ^ id.Seed);
        mixed._state = mixed.Next() + (ulong)id.Number;
        return new(mixed.Next());
    }

    internal ulong Next()
    {
        ulong z = _state += Step;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }

    /// <summary>A number from 0 to below the end; 0 where the end is 0.</summary>
    internal int Next(int end) => (int)(((UInt128)Next() * (uint)end) >> 64);

    internal bool OneIn(int count) => Next(count) == 0;

    internal T Pick<T>(ReadOnlySpan<T> choices) => choices[Next(choices.Length)];
}
