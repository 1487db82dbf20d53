using System.Runtime.InteropServices;

namespace Ipso.Dtls.Native;

// Authenticated encryption. What is called for each message takes no longer than a look at the garbage collector would, which it may hold up
// as long: where a key is set up, or much is encrypted, it is called as anything else.
internal static unsafe partial class LibCrypto
{
    public const int SetNonceLength = 0x9, GetTag = 0x10, SetTag = 0x11;

    [LibraryImport(Name)]
    public static partial nint EVP_aes_128_ccm();

    [LibraryImport(Name)]
    public static partial nint EVP_aes_256_ccm();

    [LibraryImport(Name)]
    public static partial nint EVP_aes_128_gcm();

    [LibraryImport(Name)]
    public static partial nint EVP_aes_192_gcm();

    [LibraryImport(Name)]
    public static partial nint EVP_aes_256_gcm();

    [LibraryImport(Name)]
    public static partial nint EVP_chacha20_poly1305();

    [LibraryImport(Name)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Name)]
    public static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial int EVP_CIPHER_CTX_ctrl(nint context, int type, int length, void* data);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypts);

    [LibraryImport(Name, EntryPoint = nameof(EVP_CipherInit_ex))]
    public static partial int SetUpCipher(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypts);

    [LibraryImport(Name, EntryPoint = nameof(EVP_CipherUpdate))]
    public static partial int UpdateAtLength(nint context, byte* output, int* written, byte* input, int length);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial int EVP_CipherUpdate(nint context, byte* output, int* written, byte* input, int length);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial int EVP_CipherFinal_ex(nint context, byte* output, int* written);
}
