using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>A body that lies in memory of the application.</summary>
internal sealed class MemoryBody(ReadOnlyMemory<byte> bytes) : ICoapBody
{
    public long? Length => bytes.Length;

    public int Read(long offset, Span<byte> destination, out bool isLast)
    {
        int at = (int)Math.Min(offset, bytes.Length);
        int length = Math.Min(destination.Length, bytes.Length - at);
        bytes.Span.Slice(at, length).CopyTo(destination);
        isLast = at + length == bytes.Length;
        return length;
    }

    public void Close()
    {
    }
}

/// <summary>A body in a stream that can seek, from its position on: read where the blocks are, in any order.</summary>
internal sealed class SeekableBody(Stream stream, bool leaveOpen) : ICoapBody
{
    private readonly long _start = stream.Position;
    private readonly long _length = stream.Length - stream.Position;

    public long? Length => _length;

    public int Read(long offset, Span<byte> destination, out bool isLast)
    {
        stream.Position = _start + offset;
        int length = stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        isLast = offset + length >= _length;
        return length;
    }

    public void Close()
    {
        if (!leaveOpen)
        {
            stream.Dispose();
        }
    }
}

/// <summary>
/// A body in a stream that can only be read from start to end: it is read ahead, as far as the buffer goes, while the blocks go out. What
/// the buffer still holds can be had twice.
/// </summary>
internal sealed class PumpedBody : ICoapBody, IDisposable
{
    // The largest block over datagrams.
    private const int MaxBlock = 1024;

    private readonly Lock _lock = new();
    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly byte[] _ring;
    private readonly CancellationTokenSource _closed = new();
    private readonly SemaphoreSlim _room = new(0);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _kept;
    private long _end;
    private long _needed;
    private bool _isComplete;
    private bool _hasFailed;
    private bool _isMissed;

    public PumpedBody(Stream stream, int capacity, bool leaveOpen)
    {
        (_stream, _leaveOpen, _ring) = (stream, leaveOpen, new byte[capacity]);
        Pumping = PumpAsync();
    }

    public long? Length => null;

    /// <summary>Called, outside of any lock, when bytes are there that were missed.</summary>
    public Action? Filled { get; set; }

    /// <summary>Ends when the first block is there, or all that there is.</summary>
    public Task First => _first.Task;

    /// <summary>Ends when nothing is read any more.</summary>
    public Task Pumping { get; }

    public bool IsReady(long offset, int length)
    {
        lock (_lock)
        {
            bool isReady = HasBeyond(offset, length);
            _isMissed |= !isReady;
            return isReady;
        }
    }

    public int Read(long offset, Span<byte> destination, out bool isLast)
    {
        lock (_lock)
        {
            isLast = false;
            if (_hasFailed || offset < _kept || offset > _end)
            {
                return -1;
            }

            int length = (int)Math.Min(destination.Length, _end - offset);
            int at = (int)(offset % _ring.Length);
            int head = Math.Min(length, _ring.Length - at);
            _ring.AsSpan(at, head).CopyTo(destination);
            _ring.AsSpan(0, length - head).CopyTo(destination[head..]);
            isLast = _isComplete && offset + length == _end;
            if (offset > _needed)
            {
                _needed = offset;
                _room.Release();
            }

            return length;
        }
    }

    // On another thread: what the stream has registered is not for whoever closes, who holds the lock of a host perhaps.
    public void Close()
    {
        try
        {
            _ = _closed.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // Nothing is read any more.
        }
    }

    public void Dispose()
    {
        _closed.Dispose();
        _room.Dispose();
    }

    // That a block is not the last is known when there are bytes behind it.
    private bool HasBeyond(long offset, int length) => _isComplete || _hasFailed || _end - offset > length;

    private async Task PumpAsync()
    {
        await Task.Yield();
        bool isComplete = false;
        try
        {
            while (!isComplete)
            {
                Memory<byte> free = Free();
                if (free.IsEmpty)
                {
                    await _room.WaitAsync(_closed.Token).ConfigureAwait(false);
                    continue;
                }

                int read = await _stream.ReadAsync(free, _closed.Token).ConfigureAwait(false);
                isComplete = read == 0;
                Add(read);
            }
        }
#pragma warning disable CA1031 // Whatever the stream throws, the transfer fails, and its owner is told by that.
        catch (Exception)
        {
            lock (_lock)
            {
                _hasFailed = true;
            }

            Tell();
        }
#pragma warning restore CA1031
        finally
        {
            if (!_leaveOpen)
            {
                await _stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // The bytes up to the block under way may be overwritten; that one may be asked for again.
    private Memory<byte> Free()
    {
        lock (_lock)
        {
            int at = (int)(_end % _ring.Length);
            int room = (int)(_ring.Length - (_end - _needed));
            int length = Math.Min(room, _ring.Length - at);
            _kept = Math.Max(_kept, _end + length - _ring.Length);
            return _ring.AsMemory(at, length);
        }
    }

    private void Add(int count)
    {
        lock (_lock)
        {
            _end += count;
            _isComplete = count == 0;
        }

        Tell();
    }

    private void Tell()
    {
        bool isMissed, hasFirst;
        lock (_lock)
        {
            isMissed = _isMissed && HasBeyond(_needed, 2 * MaxBlock);
            _isMissed &= !isMissed;
            hasFirst = HasBeyond(0, MaxBlock);
        }

        if (hasFirst)
        {
            _first.TrySetResult();
        }

        if (isMissed)
        {
            Filled?.Invoke();
        }
    }
}
