using System.Net.Sockets;

namespace Ipso.Net;

/// <summary>A connection of TCP as it is.</summary>
internal sealed class SocketByteChannel : ByteChannel
{
    private readonly Socket _socket;
    private readonly ulong _serial;
    private readonly LinuxReadiness? _readiness;
    private readonly LinuxReader? _reader;

    /// <param name="socket">It does not block.</param>
    /// <param name="serial">The connection's number.</param>
    /// <param name="readiness">What waits for it; null for the platform.</param>
    public SocketByteChannel(Socket socket, ulong serial, LinuxReadiness? readiness)
    {
        _socket = socket;
        _serial = serial;
        _readiness = readiness;
        _reader = readiness?.TryAdd(socket, serial);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _reader?.ReceiveAsync(buffer) ?? _socket.ReceiveAsync(buffer);

    public override int TrySend(ReadOnlySpan<byte> bytes, out SocketError error) => _socket.Send(bytes, SocketFlags.None, out error);

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes) => _socket.SendAsync(bytes[..Math.Min(Piece, bytes.Length)]);

    public override Task ShutdownAsync()
    {
        _socket.Shutdown(SocketShutdown.Send);
        return Task.CompletedTask;
    }

    public override void Abandon() => Abandon(_socket);

    public override void Dispose()
    {
        _socket.Dispose();
        _readiness?.Remove(_serial);
    }
}
