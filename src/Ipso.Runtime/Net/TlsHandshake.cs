using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Net;

/// <summary>Makes a connection of TLS out of one of TCP, in either role, by what is set once for all connections.</summary>
internal sealed class TlsHandshake
{
    // RFC 8323, 11.3.3.
    private static readonly List<SslApplicationProtocol> s_protocols = [new("coap")];

    // So much of a name is told.
    private const int MaxShown = 200;

    private readonly SslStreamCertificateContext? _own;
    private readonly X509ChainPolicy _policy;
    private readonly TlsClientCertificates _asked;
    private readonly string? _serverName;
    private readonly string _rootsSetting;
    private readonly CertificateTrust? _trust;

    /// <summary>As a server.</summary>
    /// <exception cref="ArgumentException">The options contradict themselves, or the certificate cannot be used.</exception>
    public TlsHandshake(TlsServerOptions options)
    {
        _rootsSetting = "TlsServerOptions.ClientRoots";
        _asked = options.ClientCertificates;
        if (_asked != TlsClientCertificates.NotAsked && options.ClientRoots is null or { Count: 0 })
        {
            throw new ArgumentException(
                $"TlsServerOptions.ClientCertificates is {_asked}, and {_rootsSetting} says no root: set the roots that sign the clients' "
                + "certificates.",
                nameof(options));
        }

        _own = ContextOf(options.Certificate, options.Intermediates, "TlsServerOptions.Certificate");
        _policy = PolicyOf(options.ClientRoots, options.Revocation);
    }

    /// <summary>As a client.</summary>
    /// <param name="options">The options.</param>
    /// <param name="host">The name or address of the server where <see cref="TlsClientOptions.ServerName"/> says nothing.</param>
    /// <exception cref="ArgumentException">The certificate cannot be used.</exception>
    public TlsHandshake(TlsClientOptions options, string host)
    {
        _rootsSetting = "TlsClientOptions.TrustedRoots";
        _serverName = options.ServerName ?? host;
        _own = options.Certificate is { } own ? ContextOf(own, options.Intermediates, "TlsClientOptions.Certificate") : null;
        _policy = PolicyOf(options.TrustedRoots, options.Revocation);
    }

    /// <summary>As a client whose credentials say which certificates of servers to trust.</summary>
    /// <param name="credentials">The credentials.</param>
    /// <param name="host">The name or address of the server where the credentials say none.</param>
    /// <exception cref="ArgumentException">The certificate cannot be used.</exception>
    public TlsHandshake(CertificateCredentials credentials, string host)
    {
        _rootsSetting = "";
        _serverName = credentials.ServerName ?? host;
        _own = credentials.Certificate is { } own ? ContextOf(own, [.. credentials.Intermediates], "The certificate") : null;
        _policy = PolicyOf(null, X509RevocationMode.NoCheck);
        _trust = credentials.Trust;
    }

    /// <summary>Does the handshake. Where it fails, the socket is left to the caller.</summary>
    /// <param name="socket">It is connected, and blocks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The channel; the identity is the client's certificate's, if there is one, or the name that the server proved to have.
    /// </returns>
    /// <exception cref="AuthenticationException">It failed. The message is the rest of a sentence that begins with the peer.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<TlsByteChannel> RunAsync(Socket socket, CancellationToken cancellationToken)
    {
        string? fault = null;
        SslStream? stream = null;
        try
        {
            IPEndPoint remote = ByteChannel.RemoteOf(socket);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false);
            RemoteCertificateValidationCallback judge = (_, certificate, chain, errors) =>
                (fault = FaultOf(certificate as X509Certificate2, chain, errors)) is null;
            Task handshake = _serverName is null
                ? stream.AuthenticateAsServerAsync(ForServer(judge), cancellationToken)
                : stream.AuthenticateAsClientAsync(ForClient(judge), cancellationToken);
            await handshake.ConfigureAwait(false);
            return new TlsByteChannel(socket, stream) { Remote = remote, Identity = IdentityOf(stream) };
        }
#pragma warning disable CA1031 // Whatever the peer sends, it is no more than a handshake that failed.
        catch (Exception e)
        {
            stream?.Dispose();
            if (e is OperationCanceledException)
            {
                throw;
            }

            throw new AuthenticationException(fault ?? WhyOf(e), e);
        }
#pragma warning restore CA1031
    }

    private SslServerAuthenticationOptions ForServer(RemoteCertificateValidationCallback judge) => new()
    {
        ServerCertificateContext = _own,
        ClientCertificateRequired = _asked != TlsClientCertificates.NotAsked,
        CertificateChainPolicy = _policy.Clone(),
        RemoteCertificateValidationCallback = judge,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = s_protocols,
        AllowRenegotiation = false,
    };

    private SslClientAuthenticationOptions ForClient(RemoteCertificateValidationCallback judge) => new()
    {
        TargetHost = _serverName,
        ClientCertificateContext = _own,
        CertificateChainPolicy = _policy.Clone(),
        RemoteCertificateValidationCallback = judge,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = s_protocols,
        AllowRenegotiation = false,
    };

    /// <summary>The same as a client of HTTP, which does the handshake itself (RFC 8323, 8.4).</summary>
    /// <param name="fault">Told what the server has not proved.</param>
    public SslClientAuthenticationOptions ForHttp(Action<string> fault)
    {
        SslClientAuthenticationOptions options = ForClient((_, certificate, chain, errors) =>
        {
            string? why = FaultOf(certificate as X509Certificate2, chain, errors);
            if (why is not null)
            {
                fault(why);
            }

            return why is null;
        });
        options.ApplicationProtocols = null;
        return options;
    }

    /// <summary>The server's name, as a client has proof of it.</summary>
    public PeerIdentity? ServerIdentity =>
        _serverName is null ? null : new PeerIdentity(PeerIdentityKind.Certificate, Encoding.UTF8.GetBytes(_serverName));

    private PeerIdentity? IdentityOf(SslStream stream) =>
        ServerIdentity is { } server ? server
        : stream.RemoteCertificate is X509Certificate2 certificate ? TlsCertificates.IdentityOf(certificate)
        : null;

    private string? FaultOf(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return _serverName is null && _asked != TlsClientCertificates.Required ? null : "sent no certificate";
        }

        if (_trust is { } trust)
        {
            CertificateVerdict verdict = trust.Verify(certificate, chain?.ChainPolicy.ExtraStore ?? [], ofServer: true, _serverName);
            return verdict.IsTrusted
                ? null
                : $"has a certificate ({Shown(certificate)}) that is not trusted: {verdict.Reason.TrimEnd('.')}";
        }

        if (errors == SslPolicyErrors.None)
        {
            return _serverName is null && TlsCertificates.IdentityOf(certificate) is null
                ? $"has a certificate ({Shown(certificate)}) that names nobody: neither a DNS name nor a common name"
                : null;
        }

        string shown = $"has a certificate ({Shown(certificate)})";
        X509ChainStatusFlags status = (chain?.ChainStatus ?? []).Aggregate(
            X509ChainStatusFlags.NoError, static (flags, next) => flags | next.Status);
        if ((status & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{shown} that is not valid now, or one above it is not: its own time is {certificate.NotBefore:u} "
                + $"to {certificate.NotAfter:u}");
        }

        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            return $"{shown} that comes from no trusted root: add the root that signs it to {_rootsSetting}, and have the peer send the "
                + "certificates in between";
        }

        return status != X509ChainStatusFlags.NoError
            ? $"{shown} that is not trusted ({status})"
            : $"{shown} for other names than {_serverName}: connect to a name that it is for, or set TlsClientOptions.ServerName to one";
    }

    // The peer's own words: of no more than one line, whatever it has put there.
    private static string Shown(X509Certificate2 certificate)
    {
        string subject = certificate.Subject;
        ReadOnlySpan<char> shown = subject.AsSpan(0, Math.Min(subject.Length, MaxShown));
        return string.Create(shown.Length, shown, static (line, shown) =>
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = char.IsControl(shown[i]) || shown[i] is '\u2028' or '\u2029' ? '?' : shown[i];
            }
        });
    }

    /// <summary>Why a handshake failed where no certificate is the reason: the rest of a sentence that begins with the peer.</summary>
    public static string WhyOf(Exception e)
    {
        Exception inmost = e;
        while (inmost.InnerException is { } inner)
        {
            inmost = inner;
        }

        return inmost is SocketException socket
            ? $"broke the TLS handshake off ({socket.SocketErrorCode})"
            : $"did not come through the TLS handshake: {inmost.Message.TrimEnd('.')}";
    }

    private static SslStreamCertificateContext ContextOf(
        X509Certificate2 certificate, X509Certificate2Collection intermediates, string setting)
    {
        try
        {
            return SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException or ObjectDisposedException)
        {
            throw new ArgumentException(
                $"{setting} cannot be used for TLS: read a certificate together with its private key "
                + $"({nameof(CredentialFiles)}.{nameof(CredentialFiles.ReadCertificateWithKey)}), and do not dispose of it.",
                setting,
                e);
        }
    }

    private static X509ChainPolicy PolicyOf(X509Certificate2Collection? roots, X509RevocationMode revocation)
    {
        // Certificates are not fetched from where the peer's own says.
        X509ChainPolicy policy = new()
        {
            RevocationMode = revocation, DisableCertificateDownloads = revocation == X509RevocationMode.NoCheck,
        };
        if (roots is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }
}
