using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

/// <summary>Bootstrapping over DTLS, and registering with the keys that it has given.</summary>
[Trait("Category", "Conformance")]
[Trait("Category", "Security")]
public class SecureBootstrapTests
{
    private static readonly IPEndPoint s_local = new(IPAddress.Loopback, 0);
    private static readonly byte[] s_newKey = [.. Enumerable.Range(100, 16).Select(static i => (byte)i)];

    [Fact(Timeout = 60_000)]
    public async Task Row_2_Bootstrapped_by_a_key_it_registers_with_the_key_that_it_was_given()
    {
        using PreSharedKeyStore known = new() { { "node-7-new", s_newKey } };
        using OpenSslSecurity bootstrapping = new(Keys.Server), serving = new(new DtlsOptions { PreSharedKeys = known.Find }), own = new();
        await using ManagementServer server = new(serving);
        await using CoapServer bootstrap = Bootstrap(
            bootstrapping, new(server.Uri) { Security = ServerSecurity.PreSharedKey("node-7-new", s_newKey) });
        await using Lwm2mDevice device = new(Asking(bootstrap, ServerSecurity.PreSharedKey(Keys.Identity, Keys.Right))) { Security = own };
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        Assert.Equal("PreSharedKey node-7-new", server.Devices[0].Identity?.ToString());
        Assert.Equal("86400", await server.Read("/1/0/1"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Row_3_Bootstrapped_by_a_certificate_it_registers_with_the_one_that_it_was_given()
    {
        using TestPki pki = new();
        X509Certificate2 first = pki.Issue("node-7"), second = pki.Issue("node-7-new"), their = pki.Issue("bootstrap"), served = pki.Issue("server");
        CertificateTrust trust = new(pki.Authority);
        using OpenSslSecurity bootstrapping = new(new DtlsOptions { Certificate = new(their, trust) });
        using OpenSslSecurity serving = new(new DtlsOptions { Certificate = new(served, trust) }), own = new();
        await using ManagementServer server = new(serving);
        await using CoapServer bootstrap = Bootstrap(bootstrapping, new(server.Uri) { Security = Of(second, served) });
        await using Lwm2mDevice device = new(Asking(bootstrap, Of(first, their))) { Security = own };
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        Assert.Equal("Certificate node-7-new", server.Devices[0].Identity?.ToString());
        Assert.Equal("86400", await server.Read("/1/0/1"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Row_16_Without_a_name_of_its_own_it_is_who_its_keys_say()
    {
        TaskCompletionSource<(string Query, string Who)> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using PreSharedKeyStore known = new() { { "node-7-new", s_newKey } };
        using OpenSslSecurity bootstrapping = new(Keys.Server), serving = new(new DtlsOptions { PreSharedKeys = known.Find }), own = new();
        await using ManagementServer server = new(serving);
        await using CoapServer bootstrap = Bootstrap(
            bootstrapping,
            new(server.Uri) { Security = ServerSecurity.PreSharedKey("node-7-new", s_newKey) },
            request => asked.TrySetResult((string.Join('&', request.Query), $"{request.Identity}")));
        DeviceOptions options = Asking(bootstrap, ServerSecurity.PreSharedKey(Keys.Identity, Keys.Right)) with { Endpoint = null };
        await using Lwm2mDevice device = new(options) { Security = own };
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        Assert.Equal(("", "PreSharedKey node-7"), await asked.Task);
        Assert.DoesNotContain("ep=", server.Devices[0].Query, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_name_it_has_servers_with_keys_alone()
    {
        DeviceOptions options = new() { Server = new("coap://127.0.0.1") };
        Assert.Contains("set Endpoint", Assert.Throws<ArgumentException>(() => new Lwm2mDevice(options)).Message, StringComparison.Ordinal);
    }

    private static ServerSecurity Of(X509Certificate2 own, X509Certificate2 server)
    {
        using ECDsa key = own.GetECDsaPrivateKey()!;
        return ServerSecurity.Certificate(own.RawData, key.ExportPkcs8PrivateKey(), server.RawData);
    }

    private static DeviceOptions Asking(CoapServer bootstrap, ServerSecurity security) => new()
    {
        Endpoint = "node-7",
        BootstrapServer = new($"coaps://127.0.0.1:{bootstrap.LocalEndPoint.Port}") { Security = security },
        StopTimeout = TimeSpan.FromSeconds(5),
    };

    private static CoapServer Bootstrap(OpenSslSecurity security, ServerOptions account, Action<CoapServerRequest>? asked = null)
    {
        CoapServer server = new();
        server.MapGet("/bspack", request =>
        {
            asked?.Invoke(request);
            return CoapReply.Content(Pack(account), ContentFormat.SenMLCbor);
        });
        server.Start(new UdpHostOptions { Listeners = [new UdpListener(s_local) { Security = security }] });
        return server;
    }

    private static byte[] Pack(ServerOptions options)
    {
        ObjectTree tree = new();
        ObjectInstance security = options.ToSecurity(1), server = options.ToServer(1);
        tree.Add(1, security);
        tree.Add(0, server);
        byte[] buffer = new byte[4096];
        ResourceWriter writer = new(buffer, ContentFormat.SenMLCbor);
        writer.WriteWhole(security);
        writer.WriteWhole(server);
        return buffer[..writer.Finish()];
    }
}
