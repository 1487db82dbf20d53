using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Ipso.Coap.Engine;

/// <summary>
/// Echo values that need no memory: the time of issue and a keyed hash of it and of the peer (RFC 9175, 2.2 and Appendix A, 2).
/// </summary>
internal sealed class EchoValues
{
    /// <summary>4 bytes of seconds and 8 bytes of hash.</summary>
    public const int Length = TimeLength + HashLength;

    private const int TimeLength = 4;
    private const int HashLength = 8;

    private readonly byte[] _key = new byte[32];

    public EchoValues(IRandomSource random) => random.Fill(_key);

    /// <summary>Writes the value for a peer at a moment: <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination, in PeerId peer, Instant now) => Write(destination, peer, Seconds(now));

    /// <summary>Whether a value was made here for this peer, not longer ago than a span.</summary>
    public bool IsFresh(ReadOnlySpan<byte> value, in PeerId peer, Instant now, TimeSpan lifetime)
    {
        if (value.Length != Length)
        {
            return false;
        }

        uint issued = BinaryPrimitives.ReadUInt32BigEndian(value);
        Span<byte> expected = stackalloc byte[Length];
        Write(expected, peer, issued);
        return CryptographicOperations.FixedTimeEquals(expected, value) && Seconds(now) - issued <= (uint)lifetime.TotalSeconds;
    }

    private void Write(Span<byte> destination, in PeerId peer, uint seconds)
    {
        Span<byte> input = stackalloc byte[TimeLength + 1 + PeerId.MaxLength];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt32BigEndian(input, seconds);
        input[TimeLength] = (byte)peer.CopyTo(input[(TimeLength + 1)..]);
        HMACSHA256.HashData(_key, input, hash);
        input[..TimeLength].CopyTo(destination);
        hash[..HashLength].CopyTo(destination[TimeLength..]);
    }

    private static uint Seconds(Instant moment) => (uint)(moment.Ticks / TimeSpan.TicksPerSecond);
}
