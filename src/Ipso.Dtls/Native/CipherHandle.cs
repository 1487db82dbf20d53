using System.Runtime.InteropServices;

namespace Ipso.Dtls.Native;

/// <summary>A cipher with its key, for one direction. It is cleared when it is freed.</summary>
internal sealed unsafe class CipherHandle : SafeHandle
{
    private const int KeepDirection = -1;

    // Bytes of an input that the garbage collector may be held up for.
    private const int Short = 1024;

    public CipherHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Makes one.</summary>
    /// <returns>Null if OpenSSL has no such cipher, or there is no memory.</returns>
    public static CipherHandle? New(nint cipher, ReadOnlySpan<byte> key, int nonceLength, int tagLength, bool isCcm, bool encrypts)
    {
        CipherHandle made = new();
        made.SetHandle(LibCrypto.EVP_CIPHER_CTX_new());
        fixed (byte* k = key)
        {
            // CCM wants to know the lengths before the key.
            if (!made.IsInvalid && cipher != 0
                && LibCrypto.SetUpCipher(made.handle, cipher, 0, null, null, encrypts ? 1 : 0) == 1
                && LibCrypto.EVP_CIPHER_CTX_ctrl(made.handle, LibCrypto.SetNonceLength, nonceLength, null) == 1
                && (!isCcm || LibCrypto.EVP_CIPHER_CTX_ctrl(made.handle, LibCrypto.SetTag, tagLength, null) == 1)
                && LibCrypto.SetUpCipher(made.handle, 0, 0, k, null, KeepDirection) == 1)
            {
                return made;
            }
        }

        LibCrypto.ERR_clear_error();
        made.Dispose();
        return null;
    }

    /// <summary>Encrypts, or verifies and decrypts.</summary>
    /// <returns>Whether all went well: where it decrypts, whether the tag is right.</returns>
    public bool Run(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, Span<byte> output, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated, bool isCcm)
    {
        int written;
        fixed (byte* n = nonce, i = input, o = output, t = tag, a = associated)
        {
            bool isDone = (tag.IsEmpty || LibCrypto.EVP_CIPHER_CTX_ctrl(handle, LibCrypto.SetTag, tag.Length, t) == 1)
                && LibCrypto.EVP_CipherInit_ex(handle, 0, 0, null, n, KeepDirection) == 1
                && (!isCcm || LibCrypto.EVP_CipherUpdate(handle, null, &written, null, input.Length) == 1)
                && (associated.IsEmpty || Update(null, &written, a, associated.Length) == 1)
                && Update(o, &written, i, input.Length) == 1
                // CCM has verified by now.
                && ((isCcm && !tag.IsEmpty) || LibCrypto.EVP_CipherFinal_ex(handle, o + written, &written) == 1);
            GC.KeepAlive(this);
            return isDone;
        }
    }

    /// <summary>The tag of what was encrypted last.</summary>
    public bool TryGetTag(Span<byte> tag)
    {
        fixed (byte* t = tag)
        {
            bool isDone = LibCrypto.EVP_CIPHER_CTX_ctrl(handle, LibCrypto.GetTag, tag.Length, t) == 1;
            GC.KeepAlive(this);
            return isDone;
        }
    }

    private int Update(byte* output, int* written, byte* input, int length) =>
        length <= Short
            ? LibCrypto.EVP_CipherUpdate(handle, output, written, input, length)
            : LibCrypto.UpdateAtLength(handle, output, written, input, length);

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_CIPHER_CTX_free(handle);
        return true;
    }
}
