using System.Buffers.Binary;

namespace Ipso.Lwm2m.Codecs;

/// <summary>Records that were read and wait to be applied: path, value as it stood in the payload, and where that was.</summary>
internal sealed class RecordLog : IDisposable
{
    /// <summary>What a record takes besides the bytes of its value.</summary>
    internal const int HeadLength = 8 + 8 + 4 + 4 + 1;

    private readonly GrowingBuffer _records = new();

    /// <summary>The records, for <see cref="RecordReader.OfLog"/>.</summary>
    internal ReadOnlySpan<byte> Records => _records.Written;

    /// <summary>The length of the records, in bytes.</summary>
    internal int Length => _records.Length;

    /// <summary>The most space that has been held, in bytes.</summary>
    internal int Capacity => _records.Capacity;

    internal void Add(in PayloadRecord record, scoped ReadOnlySpan<byte> bytes, int position)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        BinaryPrimitives.WriteUInt64LittleEndian(head, record.Path.Packed);
        BinaryPrimitives.WriteUInt64LittleEndian(head[8..], record.Bits);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], position);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], bytes.Length);
        head[24] = (byte)record.Kind;
        _records.Append(head);
        _records.Append(bytes);
    }

    internal void Clear() => _records.Clear();

    public void Dispose() => _records.Dispose();
}
