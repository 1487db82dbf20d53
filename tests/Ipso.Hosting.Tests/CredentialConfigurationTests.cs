using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Net.Security;
using Microsoft.Extensions.Configuration;

namespace Ipso.Hosting.Tests;

/// <summary>Credentials out of a configuration, and that no value of them is ever said.</summary>
[Trait("Category", "Security")]
public class CredentialConfigurationTests
{
    private const string Secret = "5ec2e75ec2e7";

    private static IConfiguration Configuration(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(static v => v.Key, static v => v.Value)).Build();

    [Theory]
    [InlineData("Hex", "010203")]
    [InlineData("Base64", "AQID")]
    [InlineData("Text", "\u0001\u0002\u0003")]
    public void A_key_is_read(string encoding, string text)
    {
        PreSharedKeyCredentials credentials =
            Configuration(("K:Identity", "node-7"), ($"K:{encoding}", text)).GetSection("K").ReadPreSharedKey();
        Assert.Equal("node-7"u8.ToArray(), credentials.Identity.ToArray());
        Assert.Equal([1, 2, 3], credentials.Key.ToArray());
    }

    [Fact]
    public void Keys_of_a_server_are_read()
    {
        using PreSharedKeyStore keys = Configuration(
            ("Keys:0:Identity", "urn:a"), ("Keys:0:Hex", "0102"), ("Keys:1:Identity", "b"), ("Keys:1:Base64", "AQID"))
            .GetSection("Keys").ReadPreSharedKeys();
        Span<byte> room = stackalloc byte[64];
        Assert.Equal(2, keys.Find("urn:a"u8, room));
        Assert.Equal(3, keys.Find("b"u8, room));
        Assert.Equal(2, keys.Count);
    }

    [Theory]
    [InlineData("K: a key is written once, as Hex, Base64 or Text.", "K:Identity", "a")]
    [InlineData("K: a key is written once, as Hex, Base64 or Text.", "K:Identity", "a", "K:Hex", Secret, "K:Text", Secret)]
    [InlineData("K:Identity: there is none.", "K:Hex", Secret)]
    [InlineData("K:Hex: The key is not written as Hex.", "K:Identity", "a", "K:Hex", Secret + "x")]
    [InlineData("K:Base64: The key is not written as Base64.", "K:Identity", "a", "K:Base64", Secret + "!")]
    [InlineData(
        "K:Hexx: there is no such key: take it away, or write one of Identity, Hex, Base64, Text.", "K:Identity", "a", "K:Hexx", Secret)]
    public void What_is_wrong_is_said_with_its_path_and_without_its_value(string fault, params string[] settings)
    {
        IConfiguration section = Configuration([.. settings.Chunk(2).Select(static pair => (pair[0], (string?)pair[1]))]).GetSection("K");
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => section.ReadPreSharedKey());
        Assert.Equal(fault, thrown.Message);
        Assert.DoesNotContain(Secret, thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_a_server_cannot_have_are_said()
    {
        Assert.Equal(
            "Keys:1:Identity: 'a' has a key already.",
            Fault(("Keys:0:Identity", "a"), ("Keys:0:Hex", "01"), ("Keys:1:Identity", "a"), ("Keys:1:Hex", "02")));
        Assert.StartsWith(
            "Keys:0: an identity has", Fault(("Keys:0:Identity", "a"), ("Keys:0:Text", new string('x', 65))), StringComparison.Ordinal);

        static string Fault(params (string, string?)[] settings) =>
            Assert.Throws<InvalidOperationException>(() => Configuration(settings).GetSection("Keys").ReadPreSharedKeys()).Message;
    }

    [Fact]
    public void A_certificate_is_read_from_the_files_that_are_named()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=node", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string folder = Directory.CreateTempSubdirectory("ipso-configuration-").FullName;
        try
        {
            string own = Path.Combine(folder, "own.pem"), keyFile = Path.Combine(folder, "own.key");
            File.WriteAllText(own, certificate.ExportCertificatePem());
            File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
            CertificateCredentials credentials =
                Configuration(("Certificate", own), ("Key", keyFile), ("Trust", own)).ReadCertificate();
            using X509Certificate2 read = credentials.Certificate!;
            Assert.Equal(certificate.Thumbprint, read.Thumbprint);
            Assert.True(credentials.Trust.Verify(read, [], ofServer: false, null).IsTrusted);

            Assert.StartsWith("Key", Fault(("Certificate", own), ("Keyy", keyFile), ("Trust", own)), StringComparison.Ordinal);
            Assert.Equal("Trust: there is none.", Fault(("Certificate", own), ("Key", keyFile)));
            Assert.StartsWith($"Key: '{own}': ", Fault(("Certificate", own), ("Key", own), ("Trust", own)), StringComparison.Ordinal);
            Assert.StartsWith($"Certificate: '{keyFile}': ", Fault(("Certificate", keyFile), ("Key", own), ("Trust", own)), StringComparison.Ordinal);
            Assert.StartsWith($"Certificate: '{own}': ", Fault(("Certificate", own), ("Trust", own)), StringComparison.Ordinal);
            Assert.Equal(
                "Key: there is no such file, or it may not be read.", Fault(("Certificate", own), ("Key", key.ExportPkcs8PrivateKeyPem()), ("Trust", own)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static string Fault(params (string, string?)[] settings) =>
            Assert.Throws<InvalidOperationException>(() => Configuration(settings).ReadCertificate()).Message;
    }
}
