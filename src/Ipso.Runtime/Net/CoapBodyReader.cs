using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>
/// A body that comes in blocks, as a stream: blocks go in under the lock of a host, the application reads at its own pace, and what waits
/// between them is bounded. One reader at a time.
/// </summary>
/// <param name="capacity">How many bytes may wait; at least a block.</param>
/// <param name="largestBlock">The bytes of the largest block: over streams many blocks come as one (BERT; RFC 8323, 6).</param>
/// <param name="readsToEnd">Whether what comes when nobody reads any more is taken all the same.</param>
internal sealed class CoapBodyReader(int capacity, int largestBlock, bool readsToEnd) : Stream, ICoapBodySink
{
    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[Math.Max(capacity, largestBlock)];
    private TaskCompletionSource? _waiter;
    private Exception? _fault;
    private int _first;
    private int _count;
    private bool _hasBeenRead;
    private bool _isComplete;
    private bool _isDisposed;

    /// <summary>Called, outside of any lock, when there is room for a block again, and when nobody reads any more.</summary>
    public Action? Drained { get; set; }

    /// <summary>Called when the reader has gone before the end.</summary>
    public Action? Left { get; set; }

    /// <summary>Called with the first bytes, under the lock of the host.</summary>
    public Action? Started { get; set; }

    /// <summary>Called when the body has broken off, under the lock of the host.</summary>
    public Action? Broken { get; set; }

    /// <summary>Whose body it is.</summary>
    public object? Owner { get; set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public bool IsReady
    {
        get
        {
            lock (_lock)
            {
                return HasRoom;
            }
        }
    }

    private bool HasRoom => _isDisposed || _fault is not null || _ring.Length - _count >= largestBlock;

    bool ICoapBodySink.Write(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                // A server takes the rest all the same, since the answer is to come when the body has come.
                return readsToEnd;
            }

            if (_fault is not null || bytes.Length > _ring.Length - _count)
            {
                return false;
            }

            int at = (_first + _count) % _ring.Length;
            int head = Math.Min(bytes.Length, _ring.Length - at);
            bytes[..head].CopyTo(_ring.AsSpan(at));
            bytes[head..].CopyTo(_ring);
            _count += bytes.Length;
            Signal();
        }

        Started?.Invoke();
        return true;
    }

    void ICoapBodySink.Restart()
    {
        lock (_lock)
        {
            _count = 0;
            if (_hasBeenRead)
            {
                _fault ??= new CoapException(CoapFailure.Transfer, "The representation changed while it was read.");
                Signal();
            }
        }
    }

    void ICoapBodySink.Abandon()
    {
        Fail(new CoapException(CoapFailure.Transfer, "The body has broken off: its sender did not go on."));
        Broken?.Invoke();
    }

    /// <summary>The whole body has come.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isComplete = true;
            Signal();
        }
    }

    /// <summary>The body will not come whole; the first reason counts.</summary>
    public void Fail(Exception exception)
    {
        lock (_lock)
        {
            if (!_isComplete)
            {
                _fault ??= exception;
                Signal();
            }
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task wait;
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (buffer.IsEmpty)
                {
                    return 0;
                }

                if (_count == 0)
                {
                    if (_fault is { } fault)
                    {
                        throw fault;
                    }

                    if (_isComplete)
                    {
                        return 0;
                    }
                }

                _waiter = _count > 0 ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _waiter?.Task ?? Task.CompletedTask;
            }

            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
            int read = Take(buffer.Span, out bool drained);
            if (drained)
            {
                Drained?.Invoke();
            }

            if (read > 0)
            {
                return read;
            }
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        bool leaves;
        lock (_lock)
        {
            leaves = !_isDisposed && !_isComplete && _fault is null;
            _isDisposed = true;
            Signal();
        }

        if (leaves)
        {
            Left?.Invoke();
            Drained?.Invoke();
        }

        base.Dispose(disposing);
    }

    private int Take(Span<byte> buffer, out bool drained)
    {
        lock (_lock)
        {
            bool wasFull = !HasRoom;
            int read = Math.Min(buffer.Length, _count);
            int head = Math.Min(read, _ring.Length - _first);
            _ring.AsSpan(_first, head).CopyTo(buffer);
            _ring.AsSpan(0, read - head).CopyTo(buffer[head..]);
            _first = (_first + read) % _ring.Length;
            _count -= read;
            _hasBeenRead |= read > 0;
            drained = wasFull && HasRoom;
            return read;
        }
    }

    private void Signal()
    {
        _waiter?.TrySetResult();
        _waiter = null;
    }
}
