namespace Ipso.Coap.Oscore;

/// <summary>
/// The authenticated encryption of a security context, by its number in COSE (RFC 9053, 4). AES-CCM-16 takes nonces of 13 bytes, AES-CCM-64
/// of 7; the number behind is the length of the tag in bits, then that of the key.
/// </summary>
public enum AeadAlgorithm : byte
{
    /// <summary>AES-GCM, 128-bit key, 12-byte nonce, 16-byte tag.</summary>
    A128Gcm = 1,

    /// <summary>AES-GCM, 192-bit key, 12-byte nonce, 16-byte tag.</summary>
    A192Gcm = 2,

    /// <summary>AES-GCM, 256-bit key, 12-byte nonce, 16-byte tag.</summary>
    A256Gcm = 3,

    /// <summary>AES-CCM-16-64-128, the one that every implementation has (RFC 8613, 3.2).</summary>
    AesCcm16Tag64Key128 = 10,

    /// <summary>AES-CCM-16-64-256.</summary>
    AesCcm16Tag64Key256 = 11,

    /// <summary>AES-CCM-64-64-128.</summary>
    AesCcm64Tag64Key128 = 12,

    /// <summary>AES-CCM-64-64-256.</summary>
    AesCcm64Tag64Key256 = 13,

    /// <summary>ChaCha20 and Poly1305, 256-bit key, 12-byte nonce, 16-byte tag.</summary>
    ChaCha20Poly1305 = 24,

    /// <summary>AES-CCM-16-128-128.</summary>
    AesCcm16Tag128Key128 = 30,

    /// <summary>AES-CCM-16-128-256.</summary>
    AesCcm16Tag128Key256 = 31,

    /// <summary>AES-CCM-64-128-128.</summary>
    AesCcm64Tag128Key128 = 32,

    /// <summary>AES-CCM-64-128-256.</summary>
    AesCcm64Tag128Key256 = 33,
}

/// <summary>The hash that keys are derived with (HKDF), by its number in COSE (RFC 9053, 3.1 and 5.1).</summary>
public enum HmacAlgorithm : byte
{
    /// <summary>HMAC 256/256, SHA-256: the default (RFC 8613, 3.2).</summary>
    Sha256 = 5,

    /// <summary>HMAC 512/512, SHA-512.</summary>
    Sha512 = 7,
}

/// <summary>The lengths of an algorithm in bytes.</summary>
/// <param name="Key">The key.</param>
/// <param name="Nonce">The nonce.</param>
/// <param name="Tag">The tag.</param>
public readonly record struct AeadLengths(int Key, int Nonce, int Tag)
{
    /// <summary>The longest key of all.</summary>
    public const int MaxKey = 32;

    /// <summary>The longest nonce of all.</summary>
    public const int MaxNonce = 13;

    /// <summary>The longest tag of all.</summary>
    public const int MaxTag = 16;

    /// <summary>The lengths of an algorithm; false for a number without one.</summary>
    public static bool TryGet(AeadAlgorithm algorithm, out AeadLengths lengths)
    {
        lengths = algorithm switch
        {
            AeadAlgorithm.A128Gcm => new(16, 12, 16),
            AeadAlgorithm.A192Gcm => new(24, 12, 16),
            AeadAlgorithm.A256Gcm => new(32, 12, 16),
            AeadAlgorithm.AesCcm16Tag64Key128 => new(16, 13, 8),
            AeadAlgorithm.AesCcm16Tag64Key256 => new(32, 13, 8),
            AeadAlgorithm.AesCcm64Tag64Key128 => new(16, 7, 8),
            AeadAlgorithm.AesCcm64Tag64Key256 => new(32, 7, 8),
            AeadAlgorithm.ChaCha20Poly1305 => new(32, 12, 16),
            AeadAlgorithm.AesCcm16Tag128Key128 => new(16, 13, 16),
            AeadAlgorithm.AesCcm16Tag128Key256 => new(32, 13, 16),
            AeadAlgorithm.AesCcm64Tag128Key128 => new(16, 7, 16),
            AeadAlgorithm.AesCcm64Tag128Key256 => new(32, 7, 16),
            _ => default,
        };
        return lengths.Key > 0;
    }
}
