using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    private static readonly int s_headLength = Unsafe.SizeOf<PendingHead>() + sizeof(int);

    private readonly GrowingBuffer _entries = new();

    /// <summary>Adds an entry; false where there is no room for it.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> text, PendingHead head, int maxLength)
    {
        if (s_headLength + text.Length > maxLength - _entries.Length)
        {
            return false;
        }

        int length = text.Length;
        _entries.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in length)));
        _entries.Append(MemoryMarshal.AsBytes(new ReadOnlySpan<PendingHead>(in head)));
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

        int length = MemoryMarshal.Read<int>(rest);
        entry = new(MemoryMarshal.Read<PendingHead>(rest[sizeof(int)..]), rest.Slice(s_headLength, length));
        at += s_headLength + length;
        return true;
    }

    public void Dispose() => _entries.Dispose();
}
