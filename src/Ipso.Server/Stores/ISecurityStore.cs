using Ipso.Coap.Oscore;

namespace Ipso.Server.Stores;

/// <summary>
/// Keeps the keys of devices, and how far their numbers have been used, for longer than a server lives. Whoever can read the store has the keys.
/// </summary>
public interface ISecurityStore
{
    /// <summary>Keeps a pre-shared key, in the place of the one that its identity had.</summary>
    /// <param name="record">The key.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns>Ends when it is durable.</returns>
    ValueTask PutPskAsync(PskRecord record, CancellationToken cancellationToken = default);

    /// <summary>Finds a pre-shared key.</summary>
    /// <param name="identity">What a peer says that it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    ValueTask<PskRecord?> FindPskAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default);

    /// <summary>Removes a pre-shared key.</summary>
    /// <param name="identity">Its identity.</param>
    /// <param name="cancellationToken">Gives up; whether it was removed is not known then.</param>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemovePskAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Keeps what a security context of OSCORE is derived from, in the place of the one with the same kid and ID Context. The numbers begin at 0 with
    /// other keys, and go on with the same.
    /// </summary>
    /// <param name="record">The context.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns>Ends when it is durable.</returns>
    ValueTask PutOscoreAsync(OscoreRecord record, CancellationToken cancellationToken = default);

    /// <summary>Finds the security contexts that a request may be under (RFC 8613, 8.2, step 2).</summary>
    /// <param name="kid">The kid of the request: the Recipient ID.</param>
    /// <param name="kidContext">The ID Context; empty where the request does not say: any.</param>
    /// <param name="max">How many at most, 1 or more.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The contexts, one but for devices that share a kid.</returns>
    ValueTask<IReadOnlyList<OscoreRecord>> FindOscoreAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> kidContext, int max, CancellationToken cancellationToken = default);

    /// <summary>Removes a security context.</summary>
    /// <param name="kid">The Recipient ID.</param>
    /// <param name="idContext">The ID Context; empty for none.</param>
    /// <param name="cancellationToken">Gives up; whether it was removed is not known then.</param>
    /// <returns>Whether there was one.</returns>
    ValueTask<bool> RemoveOscoreAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> idContext, CancellationToken cancellationToken = default);

    /// <summary>Takes numbers to send under, which nobody else is given, now or ever (RFC 8613, 7.2.1 and Appendix B.1.1).</summary>
    /// <param name="kid">The Recipient ID.</param>
    /// <param name="idContext">The ID Context; empty for none.</param>
    /// <param name="count">How many, 1 or more.</param>
    /// <param name="cancellationToken">Gives up; whether they were taken is not known then, and nobody has them.</param>
    /// <returns>The first of them, when that is durable: 0 where none was ever given under these keys. <see langword="null"/> where there is no
    /// such context, or not so many numbers are left.</returns>
    ValueTask<ulong?> ReserveSequenceAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> idContext, int count, CancellationToken cancellationToken = default);
}

/// <summary>A pre-shared key for DTLS and TLS.</summary>
/// <param name="Identity">The identity, 1 to 255 bytes.</param>
/// <param name="Key">The key, 1 to 64 bytes.</param>
public sealed record PskRecord(ReadOnlyMemory<byte> Identity, ReadOnlyMemory<byte> Key)
{
    /// <summary>The identity, and nothing of the key.</summary>
    public override string ToString() => $"The key of {Convert.ToHexStringLower(Identity.Span)}";
}

/// <summary>What a security context of OSCORE is derived from (RFC 8613, 3.2), as the server has it.</summary>
/// <param name="RecipientId">The kid of the device's requests, which is who the device is, together with the ID Context.</param>
/// <param name="IdContext">The ID Context, at most 64 bytes; empty for none.</param>
/// <param name="SenderId">The kid of the server's requests.</param>
/// <param name="MasterSecret">The Master Secret, at least 1 byte.</param>
/// <param name="MasterSalt">The Master Salt; empty for none.</param>
public sealed record OscoreRecord(
    ReadOnlyMemory<byte> RecipientId, ReadOnlyMemory<byte> IdContext, ReadOnlyMemory<byte> SenderId, ReadOnlyMemory<byte> MasterSecret,
    ReadOnlyMemory<byte> MasterSalt)
{
    /// <summary>The authenticated encryption. AES-CCM-16-64-128.</summary>
    public AeadAlgorithm Algorithm { get; init; } = AeadAlgorithm.AesCcm16Tag64Key128;

    /// <summary>The hash that keys are derived with. SHA-256.</summary>
    public HmacAlgorithm Hmac { get; init; } = HmacAlgorithm.Sha256;

    /// <summary>Whether another one has the same keys, so that numbers of the one are used up for the other.</summary>
    /// <param name="other">The other.</param>
    public bool HasKeysOf(OscoreRecord other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return SenderId.Span.SequenceEqual(other.SenderId.Span) && MasterSecret.Span.SequenceEqual(other.MasterSecret.Span)
            && MasterSalt.Span.SequenceEqual(other.MasterSalt.Span) && Algorithm == other.Algorithm && Hmac == other.Hmac
            && RecipientId.Span.SequenceEqual(other.RecipientId.Span) && IdContext.Span.SequenceEqual(other.IdContext.Span);
    }

    /// <summary>The ids, and nothing that is secret.</summary>
    public override string ToString() => $"The context of {Convert.ToHexStringLower(RecipientId.Span)} {Convert.ToHexStringLower(IdContext.Span)}";
}
