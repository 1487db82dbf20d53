using System.Net;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

[Trait("Category", "Security")]
public class CoapsTests
{
    private static readonly SecurityOptions s_hasty = new() { HandshakeTimeout = TimeSpan.FromMilliseconds(300) };

    private static (CoapServer Server, string Uri) Serve(OpenSslSecurity security)
    {
        CoapServer server = new();
        server.MapGet("/who", static request => CoapReply.Content($"{request.Identity}"));
        server.MapPut("/echo", static request => CoapReply.Changed with { Payload = request.Payload });
        server.Start(new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = security }],
            Security = s_hasty,
        });
        return (server, $"coaps://127.0.0.1:{server.LocalEndPoint.Port}");
    }

    private static CoapClientOptions With(DatagramSecurity security, SecurityCredentials credentials) =>
        new() { Security = security, Credentials = credentials, SecurityBounds = s_hasty };

    [Fact]
    public async Task A_client_asks_by_coaps_and_the_server_knows_who_asks()
    {
        using OpenSslSecurity serving = new(Keys.Server), asking = new();
        (CoapServer server, string uri) = Serve(serving);
        await using (server)
        await using (CoapClient client = new(With(asking, Keys.Client)))
        {
            Assert.Equal("PreSharedKey node-7", (await client.GetAsync($"{uri}/who")).EnsureSuccess().GetText());

            // In blocks, of one session.
            byte[] body = new byte[5000];
            new Random(1).NextBytes(body);
            Assert.Equal(body, (await client.PutAsync($"{uri}/echo", body)).EnsureSuccess().Payload.ToArray());
        }
    }

    [Fact]
    public async Task A_client_of_one_server_names_paths()
    {
        using OpenSslSecurity serving = new(Keys.Server), asking = new();
        (CoapServer server, string uri) = Serve(serving);
        await using (server)
        await using (CoapClient client = await CoapClient.ConnectAsync(new Uri(uri), With(asking, Keys.Client)))
        {
            Assert.Equal("PreSharedKey node-7", (await client.GetAsync("/who")).EnsureSuccess().GetText());
        }
    }

    [Fact]
    public async Task A_wrong_key_ends_the_request_and_says_so_without_the_key()
    {
        using OpenSslSecurity serving = new(Keys.Server), asking = new();
        (CoapServer server, string uri) = Serve(serving);
        await using (server)
        await using (CoapClient client = new(With(asking, Keys.Credentials(Keys.Identity, Keys.Wrong))))
        {
            CoapException thrown = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync($"{uri}/who"));
            Assert.Equal(CoapFailure.Security, thrown.Failure);
            Assert.Contains("wrong key", thrown.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(Keys.Wrong), thrown.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task The_first_request_after_an_end_has_a_session_that_is_resumed()
    {
        using OpenSslSecurity serving = new(Keys.Server), asking = new();
        (CoapServer server, string uri) = Serve(serving);
        int port = server.LocalEndPoint.Port;
        await using CoapClient client = new(With(asking, Keys.Client));
        await client.GetAsync($"{uri}/who");
        await server.DisposeAsync();

        // The other end of the session has said goodbye; the same security is there again.
        await using CoapServer next = new();
        next.MapGet("/who", static request => CoapReply.Content($"{request.Identity}"));
        next.Start(new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, port)) { Security = serving }],
        });
        Assert.Equal("PreSharedKey node-7", (await client.GetAsync($"{uri}/who")).EnsureSuccess().GetText());
    }

    [Fact]
    public async Task A_session_is_resumed_after_a_restart()
    {
        using OpenSslSecurity serving = new(Keys.Server);
        (CoapServer server, string uri) = Serve(serving);
        await using (server)
        {
            byte[] state;
            using (OpenSslSecurity asking = new())
            await using (CoapClient client = new(With(asking, Keys.Client)))
            {
                await client.GetAsync($"{uri}/who");
                state = client.ExportSession();
                Assert.NotEmpty(state);
            }

            using OpenSslSecurity again = new();
            await using CoapClient next = new(With(again, Keys.Client) with { Resume = state });
            Assert.Equal("PreSharedKey node-7", (await next.GetAsync($"{uri}/who")).EnsureSuccess().GetText());
        }
    }

    [Fact]
    public async Task With_security_nothing_goes_out_in_the_clear()
    {
        using OpenSslSecurity asking = new();
        await using CoapClient client = new(With(asking, Keys.Client));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync("coap://127.0.0.1/who"));
        await using CoapClient plain = new();
        await Assert.ThrowsAsync<ArgumentException>(() => plain.GetAsync("coaps://127.0.0.1/who"));
    }

    [Fact]
    public void A_client_with_security_needs_credentials()
    {
        using OpenSslSecurity asking = new();
        Assert.Throws<ArgumentException>(() => new CoapClient(new CoapClientOptions { Security = asking }));
    }
}
