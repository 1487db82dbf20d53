using Ipso.Buffers;

namespace Ipso.Cbor;

/// <summary>
/// Joins the chunks of a string of indefinite length (RFC 8949, 3.2.3), heads included, which were read once without fault.
/// </summary>
internal static class CborChunks
{
    /// <summary>Joins bytes; the result is never longer than the chunks with their heads.</summary>
    /// <returns>Whether the destination was long enough.</returns>
    internal static bool TryJoin(ReadOnlySpan<byte> chunks, Span<byte> destination, out int written) =>
        TryGoOver(chunks, destination, areText: false, areJoined: true, out written);

    /// <summary>Joins text, whose every chunk has to be UTF-8 by itself.</summary>
    /// <returns>Whether it is, and the destination was long enough.</returns>
    internal static bool TryJoinText(ReadOnlySpan<byte> chunks, Span<byte> destination, out int written) =>
        TryGoOver(chunks, destination, areText: true, areJoined: true, out written);

    /// <summary>Whether each chunk is UTF-8 by itself.</summary>
    internal static bool AreText(ReadOnlySpan<byte> chunks) => TryGoOver(chunks, [], areText: true, areJoined: false, out _);

    private static bool TryGoOver(ReadOnlySpan<byte> chunks, Span<byte> destination, bool areText, bool areJoined, out int written)
    {
        written = 0;
        CborReader reader = new(chunks);
        while (!reader.IsAtEnd)
        {
            ReadOnlySpan<byte> chunk = reader.ReadString(reader.ReadHead());
            if (areText && !Utf8Text.IsValid(chunk) || areJoined && !chunk.TryCopyTo(destination[written..]))
            {
                return false;
            }

            written += chunk.Length;
        }

        return true;
    }
}
