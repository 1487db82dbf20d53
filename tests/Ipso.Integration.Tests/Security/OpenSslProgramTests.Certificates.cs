using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Dtls;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Integration.Tests.Security;

// X.509 with ECDSA on P-256, verified at both ends.
public partial class OpenSslProgramTests
{
    [PeerTheory(Program)]
    [InlineData("ECDHE-ECDSA-AES128-CCM8", DtlsCiphers.Ccm8, true)]
    [InlineData("ECDHE-ECDSA-AES128-CCM", DtlsCiphers.Ccm, true)]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256", DtlsCiphers.Gcm, true)]
    [InlineData("ECDHE-ECDSA-AES128-GCM-SHA256", DtlsCiphers.Gcm, false)]
    public async Task S_client_opens_a_session_by_a_certificate_that_is_trusted(string suite, DtlsCiphers ciphers, bool isTrusted)
    {
        using Files files = new();
        await using SecureServer server = new(new DtlsOptions { Certificate = files.Credentials("server"), Ciphers = ciphers });
        using Process process = Start(
            "s_client", "-dtls1_2", "-brief", "-connect", $"{server.EndPoint}", "-cipher", $"{suite}:@SECLEVEL=0", "-CAfile", files.Authority,
            "-verify_return_error", "-verify_ip", "127.0.0.1", "-cert", files.Certificate(isTrusted ? "client" : "stranger"),
            "-key", files.Key(isTrusted ? "client" : "stranger"));
        process.StandardInput.Close();
        string said = await process.StandardError.ReadToEndAsync().WaitAsync(s_patience);
        await process.WaitForExitAsync();
        if (!isTrusted)
        {
            Assert.DoesNotContain("CONNECTION ESTABLISHED", said, StringComparison.Ordinal);
            Assert.Contains("alert unknown ca", said, StringComparison.Ordinal);
            return;
        }

        Assert.Contains("CONNECTION ESTABLISHED", said, StringComparison.Ordinal);
        Assert.Contains($"Ciphersuite: {suite}", said, StringComparison.Ordinal);
        Assert.Contains("Protocol version: DTLSv1.2", said, StringComparison.Ordinal);
        Assert.Contains("Verification: OK", said, StringComparison.Ordinal);
        Assert.Contains("CN = server", said, StringComparison.Ordinal);
    }

    [PeerFact(Program)]
    public async Task S_server_that_wants_a_certificate_gets_what_is_sent()
    {
        using Files files = new();
        await AskServerAsync(
            files.Credentials("client"), "-cert", files.Certificate("server"), "-key", files.Key("server"), "-CAfile", files.Authority,
            "-Verify", "1", "-verify_return_error", "-cipher", "ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0");
    }

    /// <summary>A CA, certificates by it, and one by nobody, in files as the program reads them.</summary>
    private sealed class Files : IDisposable
    {
        private static readonly DateTimeOffset s_begin = DateTimeOffset.UtcNow.AddDays(-1), s_end = s_begin.AddDays(30);

        private readonly string _folder = Directory.CreateTempSubdirectory("ipso-openssl-").FullName;
        private readonly List<X509Certificate2> _all = [];

        internal Files()
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new("CN=CA", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            X509Certificate2 authority = request.CreateSelfSigned(s_begin, s_end);
            _all.Add(authority);
            File.WriteAllText(Authority, authority.ExportCertificatePem());
            Write("server", authority);
            Write("client", authority);
            Write("stranger", null);
        }

        internal string Authority => Certificate("ca");

        internal string Certificate(string name) => Path.Combine(_folder, $"{name}.pem");

        internal string Key(string name) => Path.Combine(_folder, $"{name}.key");

        internal CertificateCredentials Credentials(string name)
        {
            CertificateCredentials read = CredentialFiles.ReadCertificate(Certificate(name), Key(name), CredentialFiles.ReadTrust(Authority));
            _all.Add(read.Certificate!);
            return read;
        }

        public void Dispose()
        {
            _all.ForEach(static one => one.Dispose());
            Directory.Delete(_folder, recursive: true);
        }

        private void Write(string name, X509Certificate2? issuer)
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
            SubjectAlternativeNameBuilder names = new();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            byte[] serial = [1, (byte)_all.Count, (byte)name.Length];
            using X509Certificate2 made = issuer is null
                ? request.CreateSelfSigned(s_begin, s_end)
                : request.Create(issuer, s_begin, s_end.AddDays(-1), serial);
            File.WriteAllText(Certificate(name), made.ExportCertificatePem());
            File.WriteAllText(Key(name), key.ExportPkcs8PrivateKeyPem());
        }
    }
}
