using System.Runtime.InteropServices;

namespace Ipso.Lwm2m.Codecs;

/// <summary>An entry of OMA JSON that waits for its base name.</summary>
internal readonly ref struct PendingEntry(ReadOnlySpan<byte> text, bool hasStreamed, Lwm2mPath path, long length)
{
    internal ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>Whether its value has been handed on.</summary>
    internal bool HasStreamed { get; } = hasStreamed;

    /// <summary>The path that the value was handed on with.</summary>
    internal Lwm2mPath Path { get; } = path;

    /// <summary>The length of the value, in bytes.</summary>
    internal long Length { get; } = length;
}

/// <summary>The entries of OMA JSON that wait for their base name.</summary>
internal sealed class PendingEntries : IDisposable
{
    private readonly GrowingBuffer _entries = new();

    private readonly record struct Head(int TextLength, bool HasStreamed, Lwm2mPath Path, long Length);

    /// <summary>Adds an entry; false where there is no room for it.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> text, bool hasStreamed, Lwm2mPath path, long length, int maxLength)
    {
        Head head = new(text.Length, hasStreamed, path, length);
        ReadOnlySpan<byte> headBytes = MemoryMarshal.AsBytes(new ReadOnlySpan<Head>(in head));
        if (headBytes.Length + text.Length > maxLength - _entries.Length)
        {
            return false;
        }

        _entries.Append(headBytes);
        _entries.Append(text);
        return true;
    }

    internal bool TryGet(ref int at, out PendingEntry entry)
    {
        entry = default;
        ReadOnlySpan<byte> rest = _entries.Written[at..];
        if (rest.IsEmpty)
        {
            return false;
        }

        Head head = MemoryMarshal.Read<Head>(rest);
        rest = rest[System.Runtime.CompilerServices.Unsafe.SizeOf<Head>()..];
        entry = new(rest[..head.TextLength], head.HasStreamed, head.Path, head.Length);
        at = _entries.Length - rest.Length + head.TextLength;
        return true;
    }

    public void Dispose() => _entries.Dispose();
}
