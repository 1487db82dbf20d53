namespace Ipso.Fuzz.Examination;

/// <summary>Puts an input into the heap with known bytes before and behind it, so that reading those shows.</summary>
internal sealed class Surroundings(int maxLength)
{
    private const int Margin = 64;

    private readonly byte[] _memory = new byte[maxLength + 2 * Margin];

    internal ReadOnlySpan<byte> Place(ReadOnlySpan<byte> input, byte filler)
    {
        input.CopyTo(_memory.AsSpan(Margin));
        _memory.AsSpan(0, Margin).Fill(filler);
        _memory.AsSpan(Margin + input.Length, Margin).Fill(filler);
        return _memory.AsSpan(Margin, input.Length);
    }
}
