using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// One connection of a TCP host: its channel, what has been read of it, and what waits to be sent. Used under the host's lock.
/// </summary>
internal sealed class TcpConnection : IDisposable
{
    internal const int ReceiveSize = 4096;
    private const int InitialSize = 1024;
    private const byte Kind = (byte)'T';

    private byte[] _unsent = new byte[InitialSize];
    private int _start;
    private int _end;

    public TcpConnection(ByteChannel channel, ulong serial)
    {
        Channel = channel;
        Span<byte> name = stackalloc byte[1 + sizeof(ulong)];
        name[0] = Kind;
        BinaryPrimitives.WriteUInt64BigEndian(name[1..], serial);
        Peer = new PeerId(name);
    }

    /// <summary>Whether a peer is a connection of some host, perhaps one that is gone.</summary>
    public static bool IsName(PeerId peer) => peer.Length == 1 + sizeof(ulong) && (byte)peer.Head == Kind;

    /// <summary>The name, which no other connection of the host has or has had.</summary>
    public PeerId Peer { get; }

    public ByteChannel Channel { get; }

    public IPEndPoint Remote => Channel.Remote;

    /// <summary>Where the reading loop puts bytes.</summary>
    public byte[] Buffer { get; } = new byte[ReceiveSize];

    /// <summary>Lets the reading loop go on that waits because too much is unsent.</summary>
    public SemaphoreSlim Room { get; } = new(0, 1);

    /// <summary>Whether the reading loop waits for <see cref="Room"/>.</summary>
    public bool IsParked { get; set; }

    /// <summary>Whether it is among those that the host looks at because the application does not take their next message yet.</summary>
    public bool IsListedAsHeld { get; set; }

    /// <summary>Whether it counts among those that its address has opened.</summary>
    public bool IsCounted { get; set; }

    /// <summary>Whether it is among those that the host is about to flush.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether the system holds a part of <see cref="Unsent"/>: it must stay where it is.</summary>
    public bool IsSending { get; set; }

    /// <summary>Whether the engine has forgotten it: nothing more comes up, and what comes in means nothing.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Whether the peer has sent its last byte.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Whether we have sent our last byte and said so, or are about to say it.</summary>
    public bool IsShut { get; set; }

    /// <summary>Whether it has been said.</summary>
    public bool HasSaidFarewell { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>When patience with it ends; null if it does nothing that takes patience.</summary>
    public Instant? Deadline { get; set; }

    /// <summary>How many bytes wait to be sent.</summary>
    public int Pending => _end - _start;

    public ReadOnlyMemory<byte> Unsent => _unsent.AsMemory(_start, Pending);

    /// <summary>Reads into <see cref="Buffer"/> what comes next. Not under the lock.</summary>
    /// <returns>How many bytes; 0 at the end.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="IOException">The same.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public ValueTask<int> ReceiveAsync() => Channel.ReceiveAsync(Buffer);

    /// <summary>Adds bytes to those that wait to be sent.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _unsent.Length - _end)
        {
            MakeRoom(bytes.Length);
        }

        bytes.CopyTo(_unsent.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Bytes have been sent.</summary>
    public void Advance(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Lets the reading loop go on, if it waits.</summary>
    public void Unpark()
    {
        if (IsParked)
        {
            IsParked = false;
            Room.Release();
        }
    }

    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            Deadline = null;
            Channel.Dispose();
            Unpark();
        }
    }

    private void MakeRoom(int count)
    {
        // Bytes that the system is reading are not moved under it: then they go on in another buffer.
        int wanted = 2 * (Pending + count);
        byte[] target = !IsSending && wanted <= _unsent.Length ? _unsent : new byte[Math.Max(_unsent.Length, wanted)];
        _unsent.AsSpan(_start, Pending).CopyTo(target);
        _end -= _start;
        _start = 0;
        _unsent = target;
    }
}
