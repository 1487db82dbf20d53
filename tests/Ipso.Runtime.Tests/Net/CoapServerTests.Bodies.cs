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

    [Fact]
    public async Task A_stream_that_throws_when_it_is_looked_at_is_answered_with_5_00_and_leaves_its_place()
    {
        TaskCompletionSource gate = new();
        ErrorLog logger = new();
        await using CoapServer server = Start(
            server =>
            {
                server.MapGet("/broken", async (_, cancellationToken) =>
                {
                    await gate.Task.WaitAsync(cancellationToken);
                    return CoapReply.Content(new Unmeasured(), ContentFormat.OctetStream);
                });
                server.MapGet("/broken-at-once", static (_, _) =>
                    new ValueTask<CoapReply>(CoapReply.Content(new Unmeasured(), ContentFormat.OctetStream)));
                server.MapGet("/fine", static async (_, _) =>
                {
                    await Task.Yield();
                    return CoapReply.Content("fine");
                });
            },
            new CoapServerOptions { ConcurrentHandlers = 1, Logger = logger });
        await using CoapClient coap = CoapClient.Connect(server.LocalEndPoint);
        Task<CoapClientResponse> broken = coap.GetAsync("/broken", s_timeout);
        while (server.Counters.Deferred == 0)
        {
            await coap.PingAsync(cancellationToken: s_timeout);
        }

        gate.SetResult();
        Assert.Equal(CoapCode.InternalServerError, (await broken).Code);
        Assert.Equal("The handler of GET /broken has thrown", logger.Error);
        Assert.Equal(CoapCode.InternalServerError, (await coap.GetAsync("/broken-at-once", s_timeout)).Code);
        Assert.Equal("The handler of GET /broken-at-once has thrown", logger.Error);
        Assert.Equal("fine", (await coap.GetAsync("/fine", s_timeout)).GetText());
    }

    [Fact]
    public async Task A_stream_that_cannot_even_be_closed_ends_its_observation_and_leaves_its_place()
    {
        int rendered = 0;
        await using CoapServer server = Start(
            server =>
            {
                server.MapGet("/v", async (_, _) =>
                {
                    await Task.Yield();
                    return Interlocked.Increment(ref rendered) == 1
                        ? CoapReply.Content("1")
                        : CoapReply.Content(new Unmeasured { ThrowsAtTheEnd = true }, null);
                }).Observable();
                server.MapGet("/fine", static async (_, _) =>
                {
                    await Task.Yield();
                    return CoapReply.Content("fine");
                });
            },
            new CoapServerOptions { ConcurrentHandlers = 1 });
        await using CoapClient coap = CoapClient.Connect(server.LocalEndPoint);
        CoapResponseException ended = await Assert.ThrowsAsync<CoapResponseException>(async () =>
        {
            await foreach (CoapClientResponse notification in coap.ObserveAsync("/v", cancellationToken: s_timeout))
            {
                Assert.Equal("1", notification.GetText());
                server.Changed("/v");
            }
        });
        Assert.Equal(CoapCode.InternalServerError, ended.Code);
        Assert.Equal("fine", (await coap.GetAsync("/fine", s_timeout)).GetText());
    }

    [Fact]
    public async Task Who_closes_a_body_does_not_wait_for_what_its_stream_does_on_being_cancelled()
    {
        using ManualResetEventSlim isClosed = new();
        Stubborn stream = new(isClosed);
        PumpedBody body = new(stream, 4096, leaveOpen: false);
        await stream.IsRead.Task.WaitAsync(s_patience);
        await Task.Run(body.Close).WaitAsync(s_patience);
        isClosed.Set();
        await body.Pumping.WaitAsync(s_patience);
        body.Dispose();
        body.Close();
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

    /// <summary>A stream that does not say how long it is, although it claims that it can seek.</summary>
    private sealed class Unmeasured : MemoryStream
    {
        public bool ThrowsAtTheEnd { get; init; }

        public override long Length => throw new NotSupportedException("planted");

        public override ValueTask DisposeAsync() => ThrowsAtTheEnd ? throw new NotSupportedException("planted") : base.DisposeAsync();
    }

    /// <summary>A stream that gives nothing, and on being cancelled holds up whoever cancels.</summary>
    private sealed class Stubborn(ManualResetEventSlim isClosed) : MemoryStream
    {
        public TaskCompletionSource IsRead { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            TaskCompletionSource<int> nothing = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration registration = cancellationToken.Register(() =>
            {
                Assert.True(isClosed.Wait(s_patience));
                nothing.TrySetCanceled(cancellationToken);
            });
            IsRead.TrySetResult();
            return await nothing.Task;
        }
    }
}
