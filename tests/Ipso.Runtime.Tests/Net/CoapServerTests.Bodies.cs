using Ipso.Coap;
using Ipso.Coap.Engine;
using Ipso.Net;

namespace Ipso.Tests.Net;

// Bodies, whole and as streams.
public partial class CoapServerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_larger_than_any_buffer_go_through_as_streams(bool canSeek)
    {
        const int Length = 200_000;
        await using CoapServer server = Start(
            server =>
            {
                server.MapPut("/f", async (request, ct) =>
                {
                    long sum = 0, length = 0;
                    var buffer = new byte[700];
                    for (int read; (read = await request.Body.ReadAsync(buffer, ct)) > 0; length += read)
                    {
                        sum += buffer.AsSpan(0, read).ToArray().Sum(static b => b);
                    }

                    return CoapReply.Content($"{length} {sum}");
                }).StreamBody();
                server.MapGet("/f", (_, _) => new ValueTask<CoapReply>(CoapReply.Content(Source(Length, canSeek), null)));
            });

        // The handler is slower than the network: what it leaves unanswered is repeated soon.
        var soon = new TransmissionParameters { AckTimeout = TimeSpan.FromMilliseconds(100), MaxRetransmit = 9 };
        await using CoapClient coap = CoapClient.Connect(server.LocalEndPoint, new CoapEndpointOptions { Transmission = soon });
        long expected = Bytes(Length).Sum(static b => (long)b);
        Stream upload = Source(Length, canSeek);
        Assert.Equal($"{Length} {expected}", (await coap.PutAsync("/f", upload, null, s_timeout)).EnsureSuccess().GetText());
        Assert.Equal($"{Length} {expected}", (await coap.PutAsync("/f", Bytes(Length), null, s_timeout)).GetText());

        await using Stream download = await coap.GetStreamAsync("/f", cancellationToken: s_timeout);
        using var all = new MemoryStream();
        await download.CopyToAsync(all, s_timeout);
        Assert.True(Bytes(Length).AsSpan().SequenceEqual(all.ToArray()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_go_both_ways_in_robust_transfers_too(bool streams)
    {
        const int Length = 100_000;
        long expected = Bytes(Length).Sum(static b => (long)b);
        var bounds = new CoapEndpointOptions { MaxBodySize = 1 << 17, TransferBytes = 1 << 19 };
        await using CoapServer server = Start(
            server =>
            {
                CoapRoute route = server.MapPut("/f", async (request, ct) =>
                {
                    using var all = new MemoryStream();
                    await request.Body.CopyToAsync(all, ct);
                    return CoapReply.Content($"{all.Length} {all.ToArray().Sum(static b => (long)b)}");
                });
                _ = streams ? route.StreamBody() : route;
                server.MapGet("/f", (_, _) => new ValueTask<CoapReply>(CoapReply.Content(Source(Length, canSeek: streams), null)));
            },
            new CoapServerOptions { Endpoint = bounds });
        await using var coap = new CoapClient(new CoapClientOptions { RobustBlocks = true, Endpoint = bounds });
        Assert.Equal(
            $"{Length} {expected}",
            (await coap.PutAsync(Uri(server, "/f"), Source(Length, canSeek: streams), null, s_timeout)).EnsureSuccess().GetText());
        Assert.Equal($"{Length} {expected}", (await coap.PutAsync(Uri(server, "/f"), Bytes(Length), null, s_timeout)).GetText());
        CoapClientResponse whole = await coap.GetAsync(Uri(server, "/f"), s_timeout);
        Assert.Equal((CoapCode.Content, Length, ""), (whole.Code, whole.Payload.Length, whole.Code.IsSuccess ? "" : whole.GetText()));
        Assert.True(Bytes(Length).AsSpan().SequenceEqual(whole.Payload));

        await using Stream download = await coap.GetStreamAsync(Uri(server, "/f"), cancellationToken: s_timeout);
        using var all = new MemoryStream();
        await download.CopyToAsync(all, s_timeout);
        Assert.True(Bytes(Length).AsSpan().SequenceEqual(all.ToArray()));
    }

    [Fact]
    public async Task A_reader_that_stands_still_holds_the_transfer_and_one_that_leaves_ends_it()
    {
        const int Length = 100_000;
        await using CoapServer server = Start(
            server => server.MapGet("/f", _ => CoapReply.Content(Source(Length, canSeek: true), null)));
        await using var coap = new CoapClient(new CoapClientOptions { StreamBuffer = 4096 });
        Stream download = await coap.GetStreamAsync(Uri(server, "/f"), cancellationToken: s_timeout);

        // Other requests go on: what is held is one transfer.
        long before;
        do
        {
            before = server.Counters.Received;
            await coap.GetAsync(Uri(server, "/none"), s_timeout);
        }
        while (server.Counters.Received != before + 1);

        var head = new byte[50_000];
        await download.ReadExactlyAsync(head, s_timeout);
        Assert.True(Bytes(Length).AsSpan(0, head.Length).SequenceEqual(head));
        await download.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await download.ReadExactlyAsync(head, s_timeout));
        Assert.True(server.Counters.Received < 90);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i * 31 >> 3);
        }

        return bytes;
    }

    private static Stream Source(int length, bool canSeek) =>
        canSeek ? new MemoryStream(Bytes(length)) : new ForwardStream(new MemoryStream(Bytes(length)));

    /// <summary>A stream that can only be read from start to end, in pieces of odd sizes.</summary>
    private sealed class ForwardStream(MemoryStream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 777));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
