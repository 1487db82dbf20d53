using System.Security.Cryptography.X509Certificates;
using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

[Trait("Category", "Security")]
public sealed class ResumptionTests : IDisposable
{
    private const string Name = "server.example";

    private readonly TestPki _pki = new();

    public void Dispose() => _pki.Dispose();

    private static (byte[] State, int Datagrams) Begin(OpenSslSecurity server, SecurityCredentials credentials, DtlsOptions? client = null)
    {
        using Pair pair = new(server, credentials, client);
        pair.Run();
        Assert.True(pair.IsOpen);
        Assert.False(Sessions.Of(pair.ClientSide, pair.ServerName).IsResumed);
        return (pair.ClientSide.Export(pair.ServerName), pair.Wire.Count);
    }

    /// <summary>As after a restart of the client: nothing is left but the bytes.</summary>
    private static Pair Again(OpenSslSecurity server, SecurityCredentials credentials, byte[] state, DtlsOptions? client = null)
    {
        Pair pair = new(server, credentials, client, resume: state);
        pair.Send("question");
        return pair;
    }

    [Theory]
    [InlineData(1232)]
    [InlineData(256)]
    public void A_session_of_a_key_is_resumed_with_tickets_and_without(int most)
    {
        DtlsOptions client = new() { MaxDatagram = most };
        using OpenSslSecurity server = new(Keys.Server with { MaxDatagram = most });
        (byte[] state, int datagrams) = Begin(server, Keys.Client, client);
        using Pair pair = Again(server, Keys.Client, state, client);
        Assert.True(Sessions.Of(pair.ClientSide, pair.ServerName).IsResumed);
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        Assert.Equal("PreSharedKey node-7", $"{pair.ServerSide.FindIdentity(pair.ServerInbox.Peers[0])}");

        // The question is one of them.
        Assert.True(pair.Wire.Count - 1 < datagrams);
        Assert.NotEmpty(pair.ClientSide.Export(pair.ServerName));
    }

    [Fact]
    public void A_session_of_certificates_is_resumed_and_both_are_known()
    {
        CertificateTrust trust = new(_pki.Authority);
        using OpenSslSecurity server = new(new DtlsOptions { Certificate = new(_pki.Issue("server", [Name]), trust) });
        CertificateCredentials client = new(_pki.Issue("urn:node:7"), trust) { ServerName = Name };
        using Pair pair = Again(server, client, Begin(server, client).State);
        Assert.True(Sessions.Of(pair.ClientSide, pair.ServerName).IsResumed);
        Assert.Equal("Certificate urn:node:7", $"{pair.ServerSide.FindIdentity(pair.ServerInbox.Peers[0])}");
        Assert.Equal("Certificate server.example", $"{pair.ClientSide.FindIdentity(pair.ServerName)}");
    }

    [Fact]
    public void A_session_is_exported_when_its_credentials_are_disposed_already()
    {
        CertificateTrust trust = new(_pki.Authority);
        using OpenSslSecurity server = new(new DtlsOptions { Certificate = new(_pki.Issue("server", [Name]), trust) });
        X509Certificate2 own = _pki.Issue("urn:node:7");
        using X509Certificate2 same = new(own);
        using Pair pair = new(server, new CertificateCredentials(own, trust) { ServerName = Name });
        pair.Run();
        own.Dispose();
        byte[] state = pair.ClientSide.Export(pair.ServerName);
        using Pair again = Again(server, new CertificateCredentials(same, trust) { ServerName = Name }, state);
        Assert.True(Sessions.Of(again.ClientSide, again.ServerName).IsResumed);
    }

    [Fact]
    public void A_certificate_that_has_expired_since_then_resumes_nothing()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        CertificateTrust trust = new(_pki.Authority) { Clock = () => now };
        using OpenSslSecurity server = new(new DtlsOptions { Certificate = new(_pki.Issue("server", [Name]), trust) });
        X509Certificate2 own = _pki.Issue("urn:node:7", end: DateTimeOffset.UtcNow.AddDays(2));
        CertificateCredentials client = new(own, trust) { ServerName = Name };
        byte[] state = Begin(server, client).State;
        now += TimeSpan.FromDays(3);
        using Pair pair = Again(server, client, state);
        Assert.Equal(0, pair.ServerSide.SessionCount);
        Assert.Empty(pair.ServerInbox.Texts);
    }

    [Fact]
    public void A_CA_that_is_trusted_no_more_resumes_nothing_at_either_end()
    {
        using TestPki other = new("Other CA");
        CertificateTrust both = new(_pki.Authority, other.Authority), revoked = new(other.Authority);
        X509Certificate2 served = _pki.Issue("server", [Name]), own = _pki.Issue("urn:node:7");
        CertificateCredentials client = new(own, both) { ServerName = Name };
        using OpenSslSecurity server = new(new DtlsOptions { Certificate = new(served, both) });
        byte[] state = Begin(server, client).State;
        using (Pair pair = Again(server, client, state))
        {
            Assert.True(Sessions.Of(pair.ClientSide, pair.ServerName).IsResumed);
        }

        // Whoever revokes a CA makes the credentials anew, a server with an OpenSslSecurity. The handshake is a whole one, and fails.
        using Pair here = Again(server, new CertificateCredentials(own, revoked) { ServerName = Name }, state);
        Assert.Equal("The certificate's path leads to nothing that is trusted.", Assert.Single(here.ClientEnds).Reason);
        using OpenSslSecurity anew = new(new DtlsOptions { Certificate = new(served, revoked) });
        using Pair there = Again(anew, client, state);
        Assert.Equal("The certificate's path leads to nothing that is trusted.", Assert.Single(there.ServerEnds).Reason);
        Assert.Empty(here.ServerInbox.Texts.Concat(there.ServerInbox.Texts));
    }

    [Theory]
    [InlineData(1232)]
    [InlineData(256)]
    public void A_key_that_was_replaced_resumes_nothing(int most)
    {
        DtlsOptions client = new() { MaxDatagram = most };
        using PreSharedKeyStore keys = new() { { Keys.Identity, Keys.Right } };
        using OpenSslSecurity server = new(client with { PreSharedKeys = keys.Find });
        byte[] state = Begin(server, Keys.Client, client).State;
        using (Pair pair = Again(server, Keys.Client, state, client))
        {
            Assert.True(Sessions.Of(pair.ClientSide, pair.ServerName).IsResumed);
        }

        keys.Add(Keys.Identity, Keys.Wrong);
        using Pair again = Again(server, Keys.Client, state, client);
        Assert.Equal(0, again.ServerSide.SessionCount);
        Assert.Empty(again.ServerInbox.Texts);
    }

    [Fact]
    public void A_key_that_was_taken_away_resumes_nothing()
    {
        using PreSharedKeyStore keys = new() { { Keys.Identity, Keys.Right } };
        using OpenSslSecurity server = new(new DtlsOptions { PreSharedKeys = keys.Find });
        byte[] state = Begin(server, Keys.Client).State;
        Assert.True(keys.Remove(Keys.Identity));
        using Pair pair = Again(server, Keys.Client, state);
        Assert.Equal(0, pair.ServerSide.SessionCount);
        Assert.Empty(pair.ServerInbox.Texts);
        Assert.Equal("The peer has not proved who it is.", pair.ServerEnds[0].Reason);
    }

    [Fact]
    public void Another_server_and_other_credentials_are_met_with_a_whole_handshake()
    {
        using OpenSslSecurity server = new(Keys.Server), other = new(Keys.Server);
        byte[] state = Begin(server, Keys.Client).State;
        foreach ((OpenSslSecurity at, SecurityCredentials credentials, byte[] bytes) in new[]
        {
            // It has another secret for its tickets.
            (other, Keys.Client, state),

            // The session is not that server's.
            (server, Keys.Client.ForServer("other.example"), state),
            (server, Keys.Client, [.. state[..^20], .. new byte[20]]),
            (server, Keys.Client, state[..40]),
            (server, Keys.Client, [1]),
        })
        {
            using Pair pair = Again(at, credentials, bytes);
            Assert.False(Sessions.Of(pair.ClientSide, pair.ServerName).IsResumed);
            Assert.Equal(["question"], pair.ServerInbox.Texts);
        }
    }

    [Fact]
    public void Whatever_was_kept_nothing_throws()
    {
        using OpenSslSecurity server = new(Keys.Server), client = new();
        byte[] state = Begin(server, Keys.Client).State;
        Random random = new(5);
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = (byte[])state.Clone();
            for (int k = 0; k < 3; k++)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            client.Connect(Pair.Server, Keys.Client, changed, Instant.FromSeconds(1)).Dispose();
        }
    }

    [Fact]
    public void A_server_that_resumes_nothing_says_so()
    {
        using OpenSslSecurity server = new(Keys.Server with { ResumptionLifetime = TimeSpan.Zero });
        using Pair pair = Again(server, Keys.Client, Begin(server, Keys.Client).State);
        Assert.False(Sessions.Of(pair.ClientSide, pair.ServerName).IsResumed);
        Assert.Equal(["question"], pair.ServerInbox.Texts);
    }
}
