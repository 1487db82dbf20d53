using System.Net;
using System.Net.Sockets;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>What reads the connections of a TCP host on Linux.</summary>
[Trait("Category", "Network")]
public sealed class LinuxReaderTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly LinuxReadiness? _readiness = LinuxReadiness.TryStart("test");
    private readonly Socket _near;
    private readonly Socket _far;
    private readonly byte[] _buffer = new byte[8];

    public LinuxReaderTests()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _far.Connect(listener.LocalEndPoint!);
        _near = listener.Accept();
        _near.Blocking = false;
    }

    public void Dispose()
    {
        _readiness?.Stop();
        _near.Dispose();
        _far.Dispose();
    }

    private LinuxReader Reader() => _readiness!.TryAdd(_near, 1)!;

    private async Task<byte[]> Next(LinuxReader reader) =>
        _buffer[..await reader.ReceiveAsync(_buffer).AsTask().WaitAsync(s_patience)];

    [LinuxFact]
    public async Task Waits_for_what_comes_time_and_again()
    {
        LinuxReader reader = Reader();
        for (byte i = 0; i < 100; i++)
        {
            Task<byte[]> next = Next(reader);
            _far.Send([i, 1]);
            Assert.Equal([i, 1], await next);
        }
    }

    [LinuxFact]
    public async Task Reads_on_where_there_was_more_than_room()
    {
        LinuxReader reader = Reader();
        _far.Send(new byte[20]);
        int total = 0;
        while (total < 20)
        {
            total += (await Next(reader)).Length;
        }

        Assert.Equal(20, total);
    }

    [LinuxFact]
    public async Task A_peer_that_sends_faster_than_it_is_read_gets_turns_and_every_byte_arrives()
    {
        const int Length = 16_000;
        byte[] bytes = [.. Enumerable.Range(0, Length).Select(static i => (byte)(i * 31 >> 3))];
        Assert.Equal(Length, _far.Send(bytes));
        while (_near.Available < Length)
        {
            Assert.True(_near.Poll(s_patience, SelectMode.SelectRead));
        }

        LinuxReader reader = Reader();
        List<byte> read = [];
        int atOnce = 0;
        while (read.Count < Length)
        {
            ValueTask<int> next = reader.ReceiveAsync(_buffer);
            atOnce = next.IsCompleted ? atOnce + 1 : 0;
            // A turn may be over before it is looked at, but not every time.
            Assert.InRange(atOnce, 0, Length / _buffer.Length / 2);
            read.AddRange(_buffer.AsSpan(0, await next.AsTask().WaitAsync(s_patience)));
        }

        Assert.Equal(bytes, read);
    }

    [LinuxFact]
    public async Task Sees_the_end_that_has_come_with_the_last_bytes()
    {
        _far.Send([1, 2, 3]);
        _far.Shutdown(SocketShutdown.Send);
        LinuxReader reader = Reader();
        Assert.Equal([1, 2, 3], await Next(reader));
        Assert.Empty(await Next(reader));
    }

    [LinuxFact]
    public async Task Sees_the_end_that_comes_later()
    {
        LinuxReader reader = Reader();
        Task<byte[]> next = Next(reader);
        _far.Shutdown(SocketShutdown.Send);
        Assert.Empty(await next);
    }

    [LinuxFact]
    public async Task Says_that_the_peer_has_reset_the_connection()
    {
        LinuxReader reader = Reader();
        Task<byte[]> next = Next(reader);
        _far.LingerState = new LingerOption(true, 0);
        _far.Dispose();
        SocketException e = await Assert.ThrowsAsync<SocketException>(() => next);
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [LinuxFact]
    public async Task Says_that_we_have_closed_it()
    {
        LinuxReader reader = Reader();
        Task<byte[]> next = Next(reader);
        _near.Dispose();
        _readiness!.Remove(1);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => next);
    }

    [LinuxFact]
    public void Takes_no_connection_after_the_stop()
    {
        _readiness!.Stop();
        Assert.Null(_readiness.TryAdd(_near, 1));
    }
}
