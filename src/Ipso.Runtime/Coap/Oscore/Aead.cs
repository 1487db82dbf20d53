namespace Ipso.Coap.Oscore;

/// <summary>
/// Authenticated encryption under one key. One thread at a time. <see cref="Dispose()"/> forgets the key, overwriting it.
/// </summary>
public abstract class Aead : IDisposable
{
    /// <summary>Encrypts and adds the tag.</summary>
    /// <param name="nonce">The nonce, as long as the algorithm says; never used before under this key for another plaintext.</param>
    /// <param name="plaintext">The plaintext, which may lie at the start of <paramref name="ciphertext"/>.</param>
    /// <param name="ciphertext">As long as the plaintext and the tag, which comes last.</param>
    /// <param name="associated">What is authenticated with it.</param>
    public abstract void Encrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associated);

    /// <summary>Verifies the tag and decrypts. Throws for no input.</summary>
    /// <param name="nonce">The nonce, as long as the algorithm says.</param>
    /// <param name="ciphertext">The ciphertext and behind it the tag, at least as long as that.</param>
    /// <param name="plaintext">As long as the ciphertext without the tag; all zeros if the result is false.</param>
    /// <param name="associated">What was authenticated with it.</param>
    /// <returns>Whether the tag is right.</returns>
    public abstract bool TryDecrypt(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associated);

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Forgets the key.</summary>
    /// <param name="disposing">True from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Where the <see cref="Aead"/> of a key comes from: the platform, or a package that has a faster one.</summary>
public abstract class AeadProvider
{
    /// <summary>The classes of System.Security.Cryptography, and AES-CCM by AES alone where the platform has none.</summary>
    public static AeadProvider Platform { get; } = new PlatformAeads();

    /// <summary>Makes one.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="key">Its key; copied.</param>
    /// <returns>Null if this provider has not got the algorithm.</returns>
    /// <exception cref="ArgumentException">The key has another length than the algorithm's.</exception>
    public abstract Aead? Create(AeadAlgorithm algorithm, ReadOnlySpan<byte> key);
}
