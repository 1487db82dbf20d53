namespace Ipso.Coap.Engine;

/// <summary>
/// Randomness for Message IDs, tokens, ACK_RANDOM_FACTOR and the nonces of new keys. Tests hand in a seeded one; on a network tokens must be
/// hard to guess (RFC 7252, 5.3.1 and 11.4).
/// </summary>
public interface IRandomSource
{
    /// <summary>Draws a number.</summary>
    /// <returns>Any of the 2^32 values, evenly.</returns>
    uint NextUInt32();

    /// <summary>Fills a span.</summary>
    /// <param name="destination">What to fill.</param>
    void Fill(Span<byte> destination);
}
