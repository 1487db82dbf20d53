using Ipso.Coap;
using Ipso.Tests;
using static Ipso.Integration.Tests.NodeCoapClient;

namespace Ipso.Integration.Tests;

/// <summary>node-coap's client and a server of ours: every method, bodies in blocks, observation, and errors.</summary>
[Trait("Category", "Peers")]
public sealed class NodeCoapClientTests : AsyncTests
{
    private readonly ServedStore _store = new();
    private readonly NodeCoapClient _client;

    public NodeCoapClientTests() => _client = new NodeCoapClient(_store.EndPoint);

    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    [PeerFact(NodeCoap.Name)]
    public async Task It_creates_reads_changes_and_deletes()
    {
        Call put = new("PUT", "/store") { Body = "21.5"u8.ToArray(), Options = With("Content-Format", []) };
        Assert.Equal("2.01", (await _client.RequestAsync(put)).Code);
        Assert.Equal(ContentFormat.PlainText, _store.Format);
        Answer read = await _client.RequestAsync(new Call("GET", "/store"));
        Assert.Equal(("2.05", "21.5", "text/plain"), (read.Code, read.Text, read.Format));
        Assert.Equal("2.04", (await _client.RequestAsync(put with { Body = "22"u8.ToArray() })).Code);
        Assert.Equal("22", (await _client.RequestAsync(new Call("GET", "/store") { Confirmable = false })).Text);
        Answer posted = await _client.RequestAsync(new Call("POST", "/store") { Query = "name=ö", Body = "x"u8.ToArray() });
        Assert.Equal(("2.01", "/store/ö", "x"), (posted.Code, posted.Location, posted.Text));
        Assert.Equal("2.02", (await _client.RequestAsync(new Call("DELETE", "/store"))).Code);
        Assert.Null(_store.Body);
    }

    [PeerTheory(NodeCoap.Name)]
    [InlineData(1024, 1024)]
    [InlineData(1025, 1024)]
    [InlineData(5000, 16)]
    [InlineData(5120, 64)]
    [InlineData(150_000, 1024)]
    public async Task It_writes_and_reads_in_blocks(int size, int blockSize)
    {
        byte[] body = Numbers(size);
        byte exponent = (byte)BlockOption.GetSizeExponent(blockSize);
        Answer put = await _client.RequestAsync(new Call("PUT", "/store") { Body = body, Options = With("Block1", [exponent]) });
        Assert.Equal("2.01", put.Code);
        Assert.Equal(body, _store.Body);
        Answer get = await _client.RequestAsync(new Call("GET", "/store") { Options = With("Block2", [exponent]) });
        Assert.Equal("2.05", get.Code);
        Assert.Equal(body, get.Payload);
        Assert.Equal(body, (await _client.RequestAsync(new Call("GET", "/store"))).Payload);
    }

    [PeerFact(NodeCoap.Name)]
    public async Task It_posts_in_blocks_and_is_answered_in_blocks()
    {
        byte[] body = Numbers(10_000);
        Answer answer = await _client.RequestAsync(
            new Call("POST", "/store") { Query = "name=1", Body = body, Options = With("Block1", [6]) });
        Assert.Equal("2.01", answer.Code);
        Assert.Equal(body, answer.Payload);
    }

    [PeerFact(NodeCoap.Name)]
    public async Task A_separate_response_reaches_it()
    {
        Task<Answer> answer = _client.RequestAsync(new Call("GET", "/slow"));
        await UntilAsync(() => _store.Counters.Transmitted > 0);
        Assert.False(answer.IsCompleted);
        _store.Late.SetResult();
        Assert.Equal(("2.05", "at last"), ((await answer).Code, (await answer).Text));
    }

    [PeerFact(NodeCoap.Name)]
    public async Task It_observes_and_deregisters()
    {
        _store.Change("0"u8.ToArray());
        List<string> seen = [];
        await foreach (Answer answer in _client.ObserveAsync("/store"))
        {
            Assert.Equal("2.05", answer.Code);
            seen.Add(answer.Text);
            if (seen.Count == 6)
            {
                break;
            }

            _store.Change([(byte)('0' + seen.Count)]);
        }

        Assert.Equal(["0", "1", "2", "3", "4", "5"], seen);
        Assert.Equal(0, _store.ObserverCount);
    }

    [PeerTheory(NodeCoap.Name)]
    [InlineData("GET", "/nowhere", null, "", "4.04")]
    [InlineData("GET", "/store", null, "", "4.04")]
    [InlineData("DELETE", "/format", null, "", "4.05")]
    [InlineData("GET", "/format", "Accept", "00", "4.06")]
    [InlineData("PUT", "/format", "Content-Format", "00", "4.15")]
    [InlineData("GET", "/store", "2051", "00", "4.02")]
    [InlineData("GET", "/store", "Proxy-Uri", "636f61703a2f2f61", "5.05")]
    public async Task It_is_told_of_an_error(string method, string path, string? option, string value, string expected)
    {
        Answer answer = await _client.RequestAsync(
            new Call(method, path) { Options = option is null ? With("2050", []) : With(option, Convert.FromHexString(value)) });
        Assert.Equal(expected, answer.Code);
    }

    [PeerFact(NodeCoap.Name)]
    public async Task A_precondition_and_the_size_of_a_body_are_kept()
    {
        _store.Change("0"u8.ToArray());
        Answer refused = await _client.RequestAsync(new Call("PUT", "/store") { Body = [1], Options = With("If-None-Match", []) });
        Assert.Equal(("4.12", "it is there already"), (refused.Code, refused.Text));
        Answer tooLarge = await _client.RequestAsync(
            new Call("PUT", "/store") { Body = new byte[ServedStore.MaxBody + 1], Options = With("Block1", [6]) });
        Assert.Equal("4.13", tooLarge.Code);
        Assert.Equal("0"u8.ToArray(), _store.Body);
    }

    internal static byte[] Numbers(int count)
    {
        byte[] numbers = new byte[count];
        new Random(count).NextBytes(numbers);
        return numbers;
    }

    private static Dictionary<string, byte[]> With(string option, byte[] value) => new() { [option] = value };

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Yield();
        }
    }
}
