using Ipso.Coap.Engine;

namespace Ipso.Coap.Oscore;

/// <summary>What a security context is derived from (RFC 8613, 3.2). Views, of which nothing is kept but the ids.</summary>
public readonly ref struct SecurityContextKeys
{
    /// <summary>The most numbers that can be reserved at a time.</summary>
    internal const int MaxReserveNumbers = 1_000_000;

    /// <summary>Sets the defaults of RFC 8613, 3.2.</summary>
    public SecurityContextKeys()
    {
    }

    /// <summary>The Master Secret, at least 1 byte; 16 random ones are the usual.</summary>
    public required ReadOnlySpan<byte> MasterSecret { get; init; }

    /// <summary>The Master Salt; empty for none.</summary>
    public ReadOnlySpan<byte> MasterSalt { get; init; }

    /// <summary>
    /// The Sender ID: the kid of what goes out. At most 6 bytes shorter than the nonce: 0 to 7 with the default algorithm.
    /// </summary>
    public required ReadOnlySpan<byte> SenderId { get; init; }

    /// <summary>The Recipient ID: the kid of what comes in. As long as the Sender ID may be, and another.</summary>
    public required ReadOnlySpan<byte> RecipientId { get; init; }

    /// <summary>The ID Context, at most 64 bytes; empty for none.</summary>
    public ReadOnlySpan<byte> IdContext { get; init; }

    /// <summary>The authenticated encryption. AES-CCM-16-64-128.</summary>
    public AeadAlgorithm Algorithm { get; init; } = AeadAlgorithm.AesCcm16Tag64Key128;

    /// <summary>The hash that keys are derived with. SHA-256.</summary>
    public HmacAlgorithm Hmac { get; init; } = HmacAlgorithm.Sha256;

    /// <summary>Who makes the <see cref="Aead"/>s. The platform.</summary>
    public AeadProvider Aeads { get; init; } = AeadProvider.Platform;

    /// <summary>
    /// The first sequence number to send under: 0 for keys that are new, else what <see cref="Storage"/> was last given. 0 to 2^40 - 1.
    /// </summary>
    public ulong SequenceNumber { get; init; }

    /// <summary>
    /// Where sequence numbers are put down. Null for a context whose keys are used by this process alone: a number that is used twice
    /// gives away both messages.
    /// </summary>
    public ISequenceStorage? Storage { get; init; }

    /// <summary>How many sequence numbers are reserved at a time: what a restart skips at most. 1 to 1000000; 1000.</summary>
    public int ReserveNumbers { get; init; } = 1000;

    /// <summary>How far a request may be behind the newest one (RFC 8613, 7.4). 1 to 64; 32.</summary>
    public int ReplayWindow { get; init; } = 32;

    /// <summary>
    /// Whether it is not known what has been received under these keys, as after a restart: the first client that asks is to prove with
    /// Echo that its request is fresh (RFC 8613, Appendix B.1.2). Null: where <see cref="SequenceNumber"/> is not 0.
    /// </summary>
    public bool? HasLostReplayWindow { get; init; }

    /// <summary>Whether requests bear the ID Context, if there is one, so that the server finds it by kid and kid context. True.</summary>
    public bool SendsIdContext { get; init; } = true;

    /// <summary>
    /// Whose random bytes new keys are made with: both sides derive some where either knows no more what was sent under the old ones, as
    /// after a restart (RFC 8613, Appendix B.2). So nothing has to be stored, and the ID Context is theirs to choose:
    /// <see cref="Storage"/>, <see cref="SequenceNumber"/> and <see cref="IdContext"/> are left as they are. The Master Secret is kept. It has
    /// to be as good as <see cref="Net.SystemRandomSource"/>: bytes that come again give messages away. For both sides or none; null for none.
    /// </summary>
    public IRandomSource? RenewsKeysWith { get; init; }
}
