using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Ipso.Server.Registration;

/// <summary>
/// Those who read what becomes of registrations, each with what waits for it. Of that few are refusals: whoever asks in vain, again and again, takes
/// no room of what has happened.
/// </summary>
internal sealed class RegistrationChangeReaders
{
    /// <summary>How many changes wait for a reader; beyond that the oldest are lost.</summary>
    internal const int ChangesKept = 1024;

    /// <summary>How many of these may be refusals; beyond that the newest are lost.</summary>
    internal const int RefusalsKept = 64;

    private readonly Lock _gate = new();
    private readonly List<Reader> _readers = [];
    private bool _isOver;

    /// <summary>Hands a change to all who read it.</summary>
    internal void Tell(RegistrationChange change)
    {
        lock (_gate)
        {
            foreach (Reader reader in _readers)
            {
                reader.Take(change);
            }
        }
    }

    /// <summary>Ends what is read, also by those who come later.</summary>
    internal void Complete()
    {
        lock (_gate)
        {
            _isOver = true;
            _readers.ForEach(static reader => reader.Complete());
        }
    }

    /// <summary>What becomes of registrations from when it is enumerated on.</summary>
    /// <param name="endpoint">The only endpoint whose changes are read, and a first one of no meaning says that from here on none is lost;
    /// <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async IAsyncEnumerable<RegistrationChange> ReadAsync(
        string? endpoint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Reader reader = new(endpoint);
        lock (_gate)
        {
            _readers.Add(reader);
            if (_isOver)
            {
                reader.Complete();
            }
        }

        try
        {
            if (endpoint is not null)
            {
                yield return new(RegistrationChangeKind.Updated, endpoint);
            }

            while (await reader.WaitAsync(cancellationToken).ConfigureAwait(false))
            {
                while (reader.TryRead(out RegistrationChange? change))
                {
                    yield return change;
                }
            }
        }
        finally
        {
            lock (_gate)
            {
                _readers.Remove(reader);
            }
        }
    }

    private sealed class Reader
    {
        private readonly string? _endpoint;
        private readonly Channel<RegistrationChange> _channel;
        private int _refusals;

        internal Reader(string? endpoint)
        {
            _endpoint = endpoint;
            _channel = Channel.CreateBounded<RegistrationChange>(
                new BoundedChannelOptions(ChangesKept) { FullMode = BoundedChannelFullMode.DropOldest }, OnGone);
        }

        // Before it is kept: what is not read takes no room of what is.
        internal void Take(RegistrationChange change)
        {
            bool isRefusal = change.Kind == RegistrationChangeKind.Refused;
            if ((_endpoint is not null && _endpoint != change.Endpoint) || (isRefusal && Volatile.Read(ref _refusals) >= RefusalsKept))
            {
                return;
            }

            if (isRefusal)
            {
                Interlocked.Increment(ref _refusals);
            }

            _channel.Writer.TryWrite(change);
        }

        internal void Complete() => _channel.Writer.TryComplete();

        internal ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _channel.Reader.WaitToReadAsync(cancellationToken);

        internal bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RegistrationChange? change)
        {
            bool isThere = _channel.Reader.TryRead(out change);
            if (isThere)
            {
                OnGone(change!);
            }

            return isThere;
        }

        private void OnGone(RegistrationChange change)
        {
            if (change.Kind == RegistrationChangeKind.Refused)
            {
                Interlocked.Decrement(ref _refusals);
            }
        }
    }
}
