using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ipso.Coap;

/// <summary>
/// SipHash-2-4: a keyed hash of short inputs that nobody without the key can foretell (Aumasson and Bernstein, 2012, section 2).
/// </summary>
internal readonly struct SipHash(ulong key0, ulong key1)
{
    /// <summary>Hashes an input of any length.</summary>
    public ulong Of(ReadOnlySpan<byte> input)
    {
        Begin(out ulong v0, out ulong v1, out ulong v2, out ulong v3);
        ulong last = (ulong)input.Length << 56;
        for (; input.Length >= sizeof(ulong); input = input[sizeof(ulong)..])
        {
            Compress(BinaryPrimitives.ReadUInt64LittleEndian(input), ref v0, ref v1, ref v2, ref v3);
        }

        for (int i = 0; i < input.Length; i++)
        {
            last |= (ulong)input[i] << (8 * i);
        }

        return Finish(last, v0, v1, v2, v3);
    }

    /// <summary>Hashes the 8 bytes of a word, the lowest first.</summary>
    public ulong Of(ulong word)
    {
        Begin(out ulong v0, out ulong v1, out ulong v2, out ulong v3);
        Compress(word, ref v0, ref v1, ref v2, ref v3);
        return Finish((ulong)sizeof(ulong) << 56, v0, v1, v2, v3);
    }

    private void Begin(out ulong v0, out ulong v1, out ulong v2, out ulong v3)
    {
        v0 = key0 ^ 0x736f_6d65_7073_6575;
        v1 = key1 ^ 0x646f_7261_6e64_6f6d;
        v2 = key0 ^ 0x6c79_6765_6e65_7261;
        v3 = key1 ^ 0x7465_6462_7974_6573;
    }

    // The last word has the length in its highest byte.
    private static ulong Finish(ulong last, ulong v0, ulong v1, ulong v2, ulong v3)
    {
        Compress(last, ref v0, ref v1, ref v2, ref v3);
        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compress(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
