using Ipso.Coap.Engine;
using Ipso.Dtls.Native;
using Ipso.Net.Security;

namespace Ipso.Dtls;

/// <summary>
/// DTLS 1.2 on the system's OpenSSL 3: for a <see cref="Ipso.Net.UdpListener"/> of a server, and for
/// <see cref="Ipso.Net.CoapClientOptions.Security"/>. One object for each host.
/// </summary>
/// <remarks>
/// Servers answer strangers with a cookie, and keep nothing of them until it comes back. The bounds of sessions and handshakes are those of
/// <see cref="SecurityOptions"/>.
/// </remarks>
/// <example>
/// <code>
/// using PreSharedKeyStore keys = new() { { "node-7", key } };
/// using OpenSslSecurity dtls = new(new DtlsOptions { PreSharedKeys = keys.Find });
/// server.Start(new UdpHostOptions { Listeners = [new UdpListener(new(IPAddress.IPv6Any, 5684)) { Security = dtls }] });
///
/// using OpenSslSecurity dtls = new();
/// await using CoapClient coap = new(new CoapClientOptions { Security = dtls, Credentials = new PreSharedKeyCredentials(identity, key) });
/// CoapClientResponse response = await coap.GetAsync("coaps://sensor.example/3303/0/5700");
/// </code>
/// </example>
public sealed class OpenSslSecurity : DatagramSecurity, IDisposable
{
    private readonly DtlsOptions _options;
    private readonly StatelessHello _hello = new();
    private readonly SslContext? _server;
    private SslContext? _client;
    private SslContext? _certified;
    private SecurityCredentials? _certifiedBy;
    private bool _isDisposed;

    /// <summary>Finds OpenSSL, and sets up what all sessions have in common.</summary>
    /// <param name="options">How DTLS is spoken, and what a server opens sessions by; null for a client with the defaults.</param>
    /// <exception cref="DllNotFoundException">There is no OpenSSL 3; the message says what to install.</exception>
    /// <exception cref="NotSupportedException">Raw public keys, and an OpenSSL older than 3.2.</exception>
    /// <exception cref="ArgumentException">The key of the certificate is not of ECDSA, or cannot be exported, or there is no cipher suite
    /// for what is given.</exception>
    public OpenSslSecurity(DtlsOptions? options = null)
    {
        _options = options ?? new DtlsOptions();
        OpenSslLibrary.Load();
        if (_options is { PreSharedKeys: null, Certificate: null, RawPublicKey: null })
        {
            return;
        }

        if (_options is { Certificate: not null, RawPublicKey: not null })
        {
            throw new ArgumentException("A server has a certificate or a raw public key, not both.", nameof(options));
        }

        _server = SslContext.ForServer(_options);
    }

    /// <inheritdoc/>
    public override SecurityFeatures Features =>
        SecurityFeatures.PreSharedKey
        | SecurityFeatures.Certificate
        | (RawPublicKeys.IsSupported ? SecurityFeatures.RawPublicKey : SecurityFeatures.None);

    /// <inheritdoc/>
    public override Inspection Inspect(
        ReadOnlySpan<byte> datagram,
        in PeerId from,
        bool mayAccept,
        Instant now,
        Span<byte> reply,
        out int replyLength,
        out SecuritySession? session)
    {
        replyLength = 0;
        session = null;
        if (_server is null || _isDisposed)
        {
            return Inspection.Drop;
        }

        switch (_hello.Inspect(datagram, from, now, reply, out ClientHello hello))
        {
            case StatelessHello.Verdict.Ask:
                replyLength = StatelessHello.ReplyLength;
                return Inspection.Reply;
            case StatelessHello.Verdict.Accept when mayAccept:
                session = DtlsSession.Accept(_server, _options, hello.Random);
                return session is null ? Inspection.Refuse : Inspection.Accept;
            case StatelessHello.Verdict.Accept:
                return Inspection.Refuse;
            default:
                return Inspection.Drop;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The credentials are of another kind, or raw public keys with an OpenSSL older than 3.2.
    /// </exception>
    /// <exception cref="ArgumentException">The credentials are of no use: an identity with a 0 byte, a key that is too long, a certificate
    /// whose key is not of ECDSA.</exception>
    public override SecuritySession Connect(in PeerId to, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (credentials is PreSharedKeyCredentials key)
        {
            Check(key);
            _client ??= SslContext.ForClient(_options, credentials);
            return DtlsSession.Connect(_client, _options, credentials, resume, now);
        }

        if (credentials is not (CertificateCredentials or RawPublicKeyCredentials))
        {
            throw new NotSupportedException($"DTLS has no credentials of the kind {credentials.GetType().Name}.");
        }

        // To set one up takes longer than all else of a handshake. The one before is kept for who connects again, to whatever server.
        if (_certified is null || !_certifiedBy!.SharesOwn(credentials))
        {
            SslContext context = SslContext.ForClient(_options, credentials);
            _certified?.Dispose();
            (_certified, _certifiedBy) = (context, credentials);
        }

        return DtlsSession.Connect(_certified, _options, credentials, resume, now);
    }

    /// <summary>Forgets keys and certificates. Sessions that are open go on.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _hello.Dispose();
        _server?.Dispose();
        _client?.Dispose();
        _certified?.Dispose();
    }

    private static void Check(PreSharedKeyCredentials credentials)
    {
        if (credentials.Identity.Length > PreSharedKeyStore.MaxIdentity || credentials.Identity.Span.Contains((byte)0))
        {
            throw new ArgumentException(
                $"An identity has up to {PreSharedKeyStore.MaxIdentity} bytes, none of them 0.", nameof(credentials));
        }

        if (credentials.Key.Length is 0 or > PreSharedKeyStore.MaxKey)
        {
            throw new ArgumentException($"A key has 1 to {PreSharedKeyStore.MaxKey} bytes.", nameof(credentials));
        }
    }
}
