using System.Net.Sockets;
using Ipso.Coap.Engine;

namespace Ipso.Net;

// What happens under the lock.
public sealed partial class TcpHost
{
    // The end of a connection is an event, on which the owner may send, which may end another: so often in a cycle.
    private const int MaxRounds = 4;

    // So much is handed in before answers are taken out: a request takes two bytes, and its answer may be a long message.
    private const int Slice = 256;

    private readonly byte[] _buffer;
    private readonly List<TcpConnection> _dirty = [];

    // Those whose next message the application does not take yet, each once.
    private readonly List<TcpConnection> _held = [];
    private Instant? _patience;
    private Instant _closeAt;

    // When the last connection is gone, once a stop has begun to close them: nothing that a peer does or leaves puts that off.
    private Instant? _endBy;
    private bool _hasEnded;
    private bool _isReleasing;
    private volatile bool _isStopWanted;
    private volatile bool _isStopping;
    private volatile bool _isStopped;

    // Hands in bytes of a connection, as long as the peer takes the answers.
    private int Take(TcpConnection connection, int start, int end, out bool mustWait)
    {
        lock (_gate)
        {
            int taken = start;
            if (!connection.IsClosing)
            {
                Instant now = Now;
                using (_cycle.Begin())
                {
                    while (taken < end && MayRead(connection))
                    {
                        int length = Math.Min(Slice, end - taken);
                        taken += _endpoint.Receive(connection.Buffer.AsSpan(taken, length), connection.Peer, now);
                        Transmit(now);
                    }

                    _endpoint.OnDeadline(now);
                }

                Counters.BytesReceived += taken - start;
                Drain(now);
            }

            // What comes when it is closed means nothing any more.
            mustWait = !connection.IsClosing && !MayRead(connection);
            connection.IsParked = mustWait;
            if (mustWait && !connection.IsListedAsHeld && _endpoint.IsHeld(connection.Peer))
            {
                connection.IsListedAsHeld = true;
                _held.Add(connection);
            }

            return connection.IsClosing ? end - start : taken - start;
        }
    }

    // The peer takes the answers, and the application what has been read.
    private bool MayRead(TcpConnection connection) =>
        connection is { IsClosing: false, Pending: <= Watermark } && !_endpoint.IsHeld(connection.Peer);

    private void ReadOn()
    {
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            TcpConnection connection = _held[i];
            if (!_endpoint.IsHeld(connection.Peer))
            {
                _held.RemoveAt(i);
                connection.IsListedAsHeld = false;
                if (connection.Pending <= Watermark)
                {
                    connection.Unpark();
                }
            }
        }
    }

    // False if the host has stopped: nothing was done.
    private bool InCycle<TState>(TState state, Action<TcpHost, TState, Instant> action)
    {
        try
        {
            lock (_gate)
            {
                if (!_isStopped)
                {
                    Instant now = Now;
                    using (_cycle.Begin())
                    {
                        action(this, state, now);
                    }

                    Drain(now);
                    return true;
                }
            }
        }
#pragma warning disable CA1031 // Nobody to throw to: who awaits Completion gets to know.
        catch (Exception e)
        {
            Fail(e);
        }
#pragma warning restore CA1031
        return false;
    }

    // A deadline, or a wake.
    private void OnDue() => InCycle(0, static (host, _, now) => host.OnDeadline(now));

    private void OnDeadline(Instant now)
    {
        if (_isStopWanted && !_isStopping)
        {
            Release(now);
        }

        if (now >= _patience)
        {
            LosePatience(now);
        }

        _endpoint.OnDeadline(now);
    }

    // Sends what there is, and lets the owner take the events, which may bring up more to send.
    private void Drain(Instant now)
    {
        using (_cycle.Begin())
        {
            for (int round = 0; round < MaxRounds; round++)
            {
                Transmit(now);
                while (_endpoint.TryTakeClosing(out PeerId peer))
                {
                    if (_connections.TryGetValue(peer, out TcpConnection? connection))
                    {
                        BeginClose(connection);
                    }
                }

                _hasEnded = false;
                _afterCycle?.Invoke(now);
                Transmit(now);
                FlushAll(now);
                if (!_hasEnded)
                {
                    break;
                }
            }

            ReadOn();
            if (_hasEnded)
            {
                Wake();
            }

            if (_isStopping)
            {
                GoOnStopping(now);
            }
        }

        if (!_isStopped)
        {
            Arm(now);
        }
    }

    private void Transmit(Instant now)
    {
        while (_endpoint.TryTransmit(_buffer, now, out Transmit transmit))
        {
            if (!_connections.TryGetValue(transmit.To, out TcpConnection? connection))
            {
                continue;
            }

            if (connection.Pending > Watermark)
            {
                Flush(connection, now);
            }

            if (connection.Pending + transmit.Length > _options.SendBuffer)
            {
                Reset(connection);
            }
            else if (!connection.IsDisposed)
            {
                connection.Append(_buffer.AsSpan(0, transmit.Length));
                MarkDirty(connection);
            }
        }
    }

    private void MarkDirty(TcpConnection connection)
    {
        if (!connection.IsDirty)
        {
            connection.IsDirty = true;
            _dirty.Add(connection);
        }
    }

    private void FlushAll(Instant now)
    {
        // What is flushed may end others, which join in.
        for (int i = 0; i < _dirty.Count; i++)
        {
            _dirty[i].IsDirty = false;
            Flush(_dirty[i], now);
        }

        _dirty.Clear();
    }

    // Null: it does nothing that takes patience.
    private void WaitUntil(TcpConnection connection, Instant? deadline)
    {
        connection.Deadline = Instant.Earlier(deadline, _endBy);
        _patience = Instant.Earlier(_patience, connection.Deadline);
    }

    // Ends the connections that take nothing, or do not close when they should.
    private void LosePatience(Instant now)
    {
        _patience = null;
        TcpConnection[] due = [.. _connections.Values.Where(connection => now >= connection.Deadline)];
        foreach (TcpConnection connection in due)
        {
            if (connection.IsShut)
            {
                Remove(connection);
            }
            else
            {
                Reset(connection);
            }
        }

        foreach (TcpConnection connection in _connections.Values)
        {
            _patience = Instant.Earlier(_patience, connection.Deadline);
        }
    }

    private void Arm(Instant now)
    {
        Instant? next = Instant.Earlier(_endpoint.NextDeadline, _patience);
        _clock.Arm(_isReleasing ? Instant.Earlier(next, _closeAt) : next, now);
    }

    // Perhaps called by the handler or a callback: the next cycle does it.
    private void BeginStop()
    {
        _isStopWanted = true;
        Wake();
    }

    private void Release(Instant now)
    {
        _isStopping = true;
        _isReleasing = true;
        _closeAt = now + _options.ReleaseTime;
        _ = _stop.CancelAsync();
        foreach (Socket listener in _listeners)
        {
            listener.Dispose();
        }

        foreach (TcpConnection connection in _connections.Values)
        {
            Release(connection, now);
        }
    }

    // Puts it in the connection's own buffer at once: many would be more than the endpoint keeps.
    private void Release(TcpConnection connection, Instant now)
    {
        using (_cycle.Begin())
        {
            _endpoint.Release(connection.Peer);
            Transmit(now);
        }
    }

    private void GoOnStopping(Instant now)
    {
        if (_isReleasing && now >= _closeAt)
        {
            _isReleasing = false;
            _endBy = now + _options.Linger;
            foreach (TcpConnection connection in _connections.Values)
            {
                WaitUntil(connection, connection.Deadline);
                BeginClose(connection);
            }

            FlushAll(now);
            _afterCycle?.Invoke(now);
        }

        if (_connections.Count == 0 && _handshakes == 0)
        {
            Finish(null);
        }
    }

    private void Fail(Exception exception)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopping = true;
            _ = _stop.CancelAsync();
            TcpLog.Failed(_logger, exception);
            foreach (Socket listener in _listeners)
            {
                listener.Dispose();
            }

            foreach (TcpConnection connection in _connections.Values)
            {
                connection.IsClosing = true;
                connection.Dispose();
                Counters.Closed++;
            }

            _connections.Clear();
            Finish(exception);
        }
    }

    private void Finish(Exception? exception)
    {
        _isStopped = true;
        _clock.Dispose();
        _readiness?.Stop();
        _metrics?.Remove();
        TcpLog.Stopped(_logger);
        if (exception is null)
        {
            _completion.TrySetResult();
        }
        else
        {
            _completion.TrySetException(exception);
        }
    }
}
