using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Net.Security;

namespace Ipso.Dtls.Native;

/// <summary>An SSL_CTX: what all sessions of one role and one set of credentials have in common.</summary>
internal sealed unsafe class SslContext : SafeHandle
{
    // A ticket makes a flight longer than this; OpenSSL does not cut it.
    private const int LeastForTickets = 320;
    private const int SessionCacheSize = 256;

    // Bytes of a peer's certificates. OpenSSL takes memory for ten messages that come too early, of this length each, or 16 KiB if that is more.
    private const int MaxCertificates = 32 * 1024, MaxWithoutCertificates = 4 * 1024;

    public SslContext()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The context of a server.</summary>
    /// <exception cref="NotSupportedException">OpenSSL has not what the options ask for.</exception>
    /// <exception cref="ArgumentException">The certificate's key is of no use.</exception>
    public static SslContext ForServer(DtlsOptions options)
    {
        string ciphers = string.Join(':', (string[])[
            .. options.PreSharedKeys is null ? [] : CipherSuites.OfPreSharedKey(options.Ciphers),
            .. options.Certificate is null && options.RawPublicKey is null ? [] : CipherSuites.OfCertificate(options.Ciphers),
        ]);
        int certificates = options.Certificate is null && options.RawPublicKey is null ? MaxWithoutCertificates : MaxCertificates;
        SslContext context = New(options, ciphers, LibSsl.VerifyPeer | LibSsl.VerifyFailIfNone, certificates);
        try
        {
            context.Use(options.Certificate);
            context.Use(options.RawPublicKey);
            context.PrepareServer(options);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>The context of a client.</summary>
    /// <inheritdoc cref="ForServer"/>
    public static SslContext ForClient(DtlsOptions options, SecurityCredentials credentials)
    {
        (IEnumerable<string> ciphers, int certificates) = credentials is PreSharedKeyCredentials
            ? (CipherSuites.OfPreSharedKey(options.Ciphers), MaxWithoutCertificates)
            : (CipherSuites.OfCertificate(options.Ciphers), MaxCertificates);
        SslContext context = New(options, string.Join(':', ciphers), LibSsl.VerifyPeer, certificates);
        try
        {
            LibSsl.SSL_CTX_set_psk_client_callback(context.handle, &SslCallbacks.FindClientKey);
            context.Use(credentials as CertificateCredentials);
            context.Use(credentials as RawPublicKeyCredentials);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>Makes a session of this context; null if there is no memory.</summary>
    public SslHandle? NewSession(DtlsOptions options, bool isServer)
    {
        bool isAdded = false;
        try
        {
            DangerousAddRef(ref isAdded);
            return SslHandle.New(handle, options, isServer);
        }
        finally
        {
            if (isAdded)
            {
                DangerousRelease();
            }
        }
    }

    protected override bool ReleaseHandle()
    {
        LibSsl.SSL_CTX_free(handle);
        return true;
    }

    private static SslContext New(DtlsOptions options, string ciphers, int verify, int certificates)
    {
        if (ciphers.Length == 0)
        {
            throw new ArgumentException($"There is no cipher suite of these kinds for these credentials: {options.Ciphers}.");
        }

        OpenSslLibrary.Load();
        SslContext context = new();
        nint made = LibSsl.SSL_CTX_new(LibSsl.DTLS_method());
        context.SetHandle(made);
        Check(made != 0);

        // Of CBC alone: where the MAC is around what is encrypted (RFC 7366), a forged record is an error that ends the session, in OpenSSL 3.0.
        // The other way round it is dropped, and OpenSSL opens it in constant time.
        ulong flags = LibSsl.OptionNoQueryMtu | LibSsl.OptionNoCompression | LibSsl.OptionNoRenegotiation | LibSsl.OptionServerPreference
            | LibSsl.OptionNoEncryptThenMac;
        LibSsl.SSL_CTX_set_options(made, options.MaxDatagram < LeastForTickets ? flags | LibSsl.OptionNoTicket : flags);

        // The system's configuration may say otherwise, and may have a level that forbids CCM_8: the callback is the level.
        LibSsl.SSL_CTX_set_security_callback(made, &SslCallbacks.CheckSecurity);
        Check(context.Control(LibSsl.ControlMinVersion, LibSsl.Dtls12) == 1);
        Check(context.Control(LibSsl.ControlMaxVersion, LibSsl.Dtls12) == 1);
        Check(LibSsl.SSL_CTX_set_cipher_list(made, ciphers) == 1);
        fixed (byte* groups = "P-256:X25519:P-384\0"u8)
        {
            Check(context.Control(LibSsl.ControlGroups, 0, groups) == 1);
        }

        context.Control(LibSsl.ControlMaxCertificates, certificates);
        context.Control(LibSsl.ControlMaxSendFragment, Math.Max(512, options.MaxDatagram));
        context.Control(LibSsl.ControlSessionCacheMode, LibSsl.CacheOff);
        LibSsl.SSL_CTX_set_verify(made, verify, 0);
        LibSsl.SSL_CTX_set_cert_verify_callback(made, &SslCallbacks.VerifyCertificate, null);
        return context;
    }

    private void PrepareServer(DtlsOptions options)
    {
        LibSsl.SSL_CTX_set_psk_server_callback(handle, &SslCallbacks.FindServerKey);
        LibSsl.SSL_CTX_set_cookie_generate_cb(handle, &SslCallbacks.MakeCookie);
        LibSsl.SSL_CTX_set_cookie_verify_cb(handle, &SslCallbacks.VerifyCookie);
        fixed (byte* id = "ipso"u8)
        {
            Check(LibSsl.SSL_CTX_set_session_id_context(handle, id, 4) == 1);
        }

        // A session holds no raw public key of the peer that could be verified once more, nor the path of its certificate: what cannot be is not
        // resumed.
        if (options.ResumptionLifetime == TimeSpan.Zero || options.RawPublicKey is not null || Resumption.IsRefused(options.Certificate))
        {
            LibSsl.SSL_CTX_set_options(handle, LibSsl.OptionNoTicket);
            return;
        }

        // Tickets cost the server nothing. The cache is for peers that have none.
        Control(LibSsl.ControlSessionCacheMode, LibSsl.CacheServer);
        Control(LibSsl.ControlSessionCacheSize, SessionCacheSize);
        LibSsl.SSL_CTX_set_timeout(handle, new CLong((int)options.ResumptionLifetime.TotalSeconds));
    }

    private void Use(CertificateCredentials? credentials)
    {
        if (credentials?.Certificate is not { } certificate)
        {
            return;
        }

        using ECDsa key = KeyOf(certificate)
            ?? throw new ArgumentException("The certificate has no private key of ECDSA, and the cipher suites of DTLS here are of ECDSA.");
        using X509 own = new(certificate);
        CheckGiven(LibSsl.SSL_CTX_use_certificate(handle, own.Handle) == 1, "the certificate");
        UseKey(key);
        foreach (X509Certificate2 intermediate in credentials.Intermediates)
        {
            using X509 next = new(intermediate);

            // 1: it is counted once more, so that ours can be freed.
            CheckGiven(Control(LibSsl.ControlChainCertificate, 1, (void*)next.Handle) == 1, "an intermediate certificate");
        }
    }

    private void Use(RawPublicKeyCredentials? credentials)
    {
        if (credentials is not null)
        {
            Check(RawPublicKeys.Demand(handle));
            UseKey(credentials.Key);
        }
    }

    private static ECDsa? KeyOf(X509Certificate2 certificate)
    {
        try
        {
            return certificate.GetECDsaPrivateKey();
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException or ObjectDisposedException)
        {
            throw new ArgumentException($"The private key of the certificate cannot be used: {e.Message}", e);
        }
    }

    private void UseKey(ECDsa key)
    {
        byte[] der;
        try
        {
            der = key.ExportPkcs8PrivateKey();
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException("The private key cannot be exported, and DTLS needs it in OpenSSL: load it as exportable.", e);
        }
        catch (Exception e) when (e is NotSupportedException or ObjectDisposedException)
        {
            throw new ArgumentException($"The private key cannot be used: {e.Message}", e);
        }

        try
        {
            fixed (byte* start = der)
            {
                byte* next = start;
                nint native = LibCrypto.d2i_AutoPrivateKey(null, &next, new CLong(der.Length));
                CheckGiven(native != 0, "the private key");
                int result = LibSsl.SSL_CTX_use_PrivateKey(handle, native);
                LibCrypto.EVP_PKEY_free(native);
                CheckGiven(result == 1, "the private key");
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private int Control(int command, int number, void* pointer = null) =>
        (int)LibSsl.SSL_CTX_ctrl(handle, command, new CLong(number), pointer).Value;

    private static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            throw new InvalidOperationException($"OpenSSL cannot be set up for DTLS: {OpenSslError.Describe()}.");
        }
    }

    // What was given is of no use, which whoever gave it can change.
    private static void CheckGiven(bool succeeded, string what)
    {
        if (!succeeded)
        {
            throw new ArgumentException($"OpenSSL does not take {what}: {OpenSslError.Describe()}.");
        }
    }

    // A certificate in OpenSSL's hands.
    private readonly ref struct X509
    {
        public X509(X509Certificate2 certificate)
        {
            ReadOnlySpan<byte> der = certificate.RawDataMemory.Span;
            fixed (byte* start = der)
            {
                byte* next = start;
                Handle = LibCrypto.d2i_X509(null, &next, new CLong(der.Length));
                CheckGiven(Handle != 0, "a certificate");
            }
        }

        public nint Handle { get; }

        public void Dispose() => LibCrypto.X509_free(Handle);
    }
}
