using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Ipso.Net;

/// <summary>Reads one connection, told by <see cref="LinuxReadiness"/> when there is something. Nothing is allocated per read.</summary>
/// <remarks>
/// One reads at a time. Who has waited goes on in the thread that tells, which all connections share: a peer that sends faster than it is
/// read has a turn of <see cref="Turn"/> reads there, and goes on in the thread pool, behind whoever waits.
/// </remarks>
internal sealed class LinuxReader(Socket socket) : IValueTaskSource<int>, IThreadPoolWorkItem
{
    /// <summary>How many reads may follow each other without a wait.</summary>
    internal const int Turn = 16;

    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<int> _result;
    private Memory<byte> _buffer;
    private bool _isWaiting;
    private bool _mayHaveMore = true;
    private bool _hasEnded;
    private int _readInTurn;

    /// <summary>Reads what there is, once there is something.</summary>
    /// <param name="buffer">Where to.</param>
    /// <returns>How many bytes; 0 at the end.</returns>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        lock (_gate)
        {
            _buffer = buffer;
            bool isOver = _mayHaveMore && _readInTurn == Turn;
            if (_mayHaveMore && !isOver && TryReceive(out int count))
            {
                _readInTurn++;
                return new ValueTask<int>(count);
            }

            _readInTurn = 0;
            _result.Reset();
            _isWaiting = true;
            if (isOver)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            return new ValueTask<int>(this, _result.Version);
        }
    }

    // The next turn.
    void IThreadPoolWorkItem.Execute() => OnReady(hasEnded: false);

    /// <summary>There is something new to read, or the socket was closed.</summary>
    /// <param name="hasEnded">Whether nothing more comes after what is there: it is to be read to its end.</param>
    public void OnReady(bool hasEnded)
    {
        int count = 0;
        Exception? fault = null;
        lock (_gate)
        {
            _hasEnded |= hasEnded;
            _mayHaveMore = true;
            if (!_isWaiting)
            {
                return;
            }

            try
            {
                if (!TryReceive(out count))
                {
                    return;
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                fault = e;
            }

            _isWaiting = false;
        }

        if (fault is not null)
        {
            _result.SetException(fault);
        }
        else
        {
            _result.SetResult(count);
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => _result.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _result.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    // Less than there was room for is all there was (epoll(7)): what comes later is told.
    private bool TryReceive(out int count)
    {
        count = socket.Receive(_buffer.Span, SocketFlags.None, out SocketError error);
        _mayHaveMore = _hasEnded || (error == SocketError.Success && count == _buffer.Length);
        return error switch
        {
            SocketError.Success => true,
            SocketError.WouldBlock => false,
            _ => throw new SocketException((int)error),
        };
    }
}
