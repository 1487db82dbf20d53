using System.Security.Cryptography;

namespace Ipso.Coap.Oscore;

/// <summary>What the platform has of the algorithms. A wrong tag makes its classes throw, which ends here.</summary>
internal sealed class PlatformAeads : AeadProvider
{
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

        return algorithm switch
        {
            AeadAlgorithm.A128Gcm or AeadAlgorithm.A192Gcm or AeadAlgorithm.A256Gcm =>
                AesGcm.IsSupported ? new Gcm(key, lengths.Tag) : null,
            AeadAlgorithm.ChaCha20Poly1305 => ChaCha20Poly1305.IsSupported ? new ChaCha(key, lengths.Tag) : null,
            _ => AesCcm.IsSupported ? new Ccm(key, lengths.Tag) : new PortableCcm(key, lengths.Tag),
        };
    }

    private abstract class Throwing(int tagLength) : Aead
    {
        public override bool TryDecrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, ReadOnlySpan<byte> associated)
        {
            try
            {
                Decrypt(nonce, ciphertext[..^tagLength], ciphertext[^tagLength..], plaintext, associated);
                return true;
            }
            catch (AuthenticationTagMismatchException)
            {
                CryptographicOperations.ZeroMemory(plaintext);
                return false;
            }
        }

        protected abstract void Decrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
            ReadOnlySpan<byte> associated);
    }

    private sealed class Ccm(ReadOnlySpan<byte> key, int tagLength) : Throwing(tagLength)
    {
        private readonly AesCcm _cipher = new(key);

        public override void Encrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associated) =>
            _cipher.Encrypt(nonce, plaintext, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], associated);

        protected override void Decrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
            ReadOnlySpan<byte> associated) =>
            _cipher.Decrypt(nonce, ciphertext, tag, plaintext, associated);

        protected override void Dispose(bool disposing) => _cipher.Dispose();
    }

    private sealed class Gcm(ReadOnlySpan<byte> key, int tagLength) : Throwing(tagLength)
    {
        private readonly AesGcm _cipher = new(key, tagLength);

        public override void Encrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associated) =>
            _cipher.Encrypt(nonce, plaintext, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], associated);

        protected override void Decrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
            ReadOnlySpan<byte> associated) =>
            _cipher.Decrypt(nonce, ciphertext, tag, plaintext, associated);

        protected override void Dispose(bool disposing) => _cipher.Dispose();
    }

    private sealed class ChaCha(ReadOnlySpan<byte> key, int tagLength) : Throwing(tagLength)
    {
        private readonly ChaCha20Poly1305 _cipher = new(key);

        public override void Encrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, ReadOnlySpan<byte> associated) =>
            _cipher.Encrypt(nonce, plaintext, ciphertext[..plaintext.Length], ciphertext[plaintext.Length..], associated);

        protected override void Decrypt(
            ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
            ReadOnlySpan<byte> associated) =>
            _cipher.Decrypt(nonce, ciphertext, tag, plaintext, associated);

        protected override void Dispose(bool disposing) => _cipher.Dispose();
    }
}
