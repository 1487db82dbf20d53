using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Ipso.Buffers;

namespace Ipso.Coap.Engine;

/// <summary>
/// A diagnostic payload with numbers in it, written as an interpolated string without a string being made (RFC 7252, 5.5.2). What is beyond
/// 96 bytes is cut off.
/// </summary>
[InterpolatedStringHandler]
internal ref struct Diagnostic
{
    private const int Capacity = 96;

    [InlineArray(Capacity)]
    private struct Room
    {
        private byte _first;
    }

    private Room _room;
    private int _length;

    public Diagnostic(int literalLength, int formattedCount)
    {
        _ = literalLength;
        _ = formattedCount;
    }

    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Text => ((ReadOnlySpan<byte>)_room)[.._length];

    public void AppendLiteral(string text)
    {
        Utf8.FromUtf16(text, ((Span<byte>)_room)[_length..], out _, out int written);
        _length += written;
    }

    // Counts and places, which are never negative.
    public void AppendFormatted(long value)
    {
        _ = DecimalDigits.TryWrite((ulong)value, ((Span<byte>)_room)[_length..], out int written);
        _length += written;
    }
}
