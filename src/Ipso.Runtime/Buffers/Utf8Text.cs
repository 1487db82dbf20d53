using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Ipso.Buffers;

/// <summary>Text in UTF-8.</summary>
internal static class Utf8Text
{
    /// <summary>Whether bytes are such.</summary>
    // Not in line, as the platform's own is: that pins them, in some sixty bytes of native code for each that asks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool IsValid(ReadOnlySpan<byte> text) => Utf8.IsValid(text);
}
