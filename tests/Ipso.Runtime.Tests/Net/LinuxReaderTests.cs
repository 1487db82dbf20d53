using System.Net;
using System.Net.Sockets;
using Ipso.Net;

namespace Ipso.Tests.Net;

/// <summary>What one connection may take of the thread that reads all.</summary>
public class LinuxReaderTests
{
    private const int Length = 20_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_peer_that_sends_faster_than_it_is_read_gets_turns_and_every_byte_arrives()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using Socket peer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(listener.LocalEndPoint!);
        using Socket socket = listener.Accept();
        socket.Blocking = false;
        byte[] bytes = [.. Enumerable.Range(0, Length).Select(static i => (byte)(i * 31 >> 3))];
        Assert.Equal(Length, peer.Send(bytes));
        while (socket.Available < Length)
        {
            Assert.True(socket.Poll(s_patience, SelectMode.SelectRead));
        }

        LinuxReadiness? readiness = LinuxReadiness.TryStart("reads");
        Assert.NotNull(readiness);
        LinuxReader? reader = readiness.TryAdd(socket, 1);
        Assert.NotNull(reader);
        byte[] piece = new byte[10];
        List<byte> read = [];
        int atOnce = 0;
        while (read.Count < Length)
        {
            ValueTask<int> pending = reader.ReceiveAsync(piece);
            atOnce = pending.IsCompleted ? atOnce + 1 : 0;
            Assert.InRange(atOnce, 0, Length / piece.Length / 2);
            read.AddRange(piece.AsSpan(0, await pending.AsTask().WaitAsync(s_patience)));
        }

        Assert.Equal(bytes, read);
        readiness.Stop();
    }
}
