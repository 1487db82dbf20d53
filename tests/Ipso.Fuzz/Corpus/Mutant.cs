namespace Ipso.Fuzz.Corpus;

/// <summary>The bytes of a case in the making: a buffer that is changed in place and used again for the next.</summary>
internal sealed class Mutant
{
    /// <summary>No input is longer: several datagrams' worth, and more than any decoder keeps on the stack.</summary>
    internal const int MaxLength = 8192;

    private readonly byte[] _bytes = new byte[MaxLength];

    internal int Length { get; private set; }

    internal Span<byte> Bytes => _bytes.AsSpan(0, Length);

    internal void Set(ReadOnlySpan<byte> bytes)
    {
        Length = Math.Min(bytes.Length, MaxLength);
        bytes[..Length].CopyTo(_bytes);
    }

    internal void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Puts bytes in; what no longer fits falls off the end.</summary>
    internal void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, MaxLength - at);
        int kept = Math.Min(Length - at, MaxLength - at - count);
        // The inserted bytes may be some of our own.
        Span<byte> copy = count <= 256 ? stackalloc byte[256] : new byte[count];
        bytes[..count].CopyTo(copy);
        _bytes.AsSpan(at, kept).CopyTo(_bytes.AsSpan(at + count));
        copy[..count].CopyTo(_bytes.AsSpan(at));
        Length = at + count + kept;
    }

    internal void Overwrite(int at, ReadOnlySpan<byte> bytes) =>
        bytes[..Math.Min(bytes.Length, Length - at)].CopyTo(_bytes.AsSpan(at));

    internal void Remove(int at, int count)
    {
        _bytes.AsSpan(at + count, Length - at - count).CopyTo(_bytes.AsSpan(at));
        Length -= count;
    }
}
