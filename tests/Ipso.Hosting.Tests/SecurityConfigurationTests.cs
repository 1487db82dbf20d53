using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Net;
using Ipso.Net.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ipso.Hosting.Tests;

/// <summary>Keys out of the configuration and out of files, and what is said of those that are of no use.</summary>
[Trait("Category", "Security")]
public sealed class SecurityConfigurationTests : IDisposable
{
    private const string HexKey = "000102030405060708090a0b0c0d0e0f";

    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Key", HexKey, null)]
    [InlineData("Key", "0x000102030405060708090A0B0C0D0E0F", "Hex")]
    [InlineData("Key", "AAECAwQFBgcICQoLDA0ODw==", "base64")]
    [InlineData("KeyFile", "  " + HexKey + "\n", null)]
    [InlineData("KeyFile", "AAECAwQFBgcICQoLDA0ODw==\n", "Base64")]
    public async Task A_shared_key_gets_to_the_account(string where, string text, string? encoding)
    {
        await using Lwm2mDevice device = Make(("Identity", "node-7"), (where, where == "Key" ? text : Write("psk", text)), ("KeyEncoding", encoding));
        LWM2MSecurity account = device.Objects.Find<LWM2MSecurity>(0)!;
        Assert.Equal(0, account.SecurityMode);
        Assert.Equal("node-7"u8.ToArray(), account.PublicKeyOrIdentity.ToArray());
        Assert.Equal(Convert.FromHexString(HexKey), account.SecretKey.ToArray());
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("der")]
    [InlineData("p12")]
    public async Task A_certificate_gets_to_the_account(string form)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 own = NewCertificate("CN=node-7", key), server = NewCertificate("CN=server", key);
        (string, string?)[] files = form switch
        {
            "pem" => [
                ("CertificateFile", Write("own.pem", own.ExportCertificatePem())),
                ("PrivateKeyFile", Write("key.pem", key.ExportEncryptedPkcs8PrivateKeyPem("secret", Encryption))), ("Password", "secret")],
            "der" => [("CertificateFile", Write("own.der", own.RawData)), ("PrivateKeyFile", Write("key.der", key.ExportPkcs8PrivateKey()))],
            _ => [("CertificateFile", Write("own.p12", own.Export(X509ContentType.Pkcs12, "secret"))), ("Password", "secret")],
        };
        await using Lwm2mDevice device = Make(
            [.. files, ("ServerCertificateFile", Write("server.pem", server.ExportCertificatePem())), ("Usage", "TrustAnchorAssertion"), ("ServerName", "s")]);
        LWM2MSecurity account = device.Objects.Find<LWM2MSecurity>(0)!;
        Assert.Equal((2L, 2UL, "s"), (account.SecurityMode, account.CertificateUsage, account.SNI));
        Assert.Equal(own.RawData, account.PublicKeyOrIdentity.ToArray());
        Assert.Equal(server.RawData, account.ServerPublicKey.ToArray());
        using ECDsa read = ECDsa.Create();
        read.ImportPkcs8PrivateKey(account.SecretKey.Span, out _);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());
    }

    [Theory]
    [InlineData("Security:Key: The key is not written as Hex: write another one", "Identity", "n", "Key", "topsecret")]
    [InlineData("Security:Key: there is none: write it, or KeyFile", "Identity", "n")]
    [InlineData("Security:Identity: a key has an identity, that tells the server which one is meant: write it", "Key", HexKey)]
    [InlineData("Security:Identity: there is neither: write Identity and Key or KeyFile, or CertificateFile and ServerCertificateFile", "ServerName", "s")]
    [InlineData("Security:KeyFile: there is no such file, or it may not be read: name another file", "Identity", "n", "KeyFile", "topsecret")]
    [InlineData("Security:ServerCertificateFile: there is none: write the path of a file", "CertificateFile", "/no/such/file")]
    [InlineData("Security:KeyEncoding: cannot be read: write Hex, Base64, Text", "Identity", "n", "Key", HexKey, "KeyEncoding", "rot13")]
    [InlineData("Security:CertificateFile: there is a pre-shared key too: take one of them away", "Identity", "n", "CertificateFile", "c")]
    public void What_is_wrong_is_said_and_nothing_of_a_key(string fault, params string[] settings)
    {
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(
            () => Make([.. settings.Chunk(2).Select(static pair => (pair[0], (string?)pair[1]))]));
        Assert.Contains($"Device:Server:{fault}", thrown.Failures);
        Assert.DoesNotContain("topsecret", thrown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Device:Server:Security", "Device:Server:Security: there is a value where keys are expected: write for example Device:Server:Security:Identity")]
    [InlineData("Device:BootstrapServer:Security", "Device:BootstrapServer:Security: there is a value where keys are expected: write for example Device:BootstrapServer:Security:Identity")]
    [InlineData("Device:Server:Security:KeyEncoding", "Device:Server:Security:KeyEncoding: cannot be read: write Hex, Base64, Text")]
    [InlineData("Device:Server:Security:Usage", "Device:Server:Security:Usage: cannot be read: write CaConstraint, ServiceCertificateConstraint, TrustAnchorAssertion, DomainIssuedCertificate")]
    public void A_key_in_the_wrong_place_is_not_in_what_is_said(string place, string fault)
    {
        HostApplicationBuilder builder = DeviceHost.Create(
            new(), ("Device:Endpoint", "d"), ("Device:Server:Uri", "coaps://h"), ("Device:BootstrapServer:Uri", "coaps://h"), (place, HexKey));
        builder.Services.AddIpsoDevice(builder.Configuration.GetSection("Device"));
        using IHost host = builder.Build();
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(host.Services.GetRequiredService<Lwm2mDevice>);
        Assert.Contains(fault, thrown.Failures);
        Assert.DoesNotContain(HexKey, thrown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_no_use_are_said_with_their_names()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256), other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 own = NewCertificate("CN=node-7", key);
        string certificate = Write("own.pem", own.ExportCertificatePem());
        string foreign = Write("other.pem", other.ExportPkcs8PrivateKeyPem());
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(
            () => Make(("CertificateFile", certificate), ("PrivateKeyFile", foreign), ("ServerCertificateFile", foreign)));
        Assert.Equal(2, thrown.Failures.Count());
        Assert.StartsWith($"Device:Server:Security:PrivateKeyFile: '{foreign}': ", thrown.Failures.First(), StringComparison.Ordinal);
        Assert.Contains(
            $"Device:Server:Security:ServerCertificateFile: '{foreign}': There is no certificate in PEM (-----BEGIN CERTIFICATE-----), and none in "
            + "DER: name another file",
            thrown.Failures);
    }

    [Fact]
    public void A_certificate_of_RSA_is_said_to_be_of_no_use()
    {
        using RSA rsa = RSA.Create(2048);
        using X509Certificate2 own = new CertificateRequest("CN=node-7", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string both = Write("own.pem", $"{own.ExportCertificatePem()}\n{rsa.ExportPkcs8PrivateKeyPem()}");
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(
            () => Make(("CertificateFile", both), ("ServerCertificateFile", both)));
        Assert.Contains(both, thrown.Failures.First(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_hosts_security_is_the_devices()
    {
        HostApplicationBuilder builder = DeviceHost.Create(new(), ("Device:Endpoint", "d"), ("Device:Server:Uri", "coap://h"), ("Device:UsesTcp", "true"));
        Toy toy = new();
        builder.Services.AddIpsoDevice(builder.Configuration.GetSection("Device")).UseSecurity(_ => toy);
        using IHost host = builder.Build();
        Lwm2mDevice device = host.Services.GetRequiredService<Lwm2mDevice>();
        Assert.Same(toy, device.Security);
        Assert.NotNull(device.Tcp);
    }

    private static PbeParameters Encryption => new(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000);

    private static X509Certificate2 NewCertificate(string name, ECDsa key) =>
        new CertificateRequest(name, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));

    private string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    private string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static Lwm2mDevice Make(params (string Key, string? Value)[] security)
    {
        HostApplicationBuilder builder = DeviceHost.Create(
            new(), [("Device:Endpoint", "d"), ("Device:Server:Uri", "coaps://h"), .. security.Select(static s => ($"Device:Server:Security:{s.Key}", s.Value))]);
        builder.Services.AddIpsoDevice(builder.Configuration.GetSection("Device"));
        IHost host = builder.Build();
        return host.Services.GetRequiredService<Lwm2mDevice>();
    }

    private sealed class Toy : DatagramSecurity
    {
        public override SecurityFeatures Features => SecurityFeatures.PreSharedKey;

        public override Inspection Inspect(
            ReadOnlySpan<byte> datagram, in PeerId from, bool mayAccept, Instant now, Span<byte> reply, out int replyLength, out SecuritySession? session)
        {
            (replyLength, session) = (0, null);
            return Inspection.Drop;
        }

        public override SecuritySession Connect(in PeerId to, SecurityCredentials credentials, ReadOnlySpan<byte> resume, Instant now) =>
            throw new NotSupportedException();
    }
}
