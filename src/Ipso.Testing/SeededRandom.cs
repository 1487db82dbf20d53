using System.Buffers.Binary;
using System.Numerics;
using Ipso.Coap.Engine;

namespace Ipso.Testing;

/// <summary>
/// Randomness that a seed repeats, on every machine and in every version of .NET: xoshiro256** 1.0 (Blackman and Vigna), its four words of
/// state drawn from the seed by SplitMix64. Not for secrets: whoever sees a few numbers can tell the rest.
/// </summary>
public sealed class SeededRandom : IRandomSource
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Starts a sequence.</summary>
    /// <param name="seed">Any number. The same one gives the same sequence.</param>
    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>Starts a sequence at a state of the generator, as its reference implementation takes it.</summary>
    /// <param name="state">Four words, not all 0.</param>
    /// <exception cref="ArgumentException">There are not four words, or all are 0: the sequence would be nothing but 0.</exception>
    public SeededRandom(ReadOnlySpan<ulong> state)
    {
        if (state.Length != 4 || state.IndexOfAnyExcept(0ul) < 0)
        {
            throw new ArgumentException("The state is four words that are not all 0.", nameof(state));
        }

        (_s0, _s1, _s2, _s3) = (state[0], state[1], state[2], state[3]);
    }

    /// <summary>Draws a number.</summary>
    /// <returns>Any of the 2^64 values, evenly.</returns>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <inheritdoc/>
    /// <remarks>The upper half of <see cref="NextUInt64"/>.</remarks>
    public uint NextUInt32() => (uint)(NextUInt64() >> 32);

    /// <summary>Draws a number below a bound: the upper half of a 128-bit product, whose bias is below 2^-32.</summary>
    /// <param name="bound">1 to 2^31 - 1.</param>
    /// <returns>0 to <paramref name="bound"/> - 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    /// <summary>Draws a number from a range.</summary>
    /// <param name="from">The smallest.</param>
    /// <param name="to">The largest.</param>
    /// <returns><paramref name="from"/> to <paramref name="to"/>, both included.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, or longer than 2^31 - 1.</exception>
    public int Next(int from, int to) => from + Next(checked(to - from + 1));

    /// <summary>Draws a fraction.</summary>
    /// <returns>0 to 1, 1 excluded, in steps of 2^-53.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    /// <summary>Draws a time from a range.</summary>
    /// <param name="from">The shortest.</param>
    /// <param name="to">The longest.</param>
    /// <returns><paramref name="from"/> to <paramref name="to"/>, in steps of 100 ns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty.</exception>
    public TimeSpan Next(TimeSpan from, TimeSpan to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        return from + new TimeSpan((long)Math.BigMul(NextUInt64(), (ulong)(to - from).Ticks + 1, out _));
    }

    /// <summary>Draws whether something happens.</summary>
    /// <param name="probability">0 never, 1 always. At 0 and at 1 nothing is drawn.</param>
    /// <returns>True with the probability.</returns>
    public bool Chance(double probability) => probability > 0 && (probability >= 1 || NextDouble() < probability);

    /// <inheritdoc/>
    /// <remarks>Numbers of <see cref="NextUInt64"/> in little-endian order, the last one cut off.</remarks>
    public void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, NextUInt64());
            int count = Math.Min(destination.Length, word.Length);
            word[..count].CopyTo(destination);
            destination = destination[count..];
        }
    }

    /// <summary>Starts another sequence, which what is drawn from this one later does not change.</summary>
    /// <returns>A sequence seeded by the next number of this one.</returns>
    public SeededRandom Fork() => new(NextUInt64());

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9e37_79b9_7f4a_7c15;
        z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
        z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
        return z ^ (z >> 31);
    }
}
