namespace Ipso.Server.Stores;

/// <summary>Commands in memory: for tests, and for what a process passes on to the next server in it.</summary>
public sealed class MemoryCommandStore : ICommandStore
{
    private readonly Lock _gate = new();

    // By id, and so in the order in which they were enqueued.
    private readonly SortedDictionary<long, CommandRecord> _commands = [];
    private readonly Dictionary<string, SortedSet<long>> _byEndpoint = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Endpoint, string Key), long> _byKey = [];
    private long _last;

    /// <inheritdoc/>
    public ValueTask<CommandRecord> EnqueueAsync(CommandRecord command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        lock (_gate)
        {
            if (command.Key is { } key && _byKey.TryGetValue((command.Endpoint, key), out long known))
            {
                return new(_commands[known]);
            }

            CommandRecord enqueued = command with { Id = ++_last, State = CommandState.Waiting };
            _commands.Add(enqueued.Id, enqueued);
            if (!_byEndpoint.TryGetValue(enqueued.Endpoint, out SortedSet<long>? ids))
            {
                _byEndpoint.Add(enqueued.Endpoint, ids = []);
            }

            ids.Add(enqueued.Id);
            if (enqueued.Key is { } own)
            {
                _byKey.Add((enqueued.Endpoint, own), enqueued.Id);
            }

            return new(enqueued);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CommandRecord>> TakeAsync(
        string endpoint, CommandOwner owner, DateTimeOffset now, int max, CancellationToken cancellationToken = default)
    {
        List<CommandRecord> taken = [];
        lock (_gate)
        {
            foreach (long id in _byEndpoint.GetValueOrDefault(endpoint) ?? [])
            {
                CommandRecord command = _commands[id];
                bool isLost = command.State == CommandState.UnderWay && command.Owner.IsBefore(owner);
                bool waits = command.State == CommandState.Waiting && command.ExpiresAt > now;
                if (taken.Count < max && (waits || isLost))
                {
                    CommandState state = isLost && !command.IsIdempotent ? CommandState.Unknown : CommandState.UnderWay;
                    taken.Add(_commands[id] = command with { State = state, Owner = owner });
                }
            }
        }

        return new(taken);
    }

    /// <inheritdoc/>
    public ValueTask<WriteOutcome> CompleteAsync(
        long id, CommandOwner owner, CommandState state, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (!_commands.TryGetValue(id, out CommandRecord? command))
            {
                return new(WriteOutcome.Unknown);
            }

            if (command.State != CommandState.UnderWay || command.Owner != owner)
            {
                return new(WriteOutcome.Fenced);
            }

            _commands[id] = command with { State = state, Answer = answer };
            return new(WriteOutcome.Applied);
        }
    }

    /// <inheritdoc/>
    public ValueTask<WriteOutcome> CancelAsync(long id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (!_commands.TryGetValue(id, out CommandRecord? command))
            {
                return new(WriteOutcome.Unknown);
            }

            if (command.State != CommandState.Waiting)
            {
                return new(WriteOutcome.Fenced);
            }

            Remove(command);
            return new(WriteOutcome.Applied);
        }
    }

    /// <inheritdoc/>
    public ValueTask<CommandRecord?> FindAsync(long id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return new(_commands.GetValueOrDefault(id));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CommandRecord>> RemoveExpiredAsync(
        DateTimeOffset now, int max, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            CommandRecord[] over = [.. _commands.Values.Where(c => c.ExpiresAt <= now && c.State > CommandState.UnderWay)];
            CommandRecord[] told = [.. _commands.Values.Where(
                c => c.ExpiresAt <= now && (c.State == CommandState.Waiting
                    || (c.State == CommandState.UnderWay && c.ExpiresAt + CommandRecord.LongestUnderWay <= now))).Take(max)];
            foreach (CommandRecord command in over.Concat(told))
            {
                Remove(command);
            }

            return new(Array.ConvertAll(told, static command => command with
            {
                State = command.State == CommandState.Waiting ? CommandState.Expired : CommandState.Unknown,
            }));
        }
    }

    private void Remove(CommandRecord command)
    {
        _commands.Remove(command.Id);
        SortedSet<long> ids = _byEndpoint[command.Endpoint];
        ids.Remove(command.Id);
        if (ids.Count == 0)
        {
            _byEndpoint.Remove(command.Endpoint);
        }

        if (command.Key is { } key)
        {
            _byKey.Remove((command.Endpoint, key));
        }
    }
}
