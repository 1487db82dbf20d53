using System.Buffers.Binary;

namespace Ipso.Lwm2m.Codecs;

/// <summary>What is known of an entry of OMA JSON that waits for its base name.</summary>
/// <param name="End">Where in the payload it ended, in bytes.</param>
/// <param name="HasStreamed">Whether its value has been handed on.</param>
/// <param name="Path">The path that the value was handed on with.</param>
/// <param name="Length">The length of the value, in bytes.</param>
internal readonly record struct PendingHead(int End, bool HasStreamed, Lwm2mPath Path, long Length);

/// <summary>An entry of OMA JSON that waits for its base name.</summary>
internal readonly ref struct PendingEntry(PendingHead head, ReadOnlySpan<byte> text)
{
    internal PendingHead Head { get; } = head;

    internal ReadOnlySpan<byte> Text { get; } = text;
}

/// <summary>The entries of OMA JSON that wait for their base name.</summary>
internal sealed class PendingEntries : IDisposable
{
    // Path and length of the value, end and length of the text, and whether it has been handed on.
    private const int HeadLength = 25;

    private readonly GrowingBuffer _entries = new();

    /// <summary>Adds an entry; false where there is no room for it.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> text, PendingHead head, int maxLength)
    {
        if (HeadLength + text.Length > maxLength - _entries.Length)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[HeadLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, head.Path.Packed);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], head.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], head.End);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], text.Length);
        bytes[24] = head.HasStreamed ? (byte)1 : (byte)0;
        _entries.Append(bytes);
        _entries.Append(text);
        return true;
    }

    /// <summary>The entry at a place, which moves behind it; false at the end.</summary>
    internal bool TryGet(ref int at, out PendingEntry entry)
    {
        entry = default;
        ReadOnlySpan<byte> rest = _entries.Written[at..];
        if (rest.IsEmpty)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(rest[20..]);
        PendingHead head = new(
            BinaryPrimitives.ReadInt32LittleEndian(rest[16..]),
            rest[24] != 0,
            new(BinaryPrimitives.ReadUInt64LittleEndian(rest)),
            BinaryPrimitives.ReadInt64LittleEndian(rest[8..]));
        entry = new(head, rest.Slice(HeadLength, length));
        at += HeadLength + length;
        return true;
    }

    public void Dispose() => _entries.Dispose();
}
