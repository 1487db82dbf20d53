using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

/// <summary>Keys from text, files and the environment, each as it opens a session; and that nothing of them is ever said.</summary>
[Trait("Category", "Security")]
public sealed class CredentialTests : IDisposable
{
    private const string Name = "server.example", Password = "open sesame";

    private readonly TestPki _pki = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-keys-").FullName;

    public void Dispose()
    {
        _pki.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Write(string file, string text) => Write(file, Encoding.UTF8.GetBytes(text));

    private string Write(string file, byte[] bytes)
    {
        string path = Path.Combine(_folder, file);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Theory]
    [InlineData(KeyEncoding.Hex, "0102030405060708090a0b0c0d0e0f10")]
    [InlineData(KeyEncoding.Hex, " 0x0102030405060708090A0B0C0D0E0F10\n")]
    [InlineData(KeyEncoding.Base64, "AQIDBAUGBwgJCgsMDQ4PEA==\r\n")]
    [InlineData(KeyEncoding.Text, "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\v\f\r\u000e\u000f\u0010")]
    public void A_key_is_read_from_text_a_file_and_the_environment(KeyEncoding encoding, string text)
    {
        string variable = $"IPSO_TEST_KEY_{encoding}_{text.Length}";
        Environment.SetEnvironmentVariable(variable, text);
        try
        {
            foreach (PreSharedKeyCredentials credentials in new[]
            {
                PreSharedKeyCredentials.Parse(Keys.Identity, text, encoding),
                CredentialFiles.ReadPreSharedKey(Keys.Identity, Write("key", text), encoding),
                CredentialFiles.PreSharedKeyFromEnvironment(Keys.Identity, variable, encoding),
            })
            {
                using Pair pair = new(Keys.Server, credentials);
                pair.Run();
                Assert.True(pair.IsOpen);
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Theory]
    [InlineData(KeyEncoding.Hex, "5ec2e75ec2e75ec2e7x")]
    [InlineData(KeyEncoding.Base64, "5ec2e7!")]
    [InlineData(KeyEncoding.Base64, "")]
    [InlineData(KeyEncoding.Text, "")]
    public void What_is_wrong_with_a_key_is_said_and_nothing_of_the_key(KeyEncoding encoding, string text)
    {
        FormatException thrown = Assert.Throws<FormatException>(() => PreSharedKeyCredentials.Parse("a", text, encoding));
        Assert.DoesNotContain("5ec2e7", thrown.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("AQIDBAUGBwgJCgsMDQ4PEA==", true)]
    [InlineData("AQIDBAUGBwgJCgsMDQ4!", false)]
    public void Where_Base64_was_read_to_nothing_of_the_key_stays(string text, bool isKey)
    {
        byte[] room = new byte[18];
        if (isKey)
        {
            Assert.Equal(Keys.Right, KeyText.FromBase64(text, room));
        }
        else
        {
            Assert.Throws<FormatException>(() => KeyText.FromBase64(text, room));
        }

        Assert.Equal(new byte[18], room);
    }

    [Fact]
    public void Credentials_as_text_say_nothing_of_a_key()
    {
        PreSharedKeyCredentials credentials = PreSharedKeyCredentials.Parse("a", "5ec2e7", KeyEncoding.Hex);
        Assert.Equal(typeof(PreSharedKeyCredentials).FullName, $"{credentials}");
        Assert.DoesNotContain("5ec2e7", $"{new DtlsOptions { PreSharedKeys = Keys.Find }}", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_certificate_is_read_in_every_form()
    {
        X509Certificate2 own = _pki.Issue("urn:node:7");
        using ECDsa key = own.GetECDsaPrivateKey()!;
        PbeParameters strong = new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000);
        CertificateTrust trust = CredentialFiles.ReadTrust(Write("ca.pem", _pki.Authority.ExportCertificatePem()));
        CredentialFiles.ReadTrust(Write("ca.der", _pki.Authority.RawData));
        string pem = Write("own.pem", own.ExportCertificatePem());
        foreach (CertificateCredentials credentials in new[]
        {
            CredentialFiles.ReadCertificate(pem, Write("pkcs8.pem", key.ExportPkcs8PrivateKeyPem()), trust),
            CredentialFiles.ReadCertificate(pem, Write("sec1.pem", key.ExportECPrivateKeyPem()), trust),
            CredentialFiles.ReadCertificate(
                pem, Write("encrypted.pem", key.ExportEncryptedPkcs8PrivateKeyPem(Password, strong)), trust, Password),
            CredentialFiles.ReadCertificate(
                Write("both.pem", own.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()), null, trust),
            CredentialFiles.ReadCertificate(Write("own.der", own.RawData), Write("key.der", key.ExportPkcs8PrivateKey()), trust),
            CredentialFiles.ReadCertificate(Write("own.p12", own.Export(X509ContentType.Pkcs12, Password)), null, trust, Password),
        })
        {
            using X509Certificate2 read = credentials.Certificate!;
            using Pair pair = new(
                new DtlsOptions { Certificate = new(_pki.Issue("server", [Name]), trust) }, credentials.ForServer(Name));
            pair.Run();
            Assert.True(pair.IsOpen);
        }
    }

    [Fact]
    public void What_follows_a_certificate_goes_along_with_it()
    {
        using TestPki intermediate = new("Intermediate CA", _pki);
        X509Certificate2 own = intermediate.Issue("urn:node:7");
        using ECDsa key = own.GetECDsaPrivateKey()!;
        CertificateTrust trust = new(_pki.Authority);
        X509Certificate2Collection all = [own, intermediate.Authority, _pki.Authority];
        foreach (CertificateCredentials credentials in new[]
        {
            CertificateCredentials.FromPem(
                own.ExportCertificatePem() + "\n" + intermediate.Authority.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), trust),
            CertificateCredentials.FromPkcs12(all.Export(X509ContentType.Pkcs12, Password), Password, trust),
        })
        {
            Assert.Equal(intermediate.Authority.Thumbprint, Assert.Single(credentials.Intermediates).Thumbprint);
            Assert.Equal(own.Thumbprint, credentials.Certificate!.Thumbprint);
            credentials.Certificate.Dispose();
        }
    }

    [Fact]
    public void What_cannot_be_read_is_said_without_a_word_of_it()
    {
        X509Certificate2 own = _pki.Issue("urn:node:7"), other = _pki.Issue("urn:node:8");
        using ECDsa key = other.GetECDsaPrivateKey()!;
        CertificateTrust trust = new(_pki.Authority);
        byte[] pkcs12 = own.Export(X509ContentType.Pkcs12, Password);
        foreach (Action read in new Action[]
        {
            () => CertificateCredentials.FromPem(own.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), trust),
            () => CertificateCredentials.FromPem("nothing", key.ExportPkcs8PrivateKeyPem(), trust),
            () => CertificateCredentials.FromDer(own.RawData, key.ExportPkcs8PrivateKey(), trust),
            () => CertificateCredentials.FromDer(own.RawData, "secret"u8, trust),
            () => CertificateCredentials.FromPkcs12(pkcs12, "secret", trust),
            () => CredentialFiles.ReadTrust(Write("ca", "nothing")),
            () => RawPublicKeyCredentials.FromPkcs8("secret"u8, default),
        })
        {
            FormatException thrown = Assert.Throws<FormatException>(read);
            Assert.Null(thrown.InnerException);
            Assert.DoesNotContain("secret", thrown.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void A_store_clears_keys_when_they_are_replaced_or_taken_away_and_when_it_is_disposed()
    {
        PreSharedKeyStore store = new() { { "a", [1, 2] }, { "b", [3, 4] } };
        byte[] replaced = KeyOf("a"u8), disposed = KeyOf("b"u8);
        store.Add("a", [5, 6]);
        byte[] removed = KeyOf("a"u8);
        Assert.Equal([0, 0], replaced);
        Assert.Equal([5, 6], removed);
        store.Remove("a");
        Assert.Equal([0, 0], removed);
        Assert.Equal([3, 4], disposed);
        store.Dispose();
        Assert.Equal([0, 0], disposed);

        byte[] KeyOf(ReadOnlySpan<byte> identity) => KeysOf(store).GetAlternateLookup<ReadOnlySpan<byte>>()[identity];
    }

    // What is cleared is to be seen nowhere but there.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_keys")]
    private static extern ref Dictionary<byte[], byte[]> KeysOf(PreSharedKeyStore store);

    [Fact]
    public void A_store_copies_keys_and_finds_what_it_was_given_last()
    {
        byte[] key = [1, 2, 3, 4];
        using PreSharedKeyStore store = new() { { "a", key } };
        key[0] = 9;
        Span<byte> room = stackalloc byte[64];
        Assert.Equal(4, store.Find("a"u8, room));
        Assert.Equal([1, 2, 3, 4], room[..4].ToArray());
        Assert.Equal(0, store.Find("a"u8, room[..3]));
        store.Add("a", [5, 6]);
        Assert.Equal(2, store.Find("a"u8, room));
        Assert.Equal(1, store.Count);
        Assert.True(store.Remove("a"));
        Assert.False(store.Remove("a"));
        Assert.Equal(0, store.Find("a"u8, room));
        Assert.Throws<ArgumentException>(() => store.Add("", [1]));
        Assert.Throws<ArgumentException>(() => store.Add("a\0", [1]));
        Assert.Throws<ArgumentException>(() => store.Add(new string('a', 256), [1]));
        Assert.Throws<ArgumentException>(() => store.Add("a", []));
        Assert.Throws<ArgumentException>(() => store.Add("a", new byte[65]));
    }

    [Fact]
    public void Raw_public_keys_are_refused_at_configuration_time_where_OpenSSL_has_none()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        RawPublicKeyCredentials credentials = new(key, key.ExportSubjectPublicKeyInfo());
        using OpenSslSecurity client = new();
        if (client.Features.HasFlag(SecurityFeatures.RawPublicKey))
        {
            using Pair pair = new(new DtlsOptions { RawPublicKey = credentials }, credentials);
            pair.Send("question");
            Assert.Equal(["question"], pair.ServerInbox.Texts);
            return;
        }

        NotSupportedException thrown = Assert.Throws<NotSupportedException>(
            () => new OpenSslSecurity(new DtlsOptions { RawPublicKey = credentials }));
        Assert.Contains("OpenSSL 3.2", thrown.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => new CoapClient(new CoapClientOptions { Security = client, Credentials = credentials }));
    }
}
