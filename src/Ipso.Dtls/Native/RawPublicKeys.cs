namespace Ipso.Dtls.Native;

/// <summary>Raw public keys (RFC 7250), which came with OpenSSL 3.2.</summary>
internal static unsafe class RawPublicKeys
{
    // TLSEXT_cert_type_rpk.
    private const byte CertificateTypeRpk = 2;

    private static readonly nint s_setClientType = OpenSslLibrary.TryFind("SSL_CTX_set1_client_cert_type", out nint address) ? address : 0;
    private static readonly nint s_setServerType = OpenSslLibrary.TryFind("SSL_CTX_set1_server_cert_type", out nint address) ? address : 0;
    private static readonly nint s_getKey = OpenSslLibrary.TryFindInCrypto("X509_STORE_CTX_get0_rpk", out nint address) ? address : 0;

    public static bool IsSupported => s_setClientType != 0 && s_setServerType != 0 && s_getKey != 0;

    /// <summary>Has a context show and ask for raw public keys, nothing else.</summary>
    /// <exception cref="NotSupportedException">OpenSSL is older than 3.2.</exception>
    public static bool Demand(nint context)
    {
        if (!IsSupported)
        {
            ulong version = OpenSslLibrary.Version;
            throw new NotSupportedException(
                $"Raw public keys need OpenSSL 3.2, and this is {version >> 28}.{(version >> 20) & 0xff}. "
                    + "Take certificates or pre-shared keys.");
        }

        byte type = CertificateTypeRpk;
        return ((delegate* unmanaged<nint, byte*, nuint, int>)s_setClientType)(context, &type, 1) == 1
            && ((delegate* unmanaged<nint, byte*, nuint, int>)s_setServerType)(context, &type, 1) == 1;
    }

    /// <summary>The key that is being verified; 0 where it is a certificate.</summary>
    public static nint KeyOf(nint storeContext) =>
        IsSupported ? ((delegate* unmanaged<nint, nint>)s_getKey)(storeContext) : 0;
}
