using System.Runtime.InteropServices;

namespace Ipso.Dtls.Native;

#pragma warning disable SA1300, IDE1006, CA1707 // The names are OpenSSL's.

/// <summary>What is called of libssl. Numbers are those of its headers, the same from 3.0 on.</summary>
internal static unsafe partial class LibSsl
{
    /// <summary>The name that <see cref="OpenSslLibrary"/> resolves.</summary>
    public const string Name = "ipso-libssl";

    public const int Dtls12 = 0xfefd;

    public const int ErrorSsl = 1;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;

    public const int ControlSetMtu = 17;
    public const int ControlMode = 33;
    public const int ControlSessionCacheSize = 42;
    public const int ControlSessionCacheMode = 44;
    public const int ControlMaxCertificates = 51;
    public const int ControlMaxSendFragment = 52;
    public const int ControlHostName = 55;
    public const int ControlTicketKeys = 59;
    public const int ControlGetTimeout = 73;
    public const int ControlHandleTimeout = 74;
    public const int ControlChainCertificate = 89;
    public const int ControlGroups = 92;
    public const int ControlMinVersion = 123;
    public const int ControlMaxVersion = 124;

    public const ulong OptionNoQueryMtu = 1UL << 12;
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionNoCompression = 1UL << 17;
    public const ulong OptionNoEncryptThenMac = 1UL << 19;
    public const ulong OptionServerPreference = 1UL << 22;
    public const ulong OptionNoRenegotiation = 1UL << 30;

    public const int StateClientReadChange = 10;
    public const int StateServerReadChange = 31;

    public const int CacheOff = 0;
    public const int CacheServer = 2;

    public const int VerifyPeer = 1;
    public const int VerifyFailIfNone = 2;

    public const int ShutdownBoth = 3;

    public const int SecurityVersion = 9;
    public const int SecurityTicket = 10;
    public const int SecurityCompression = 15;
    public const int SecurityKindMask = 0x0f_0000;
    public const int SecurityKindCipher = 0x01_0000;

    [LibraryImport(Name)]
    public static partial nint DTLS_method();

    [LibraryImport(Name)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Name)]
    public static partial CLong SSL_CTX_ctrl(nint context, int command, CLong number, void* pointer);

    [LibraryImport(Name)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_set_session_id_context(nint context, byte* id, uint length);

    [LibraryImport(Name)]
    public static partial CLong SSL_CTX_set_timeout(nint context, CLong seconds);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_security_callback(
        nint context, delegate* unmanaged<nint, nint, int, int, int, void*, void*, int> check);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_cert_verify_callback(
        nint context, delegate* unmanaged<nint, void*, int> verify, void* state);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_psk_client_callback(
        nint context, delegate* unmanaged<nint, byte*, byte*, uint, byte*, uint, uint> find);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_psk_server_callback(nint context, delegate* unmanaged<nint, byte*, byte*, uint, uint> find);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_cookie_generate_cb(nint context, delegate* unmanaged<nint, byte*, uint*, int> generate);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_cookie_verify_cb(nint context, delegate* unmanaged<nint, byte*, uint, int> verify);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_set_cipher_list(nint context, string ciphers);

    [LibraryImport(Name)]
    public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_use_certificate(nint context, nint certificate);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_use_PrivateKey(nint context, nint key);

    [LibraryImport(Name)]
    public static partial int SSL_CTX_check_private_key(nint context);

    [LibraryImport(Name)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Name)]
    public static partial void SSL_free(nint ssl);

    [LibraryImport(Name)]
    public static partial void SSL_set_bio(nint ssl, nint read, nint write);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial nint SSL_get_rbio(nint ssl);

    [LibraryImport(Name)]
    public static partial void SSL_set_accept_state(nint ssl);

    [LibraryImport(Name)]
    public static partial void SSL_set_connect_state(nint ssl);

    [LibraryImport(Name)]
    public static partial CLong SSL_ctrl(nint ssl, int command, CLong number, void* pointer);

    [LibraryImport(Name)]
    public static partial void DTLS_set_timer_cb(nint ssl, delegate* unmanaged<nint, uint, uint> next);

    [LibraryImport(Name)]
    public static partial int DTLSv1_listen(nint ssl, void* address);

    [LibraryImport(Name)]
    public static partial nuint DTLS_get_data_mtu(nint ssl);

    [LibraryImport(Name)]
    public static partial int SSL_do_handshake(nint ssl);

    [LibraryImport(Name)]
    [SuppressGCTransition]
    public static partial int SSL_get_state(nint ssl);

    [LibraryImport(Name)]
    public static partial int SSL_read(nint ssl, byte* buffer, int length);

    [LibraryImport(Name)]
    public static partial int SSL_write(nint ssl, byte* buffer, int length);

    [LibraryImport(Name)]
    public static partial int SSL_shutdown(nint ssl);

    [LibraryImport(Name)]
    public static partial void SSL_set_shutdown(nint ssl, int mode);

    [LibraryImport(Name)]
    public static partial int SSL_get_error(nint ssl, int result);

    [LibraryImport(Name)]
    public static partial int SSL_free_buffers(nint ssl);

    [LibraryImport(Name)]
    public static partial int SSL_alloc_buffers(nint ssl);

    [LibraryImport(Name)]
    public static partial byte* SSL_get_psk_identity(nint ssl);

    [LibraryImport(Name)]
    public static partial byte* SSL_get_servername(nint ssl, int type);

    [LibraryImport(Name)]
    public static partial nint SSL_get_current_cipher(nint ssl);

    [LibraryImport(Name)]
    public static partial byte* SSL_CIPHER_get_name(nint cipher);

    [LibraryImport(Name)]
    public static partial int SSL_session_reused(nint ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_get1_session(nint ssl);

    [LibraryImport(Name)]
    public static partial nint SSL_get_session(nint ssl);

    [LibraryImport(Name)]
    public static partial int SSL_SESSION_set1_ticket_appdata(nint session, byte* data, nuint length);

    [LibraryImport(Name)]
    public static partial int SSL_SESSION_get0_ticket_appdata(nint session, byte** data, nuint* length);

    [LibraryImport(Name)]
    public static partial int SSL_set_session(nint ssl, nint session);

    [LibraryImport(Name)]
    public static partial int SSL_SESSION_is_resumable(nint session);

    [LibraryImport(Name)]
    public static partial nint d2i_SSL_SESSION(nint* result, byte** data, CLong length);

    [LibraryImport(Name)]
    public static partial int i2d_SSL_SESSION(nint session, byte** data);

    [LibraryImport(Name)]
    public static partial void SSL_SESSION_free(nint session);

    [LibraryImport(Name)]
    public static partial int SSL_get_ex_data_X509_STORE_CTX_idx();

    [LibraryImport(Name)]
    public static partial nint SSL_get1_peer_certificate(nint ssl);
}
