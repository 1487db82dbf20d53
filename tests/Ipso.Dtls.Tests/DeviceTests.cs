using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Lwm2m.Device;
using Ipso.Lwm2m.Model;
using Ipso.Lwm2m.Objects;
using Ipso.Net;
using Ipso.Net.Security;
using Ipso.Tests.Docs;

namespace Ipso.Dtls.Tests;

/// <summary>An LwM2M device whose servers are at coaps.</summary>
[Trait("Category", "Security")]
public partial class DeviceTests
{
    private static readonly SecurityOptions s_hasty = new() { HandshakeTimeout = TimeSpan.FromMilliseconds(300) };
    private static readonly IPEndPoint s_local = new(IPAddress.Loopback, 0);

    private static DeviceOptions Options(string uri, ServerSecurity security) =>
        new() { Endpoint = "node-7", Server = new(uri) { Security = security }, StopTimeout = TimeSpan.FromSeconds(5) };

    private static ServerSecurity Right => ServerSecurity.PreSharedKey(Keys.Identity, Keys.Right);

    [Fact(Timeout = 60_000)]
    public async Task A_device_registers_over_a_session_and_is_asked_over_it()
    {
        using OpenSslSecurity serving = new(Keys.Server), own = new();
        await using ManagementServer server = new(serving);
        await using (Lwm2mDevice device = new(Options(server.Uri, Right)) { Security = own })
        {
            await device.StartAsync(s_local);
            await device.WaitUntilRegisteredAsync();
            Assert.Equal(new PeerIdentity(PeerIdentityKind.PreSharedKey, "node-7"u8), Assert.Single(server.Devices).Identity);
            Assert.Equal("86400", await server.Read("/1/0/1"));
        }

        // De-registered over the same session, which is closed after that.
        Assert.Equal([CoapCode.Post, CoapCode.Delete], server.Devices.Select(static d => d.Method));
        Assert.Equal((1, 0), (server.Counters.Opened, server.Counters.HandshakesFailed));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_example()
    {
        using OpenSslSecurity serving = new(Keys.Server);
        await using ManagementServer there = new(serving);
        (string uri, byte[] key, Log log) = (there.Uri, Keys.Right, new());
        using OpenSslSecurity dtls = new();
        await using Lwm2mDevice device = new(new DeviceOptions
        {
            Endpoint = "node-7",
            Server = new(uri) { Security = ServerSecurity.PreSharedKey("node-7", key) },
        })
        {
            Security = dtls,
        };
        device.RegistrationChanged = e => log.Add(e.ToString());
        await device.StartAsync();
        await device.WaitUntilRegisteredAsync();
        Assert.Equal($"server 1 at {uri}: registered, LwM2M 1.2", Assert.Single(log.Lines));
    }

    [Fact]
    public void The_example_of_the_page_stands_here() =>
        DocsPage.AssertStandHere(new DocsPage("device.md", "Servers at coaps and over TCP").Examples());

    private sealed class Log
    {
        internal ConcurrentQueue<string> Lines { get; } = [];

        internal void Add(string line) => Lines.Enqueue(line);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_device_with_a_certificate_registers_and_goes_on_when_the_server_ends_its_session()
    {
        using TestPki pki = new();
        X509Certificate2 served = pki.Issue("server"), own = pki.Issue("node-7");
        DtlsOptions options = new() { Certificate = new CertificateCredentials(served, new CertificateTrust(pki.Authority)) };
        using OpenSslSecurity serving = new(options), security = new();
        await using ManagementServer server = new(serving);
        using ECDsa key = own.GetECDsaPrivateKey()!;
        ServerSecurity account = ServerSecurity.Certificate(own.RawData, key.ExportPkcs8PrivateKey(), served.RawData);
        await using Lwm2mDevice device = new(Options(server.Uri, account)) { Security = security };
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        Assert.Equal("86400", await server.Read("/1/0/1"));
        Assert.Equal("Certificate node-7", server.Devices[0].Identity?.ToString());
        server.Close();
        await server.Reach(2);
        Assert.Equal("86400", await server.Read("/1/0/1"));
        Assert.False(device.Completion.IsCompleted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_wrong_key_is_told_with_the_next_try_and_registers_nothing()
    {
        using OpenSslSecurity serving = new(Keys.Server), own = new();
        await using ManagementServer server = new(serving);
        DeviceOptions options = Options(server.Uri, ServerSecurity.PreSharedKey(Keys.Identity, Keys.Wrong));
        TaskCompletionSource<RegistrationEvent> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Lwm2mDevice device = new(options) { Security = own, SecurityBounds = s_hasty };
        device.RegistrationChanged = e => failed.TrySetResult(e);
        await device.StartAsync(s_local);

        RegistrationEvent told = await failed.Task;
        Assert.Equal((RegistrationEventKind.Failed, RegistrationFailure.Unresolved), (told.Kind, told.Failure));
        Assert.Contains("know another key or identity", told.Explanation, StringComparison.Ordinal);
        Assert.NotNull(told.NextTryIn);
        Assert.DoesNotContain(Convert.ToHexString(Keys.Wrong), told.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(server.Devices);
    }

    [Fact(Timeout = 60_000)]
    public async Task When_the_server_ends_the_session_the_device_registers_over_a_new_one_that_is_resumed()
    {
        using OpenSslSecurity serving = new(Keys.Server), own = new();
        await using ManagementServer server = new(serving);
        ConcurrentQueue<RegistrationEvent> events = [];
        await using Lwm2mDevice device = new(Options(server.Uri, Right)) { Security = own };
        device.RegistrationChanged = events.Enqueue;
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        PeerId first = server.Devices[0].Peer;

        server.Close();
        await server.Reach(2);
        Assert.NotEqual(first, server.Devices[1].Peer);
        Assert.True(server.IsResumed);
        Assert.Equal("86400", await server.Read("/1/0/1"));
        Assert.Contains(events, static e => e is { Kind: RegistrationEventKind.Failed, Failure: RegistrationFailure.SessionClosed });
    }

    [Fact(Timeout = 60_000)]
    public async Task After_a_restart_of_the_device_its_session_is_resumed()
    {
        string folder = Directory.CreateTempSubdirectory("ipso-device-").FullName;
        using OpenSslSecurity serving = new(Keys.Server), own = new();
        await using ManagementServer server = new(serving);
        for (int start = 1; start <= 2; start++)
        {
            using FileStateStorage storage = new(folder);
            await using Lwm2mDevice device = new(Options(server.Uri, Right) with { Storage = storage }) { Security = own };
            await device.StartAsync(s_local);
            await device.WaitUntilRegisteredAsync();
            Assert.Equal(start == 2, server.IsResumed);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_has_forgotten_the_device_is_registered_with_over_the_session_that_there_is()
    {
        using OpenSslSecurity serving = new(Keys.Server), own = new();
        await using ManagementServer server = new(serving) { UpdateAnswer = CoapCode.NotFound };
        await using Lwm2mDevice device = new(Options(server.Uri, Right)) { Security = own };
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        device.Objects.Add(new Location { Latitude = 1, Longitude = 2, Timestamp = DateTimeOffset.UnixEpoch });

        // Register, Update, and Register.
        await server.Reach(3);
        Assert.Single(server.Devices.Select(static d => d.Peer).Distinct());
        Assert.Equal(1, server.Counters.Handshakes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bootstrap_gives_accounts_with_keys()
    {
        using OpenSslSecurity serving = new(Keys.Server), own = new();
        await using ManagementServer server = new(serving);
        await using CoapServer bootstrap = Bootstrap(server.Uri, Right);
        await using Lwm2mDevice device = new(Bootstrapped(bootstrap)) { Security = own };
        await device.StartAsync(s_local);
        await device.WaitUntilRegisteredAsync();
        Assert.Equal(new PeerIdentity(PeerIdentityKind.PreSharedKey, "node-7"u8), server.Devices[0].Identity);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bootstrap_that_gives_keys_of_no_use_is_refused()
    {
        using OpenSslSecurity own = new();
        byte[] junk = [1, 2, 3];
        await using CoapServer bootstrap = Bootstrap("coaps://127.0.0.1", ServerSecurity.Certificate(junk, junk, junk));
        TaskCompletionSource<BootstrapEvent> refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Lwm2mDevice device = new(Bootstrapped(bootstrap))
        {
            Security = own,
            BootstrapChanged = e =>
            {
                if (e.Failure == BootstrapFailure.Inconsistent)
                {
                    refused.TrySetResult(e);
                }
            },
        };
        await device.StartAsync(s_local);
        Assert.Contains("/0/1 has a certificate (3) that cannot be read", (await refused.Task).ToString(), StringComparison.Ordinal);
    }

    private static DeviceOptions Bootstrapped(CoapServer bootstrap) => new()
    {
        Endpoint = "node-7",
        BootstrapServer = new($"coap://127.0.0.1:{bootstrap.LocalEndPoint.Port}"),
        StopTimeout = TimeSpan.FromSeconds(5),
    };

    private static CoapServer Bootstrap(string uri, ServerSecurity account)
    {
        CoapServer server = new();
        ServerOptions options = new(uri) { Security = account };
        server.MapGet("/bspack", _ => CoapReply.Content(Pack(options), ContentFormat.SenMLCbor));
        server.MapPost("/bs", static _ => CoapReply.Changed);
        server.Start(s_local);
        return server;
    }

    private static byte[] Pack(ServerOptions options)
    {
        ObjectTree tree = new();
        ObjectInstance security = options.ToSecurity(1), server = options.ToServer(1);
        tree.Add(1, security);
        tree.Add(0, server);
        byte[] buffer = new byte[1024];
        ResourceWriter writer = new(buffer, ContentFormat.SenMLCbor);
        writer.WriteWhole(security);
        writer.WriteWhole(server);
        return buffer[..writer.Finish()];
    }

    [Fact]
    public async Task What_is_wrong_with_an_account_is_said_at_start()
    {
        using OpenSslSecurity own = new();
        await using Lwm2mDevice without = new(Options("coaps://127.0.0.1", Right));
        InvalidOperationException lacks = await Assert.ThrowsAsync<InvalidOperationException>(() => without.StartAsync(s_local));
        Assert.Contains("set Lwm2mDevice.Security", lacks.Message, StringComparison.Ordinal);

        byte[] junk = [1, 2, 3];
        await using Lwm2mDevice unreadable = new(Options("coaps://127.0.0.1", ServerSecurity.Certificate(junk, junk, junk))) { Security = own };
        InvalidOperationException said = await Assert.ThrowsAsync<InvalidOperationException>(() => unreadable.StartAsync(s_local));
        Assert.Equal("/0/0 has a certificate (3) that cannot be read: X.509 in DER.", said.Message);
    }

    [Theory]
    [InlineData("coap://127.0.0.1", true, "write coaps://")]
    [InlineData("coaps://127.0.0.1", false, "set Security")]
    public void A_scheme_and_its_security_have_to_agree(string uri, bool hasKey, string said)
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => new Lwm2mDevice(Options(uri, hasKey ? Right : ServerSecurity.NoSec)));
        Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
    }
}
