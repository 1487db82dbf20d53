using Ipso.Cbor;

namespace Ipso.Coap.Oscore;

/// <summary>The CBOR that is authenticated and derived from, and the nonce (RFC 8613, 3.2.1, 5.2, 5.4).</summary>
internal static class CoseStructures
{
    /// <summary>Room for <see cref="WriteAad"/>.</summary>
    public const int MaxAad = 64;

    /// <summary>Room for <see cref="WriteInfo"/> beside the ids.</summary>
    public const int InfoRoom = 32;

    private const int OscoreVersion = 1;

    /// <summary>What is authenticated with a message: the Enc_structure around the external AAD (RFC 8613, 5.3 and 5.4).</summary>
    /// <param name="destination"><see cref="MaxAad"/> bytes.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="kid">The Sender ID of who has made the request.</param>
    /// <param name="partialIv">The Partial IV of the request.</param>
    /// <returns>The length.</returns>
    public static int WriteAad(Span<byte> destination, AeadAlgorithm algorithm, ReadOnlySpan<byte> kid, ReadOnlySpan<byte> partialIv)
    {
        Span<byte> external = stackalloc byte[MaxAad];
        int length = WriteExternalAad(external, algorithm, kid, partialIv);
        int at = CborItem.WriteHead(destination, CborMajor.Array, 3);
        at += WriteText(destination[at..], "Encrypt0"u8);
        at += WriteBytes(destination[at..], default);
        return at + WriteBytes(destination[at..], external[..length]);
    }

    /// <summary>The external AAD as an array (RFC 8613, 5.4). No option is of class I.</summary>
    public static int WriteExternalAad(
        Span<byte> destination, AeadAlgorithm algorithm, ReadOnlySpan<byte> kid, ReadOnlySpan<byte> partialIv)
    {
        int at = CborItem.WriteHead(destination, CborMajor.Array, 5);
        at += CborItem.WriteInteger(destination[at..], OscoreVersion);
        at += CborItem.WriteHead(destination[at..], CborMajor.Array, 1);
        at += CborItem.WriteInteger(destination[at..], (int)algorithm);
        at += WriteBytes(destination[at..], kid);
        at += WriteBytes(destination[at..], partialIv);
        return at + WriteBytes(destination[at..], default);
    }

    /// <summary>What a key or the Common IV is derived from (RFC 8613, 3.2.1).</summary>
    /// <param name="destination"><see cref="InfoRoom"/> bytes more than the ids have.</param>
    /// <param name="id">The Sender ID or Recipient ID; empty for the Common IV.</param>
    /// <param name="idContext">The ID Context; empty for none.</param>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="type"><c>Key</c> or <c>IV</c>.</param>
    /// <param name="length">The length of what is derived.</param>
    /// <returns>The length.</returns>
    public static int WriteInfo(
        Span<byte> destination, ReadOnlySpan<byte> id, ReadOnlySpan<byte> idContext, AeadAlgorithm algorithm, ReadOnlySpan<byte> type,
        int length)
    {
        int at = CborItem.WriteHead(destination, CborMajor.Array, 5);
        at += WriteBytes(destination[at..], id);
        if (idContext.IsEmpty)
        {
            destination[at++] = 0xf6;
        }
        else
        {
            at += WriteBytes(destination[at..], idContext);
        }

        at += CborItem.WriteInteger(destination[at..], (int)algorithm);
        at += WriteText(destination[at..], type);
        return at + CborItem.WriteInteger(destination[at..], length);
    }

    /// <summary>The nonce of a message: id and Partial IV of who has made it, over the Common IV (RFC 8613, 5.2).</summary>
    /// <param name="nonce">As long as the Common IV.</param>
    /// <param name="commonIv">The Common IV.</param>
    /// <param name="id">The id, at most 6 bytes shorter than the nonce.</param>
    /// <param name="sequence">The Partial IV as a number.</param>
    public static void WriteNonce(Span<byte> nonce, ReadOnlySpan<byte> commonIv, ReadOnlySpan<byte> id, ulong sequence)
    {
        commonIv.CopyTo(nonce);
        nonce[0] ^= (byte)id.Length;
        int start = nonce.Length - OscoreOption.MaxPartialIv - id.Length;
        for (int i = 0; i < id.Length; i++)
        {
            nonce[start + i] ^= id[i];
        }

        for (int i = nonce.Length - 1; sequence > 0; i--, sequence >>= 8)
        {
            nonce[i] ^= (byte)sequence;
        }
    }

    private static int WriteBytes(Span<byte> destination, ReadOnlySpan<byte> bytes) => WriteString(destination, CborMajor.Bytes, bytes);

    private static int WriteText(Span<byte> destination, ReadOnlySpan<byte> text) => WriteString(destination, CborMajor.Text, text);

    private static int WriteString(Span<byte> destination, CborMajor major, ReadOnlySpan<byte> bytes)
    {
        int head = CborItem.WriteHead(destination, major, (ulong)bytes.Length);
        bytes.CopyTo(destination[head..]);
        return head + bytes.Length;
    }
}
