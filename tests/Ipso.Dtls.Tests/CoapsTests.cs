using System.Net;
using System.Net.Sockets;
using System.Text;
using Ipso.Coap.Engine;
using Ipso.Net;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

[Trait("Category", "Security")]
public class CoapsTests
{
    // For handshakes that fail.
    private static readonly SecurityOptions s_hasty = new() { HandshakeTimeout = TimeSpan.FromMilliseconds(300) };

    private static (CoapServer Server, string Uri) Serve(OpenSslSecurity security)
    {
        CoapServer server = new();
        server.MapGet("/who", static request => CoapReply.Content($"{request.Identity}"));
        server.MapPut("/echo", static request => CoapReply.Changed with { Payload = request.Payload });
        server.Start(new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = security }],
        });
        return (server, $"coaps://127.0.0.1:{server.LocalEndPoint.Port}");
    }

    private static CoapClientOptions With(DatagramSecurity security, SecurityCredentials credentials) =>
        new() { Security = security, Credentials = credentials };

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
        await using (CoapClient client = new(With(asking, Keys.Credentials(Keys.Identity, Keys.Wrong)) with { SecurityBounds = s_hasty }))
        {
            CoapException thrown = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync($"{uri}/who"));
            Assert.Equal(CoapFailure.Security, thrown.Failure);
            Assert.Contains("wrong key", thrown.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(Keys.Wrong), thrown.ToString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task The_first_request_after_an_end_has_a_session_of_its_own()
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

    // There is one session with each address: who asks by another name waits for the handshake, and has one of its own then.
    [Fact]
    public async Task Requests_by_several_names_at_one_address_do_not_break_each_others_handshakes()
    {
        using OpenSslSecurity serving = new(Keys.Server), asking = new();
        (CoapServer server, _) = Serve(serving);
        await using (server)
        await using (CoapClient client = new(With(asking, Keys.Client) with
        {
            Resolve = static (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
            SecurityBounds = new SecurityOptions { HandshakeTimeout = TimeSpan.FromSeconds(20) },
        }))
        {
            int port = server.LocalEndPoint.Port;
            for (int round = 0; round < 5; round++)
            {
                CoapClientResponse[] answers = await Task.WhenAll(
                    client.GetAsync($"coaps://a.example:{port}/who"), client.GetAsync($"coaps://b.example:{port}/who"));
                Assert.All(answers, static answer => Assert.Equal("PreSharedKey node-7", answer.EnsureSuccess().GetText()));
            }
        }
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

    [Fact]
    public async Task One_server_serves_with_security_and_without()
    {
        using OpenSslSecurity serving = new(Keys.Server), asking = new();
        await using CoapServer server = new();
        server.MapGet("/who", static request => CoapReply.Content(request.Identity is { } identity ? $"{identity}" : "nobody"));
        IPEndPoint any = new(IPAddress.Loopback, 0);
        IPEndPoint[] bound = [];
        using (UdpClient first = new(any), second = new(any))
        {
            bound = [(IPEndPoint)first.Client.LocalEndPoint!, (IPEndPoint)second.Client.LocalEndPoint!];
        }

        server.Start(new UdpHostOptions { Listeners = [new UdpListener(bound[0]), new UdpListener(bound[1]) { Security = serving }] });
        await using CoapClient plain = new(), secure = new(With(asking, Keys.Client));
        Assert.Equal("nobody", (await plain.GetAsync($"coap://{bound[0]}/who")).EnsureSuccess().GetText());
        Assert.Equal("PreSharedKey node-7", (await secure.GetAsync($"coaps://{bound[1]}/who")).EnsureSuccess().GetText());
    }

    [Fact]
    public async Task An_observation_goes_on_when_its_session_has_ended()
    {
        using OpenSslSecurity serving = new(Keys.Server), asking = new();
        await using CoapServer server = new();
        string state = "first";
        server.MapGet("/state", _ => CoapReply.Content(state)).Observable();
        server.Start(new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = serving }],

            // There is room for one session, and the other client takes it.
            Security = new SecurityOptions { MaxSessions = 1 },
        });
        await using CoapClient client = new(With(asking, Keys.Client) with
        {
            Reregistration = new CoapReregistration { FirstDelay = TimeSpan.FromMilliseconds(20) },
        });
        using CancellationTokenSource timeout = new(TimeSpan.FromSeconds(60));
        List<string> seen = [];
        string uri = $"coaps://{server.LocalEndPoint}/state";
        await foreach (CoapClientResponse response in client.ObserveAsync(uri, cancellationToken: timeout.Token))
        {
            seen.Add(response.GetText());
            if (seen.Count == 2)
            {
                break;
            }

            state = "second";
            using OpenSslSecurity other = new();
            await using CoapClient intruder = new(With(other, Keys.Client));
            await intruder.GetAsync(uri, timeout.Token);
        }

        Assert.Equal(["first", "second"], seen);
    }

    [Fact]
    public async Task Where_nobody_answers_the_request_ends_with_the_handshake()
    {
        using OpenSslSecurity asking = new();
        using UdpClient silent = new(new IPEndPoint(IPAddress.Loopback, 0));
        await using CoapClient client = new(With(asking, Keys.Client) with { SecurityBounds = s_hasty });
        CoapException thrown = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync($"coaps://{silent.Client.LocalEndPoint}/who"));
        Assert.Equal(CoapFailure.Security, thrown.Failure);
    }

    [Fact]
    public async Task A_server_that_has_lost_its_sessions_is_met_with_a_new_one_after_a_request_in_vain()
    {
        using OpenSslSecurity serving = new(Keys.Server), after = new(Keys.Server), asking = new();
        (CoapServer server, _) = Serve(serving);
        await using Relay relay = new(server.LocalEndPoint);
        await using CoapClient client = new(With(asking, Keys.Client) with
        {
            Endpoint = new CoapEndpointOptions
            {
                Observers = 0, Transmission = new() { AckTimeout = TimeSpan.FromMilliseconds(20), MaxRetransmit = 1 },
            },
        });
        string uri = $"coaps://{relay.EndPoint}/who";
        await AskPatientlyAsync(client, uri);

        // It is gone without a word, and another one is there.
        (CoapServer next, _) = Serve(after);
        await using (next)
        await using (server)
        {
            relay.Server = next.LocalEndPoint;
            CoapException thrown = await Assert.ThrowsAsync<CoapException>(() => client.GetAsync(uri));
            Assert.Equal(CoapFailure.Timeout, thrown.Failure);
            Assert.Equal("PreSharedKey node-7", (await AskPatientlyAsync(client, uri)).GetText());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Where_datagrams_are_lost_requests_are_answered_all_the_same(int seed)
    {
        DtlsOptions hasty = new() { RetransmissionTimeout = TimeSpan.FromMilliseconds(25) };
        using OpenSslSecurity serving = new(hasty with { PreSharedKeys = Keys.Find }), asking = new(hasty);
        (CoapServer server, _) = Serve(serving);
        await using (server)
        await using (Relay relay = new(server.LocalEndPoint))
        await using (CoapClient client = new(With(asking, Keys.Client) with
        {
            Endpoint = new CoapEndpointOptions { Observers = 0, Transmission = new() { AckTimeout = TimeSpan.FromMilliseconds(30), MaxRetransmit = 8 } },
        }))
        {
            Random random = new(seed);
            relay.Loses = () => random.Next(100) < 25;
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal("PreSharedKey node-7", (await client.GetAsync($"coaps://{relay.EndPoint}/who")).EnsureSuccess().GetText());
            }

            Assert.True(relay.Lost > 0);
        }
    }

    [Fact]
    public async Task Many_clients_at_once_have_their_sessions()
    {
        using OpenSslSecurity serving = new(Keys.Server);
        (CoapServer server, string uri) = Serve(serving);
        await using (server)
        {
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
            {
                using OpenSslSecurity security = new();
                CoapClientOptions options = new() { Security = security, Credentials = Keys.Client };
                await using CoapClient client = new(options);
                CoapClientResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetAsync($"{uri}/who")));
                return string.Join(' ', responses.Select(static response => response.GetText()).Distinct());
            }));
            Assert.Equal(["PreSharedKey node-7"], answers.Distinct());
        }
    }

    [Fact]
    public async Task Failed_handshakes_are_logged_without_keys()
    {
        using OpenSslSecurity serving = new(Keys.Server), asking = new();
        Lines log = new();
        await using CoapServer server = new();
        server.Start(new UdpHostOptions
        {
            Listeners = [new UdpListener(new IPEndPoint(IPAddress.Loopback, 0)) { Security = serving }],
            Security = s_hasty,
            Logger = log,
        });
        await using CoapClient client = new(With(asking, Keys.Credentials("node-8", Keys.Right)) with { SecurityBounds = s_hasty });
        await Assert.ThrowsAsync<CoapException>(() => client.GetAsync($"coaps://{server.LocalEndPoint}/who"));
        await log.Failed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Contains("The peer's identity is not known.", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(Keys.Right), log.Text, StringComparison.OrdinalIgnoreCase);
    }

    // Retransmissions that short may not outlive a handshake on a busy machine.
    private static async Task<CoapClientResponse> AskPatientlyAsync(CoapClient client, string uri)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await client.GetAsync(uri);
            }
            catch (CoapException) when (i < 50)
            {
            }
        }
    }

    private sealed class Lines : IpsoLogger
    {
        private readonly StringBuilder _text = new();

        public TaskCompletionSource Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public override bool IsEnabled(IpsoLogLevel level) => true;

        public override void Log(in IpsoLogEntry entry)
        {
            lock (_text)
            {
                _text.AppendLine(entry.ToString());
            }

            if (entry.EventName == "UdpHandshakeFailed")
            {
                Failed.TrySetResult();
            }
        }
    }
}
