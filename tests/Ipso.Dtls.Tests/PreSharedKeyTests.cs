using Ipso.Coap.Engine;
using Ipso.Net.Security;

namespace Ipso.Dtls.Tests;

[Trait("Category", "Security")]
public class PreSharedKeyTests
{
    [Theory]
    [InlineData(DtlsCiphers.Ccm8, "PSK-AES128-CCM8", 29)]
    [InlineData(DtlsCiphers.Ccm, "PSK-AES128-CCM", 37)]
    [InlineData(DtlsCiphers.Gcm, "PSK-AES128-GCM-SHA256", 37)]
    [InlineData(DtlsCiphers.Cbc, "PSK-AES128-CBC-SHA256", 73)]
    [InlineData(DtlsCiphers.EphemeralCbc, "ECDHE-PSK-AES128-CBC-SHA256", 73)]
    [InlineData(DtlsCiphers.Ccm8 | DtlsCiphers.Ccm | DtlsCiphers.Gcm, "PSK-AES128-GCM-SHA256", 37)]
    public void A_session_opens_and_messages_go_both_ways(DtlsCiphers ciphers, string suite, int mostOverhead)
    {
        using Pair pair = new(Keys.Server with { Ciphers = ciphers }, Keys.Client, new DtlsOptions { Ciphers = ciphers });
        pair.Send("question");
        Assert.True(pair.IsOpen);
        Assert.Equal(["question"], pair.ServerInbox.Texts);
        int before = pair.Wire.Count;
        pair.Answer(new string('a', 100));
        Assert.Equal([new string('a', 100)], pair.ClientInbox.Texts);
        Assert.InRange(pair.Wire[before].Bytes.Length, 101, 100 + mostOverhead);
        Assert.Equal(new PeerIdentity(PeerIdentityKind.PreSharedKey, "node-7"u8), pair.ServerSide.FindIdentity(pair.ServerInbox.Peers[0]));
        Assert.Equal(suite, Sessions.Of(pair.ClientSide, pair.ServerName).CipherSuite);
    }

    [Fact]
    public void Nobody_says_an_identity_hint()
    {
        using Pair pair = new(Keys.Server, Keys.Client);
        pair.Run();

        // A ServerKeyExchange (12) would be there for the hint alone (RFC 4279, 2).
        Assert.True(pair.IsOpen);
        Assert.DoesNotContain(
            pair.Wire, static datagram => !datagram.OfClient && datagram.Bytes is [22, _, _, 0, 0, .., _] && datagram.Bytes[13] == 12);
    }

    [Fact]
    public void A_wrong_key_and_an_unknown_identity_look_the_same_and_end_in_time()
    {
        List<(bool OfClient, int Length)>[] wires =
        [
            .. new[] { Keys.Credentials("node-7", Keys.Wrong), Keys.Credentials("node-8", Keys.Right) }.Select(static credentials =>
            {
                using Pair pair = new(Keys.Server, credentials);
                pair.Run();
                Assert.Equal((0, 1), (pair.ServerSide.SessionCount, pair.ServerSide.HandshakeCount));
                Assert.Equal((0, 1), (pair.ClientSide.SessionCount, pair.ClientSide.HandshakeCount));
                pair.Now += TimeSpan.FromSeconds(30);
                pair.ServerSide.OnDeadline(pair.Now);
                pair.ClientSide.OnDeadline(pair.Now);
                Assert.Equal([PeerFailure.SessionClosed], pair.ClientInbox.Failures);
                Assert.Empty(pair.ServerInbox.Failures);
                Assert.Equal((0, 0), (pair.ServerSide.HandshakeCount, pair.ClientSide.HandshakeCount));
                return pair.Wire.ConvertAll(static datagram => (datagram.OfClient, datagram.Bytes.Length));
            }),
        ];
        Assert.Equal(wires[0], wires[1]);
        Assert.NotEmpty(wires[0]);
    }

    [Fact]
    public void The_log_is_told_of_an_identity_that_is_not_known()
    {
        using Pair pair = new(Keys.Server, Keys.Credentials("node-8", Keys.Right));
        pair.Run();
        pair.Now += TimeSpan.FromSeconds(30);
        pair.ServerSide.OnDeadline(pair.Now);
        Assert.Equal("The peer's identity is not known.", Assert.Single(pair.ServerEnds).Reason);
    }

    [Fact]
    public void A_lookup_that_throws_or_says_too_much_has_no_key()
    {
        foreach (PreSharedKeyLookup lookup in new PreSharedKeyLookup[]
        {
            static (_, _) => throw new InvalidOperationException(), static (_, key) => key.Length + 1, static (_, _) => -1,
        })
        {
            using Pair pair = new(new DtlsOptions { PreSharedKeys = lookup }, Keys.Client);
            pair.Run();
            Assert.Equal((0, 1), (pair.ServerSide.SessionCount, pair.ServerSide.HandshakeCount));
        }
    }

    [Fact]
    public void An_end_is_told_to_the_peer()
    {
        using Pair pair = new(Keys.Server, Keys.Client);
        pair.Run();
        pair.ClientSide.Close(pair.ServerName, pair.Now);
        pair.Run();
        Assert.Equal((0, 0), (pair.ClientSide.SessionCount, pair.ServerSide.SessionCount));
        Assert.Equal([PeerFailure.SessionClosed], pair.ServerInbox.Failures);
    }

    [Fact]
    public void What_is_longer_than_the_path_takes_is_refused()
    {
        using Pair pair = new(Keys.Server, Keys.Client, new DtlsOptions { MaxDatagram = 300, Ciphers = DtlsCiphers.Ccm8 });
        pair.Run();
        int most = Sessions.Of(pair.ClientSide, pair.ServerName).MaxPayload;
        Assert.Equal(300 - 29, most);
        pair.Send(new string('x', most));
        Assert.Equal(300, pair.Wire[^1].Bytes.Length);
        pair.Send(new string('x', most + 1));
        Assert.Equal([PeerFailure.MessageTooLong], pair.ClientInbox.Failures);
        Assert.Single(pair.ServerInbox.Texts);
    }

    [Theory]
    [InlineData("", 16)]
    [InlineData("a\0b", 16)]
    [InlineData("node-7", 0)]
    [InlineData("node-7", 65)]
    public void Credentials_that_OpenSSL_cannot_say_are_refused_at_once(string identity, int keyLength)
    {
        using OpenSslSecurity security = new();
        PreSharedKeyCredentials credentials = Keys.Credentials(identity, new byte[keyLength]);
        if (identity.Length == 0)
        {
            // An empty identity is one (RFC 4279, 5.3, sets no lower bound).
            security.Connect(Pair.Server, credentials, [], Instant.FromSeconds(1)).Dispose();
            return;
        }

        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => security.Connect(Pair.Server, credentials, [], Instant.FromSeconds(1)));
        Assert.DoesNotContain("node-7", thrown.Message, StringComparison.Ordinal);
    }
}
