using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

/// <summary>Certificates that were revoked, where it is asked for that somebody looks.</summary>
[Trait("Category", "Security")]
public sealed class RevocationTests : IDisposable
{
    private const string Name = "server.example", Unknown = "Nobody says whether a certificate of the path was revoked.";

    private readonly TestPki _pki = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private byte[] _list = [];
    private int _fetched;

    public RevocationTests()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    private string Uri => $"http://{_listener.LocalEndpoint}/ca.crl";

    public void Dispose()
    {
        _listener.Dispose();
        _pki.Dispose();

        // Where .NET keeps what it has fetched, on Linux, in PEM.
        string folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet/corefx/cryptography/crls");
        string[] kept = _fetched > 0 && Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
        foreach (string file in kept)
        {
            if (File.ReadAllText(file).ReplaceLineEndings("").Contains(Convert.ToBase64String(_list), StringComparison.Ordinal))
            {
                File.Delete(file);
            }
        }
    }

    private CertificateTrust Trust(X509RevocationMode mode) => new(_pki.Authority) { Revocation = mode };

    private CertificateCredentials Client(X509Certificate2 own, X509RevocationMode mode = X509RevocationMode.NoCheck) =>
        new(own, Trust(mode)) { ServerName = Name };

    private OpenSslSecurity Server(X509Certificate2 own, X509RevocationMode mode = X509RevocationMode.NoCheck) =>
        new(new DtlsOptions { Certificate = new CertificateCredentials(own, Trust(mode)) });

    [Fact]
    public void Nothing_is_looked_up_by_default_and_what_nothing_is_known_of_is_refused_where_it_is()
    {
        X509Certificate2 served = _pki.Issue("server", [Name], revocations: Uri), own = _pki.Issue("node-7", revocations: Uri);
        using OpenSslSecurity server = Server(served), asking = Server(served, X509RevocationMode.Offline);
        using Pair without = new(server, Client(own));
        without.Run();
        Assert.True(without.IsOpen);

        using Pair client = new(server, Client(own, X509RevocationMode.Offline)), atServer = new(asking, Client(own));
        client.Run();
        atServer.Run();
        Assert.Equal(Unknown, Assert.Single(client.ClientEnds).Reason);
        Assert.Contains("alert certificate unknown", Assert.Single(client.ServerEnds).Reason, StringComparison.Ordinal);
        Assert.Equal(Unknown, Assert.Single(atServer.ServerEnds).Reason);
        Assert.Equal(0, _fetched);
    }

    // On other systems the platform's own services fetch, and keep what they know elsewhere.
    [Fact]
    public void A_certificate_that_a_list_names_is_refused_and_no_other_and_no_session_is_resumed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        X509Certificate2 served = _pki.Issue("server", [Name], revocations: Uri), good = _pki.Issue("node-7", revocations: Uri);
        X509Certificate2 revoked = _pki.Issue("node-8", revocations: Uri);
        CertificateRevocationListBuilder builder = new();
        builder.AddEntry(revoked);
        _list = builder.Build(_pki.Authority, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        using OpenSslSecurity server = Server(served), asking = Server(served, X509RevocationMode.Online);
        using Pair refused = new(asking, Client(revoked)), taken = new(asking, Client(good));
        refused.Run();
        Assert.Equal("A certificate of the path was revoked.", Assert.Single(refused.ServerEnds).Reason);
        Assert.Contains("alert certificate revoked", Assert.Single(refused.ClientEnds).Reason, StringComparison.Ordinal);
        taken.Run();
        Assert.True(taken.IsOpen);
        Assert.True(_fetched > 0);

        // A server that looks gives nothing to resume by, and a client that does takes nothing.
        Assert.Empty(taken.ClientSide.Export(taken.ServerName));
        CertificateCredentials client = Client(good, X509RevocationMode.Online);
        using Pair first = new(server, client);
        first.Run();
        using Pair second = new(server, client, resume: first.ClientSide.Export(first.ServerName));
        second.Run();
        Assert.True(second.IsOpen);
        Assert.False(Sessions.Of(second.ClientSide, second.ServerName).IsResumed);
    }

    [Theory]
    [InlineData(X509ChainStatusFlags.Revoked | X509ChainStatusFlags.RevocationStatusUnknown, CertificateFault.Revoked)]
    [InlineData(X509ChainStatusFlags.Revoked | X509ChainStatusFlags.PartialChain, CertificateFault.UnknownIssuer)]
    [InlineData(X509ChainStatusFlags.RevocationStatusUnknown, CertificateFault.RevocationUnknown)]
    [InlineData(X509ChainStatusFlags.OfflineRevocation, CertificateFault.RevocationUnknown)]
    public void What_the_platform_says_of_revocation_is_a_fault_of_its_own(X509ChainStatusFlags flags, CertificateFault fault) =>
        Assert.Equal(fault, CertificateTrust.Judge([new X509ChainStatus { Status = flags }]).Fault);

    [Fact]
    public void A_trust_that_looks_is_another_one()
    {
        Assert.NotEqual(Trust(X509RevocationMode.NoCheck).Fingerprint(), Trust(X509RevocationMode.Offline).Fingerprint());
        Assert.Throws<ArgumentOutOfRangeException>(() => Trust((X509RevocationMode)3));
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await using NetworkStream stream = client.GetStream();
                using StreamReader asked = new(stream, leaveOpen: true);
                while (await asked.ReadLineAsync() is { Length: > 0 })
                {
                }

                Interlocked.Increment(ref _fetched);
                string head = $"HTTP/1.1 200 OK\r\nContent-Length: {_list.Length}\r\nConnection: close\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
                await stream.WriteAsync(_list);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
