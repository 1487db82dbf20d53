using System.Buffers.Binary;

namespace Ipso.Fuzz.Decoders;

/// <summary>Many values to one word, to be compared with that of another run; cheaper than decoding.</summary>
internal struct Digest()
{
    private ulong _hash = 0xCBF29CE484222325;

    internal readonly ulong Value => _hash;

    internal void Add(ulong value) => _hash = (ulong.RotateLeft(_hash, 23) ^ value) * 0x9E3779B97F4A7C15;

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            Add(b);
        }
    }
}
