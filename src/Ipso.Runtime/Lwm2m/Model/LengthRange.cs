using System.Text;
using Ipso.Buffers;

namespace Ipso.Lwm2m.Model;

/// <summary>The lengths that a String or Opaque resource takes, in bytes: a String counts as the UTF-8 that goes over the wire.</summary>
/// <param name="lengths">The lengths, at least one interval.</param>
/// <exception cref="ArgumentException">There is no interval.</exception>
public sealed class LengthRange(ReadOnlySpan<Interval<int>> lengths) : ValueRange
{
    private readonly NumericRange<int> _lengths = new(lengths);

    /// <summary>The lengths in bytes.</summary>
    public IReadOnlyList<Interval<int>> Intervals => _lengths.Intervals;

    /// <summary>Whether the resource takes a value of this length.</summary>
    /// <param name="length">A length in bytes.</param>
    public bool Contains(int length) => _lengths.Contains(length);

    /// <inheritdoc/>
    public override string ToString() => Phrase.Of($"{_lengths} bytes");

    internal override bool Admits(string text) => Contains(Encoding.UTF8.GetByteCount(text));

    internal override bool Admits(ReadOnlySpan<byte> bytes) => Contains(bytes.Length);
}
