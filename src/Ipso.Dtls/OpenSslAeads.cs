using System.Diagnostics;
using System.Security.Cryptography;
using Ipso.Coap.Oscore;
using Ipso.Dtls.Native;

namespace Ipso.Dtls;

/// <summary>
/// The ciphers of OSCORE on the system's OpenSSL 3, for <see cref="SecurityContextKeys.Aeads"/>: several times as fast as those of the
/// platform, without allocation, and a wrong tag throws nothing.
/// </summary>
/// <example>
/// <code>
/// SecurityContextKeys keys = new() { MasterSecret = secret, SenderId = own, RecipientId = other, Aeads = new OpenSslAeads() };
/// </code>
/// </example>
public sealed class OpenSslAeads : AeadProvider
{
    /// <summary>Finds OpenSSL.</summary>
    /// <exception cref="DllNotFoundException">There is no OpenSSL 3; the message says what to install.</exception>
    public OpenSslAeads() => OpenSslLibrary.Load();

    /// <inheritdoc/>
    public override Aead? Create(AeadAlgorithm algorithm, ReadOnlySpan<byte> key)
    {
        if (!AeadLengths.TryGet(algorithm, out AeadLengths lengths))
        {
            return null;
        }

        if (key.Length != lengths.Key)
        {
            throw new ArgumentException($"The key has {lengths.Key} bytes.", nameof(key));
        }

        (nint cipher, bool isCcm) = algorithm switch
        {
            AeadAlgorithm.A128Gcm => (LibCrypto.EVP_aes_128_gcm(), false),
            AeadAlgorithm.A192Gcm => (LibCrypto.EVP_aes_192_gcm(), false),
            AeadAlgorithm.A256Gcm => (LibCrypto.EVP_aes_256_gcm(), false),
            AeadAlgorithm.ChaCha20Poly1305 => (LibCrypto.EVP_chacha20_poly1305(), false),
            _ => (lengths.Key == 16 ? LibCrypto.EVP_aes_128_ccm() : LibCrypto.EVP_aes_256_ccm(), true),
        };
        CipherHandle? encrypts = CipherHandle.New(cipher, key, lengths.Nonce, lengths.Tag, isCcm, encrypts: true);
        CipherHandle? decrypts = CipherHandle.New(cipher, key, lengths.Nonce, lengths.Tag, isCcm, encrypts: false);
        if (encrypts is not null && decrypts is not null)
        {
            return new Cipher(encrypts, decrypts, lengths, isCcm);
        }

        encrypts?.Dispose();
        decrypts?.Dispose();
        return null;
    }

    private sealed class Cipher(CipherHandle encrypts, CipherHandle decrypts, AeadLengths lengths, bool isCcm) : Aead
    {
        public override void Encrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associated)
        {
            ObjectDisposedException.ThrowIf(encrypts.IsClosed, this);
            if (nonce.Length != lengths.Nonce || ciphertext.Length != plaintext.Length + lengths.Tag || plaintext.IsEmpty)
            {
                throw new ArgumentException(
                    $"A nonce has {lengths.Nonce} bytes, a plaintext some, and a ciphertext {lengths.Tag} more than that.", nameof(ciphertext));
            }

            bool isDone = encrypts.Run(nonce, plaintext, ciphertext[..plaintext.Length], default, associated, isCcm)
                && encrypts.TryGetTag(ciphertext[plaintext.Length..]);
            if (!isDone)
            {
                throw new CryptographicException("OpenSSL has not encrypted.");
            }
        }

        public override bool TryDecrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associated)
        {
            ObjectDisposedException.ThrowIf(decrypts.IsClosed, this);
            Debug.Assert(plaintext.Length == ciphertext.Length - lengths.Tag);
            if (ciphertext.Length > lengths.Tag
                && decrypts.Run(
                    nonce, ciphertext[..^lengths.Tag], plaintext, ciphertext[^lengths.Tag..], associated, isCcm))
            {
                return true;
            }

            CryptographicOperations.ZeroMemory(plaintext);
            LibCrypto.ERR_clear_error();
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            encrypts.Dispose();
            decrypts.Dispose();
        }
    }
}
