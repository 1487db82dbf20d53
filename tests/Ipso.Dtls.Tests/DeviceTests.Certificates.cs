using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

// Certificates that do not do.
public partial class DeviceTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("another", "The certificate is not the one that is expected")]
    [InlineData("untrusted", "The certificate's path leads to nothing that is trusted")]
    [InlineData("expired", "A certificate of the path has expired, or is not valid yet")]
    [InlineData("name", "The certificate is not for server.example")]
    [InlineData("own untrusted", "alert unknown ca")]
    [InlineData("own expired", "alert certificate expired")]
    public async Task With_a_certificate_that_does_not_do_nothing_is_registered_and_it_is_said_why(string fault, string said)
    {
        using TestPki pki = new(), other = new("Other CA");
        DateTimeOffset yesterday = DateTimeOffset.UtcNow.AddDays(-1);
        X509Certificate2 served = fault switch
        {
            "untrusted" => other.Issue("server", ["server.example"]),
            "expired" => pki.Issue("server", ["server.example"], yesterday),
            "name" => pki.Issue("server", ["other.example"]),
            _ => pki.Issue("server", ["server.example"]),
        };
        X509Certificate2 own = fault switch
        {
            "own untrusted" => other.Issue("node-7"),
            "own expired" => pki.Issue("node-7", end: yesterday),
            _ => pki.Issue("node-7"),
        };
        using OpenSslSecurity security = new(), serving = new(
            new DtlsOptions { Certificate = new CertificateCredentials(served, new CertificateTrust(pki.Authority)) });
        await using ManagementServer server = new(serving);
        using ECDsa key = own.GetECDsaPrivateKey()!;
        ServerSecurity account = fault == "another"
            ? ServerSecurity.Certificate(own.RawData, key.ExportPkcs8PrivateKey(), pki.Issue("server", ["server.example"]).RawData)
            : ServerSecurity.Certificate(own.RawData, key.ExportPkcs8PrivateKey(), pki.Authority.RawData) with
            {
                Usage = CertificateUsage.TrustAnchorAssertion, ServerName = "server.example",
            };
        TaskCompletionSource<RegistrationEvent> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Lwm2mDevice device = new(Options(server.Uri, account)) { Security = security };
        device.RegistrationChanged = e => failed.TrySetResult(e);
        await device.StartAsync(s_local);
        RegistrationEvent told = await failed.Task;
        Assert.Equal(RegistrationEventKind.Failed, told.Kind);
        Assert.Contains(said, told.Explanation, StringComparison.Ordinal);
        Assert.Empty(server.Devices);
        Assert.Equal(0, server.Counters.Opened);
    }
}
