using System.Runtime.InteropServices;

namespace Ipso.Dtls.Native;

#pragma warning disable SA1300, IDE1006, CA1707 // The names are OpenSSL's.

/// <summary>What is called of libcrypto.</summary>
internal static unsafe partial class LibCrypto
{
    /// <summary>The name that <see cref="OpenSslLibrary"/> resolves.</summary>
    public const string Name = "ipso-libcrypto";

    public const int BioTypeSourceSink = 0x0400;
    public const int BioFlagsReadRetry = 0x09;

    [LibraryImport(Name)]
    public static partial ulong OpenSSL_version_num();

    [LibraryImport(Name)]
    public static partial int BIO_get_new_index();

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint BIO_meth_new(int type, string name);

    [LibraryImport(Name)]
    public static partial int BIO_meth_set_read(nint method, delegate* unmanaged<nint, byte*, int, int> read);

    [LibraryImport(Name)]
    public static partial int BIO_meth_set_write(nint method, delegate* unmanaged<nint, byte*, int, int> write);

    [LibraryImport(Name)]
    public static partial int BIO_meth_set_ctrl(nint method, nint control);

    [LibraryImport(Name)]
    public static partial nint BIO_meth_get_ctrl(nint method);

    [LibraryImport(Name)]
    public static partial nint BIO_s_null();

    [LibraryImport(Name)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial void BIO_set_data(nint bio, void* data);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial void* BIO_get_data(nint bio);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial void BIO_set_init(nint bio, int init);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial void BIO_set_flags(nint bio, int flags);

    [LibraryImport(Name)]
    public static partial nint BIO_ADDR_new();

    [LibraryImport(Name)]
    public static partial void BIO_ADDR_free(nint address);

    [LibraryImport(Name)]
    public static partial void ERR_clear_error();

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial CULong ERR_peek_last_error();

    [LibraryImport(Name)]
    public static partial byte* ERR_reason_error_string(CULong error);

    [LibraryImport(Name)]
    public static partial nint d2i_X509(nint* result, byte** data, CLong length);

    [LibraryImport(Name)]
    public static partial int i2d_X509(nint certificate, byte** data);

    [LibraryImport(Name)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Name)]
    public static partial nint X509_STORE_CTX_get_ex_data(nint context, int index);

    [LibraryImport(Name)]
    public static partial nint X509_STORE_CTX_get0_cert(nint context);

    [LibraryImport(Name)]
    public static partial nint X509_STORE_CTX_get0_untrusted(nint context);

    [LibraryImport(Name)]
    public static partial void X509_STORE_CTX_set_error(nint context, int error);

    [LibraryImport(Name)]
    public static partial int OPENSSL_sk_num(nint stack);

    [LibraryImport(Name)]
    public static partial nint OPENSSL_sk_value(nint stack, int index);

    [LibraryImport(Name)]
    public static partial nint d2i_AutoPrivateKey(nint* result, byte** data, CLong length);

    [LibraryImport(Name)]
    public static partial nint d2i_PUBKEY(nint* result, byte** data, CLong length);

    [LibraryImport(Name)]
    public static partial int i2d_PUBKEY(nint key, byte** data);

    [LibraryImport(Name)]
    public static partial void EVP_PKEY_free(nint key);
}
