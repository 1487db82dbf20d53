using System.Buffers;
using System.Buffers.Binary;

namespace Ipso.Lwm2m.Device;

/// <summary>Writes the content of a section, of numbers in network order; it is used again and again and allocates only to grow.</summary>
internal sealed class SectionWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(256);

    /// <summary>What was written.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Begins anew.</summary>
    internal void Clear() => _bytes.Clear();

    internal void Byte(byte value) => _bytes.Write([value]);

    internal void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(sizeof(ushort)), value);
        _bytes.Advance(sizeof(ushort));
    }

    internal void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    /// <summary>Writes a length and so many bytes.</summary>
    internal void Bytes(ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes.GetSpan(sizeof(int)), value.Length);
        _bytes.Advance(sizeof(int));
        _bytes.Write(value);
    }

    /// <summary>Writes all four ids of a path; those that it leaves out are 65535.</summary>
    internal void Path(Lwm2mPath path) => Int64((long)path.Packed);
}
