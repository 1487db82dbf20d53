namespace Ipso.Server.Stores;

/// <summary>Keys in memory: for tests, and for a process whose keys come from elsewhere when it starts.</summary>
/// <remarks>Numbers are begun anew with the process: with keys that outlive it that gives messages away (RFC 8613, 7.2.1).</remarks>
public sealed class MemorySecurityStore : ISecurityStore
{
    /// <summary>The highest number (RFC 8613, 7.2.1).</summary>
    internal const ulong MaxSequence = (1UL << 40) - 1;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PskRecord> _keys = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Kid, string IdContext), (OscoreRecord Record, ulong Next)> _contexts = [];

    /// <inheritdoc/>
    public ValueTask PutPskAsync(PskRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_gate)
        {
            _keys[Text(record.Identity)] = record;
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<PskRecord?> FindPskAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return new(_keys.GetValueOrDefault(Text(identity)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemovePskAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return new(_keys.Remove(Text(identity)));
        }
    }

    /// <inheritdoc/>
    public ValueTask PutOscoreAsync(OscoreRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_gate)
        {
            (string, string) key = (Text(record.RecipientId), Text(record.IdContext));
            bool isSame = _contexts.TryGetValue(key, out (OscoreRecord Record, ulong Next) known) && known.Record.HasKeysOf(record);
            _contexts[key] = (record, isSame ? known.Next : 0);
            return default;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<OscoreRecord>> FindOscoreAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> kidContext, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        lock (_gate)
        {
            string wanted = Text(kid);
            return kidContext.IsEmpty
                ? new([.. _contexts.Where(one => one.Key.Kid == wanted).Take(max).Select(static one => one.Value.Record)])
                : new(_contexts.TryGetValue((wanted, Text(kidContext)), out (OscoreRecord Record, ulong) found) ? [found.Record] : []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveOscoreAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> idContext, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return new(_contexts.Remove((Text(kid), Text(idContext))));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ulong?> ReserveSequenceAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> idContext, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        lock (_gate)
        {
            (string, string) key = (Text(kid), Text(idContext));
            if (!_contexts.TryGetValue(key, out (OscoreRecord Record, ulong Next) known) || known.Next + (ulong)count > MaxSequence + 1)
            {
                return new((ulong?)null);
            }

            _contexts[key] = (known.Record, known.Next + (ulong)count);
            return new(known.Next);
        }
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
