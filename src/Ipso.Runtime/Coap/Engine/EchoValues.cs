using System.Buffers.Binary;

namespace Ipso.Coap.Engine;

/// <summary>
/// Echo values that need no memory: the time of issue and a keyed hash of it, of the peer and of the context that its messages are
/// protected by (RFC 9175, 2.2 and Appendix A, 2).
/// </summary>
internal sealed class EchoValues
{
    /// <summary>4 bytes of seconds and 8 bytes of hash.</summary>
    public const int Length = TimeLength + HashLength;

    private const int TimeLength = 4;
    private const int HashLength = sizeof(ulong);

    private readonly SipHash _hash;

    public EchoValues(IRandomSource random)
    {
        Span<byte> key = stackalloc byte[2 * sizeof(ulong)];
        random.Fill(key);
        _hash = new SipHash(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]));
    }

    /// <summary>Writes the value for a peer under a context, 0 for none, at a moment: <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> destination, in PeerId peer, ulong context, Instant now)
    {
        uint seconds = Seconds(now);
        BinaryPrimitives.WriteUInt32BigEndian(destination, seconds);
        BinaryPrimitives.WriteUInt64BigEndian(destination[TimeLength..], HashOf(peer, context, seconds));
    }

    /// <summary>
    /// Whether a value was made here for this peer under this context, not longer ago than a span. What a client was given proves nothing of
    /// the requests of another behind the same address, whose old ones it may hold.
    /// </summary>
    public bool IsFresh(ReadOnlySpan<byte> value, in PeerId peer, ulong context, Instant now, TimeSpan lifetime)
    {
        if (value.Length != Length)
        {
            return false;
        }

        // Compared as one word, so that the time it takes tells nothing of where a guess is wrong.
        uint issued = BinaryPrimitives.ReadUInt32BigEndian(value);
        return BinaryPrimitives.ReadUInt64BigEndian(value[TimeLength..]) == HashOf(peer, context, issued)
            && Seconds(now) - issued <= (uint)lifetime.TotalSeconds;
    }

    private ulong HashOf(in PeerId peer, ulong context, uint seconds)
    {
        Span<byte> input = stackalloc byte[TimeLength + sizeof(ulong) + 1 + PeerId.MaxLength];
        BinaryPrimitives.WriteUInt32BigEndian(input, seconds);
        BinaryPrimitives.WriteUInt64BigEndian(input[TimeLength..], context);
        input[TimeLength + sizeof(ulong)] = (byte)peer.CopyTo(input[(TimeLength + sizeof(ulong) + 1)..]);
        return _hash.Of(input);
    }

    private static uint Seconds(Instant moment) => (uint)(moment.Ticks / TimeSpan.TicksPerSecond);
}
