using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Integration.Tests;

/// <summary>A client of ours and node-coap's server: every method, bodies in blocks, observation, and errors.</summary>
[Trait("Category", "Peers")]
public sealed class NodeCoapServerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // node-coap puts the blocks of a body together by their token.
    private static readonly CoapEndpointOptions s_options =
        new() { MaxBodySize = 256 * 1024, TransferBytes = 1 << 20, TokenPerBlock = false };


    [PeerFact(NodeCoap.Name)]
    public Task It_is_read_changed_and_deleted() => WithAsync(async client =>
    {
        Assert.Equal(CoapCode.Created, (await client.PutAsync("/store", "21.5"u8.ToArray(), ContentFormat.PlainText)).Code);
        CoapClientResponse read = await client.GetAsync("/store");
        Assert.Equal((CoapCode.Content, "21.5", ContentFormat.OctetStream), (read.Code, read.GetText(), read.ContentFormat));
        Assert.Equal(CoapCode.Changed, (await client.PutAsync("/store", "22"u8.ToArray())).Code);
        Assert.Equal("22", (await client.SendAsync(CoapCode.Get, "/store", confirmable: false)).GetText());
        CoapClientResponse posted = await client.PostAsync("/store", "x"u8.ToArray());
        Assert.Equal((CoapCode.Created, "/store/1"), (posted.Code, posted.Location));
        Assert.Equal("x", (await client.GetAsync(posted.Location!)).GetText());
        Assert.Equal(CoapCode.Deleted, (await client.DeleteAsync("/store")).Code);
        Assert.Equal(CoapCode.NotFound, (await client.GetAsync("/store")).Code);
    });

    [PeerTheory(NodeCoap.Name)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 1024)]
    [InlineData(5000, 32)]
    [InlineData(5120, 64)]
    [InlineData(150_000, 1024)]
    public Task It_is_written_and_read_in_blocks(int size, int blockSize) => WithAsync(
        async client =>
        {
            byte[] body = NodeCoapClientTests.Numbers(size);
            Assert.Equal(CoapCode.Created, (await client.PutAsync("/store", body, ContentFormat.OctetStream)).Code);
            CoapClientResponse get = await client.GetAsync("/store");
            Assert.Equal(CoapCode.Content, get.Code);
            Assert.Equal(body, get.Payload);
        },
        s_options with { BlockSize = blockSize });

    [PeerFact(NodeCoap.Name)]
    public Task A_separate_response_is_taken() => WithAsync(async client =>
    {
        CoapClientResponse response = await client.GetAsync("/slow");
        Assert.Equal((CoapCode.Content, "at last"), (response.Code, response.GetText()));
    });

    [PeerFact(NodeCoap.Name)]
    public Task It_is_observed_until_the_deregistration() => WithAsync(async client =>
    {
        await client.PutAsync("/store", "0"u8.ToArray());
        List<string> seen = [];
        await foreach (CoapClientResponse response in client.ObserveAsync("/store"))
        {
            seen.Add(response.GetText());
            if (seen.Count == 6)
            {
                break;
            }

            await client.PutAsync("/store", new byte[] { (byte)('0' + seen.Count) });
        }

        Assert.Equal(["0", "1", "2", "3", "4", "5"], seen);

        // The deregistration may be under way yet.
        while ((await client.GetAsync("/observers")).GetText() != "0")
        {
        }
    });

    [PeerFact(NodeCoap.Name)]
    public Task Its_errors_are_responses_with_their_diagnostics() => WithAsync(async client =>
    {
        CoapClientResponse missing = await client.GetAsync("/store/x");
        Assert.Equal((CoapCode.NotFound, "nothing at /store/x"), (missing.Code, missing.GetText()));
        CoapResponseException refused = Assert.Throws<CoapResponseException>((await client.GetAsync("/secret")).EnsureSuccess);
        Assert.Equal((CoapCode.Forbidden, "no /secret for you"), (refused.Code, refused.Diagnostic));
        Assert.Equal(CoapCode.MethodNotAllowed, (await client.PatchAsync("/store", "1"u8.ToArray())).Code);
    });

    private static async Task WithAsync(Func<CoapClient, Task> test, CoapEndpointOptions? options = null)
    {
        await using NodeCoapServer server = await NodeCoapServer.StartAsync();
        await using CoapClient client = CoapClient.Connect(server.EndPoint, options ?? s_options);
        await test(client).WaitAsync(s_patience);
    }
}
