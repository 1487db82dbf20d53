using System.Buffers.Binary;
using System.Security.Cryptography;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// Randomness of the operating system, fit for tokens that must not be guessed (RFC 7252, 11.4). For use under the lock of a host: one
/// thread at a time.
/// </summary>
public sealed class SystemRandomSource : IRandomSource
{
    // One call into the system for many small draws.
    private readonly byte[] _pool = new byte[256];
    private int _used = 256;

    /// <inheritdoc/>
    public uint NextUInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        if (destination.Length > _pool.Length)
        {
            Draw(destination);
            return;
        }

        if (destination.Length > _pool.Length - _used)
        {
            Draw(_pool);
            _used = 0;
        }

        Span<byte> drawn = _pool.AsSpan(_used, destination.Length);
        drawn.CopyTo(destination);
        drawn.Clear();
        _used += destination.Length;
    }

    // On Linux the system itself is asked, as the platform does it: its cryptography is 4 KB of a native program that has no other use for
    // it.
    private static unsafe void Draw(Span<byte> destination)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }

        fixed (byte* bytes = destination)
        {
            for (nint drawn = 0; drawn < destination.Length;)
            {
                nint count = LinuxSocket.GetRandom(bytes + drawn, (nuint)(destination.Length - drawn), 0);
                // A signal may interrupt it; nothing else can go wrong.
                drawn += Math.Max(count, 0);
            }
        }
    }
}
