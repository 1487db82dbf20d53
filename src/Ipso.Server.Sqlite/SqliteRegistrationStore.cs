using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Ipso.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>
/// Registrations in a SQLite file (WAL). Writes are made by one thread: what has come while it was writing goes into the next transaction
/// together, so that a commit to the disk is shared by all that wait, and nobody waits longer than for two.
/// </summary>
public sealed class SqliteRegistrationStore : IRegistrationStore
{
    private const int MaxBatch = 1000;
    private const int Page = 1000;
    private const int Form = 1;

    // How long another process may keep the file to itself.
    private const int LockSeconds = 5;

    private readonly Channel<Work> _work = Channel.CreateBounded<Work>(new BoundedChannelOptions(16 * MaxBatch) { SingleReader = true });
    private readonly SqliteConnectionStringBuilder _place;
    private readonly SqliteConnection _connection;
    private readonly Task _writing;

    private SqliteRegistrationStore(SqliteConnectionStringBuilder place, SqliteConnection connection)
    {
        (_place, _connection) = (place, connection);
        _writing = Task.Factory.StartNew(
            Write, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>Opens a file, which is made where there is none.</summary>
    /// <param name="path">The file; SQLite makes two others beside it.</param>
    /// <param name="isDurable">Whether what is written outlives a loss of power, and not only the end of the process. True; false is faster,
    /// and loses the last moments with the power.</param>
    /// <returns>The store, which is disposed of by its owner after the server.</returns>
    /// <exception cref="IOException">The file cannot be opened, is none of SQLite, or was made by a later version.</exception>
    public static SqliteRegistrationStore Open(string path, bool isDurable = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SqliteConnectionStringBuilder place = new() { DataSource = path, Pooling = false, DefaultTimeout = LockSeconds };
        SqliteConnection connection = new(place.ConnectionString);
        try
        {
            connection.Open();
            Execute(connection, "pragma journal_mode = wal");
            Execute(connection, $"pragma synchronous = {(isDurable ? "full" : "normal")}");
            long form = (long)Scalar(connection, "pragma user_version")!;
            if (form > Form)
            {
                throw new IOException($"'{path}' was made by a later version of Ipso: use that one, or another file.");
            }

            Execute(connection, """
                create table if not exists registration (
                    endpoint text primary key, id integer not null, epoch integer not null, expires integer, data blob not null) without rowid;
                create table if not exists counter (name text primary key, value integer not null) without rowid;
                insert or ignore into counter values ('epoch', 0);
                """);
            Execute(connection, $"pragma user_version = {Form}");
            return new(place, connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new IOException($"'{path}' cannot be used for registrations: {e.Message}", e);
        }
        catch (IOException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> ClaimAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        Work work = new(WorkKind.Claim, record);
        await _work.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        return await work.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<WriteOutcome> UpdateAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        Work work = new(WorkKind.Update, record);
        await _work.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        return (WriteOutcome)await work.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<WriteOutcome> RemoveAsync(string endpoint, long epoch, CancellationToken cancellationToken = default)
    {
        Work work = new(WorkKind.Remove, new(endpoint, default, epoch, null, default));
        await _work.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        return (WriteOutcome)await work.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<RegistrationRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default)
    {
        using SqliteConnection reading = OpenToRead();
        using SqliteCommand command = reading.CreateCommand();
        command.CommandText = "select endpoint, id, epoch, expires, data from registration where endpoint = $endpoint";
        command.Parameters.AddWithValue("$endpoint", endpoint);
        using SqliteDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Record(reader) : null;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RegistrationRecord> ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using SqliteConnection reading = OpenToRead();
        string after = "";
        List<RegistrationRecord> page = [];
        do
        {
            page.Clear();
            using SqliteCommand command = reading.CreateCommand();
            command.CommandText =
                $"select endpoint, id, epoch, expires, data from registration where endpoint > $after order by endpoint limit {Page}";
            command.Parameters.AddWithValue("$after", after);
            using SqliteDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                page.Add(Record(reader));
            }

            foreach (RegistrationRecord record in page)
            {
                yield return record;
                after = record.Endpoint;
            }
        }
        while (page.Count == Page);
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        _connection.Dispose();
    }

    private SqliteConnection OpenToRead()
    {
        SqliteConnection reading = new(new SqliteConnectionStringBuilder(_place.ConnectionString) { Mode = SqliteOpenMode.ReadOnly }.ConnectionString);
        reading.Open();
        return reading;
    }

    private static RegistrationRecord Record(SqliteDataReader reader) => new(
        reader.GetString(0), new((ulong)reader.GetInt64(1)), reader.GetInt64(2),
        reader.IsDBNull(3) ? null : new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero), reader.GetFieldValue<byte[]>(4));

    private void Write()
    {
        using Statements statements = new(_connection);
        List<Work> batch = [];
        while (Next())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _work.Reader.TryRead(out Work? work))
            {
                batch.Add(work);
            }

            Write(batch, statements);
        }
    }

    private void Write(List<Work> batch, Statements statements)
    {
        long[] results = new long[batch.Count];
        try
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            statements.Transaction = transaction;
            for (int i = 0; i < results.Length; i++)
            {
                results[i] = statements.Do(batch[i]);
            }

            transaction.Commit();
        }
#pragma warning disable CA1031 // Whatever went wrong, whoever waits is told, and those that come next are tried.
        catch (Exception e)
        {
            foreach (Work work in batch)
            {
                work.SetException(new IOException($"Registrations could not be written to '{_place.DataSource}': {e.Message}", e));
            }

            return;
        }
#pragma warning restore CA1031

        for (int i = 0; i < results.Length; i++)
        {
            batch[i].SetResult(results[i]);
        }
    }

    private bool Next()
    {
        ValueTask<bool> next = _work.Reader.WaitToReadAsync();
        return next.IsCompleted ? next.Result : next.AsTask().GetAwaiter().GetResult();
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private enum WorkKind : byte
    {
        Claim,
        Update,
        Remove,
    }

    private sealed class Work(WorkKind kind, RegistrationRecord record) : TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        internal WorkKind Kind => kind;

        internal RegistrationRecord Record => record;
    }

    // Prepared once: what is done a thousand times in a transaction is not parsed a thousand times.
    private sealed class Statements : IDisposable
    {
        private readonly SqliteCommand _count;
        private readonly SqliteCommand _claim;
        private readonly SqliteCommand _update;
        private readonly SqliteCommand _remove;
        private readonly SqliteCommand _exists;

        internal Statements(SqliteConnection connection)
        {
            _count = Make(connection, "update counter set value = value + 1 where name = 'epoch' returning value");
            _claim = Make(
                connection,
                """
                insert into registration values ($endpoint, $id, $epoch, $expires, $data)
                on conflict (endpoint) do update set id = $id, epoch = $epoch, expires = $expires, data = $data
                """);
            _update = Make(
                connection, "update registration set id = $id, expires = $expires, data = $data where endpoint = $endpoint and epoch = $epoch");
            _remove = Make(connection, "delete from registration where endpoint = $endpoint and epoch = $epoch");
            _exists = Make(connection, "select 1 from registration where endpoint = $endpoint");
        }

        internal SqliteTransaction Transaction
        {
            set
            {
                foreach (SqliteCommand command in All)
                {
                    command.Transaction = value;
                }
            }
        }

        private SqliteCommand[] All => [_count, _claim, _update, _remove, _exists];

        internal long Do(Work work)
        {
            if (work.Kind == WorkKind.Claim)
            {
                long epoch = (long)_count.ExecuteScalar()!;
                Run(_claim, work.Record with { Epoch = epoch });
                return epoch;
            }

            if (Run(work.Kind == WorkKind.Update ? _update : _remove, work.Record) > 0)
            {
                return (long)WriteOutcome.Applied;
            }

            _exists.Parameters["$endpoint"].Value = work.Record.Endpoint;
            return (long)(_exists.ExecuteScalar() is null ? WriteOutcome.Unknown : WriteOutcome.Fenced);
        }

        public void Dispose()
        {
            foreach (SqliteCommand command in All)
            {
                command.Dispose();
            }
        }

        private static int Run(SqliteCommand command, RegistrationRecord record)
        {
            foreach (SqliteParameter parameter in command.Parameters)
            {
                parameter.Value = parameter.ParameterName switch
                {
                    "$endpoint" => record.Endpoint,
                    "$id" => (long)record.Id.Value,
                    "$epoch" => record.Epoch,
                    "$expires" => record.ExpiresAt is { } moment ? moment.UtcTicks : DBNull.Value,
                    _ => record.Data.ToArray(),
                };
            }

            return command.ExecuteNonQuery();
        }

        private static SqliteCommand Make(SqliteConnection connection, string text)
        {
            SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this file.
            command.CommandText = text;
#pragma warning restore CA2100
            foreach (string name in (string[])["$endpoint", "$id", "$epoch", "$expires", "$data"])
            {
                if (text.Contains(name, StringComparison.Ordinal))
                {
                    command.Parameters.Add(new SqliteParameter(name, DBNull.Value));
                }
            }

            return command;
        }
    }
}
