using Ipso.Server.Stores;

namespace Ipso.Fuzz.Servers;

/// <summary>A store whose writes are over when a script says so, or that fails.</summary>
internal sealed class ScriptedStore : IRegistrationStore
{
    private readonly MemoryRegistrationStore _store = new();
    private readonly List<TaskCompletionSource> _waiting = [];

    /// <summary>Whether writes wait.</summary>
    internal bool IsSlow { get; set; }

    /// <summary>Whether writes fail.</summary>
    internal bool Fails { get; set; }

    /// <summary>How many wait.</summary>
    internal int WaitingCount => _waiting.Count;

    /// <summary>Ends one of the writes that wait, in any order.</summary>
    internal void End(int which, bool fails)
    {
        TaskCompletionSource source = _waiting[which % _waiting.Count];
        _waiting.Remove(source);
        if (fails)
        {
            source.SetException(new IOException("The disk is full."));
        }
        else
        {
            source.SetResult();
        }
    }

    public async ValueTask<long> ClaimAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
    {
        await WaitAsync().ConfigureAwait(false);
        return await _store.ClaimAsync(record, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<WriteOutcome> UpdateAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
    {
        await WaitAsync().ConfigureAwait(false);
        return await _store.UpdateAsync(record, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<WriteOutcome> RemoveAsync(string endpoint, long epoch, CancellationToken cancellationToken = default)
    {
        await WaitAsync().ConfigureAwait(false);
        return await _store.RemoveAsync(endpoint, epoch, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<RegistrationRecord>> RemoveExpiredAsync(
        DateTimeOffset before, int max, CancellationToken cancellationToken = default) => _store.RemoveExpiredAsync(before, max, cancellationToken);

    public ValueTask<RegistrationRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default) =>
        _store.FindAsync(endpoint, cancellationToken);

    public IAsyncEnumerable<RegistrationRecord> ScanAsync(CancellationToken cancellationToken = default) => _store.ScanAsync(cancellationToken);

    private Task WaitAsync()
    {
        if (Fails)
        {
            throw new IOException("The disk is full.");
        }

        if (!IsSlow)
        {
            return Task.CompletedTask;
        }

        TaskCompletionSource source = new();
        _waiting.Add(source);
        return source.Task;
    }
}
