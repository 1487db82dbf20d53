using System.Buffers.Binary;

namespace Ipso.Coap.Engine;

/// <summary>
/// A seeded 64-bit hash for keys and bodies, which a peer uses for its own transfers alone: two that agree would mix up but those.
/// </summary>
internal static class KeyHash
{
    private const ulong Prime = 0x9e37_79b9_7f4a_7c15;

    /// <summary>An entity-tag of 6 bytes that says which bytes a body has: equal bodies have equal tags.</summary>
    public static CoapETag ETagOf(ReadOnlySpan<byte> body, ulong seed)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Add(seed, body));
        return new CoapETag(bytes[..6]);
    }

    public static ulong Add(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Prime;
        return hash ^ (hash >> 29);
    }

    public static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        hash = Add(hash, (ulong)bytes.Length);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash = Add(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        ulong rest = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            rest = rest << 8 | bytes[i];
        }

        return Add(hash, rest);
    }

    /// <summary>
    /// What says which operation the messages of a block-wise transfer belong to: method and options, Request-Tag among them, without those
    /// that differ from block to block (RFC 7959, 2.5; RFC 9175, 3.3).
    /// </summary>
    public static ulong OfOperation(in CoapMessage request, ulong seed)
    {
        ulong hash = Add(seed, request.Code.Value);
        foreach (CoapOption option in request.Options)
        {
            bool belongs = option.Number is not (CoapOptionNumber.Observe or CoapOptionNumber.Block1 or CoapOptionNumber.Block2
                or CoapOptionNumber.QBlock1 or CoapOptionNumber.QBlock2 or CoapOptionNumber.ETag or CoapOptionNumber.HopLimit
                or CoapOptionNumber.NoResponse) && !option.Number.IsNoCacheKey;
            if (belongs)
            {
                hash = Add(Add(hash, (ulong)option.Number), option.Value);
            }
        }

        return hash;
    }
}
