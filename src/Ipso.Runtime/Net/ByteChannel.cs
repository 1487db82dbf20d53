using System.Net;
using System.Net.Sockets;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// What a connection of a TCP host reads and writes: the bytes of CoAP over a byte stream (RFC 8323, 3.2), whatever carries them. One
/// reads and one writes at a time.
/// </summary>
internal abstract class ByteChannel : IDisposable
{
    // The system tells of progress when a whole piece is gone.
    protected const int Piece = 16 * 1024;

    /// <summary>The other end, an address of IPv4 as one.</summary>
    public required IPEndPoint Remote { get; init; }

    /// <summary>Who the peer has proved to be; null where it has proved nothing.</summary>
    public PeerIdentity? Identity { get; init; }

    /// <summary>What the messages travel in on the way.</summary>
    public virtual CoapFraming Framing => CoapFraming.Stream;

    /// <summary>
    /// Whether the end is said in a message of its own, which takes time and is owed to a peer that has ended before, too.
    /// </summary>
    public virtual bool SaysFarewell => false;

    /// <summary>
    /// Called while <see cref="ReceiveAsync"/> waits for the rest of a message of which the first part has come, where it gives whole messages
    /// alone.
    /// </summary>
    public Action? MessageBegun { get; set; }

    /// <summary>Reads what comes next.</summary>
    /// <param name="buffer">Where to; used until the read has ended.</param>
    /// <returns>How many bytes; 0 at the end.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="IOException">The same, or what has come means nothing.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends what can be sent without waiting.</summary>
    /// <param name="bytes">What waits.</param>
    /// <param name="error">WouldBlock where nothing can be: then <see cref="SendAsync"/> does it.</param>
    /// <returns>How many bytes are gone.</returns>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public virtual int TrySend(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        error = SocketError.WouldBlock;
        return 0;
    }

    /// <summary>Sends a piece of what waits. Not to be called under a lock that readers need.</summary>
    /// <param name="bytes">What waits: whole messages, but for the first, a part of which may be gone.</param>
    /// <returns>How many bytes are gone.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="IOException">The same.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Says that nothing more is sent; without a farewell, without waiting.</summary>
    /// <exception cref="SocketException">The connection is gone.</exception>
    /// <exception cref="IOException">The same.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public abstract Task ShutdownAsync();

    /// <summary>There is no room for it: closes it at once, with a word if that costs nothing.</summary>
    public virtual void Refuse() => Dispose();

    /// <summary>What is disposed of next is to be reset, not closed.</summary>
    public abstract void Abandon();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The address of the other end of a socket.</summary>
    /// <exception cref="SocketException">The connection is gone already.</exception>
    public static IPEndPoint RemoteOf(Socket socket)
    {
        IPEndPoint remote = (IPEndPoint)socket.RemoteEndPoint!;
        return remote.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(remote.Address.MapToIPv4(), remote.Port) : remote;
    }

    protected static void Abandon(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }
}
