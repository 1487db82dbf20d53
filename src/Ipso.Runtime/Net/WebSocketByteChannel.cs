using System.Net.WebSockets;
using Ipso.Coap;
using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// A WebSocket of subprotocol <c>coap</c> (RFC 8323, 4), opened by us or by the peer: one binary message is one message of CoAP.
/// </summary>
/// <remarks>
/// What is none is refused twice: the engine is given bytes that no message begins with, so that it sends an Abort, and the WebSocket is
/// closed with the code that says why. What comes after it is read and forgotten until the peer has closed too.
/// </remarks>
/// <param name="socket">The WebSocket, open, from now on the channel's own.</param>
/// <param name="maxMessageSize">The longest message that is taken, in bytes; so much is kept of one while it arrives.</param>
/// <param name="owner">Disposed of with the channel; null for nothing.</param>
internal sealed class WebSocketByteChannel(WebSocket socket, int maxMessageSize, IDisposable? owner = null) : ByteChannel
{
    /// <summary>The subprotocol (RFC 8323, 11.4).</summary>
    public const string SubProtocol = "coap";

    // RFC 6455, 7.4, as IANA has it.
    private const WebSocketCloseStatus TryAgainLater = (WebSocketCloseStatus)1013;

    private const int InitialSize = 512;

    // A Close has a few bytes, which have room in the system's buffer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _incoming = new byte[InitialSize];
    private byte[] _outgoing = [];
    private int _start;
    private int _end;
    private WebSocketCloseStatus _status = WebSocketCloseStatus.NormalClosure;
    private bool _isRefused;
    private bool _isTurnedAway;
    private volatile bool _isDisposed;

    public override CoapFraming Framing => CoapFraming.WebSocket;

    public override bool SaysFarewell => true;

    /// <summary>Ends when it has been disposed of.</summary>
    public Task Gone => _gone.Task;

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            if (_start == _end && !await ReadMessageAsync().ConfigureAwait(false))
            {
                return 0;
            }
        }
#pragma warning disable CA1031 // Whatever the peer sends, it is no more than a broken connection.
        catch (Exception e) when (e is not (IOException or ObjectDisposedException))
        {
            throw Broken(e);
        }
#pragma warning restore CA1031

        int count = Math.Min(buffer.Length, _end - _start);
        _incoming.AsSpan(_start, count).CopyTo(buffer.Span);
        _start += count;
        return count;
    }

    // The next message, in the form of a byte stream; false at the end.
    private async ValueTask<bool> ReadMessageAsync()
    {
        _start = _end = 0;
        int length = 0;
        bool hasBegun = false;
        while (true)
        {
            int room = Math.Min(_incoming.Length - WebSocketFrames.Growth, maxMessageSize);
            if (length == room && room < maxMessageSize)
            {
                int size = Math.Min(2 * _incoming.Length, maxMessageSize + WebSocketFrames.Growth);
                Array.Resize(ref _incoming, size);
                continue;
            }

            // One byte more than may be has room behind the longest message.
            int rest = length == maxMessageSize ? 1 : room - length;
            ValueWebSocketReceiveResult read = await socket.ReceiveAsync(
                _incoming.AsMemory(_isRefused ? 0 : length, _isRefused ? room : rest), CancellationToken.None).ConfigureAwait(false);
            if (read.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            if (_isRefused)
            {
                continue;
            }

            if (!hasBegun && !read.EndOfMessage)
            {
                hasBegun = true;
                MessageBegun?.Invoke();
            }

            length += read.Count;
            if (read.MessageType != WebSocketMessageType.Binary)
            {
                Refuse(WebSocketCloseStatus.InvalidMessageType, WebSocketFrames.Malformed);
                return true;
            }

            if (length > maxMessageSize)
            {
                Refuse(WebSocketCloseStatus.MessageTooBig, WebSocketFrames.TooLarge);
                return true;
            }

            if (read.EndOfMessage)
            {
                _end = WebSocketFrames.ToStream(_incoming, length);
                if (_incoming.AsSpan(0, _end).SequenceEqual(WebSocketFrames.Malformed))
                {
                    Refuse(WebSocketCloseStatus.ProtocolError, WebSocketFrames.Malformed);
                }

                return true;
            }
        }
    }

    private void Refuse(WebSocketCloseStatus status, ReadOnlySpan<byte> instead)
    {
        _isRefused = true;
        _status = status;
        instead.CopyTo(_incoming);
        _end = instead.Length;
    }

    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            int size = WebSocketFrames.LengthOf(bytes.Span);
            if (_outgoing.Length < size)
            {
                _outgoing = new byte[Math.Max(size, InitialSize)];
            }

            int taken = WebSocketFrames.FromStream(bytes.Span, _outgoing, out int length);
            await socket.SendAsync(_outgoing.AsMemory(0, length), WebSocketMessageType.Binary, true, CancellationToken.None)
                .ConfigureAwait(false);
            return taken;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e) when (e is not (IOException or ObjectDisposedException))
        {
            throw Broken(e);
        }
#pragma warning restore CA1031
    }

    // RFC 6455, 7.1.2: a Close, to which the peer answers with one, unless it was first.
    public override async Task ShutdownAsync()
    {
        try
        {
            await socket.CloseOutputAsync(_status, null, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // As above.
        catch (Exception e) when (e is not (IOException or ObjectDisposedException))
        {
            throw Broken(e);
        }
#pragma warning restore CA1031
    }

    public override void Refuse() => _ = RefuseAsync();

    public override void Abandon() => socket.Abort();

    public override void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;

            // Whoever still reads hears of the end. To abort is to reset, and might overtake a Close.
            if (!_isTurnedAway && socket.State != WebSocketState.Closed)
            {
                socket.Abort();
            }

            socket.Dispose();
            owner?.Dispose();
            _gone.TrySetResult();
        }
    }

    private async Task RefuseAsync()
    {
        try
        {
            // Not under the lock of the caller.
            await Task.Yield();
            await socket.CloseOutputAsync(TryAgainLater, null, CancellationToken.None).WaitAsync(s_patience).ConfigureAwait(false);
            _isTurnedAway = true;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception)
        {
            // It is gone already.
        }
#pragma warning restore CA1031

        Dispose();
    }

    private static IOException Broken(Exception e) => new("The WebSocket is broken.", e);
}
