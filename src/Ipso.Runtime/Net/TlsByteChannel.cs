using System.Net.Security;
using System.Net.Sockets;

namespace Ipso.Net;

/// <summary>A connection of TLS over TCP, its handshake done (RFC 8323, 8.2).</summary>
/// <param name="socket">The socket.</param>
/// <param name="stream">What reads and writes it, from now on the channel's own.</param>
internal sealed class TlsByteChannel(Socket socket, SslStream stream) : ByteChannel
{
    /// <summary>What TLS keeps of a connection at most, roughly: the keys, a record in and one out.</summary>
    public const long Size = 64 * 1024;

    public override bool SaysFarewell => true;

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            return await stream.ReadAsync(buffer).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the peer sends, it is no more than a broken connection.
        catch (Exception e) when (e is not (IOException or ObjectDisposedException))
        {
            throw Broken(e);
        }
#pragma warning restore CA1031
    }

    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            int count = Math.Min(Piece, bytes.Length);
            await stream.WriteAsync(bytes[..count]).ConfigureAwait(false);
            return count;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e) when (e is not (IOException or ObjectDisposedException))
        {
            throw Broken(e);
        }
#pragma warning restore CA1031
    }

    // close_notify (RFC 8446, 6.1), then the end of the bytes.
    public override async Task ShutdownAsync()
    {
        try
        {
            await stream.ShutdownAsync().ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e) when (e is not (IOException or ObjectDisposedException))
        {
            throw Broken(e);
        }
#pragma warning restore CA1031
    }

    public override void Abandon() => Abandon(socket);

    // The socket first, so that whoever still reads hears of the end.
    public override void Dispose()
    {
        socket.Dispose();
        stream.Dispose();
    }

    private static IOException Broken(Exception e) => new("The TLS connection is broken.", e);
}
