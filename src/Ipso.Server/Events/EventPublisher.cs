using Ipso.Coap.Engine;
using Ipso.Server.Registration;

namespace Ipso.Server.Events;

/// <summary>
/// Events on their way to a sink: one batch at a time, and again while it is not taken. What the sink does not keep up with has a bound; beyond it
/// events are lost, and their numbers with them. Used by one thread at a time.
/// </summary>
/// <param name="sink">The sink.</param>
/// <param name="incarnation">The server.</param>
/// <param name="maxBytes">How much may wait, in bytes.</param>
internal sealed class EventPublisher(IEventSink sink, long incarnation, long maxBytes)
{
    private const int MaxBatch = 256;

    // What an event takes beside its data and its endpoint's name.
    private const int Overhead = 200;

    private static readonly TimeSpan s_minRetry = TimeSpan.FromSeconds(1), s_maxRetry = TimeSpan.FromMinutes(1);

    private readonly Queue<DeviceEvent> _waiting = new();
    private DeviceEvent[] _batch = [];
    private Task? _running;
    private TimeSpan _retry = s_minRetry;
    private Instant? _retryAt;
    private long _bytes;
    private long _number;
    private bool _isLosing;

    /// <summary>How many events were lost.</summary>
    internal long Lost { get; private set; }

    /// <summary>How many wait, or are being published.</summary>
    internal int Count => _waiting.Count + _batch.Length;

    /// <summary>When a batch that was not taken is handed in again.</summary>
    internal Instant? NextDeadline => _running is null ? _retryAt : null;

    /// <summary>Adds an event.</summary>
    /// <returns>False where it is the first one that is lost after some that were not.</returns>
    internal bool Add(DeviceEventKind kind, DeviceRegistration registration, DateTimeOffset at, byte[] data) =>
        Add(kind, registration.Endpoint, registration.Epoch, at, data);

    /// <inheritdoc cref="Add(DeviceEventKind, DeviceRegistration, DateTimeOffset, byte[])"/>
    internal bool Add(DeviceEventKind kind, string endpoint, long epoch, DateTimeOffset at, byte[] data)
    {
        DeviceEvent added = new(new(incarnation, ++_number), kind, endpoint, epoch, at, data);

        // A device that reports without end is not to cost the news of which devices there are.
        bool isReport = kind is DeviceEventKind.Notified or DeviceEventKind.Sent;
        if (_bytes + CostOf(added) > (isReport ? maxBytes - (maxBytes / 4) : maxBytes))
        {
            bool isFirst = !_isLosing;
            _isLosing = true;
            Lost++;
            return !isFirst;
        }

        _isLosing = false;
        _bytes += CostOf(added);
        _waiting.Enqueue(added);
        return true;
    }

    /// <summary>Hands a batch in, if there is one and none is under way.</summary>
    /// <returns>The call, whose end <see cref="End"/> is to be told; <see langword="null"/> where there is nothing to do.</returns>
    internal Task? Begin(Instant now)
    {
        if (_running is not null || _retryAt > now || !TryFill())
        {
            return null;
        }

        return _running = PublishAsync(default);
    }

    /// <summary>The batch was taken, or was not.</summary>
    internal void End(bool isTaken, Instant now)
    {
        _running = null;
        if (isTaken)
        {
            Release();
            _retryAt = null;
            _retry = s_minRetry;
        }
        else
        {
            _retryAt = now + _retry;
            _retry = _retry * 2 > s_maxRetry ? s_maxRetry : _retry * 2;
        }
    }

    /// <summary>Publishes what is left, when nobody drives the server any more.</summary>
    /// <exception cref="Exception">Whatever the sink has thrown: the rest was not published.</exception>
    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (_running is { } running)
        {
            // Where it fails the batch is handed in once more.
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            End(running.IsCompletedSuccessfully, default);
        }

        while (TryFill())
        {
            await PublishAsync(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            Release();
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken) =>
        await sink.PublishAsync(_batch, cancellationToken).ConfigureAwait(false);

    // One that was not taken stays the same.
    private bool TryFill()
    {
        if (_batch.Length == 0)
        {
            _batch = new DeviceEvent[Math.Min(_waiting.Count, MaxBatch)];
            for (int i = 0; i < _batch.Length; i++)
            {
                _batch[i] = _waiting.Dequeue();
            }
        }

        return _batch.Length > 0;
    }

    private void Release()
    {
        foreach (DeviceEvent taken in _batch)
        {
            _bytes -= CostOf(taken);
        }

        _batch = [];
    }

    private static long CostOf(DeviceEvent e) => Overhead + (2L * e.Endpoint.Length) + e.Data.Length;
}
