using System.Buffers.Binary;
using Ipso.Coap.Engine;
using Ipso.Fuzz.Corpus;

namespace Ipso.Fuzz.Scripts;

/// <summary>The randomness of an engine under a script.</summary>
internal sealed class ScriptRandom(ulong seed) : IRandomSource
{
    private SplitMix _random = new(seed);

    public uint NextUInt32() => (uint)_random.Next();

    public void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (; !destination.IsEmpty; destination = destination[Math.Min(word.Length, destination.Length)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, _random.Next());
            word[..Math.Min(word.Length, destination.Length)].CopyTo(destination);
        }
    }
}
