using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>Makes all writes to a file, many in one transaction, in the order in which they were handed in.</summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MaxBatch = 1000;

    private readonly Channel<Work> _work = Channel.CreateBounded<Work>(new BoundedChannelOptions(16 * MaxBatch) { SingleReader = true });
    private readonly SqliteConnection _connection;
    private readonly string _place;
    private readonly Task _writing;

    /// <summary>Starts writing.</summary>
    /// <param name="connection">The file, which is nobody else's to write to.</param>
    /// <param name="place">Its name, for exceptions.</param>
    internal SqliteWriter(SqliteConnection connection, string place)
    {
        (_connection, _place) = (connection, place);
        _writing = Task.Factory.StartNew(
            Write, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>Has something written.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="write">Writes, inside a transaction that others share.</param>
    /// <param name="cancellationToken">Gives up; whether it was written is not known then.</param>
    /// <returns>Ends when it is on the disk.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="ObjectDisposedException">Nothing is written any more.</exception>
    internal async ValueTask<T> RunAsync<T>(Func<SqliteStatements, T> write, CancellationToken cancellationToken)
    {
        Work<T> work = new(write);
        try
        {
            await _work.Writer.WriteAsync(work, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteServerStore));
        }

        return await work.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private void Write()
    {
        using SqliteStatements statements = new(_connection);
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

    private void Write(List<Work> batch, SqliteStatements statements)
    {
        try
        {
            using SqliteTransaction transaction = _connection.BeginTransaction();
            statements.Transaction = transaction;
            foreach (Work work in batch)
            {
                work.Do(statements);
            }

            transaction.Commit();
        }
#pragma warning disable CA1031 // Whatever went wrong, whoever waits is told, and those that come next are tried.
        catch (Exception e)
        {
            if (batch is [Work one])
            {
                one.Fail(new IOException($"'{_place}' could not be written: {e.Message}", e));
            }
            else
            {
                // One that fails is nobody else's trouble.
                batch.ForEach(work => Write([work], statements));
            }

            return;
        }
#pragma warning restore CA1031

        foreach (Work work in batch)
        {
            work.Complete();
        }
    }

    private bool Next()
    {
        ValueTask<bool> next = _work.Reader.WaitToReadAsync();
        return next.IsCompleted ? next.Result : next.AsTask().GetAwaiter().GetResult();
    }

    private abstract class Work
    {
        internal abstract void Do(SqliteStatements statements);

        internal abstract void Complete();

        internal abstract void Fail(Exception exception);
    }

    private sealed class Work<T>(Func<SqliteStatements, T> write) : Work
    {
        private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        internal Task<T> Task => _source.Task;

        internal override void Do(SqliteStatements statements) => _result = write(statements);

        internal override void Complete() => _source.SetResult(_result!);

        internal override void Fail(Exception exception) => _source.SetException(exception);
    }
}
