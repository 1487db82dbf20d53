using Ipso.Dtls;

namespace Ipso.Integration.Tests.Security;

/// <summary>DTLS with an implementation in JavaScript.</summary>
[Trait("Category", "Security")]
public class NodeCoapSecurityTests
{
    private const string Identity = "node-7", Secret = "a key of twenty byte";

    [PeerTheory(SecureNodeCoapClient.Name)]
    [InlineData(DtlsCiphers.Ccm8)]
    [InlineData(DtlsCiphers.Gcm)]
    [InlineData(DtlsCiphers.Cbc)]
    public async Task Node_coap_client_is_served_by_a_key(DtlsCiphers ciphers)
    {
        await using SecureServer server = new(new DtlsOptions { PreSharedKeys = SecureServer.Key(Identity, Secret), Ciphers = ciphers });
        Assert.Equal(
            ("PreSharedKey node-7", null), await SecureNodeCoapClient.GetAsync($"coaps://{server.EndPoint}/who", Identity, Secret));
    }
}
