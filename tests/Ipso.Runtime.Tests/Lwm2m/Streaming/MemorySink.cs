using Ipso.Lwm2m;
using Ipso.Lwm2m.Model;

namespace Ipso.Tests.Lwm2m;

/// <summary>A sink that keeps what it gets, and the story of it: begin, write, end, abort.</summary>
internal sealed class MemorySink : IOpaqueSink
{
    private readonly List<(Lwm2mPath Path, List<byte> Bytes)> _values = [];

    /// <summary>What was called, pieces of one value together: <c>begin /5/0/0 3</c>, <c>write 3</c>, <c>end /5/0/0</c>.</summary>
    internal List<string> Story { get; } = [];

    /// <summary>How many bytes of a value are taken.</summary>
    internal long Room { get; init; } = long.MaxValue;

    internal int LongestPiece { get; private set; }

    internal byte[] this[Lwm2mPath path] => [.. _values.Single(value => value.Path == path).Bytes];

    internal int Count => _values.Count;

    public bool Begin(Lwm2mPath path, long? length)
    {
        Story.Add($"begin {path} {length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"}");
        _values.Add((path, []));
        return (length ?? 0) <= Room;
    }

    public bool Write(ReadOnlySpan<byte> bytes)
    {
        List<byte> value = _values[^1].Bytes;
        Assert.False(bytes.IsEmpty);
        LongestPiece = Math.Max(LongestPiece, bytes.Length);
        if (Story[^1].StartsWith("write", StringComparison.Ordinal))
        {
            Story.RemoveAt(Story.Count - 1);
        }

        value.AddRange(bytes);
        Story.Add($"write {value.Count}");
        return value.Count <= Room;
    }

    public void End(Lwm2mPath path) => Story.Add($"end {path}");

    public void Abort(Lwm2mPath path) => Story.Add($"abort {path}");
}
