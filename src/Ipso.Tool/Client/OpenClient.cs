using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Dtls;
using Ipso.Net;
using Ipso.Net.Security;
using Ipso.Tool.CommandLine;

namespace Ipso.Tool.Client;

/// <summary>What proves who is who, as files.</summary>
/// <param name="Identity">The identity of a pre-shared key, for DTLS.</param>
/// <param name="KeyFile">The file with that key, in hexadecimal digits: what stands on a command line is for all users to see.</param>
/// <param name="TrustFile">The certificates to trust over TLS; null for those of the system.</param>
internal sealed record CredentialChoice(string? Identity, string? KeyFile, string? TrustFile);

/// <summary>A client of a server over what its scheme says, with the security that belongs to it.</summary>
internal sealed class OpenClient : IAsyncDisposable
{
    private readonly OpenSslSecurity? _dtls;

    private OpenClient(CoapClient client, OpenSslSecurity? dtls)
    {
        Client = client;
        _dtls = dtls;
    }

    /// <summary>The client.</summary>
    public CoapClient Client { get; }

    /// <summary>Opens one.</summary>
    /// <exception cref="Fault">What it needs is missing, or cannot be read.</exception>
    public static async Task<OpenClient> OpenAsync(CoapAddress address, CredentialChoice credentials, CancellationToken cancel)
    {
        CoapClientOptions datagrams = new() { Endpoint = new CoapEndpointOptions { Observers = 0, GivesUpWhenRefused = true } };
        switch (address.Scheme)
        {
            case CoapScheme.Coap:
                return new OpenClient(new CoapClient(datagrams), null);
            case CoapScheme.Coaps:
                return OpenSecure(datagrams, credentials);
        }

        if (!Uri.TryCreate(address.Server, UriKind.Absolute, out Uri? server))
        {
            throw Fault.Usage($"'{address.Server}' is no server to connect to");
        }

        CoapClientOptions options = new();
        if (credentials.TrustFile is { } file)
        {
            options = options with { Tls = new TlsClientOptions { TrustedRoots = Read(file, static file => CredentialFiles.ReadCertificates(file)) } };
        }

        return new OpenClient(await CoapClient.ConnectAsync(server, options, cancel), null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        _dtls?.Dispose();
    }

    private static OpenClient OpenSecure(CoapClientOptions options, CredentialChoice credentials)
    {
        if (credentials is not { Identity: { } identity, KeyFile: { } file })
        {
            throw Fault.Usage("coaps:// takes a pre-shared key: --identity says which, and --key names the file that it is in, in hexadecimal digits");
        }

        PreSharedKeyCredentials key = Read(file, file => CredentialFiles.ReadPreSharedKey(identity, file));
        OpenSslSecurity? dtls = null;
        try
        {
            dtls = new OpenSslSecurity();
            return new OpenClient(new CoapClient(options with { Security = dtls, Credentials = key }), dtls);
        }
        catch (DllNotFoundException e)
        {
            throw new Fault(ExitCode.Unreachable, Fault.ReasonOf(e), e);
        }
        catch
        {
            dtls?.Dispose();
            throw;
        }
    }

    private static T Read<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Fault.Usage($"there is no file '{file}'");
        }
        catch (FormatException e)
        {
            throw Fault.Usage(Fault.ReasonOf(e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault.Disk($"'{file}' cannot be read", e);
        }
    }
}
