using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Dtls.Native;
using Ipso.Net.Security;

namespace Ipso.Dtls;

// The handshake, and what it asks of us.
internal sealed unsafe partial class DtlsSession
{
    private const int MaxKey = 512;

    // Protected records that come before the keys: a Finished, and the first messages, that have overtaken the rest.
    private const int MaxEarly = 8;

    [ThreadStatic]
    private static DtlsSession? s_current;

    private readonly DtlsOptions _options;
    private readonly SecurityCredentials? _credentials;
    private readonly byte[]? _random;
    private string? _name;
    private byte[]? _rawKey;
    private byte[] _binding = [];
    private bool _isHeard;
    private int _early;
    private bool _isUnknown;
    private byte[]? _resumedIdentity;

    // A client.
    private DtlsSession(SslHandle handle, DtlsOptions options, SecurityCredentials credentials)
    {
        (_handle, _options, _credentials) = (handle, options, credentials);
        _isHeard = true;
    }

    // A server.
    private DtlsSession(SslHandle handle, DtlsOptions options, ReadOnlySpan<byte> random)
    {
        (_handle, _options, _isServer) = (handle, options, true);
        _random = random.ToArray();
    }

    /// <summary>The session that OpenSSL is at work for on this thread.</summary>
    public static DtlsSession? Current
    {
        get => s_current;
        private set => s_current = value;
    }

    /// <summary>The key of a client.</summary>
    public PreSharedKeyCredentials? PreSharedKey => _credentials as PreSharedKeyCredentials;

    /// <summary>Makes the session of a server, for a ClientHello whose cookie is ours.</summary>
    /// <returns>Null if there is no memory.</returns>
    public static DtlsSession? Accept(SslContext context, DtlsOptions options, ReadOnlySpan<byte> random) =>
        context.NewSession(options, isServer: true) is { } handle ? new DtlsSession(handle, options, random) : null;

    /// <summary>Makes the session of a client, and its first flight.</summary>
    /// <exception cref="InvalidOperationException">There is no memory.</exception>
    public static DtlsSession Connect(
        SslContext context, DtlsOptions options, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now)
    {
        byte[] binding = Resumption.Bind(credentials);
        SslHandle handle = context.NewSession(options, isServer: false)
            ?? throw new InvalidOperationException("OpenSSL has no memory for a session.");
        DtlsSession session = new(handle, options, credentials) { _binding = binding };
        if (credentials.ServerName is { } name && !IPAddress.TryParse(name, out _))
        {
            // RFC 6066, 3: an address is no name.
            handle.SetServerName(name);
        }

        if (!Resumption.IsRefused(credentials)
            && Resumption.TryRead(resume, binding, out ReadOnlySpan<byte> identity, out ReadOnlySpan<byte> state)
            && Resumption.TrySet(handle.Ssl, state))
        {
            session._resumedIdentity = identity.ToArray();
        }

        session.Advance(now);
        return session;
    }

    public override byte[] Export() =>
        !_isServer && _identity is not null && !_handle.IsClosed
            ? Resumption.Write(_handle.Ssl, _binding, _identity.Value.Span)
            : [];

    /// <summary>Finds the key of a client for the server; for OpenSSL.</summary>
    /// <returns>The length of the key; 0 if there is none.</returns>
    public int FindKey(ReadOnlySpan<byte> identity, Span<byte> key)
    {
        try
        {
            int length = _options.PreSharedKeys?.Invoke(identity, key) ?? 0;
            return length > key.Length ? 0 : Math.Max(length, 0);
        }
#pragma warning disable CA1031 // A lookup that throws has no key; what a peer sends throws nothing.
        catch
        {
            return 0;
        }
#pragma warning restore CA1031
    }

    /// <summary>Notes for the log what the peer is not told.</summary>
    public void NoteUnknownIdentity() => _isUnknown = true;

    /// <summary>Verifies the peer's certificate; for OpenSSL.</summary>
    public CertificateFault VerifyCertificate(byte[] certificate, List<byte[]> sent)
    {
        CertificateTrust? trust = _isServer ? _options.Certificate?.Trust : (_credentials as CertificateCredentials)?.Trust;
        if (trust is null)
        {
            _failure = "There is nothing that a certificate could be verified by.";
            return CertificateFault.UnknownIssuer;
        }

        X509Certificate2Collection all = [];
        try
        {
            using X509Certificate2 own = X509CertificateLoader.LoadCertificate(certificate);
            foreach (byte[] der in sent)
            {
                all.Add(X509CertificateLoader.LoadCertificate(der));
            }

            CertificateVerdict verdict = trust.Verify(own, all, ofServer: !_isServer, _credentials?.ServerName);
            _name = verdict.Name;
            _failure = verdict.IsTrusted ? null : verdict.Reason;
            return verdict.Fault;
        }
        catch (CryptographicException e)
        {
            _failure = $"A certificate cannot be read: {e.Message}";
            return CertificateFault.Invalid;
        }
        finally
        {
            foreach (X509Certificate2 one in all)
            {
                one.Dispose();
            }
        }
    }

    /// <summary>Verifies the peer's raw public key; for OpenSSL.</summary>
    public CertificateFault VerifyKey(byte[] key)
    {
        RawPublicKeyTrust? trust = _isServer ? _options.RawPublicKey?.Trust : (_credentials as RawPublicKeyCredentials)?.Trust;
        if (trust?.Invoke(key) == true)
        {
            _rawKey = key;
            return CertificateFault.None;
        }

        _failure = "The peer's raw public key is not trusted.";
        return CertificateFault.Mismatch;
    }

    private DatagramVerdict Negotiate(ReadOnlySpan<byte> datagram, Span<byte> plain, Instant now, out int length)
    {
        length = 0;
        if (ClientHello.TryParse(datagram, out ClientHello hello) && !hello.Random.SequenceEqual(_random))
        {
            // Another handshake, which the peer has to bring a cookie for; to a client it would be the end of its own.
            return DatagramVerdict.Discarded;
        }

        // Keys change between two records: what is protected is shown once all before it is read, so that it can be read at once.
        int clear = Records.LengthInClear(datagram);
        if (clear > 0)
        {
            Show(datagram[..clear]);
            if (!_isHeard && !TryListen())
            {
                return DatagramVerdict.Handshake;
            }

            Advance(now);
        }

        ReadOnlySpan<byte> rest = datagram[clear..];
        bool isEarly = _state == SessionState.Handshaking && !rest.IsEmpty;
        if (isEarly && !MayTake(rest))
        {
            return clear == 0 ? DatagramVerdict.Surplus : DatagramVerdict.Handshake;
        }

        Show(rest);
        if (isEarly)
        {
            Advance(now);
        }

        if (_state != SessionState.Open)
        {
            return DatagramVerdict.Handshake;
        }

        // The first message may have come with the end of the handshake, or before it.
        _lastUsed = now;
        _due = now + s_idle;
        TryRead(plain, out length);
        return DatagramVerdict.Authentic;
    }

    // What comes before its keys OpenSSL keeps, with 16 KiB and more for each record; whoever has sent it has proved nothing.
    private bool MayTake(ReadOnlySpan<byte> records)
    {
        if (_handle.HasNewKeys)
        {
            return true;
        }

        int early = _early + Records.Count(records);
        bool mayTake = early <= MaxEarly;
        _early = mayTake ? early : _early;
        return mayTake;
    }

    // OpenSSL writes down where the peer is, as far as our BIO says, which it does not.
    private bool TryListen()
    {
        _isHeard = true;
        OpenSslError.Forget();
        nint address = LibCrypto.BIO_ADDR_new();
        Current = this;
        int result = address == 0 ? 0 : LibSsl.DTLSv1_listen(_handle.Ssl, (void*)address);
        Current = null;
        LibCrypto.BIO_ADDR_free(address);
        if (result != 1)
        {
            Fail(OpenSslError.Describe());
        }

        return result == 1;
    }

    private void Advance(Instant now)
    {
        OpenSslError.Forget();
        Current = this;
        int result = LibSsl.SSL_do_handshake(_handle.Ssl);
        Current = null;
        if (result == 1)
        {
            Open();
        }
        else
        {
            Examine(result);
        }

        Schedule(now);
    }

    private void Open()
    {
        if (FindIdentity() is not { } identity)
        {
            SayGoodbye();
            Fail("The peer has not proved who it is.");
            return;
        }

        _failure = null;
        _identity = identity;
        _maxPayload = (int)LibSsl.DTLS_get_data_mtu(_handle.Ssl);
        _leastProtected = Records.LeastProtected(CipherSuite);
        _state = SessionState.Open;
    }

    private void Schedule(Instant now)
    {
        if (_state == SessionState.Handshaking)
        {
            _due = _handle.GetTimeout() is { } wait ? now + wait : null;
        }
    }

    private PeerIdentity? FindIdentity()
    {
        byte* name = LibSsl.SSL_get_psk_identity(_handle.Ssl);
        if (name != null)
        {
            return IdentityOfKey(name);
        }

        if (_rawKey is not null)
        {
            return new PeerIdentity(PeerIdentityKind.RawPublicKey, _rawKey);
        }

        if (_resumedIdentity is not null && IsResumed)
        {
            return _credentials is RawPublicKeyCredentials raw
                ? IdentityOfResumedKey(raw, _resumedIdentity)
                : new PeerIdentity(PeerIdentityKind.Certificate, _resumedIdentity);
        }

        return (_name ?? NameOfResumed()) is { Length: > 0 } verified
            ? new PeerIdentity(PeerIdentityKind.Certificate, Encoding.UTF8.GetBytes(verified))
            : null;
    }

    // Nor has it verified a raw public key: one that is trusted no more opens nothing.
    private static PeerIdentity? IdentityOfResumedKey(RawPublicKeyCredentials credentials, byte[] key)
    {
        try
        {
            return credentials.Trust(key) ? new PeerIdentity(PeerIdentityKind.RawPublicKey, key) : null;
        }
#pragma warning disable CA1031 // A lookup that throws trusts no key; what a peer sends throws nothing.
        catch
        {
            return null;
        }
#pragma warning restore CA1031
    }

    // A session that is resumed has looked up no key: one that was taken away or replaced since then opens nothing.
    private PeerIdentity? IdentityOfKey(byte* name)
    {
        ReadOnlySpan<byte> identity = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (_isServer && IsResumed)
        {
            Span<byte> key = stackalloc byte[MaxKey];
            int length = FindKey(identity, key);
            bool isTheSame = length > 0 && KeyMark.IsOf(LibSsl.SSL_get_session(_handle.Ssl), key[..length]);
            CryptographicOperations.ZeroMemory(key);
            if (!isTheSame)
            {
                return null;
            }
        }

        return new PeerIdentity(PeerIdentityKind.PreSharedKey, identity);
    }

    // A server's own ticket holds the certificate of the client, which was verified when the ticket was made.
    private string? NameOfResumed()
    {
        nint native = _isServer && IsResumed ? LibSsl.SSL_get1_peer_certificate(_handle.Ssl) : 0;
        if (native == 0)
        {
            return null;
        }

        byte[] der = SslCallbacks.Der(native, &LibCrypto.i2d_X509);
        LibCrypto.X509_free(native);
        try
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
            return _options.Certificate?.Trust.NameOfResumed(certificate);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
