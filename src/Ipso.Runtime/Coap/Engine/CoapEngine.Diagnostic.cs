using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Ipso.Buffers;

namespace Ipso.Coap.Engine;

public abstract partial class CoapEngine
{
    /// <summary>
    /// A diagnostic payload with numbers in it, written as an interpolated string without a string being made (RFC 7252, 5.5.2): where the
    /// payload of a response lies, of which nothing is wanted any more. What there is no room for is cut off.
    /// </summary>
    [InterpolatedStringHandler]
    private ref struct Diagnostic
    {
        private readonly Span<byte> _room;
        private int _length;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public Diagnostic(int literalLength, int formattedCount, CoapEngine engine)
        {
            _ = literalLength;
            _ = formattedCount;
            _room = engine._composer.Body;
        }

        public readonly ReadOnlySpan<byte> Text => _room[.._length];

        public void AppendLiteral(string text)
        {
            Utf8.FromUtf16(text, _room[_length..], out _, out int written);
            _length += written;
        }

        // Counts and places, which are never negative.
        public void AppendFormatted(long value)
        {
            _ = DecimalDigits.TryWrite((ulong)value, _room[_length..], out int written);
            _length += written;
        }
    }
}
