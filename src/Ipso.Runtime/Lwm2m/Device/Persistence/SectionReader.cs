using System.Buffers.Binary;

namespace Ipso.Lwm2m.Device;

/// <summary>Reads the content of a section, which may be anything: behind its end there are zeros, and that is kept in mind.</summary>
internal ref struct SectionReader(ReadOnlySpan<byte> content)
{
    private ReadOnlySpan<byte> _rest = content;

    /// <summary>Whether there was less than was asked for.</summary>
    internal bool IsCutShort { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal byte Byte() => Take(sizeof(byte)) is [byte value] ? value : (byte)0;

    internal ushort UInt16() =>
        Take(sizeof(ushort)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    internal long Int64() => Take(sizeof(long)) is { IsEmpty: false } bytes ? BinaryPrimitives.ReadInt64BigEndian(bytes) : 0;

    /// <summary>Reads a length and so many bytes.</summary>
    internal ReadOnlySpan<byte> Bytes() =>
        Take(sizeof(int)) is { IsEmpty: false } length ? Take(BinaryPrimitives.ReadInt32BigEndian(length)) : default;

    /// <summary>Reads a path that names all levels down to a depth of its own, and nothing that is for bootstrap alone.</summary>
    /// <param name="path">The path.</param>
    /// <param name="minDepth">How many levels it has to name.</param>
    internal bool TryReadPath(out Lwm2mPath path, int minDepth)
    {
        path = new((ulong)Int64());
        int depth = path.Depth;
        return !IsCutShort && depth >= minDepth && !CoreObjects.IsForBootstrapOnly(path.ObjectId)
            && (depth == 4 || path.Packed << (depth * 16) == ulong.MaxValue << (depth * 16));
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if ((uint)length > (uint)_rest.Length)
        {
            IsCutShort = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
