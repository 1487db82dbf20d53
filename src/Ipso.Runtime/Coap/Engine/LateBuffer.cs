using System.Runtime.CompilerServices;

namespace Ipso.Coap.Engine;

/// <summary>
/// A buffer for what many devices never do, such as transfers in blocks: its length is settled beforehand, its memory is taken at the first
/// use and kept.
/// </summary>
internal struct LateBuffer(int length)
{
    private byte[]? _bytes;

    /// <summary>The buffer.</summary>
    public byte[] Bytes => _bytes ?? Take();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte[] Take() => _bytes = new byte[length];
}
