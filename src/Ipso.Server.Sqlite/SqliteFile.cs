using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>
/// A SQLite file (WAL). Writes are made by one thread: what has come while it was writing goes into the next transaction together, so that a
/// commit to the disk is shared by all that wait, and nobody waits longer than for two. Each that reads has a connection of its own.
/// </summary>
internal sealed class SqliteFile : IAsyncDisposable
{
    // How many rows are read at a time.
    private const int Page = 1000;

    private const int Form = 3;

    // How long another process may keep the file to itself.
    private const int LockSeconds = 5;

    private readonly SqliteConnectionStringBuilder _place;
    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;

    private SqliteFile(SqliteConnectionStringBuilder place, SqliteConnection connection)
    {
        (_place, _connection) = (place, connection);
        _writer = new(connection, place.DataSource);
    }

    /// <inheritdoc cref="SqliteServerStore.Open"/>
    internal static SqliteFile Open(string path, bool isDurable)
    {
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

            // A file of form 1 has registrations alone, and one of form 2 neither nodes nor events nor keys.
            Execute(connection, """
                create table if not exists registration (
                    endpoint text primary key, id integer not null, epoch integer not null, expires integer, data blob not null,
                    node integer not null default 0, joined integer not null default 0) without rowid;
                create table if not exists counter (name text primary key, value integer not null) without rowid;
                insert or ignore into counter values ('epoch', 0);
                create table if not exists observation (
                    token blob primary key, endpoint text not null, epoch integer not null, request blob not null) without rowid;
                create table if not exists command (
                    id integer primary key autoincrement, endpoint text not null, key text, enqueued integer not null, expires integer not null,
                    idempotent integer not null, state integer not null, epoch integer not null, incarnation integer not null,
                    request blob not null, answer blob not null);
                create index if not exists command_of_endpoint on command (endpoint, id);
                create unique index if not exists command_of_key on command (endpoint, key) where key is not null;
                create index if not exists command_by_end on command (expires);
                create table if not exists bootstrap (endpoint text primary key, configuration blob not null) without rowid;
                create table if not exists event (
                    position integer primary key autoincrement, incarnation integer not null, number integer not null, data blob not null,
                    unique (incarnation, number));
                create table if not exists psk (identity blob primary key, key blob not null) without rowid;
                create table if not exists oscore (
                    kid blob not null, context blob not null, sender blob not null, secret blob not null, salt blob not null,
                    algorithm integer not null, hmac integer not null, next integer not null, primary key (kid, context)) without rowid;
                """);
            if (form is > 0 and < Form)
            {
                Execute(connection, """
                    alter table registration add column node integer not null default 0;
                    alter table registration add column joined integer not null default 0;
                    """);
            }

            Execute(connection, "create index if not exists registration_by_end on registration (expires) where expires is not null");
            Execute(connection, $"pragma user_version = {Form}");
            return new(place, connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new IOException($"'{path}' cannot be used as a server's store: {e.Message}", e);
        }
        catch (IOException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        _connection.Dispose();
    }

    /// <inheritdoc cref="SqliteWriter.RunAsync"/>
    internal ValueTask<T> WriteAsync<T>(Func<SqliteStatements, T> write, CancellationToken cancellationToken) =>
        _writer.RunAsync(write, cancellationToken);

    /// <summary>Reads one row.</summary>
    /// <typeparam name="T">What a row is.</typeparam>
    /// <param name="text">A constant, with one parameter, <c>$1</c>.</param>
    /// <param name="key">Its value.</param>
    /// <param name="read">Reads a row.</param>
    /// <returns><see langword="null"/> where there is no row.</returns>
    internal T? Find<T>(string text, object key, Func<SqliteDataReader, T> read)
        where T : class
    {
        using SqliteConnection reading = OpenToRead();
        using SqliteStatements statements = new(reading);
        using SqliteDataReader reader = statements.Read(text, key);
        return reader.Read() ? read(reader) : null;
    }

    /// <summary>Reads rows.</summary>
    /// <typeparam name="T">What a row is.</typeparam>
    /// <param name="text">A constant, with two parameters, <c>$1</c> and <c>$2</c>.</param>
    /// <param name="first">The value of the one.</param>
    /// <param name="second">The value of the other.</param>
    /// <param name="read">Reads a row.</param>
    internal IReadOnlyList<T> List<T>(string text, object first, object second, Func<SqliteDataReader, T> read)
    {
        using SqliteConnection reading = OpenToRead();
        using SqliteStatements statements = new(reading);
        using SqliteDataReader reader = statements.Read(text, first, second);
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>Reads a table, so many rows at a time that those who write do not wait for those who read.</summary>
    /// <typeparam name="T">What a row is.</typeparam>
    /// <param name="text">A constant that gives rows by ascending key: <c>$1</c> is the key after which they begin, <c>$2</c> how many.</param>
    /// <param name="after">A key before all others.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="keyOf">The key of a row.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal async IAsyncEnumerable<T> ScanAsync<T>(
        string text, object after, Func<SqliteDataReader, T> read, Func<T, object> keyOf,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SqliteConnection reading = OpenToRead();
        using SqliteStatements statements = new(reading);
        List<T> page = [];
        do
        {
            page.Clear();
            using (SqliteDataReader reader = statements.Read(text, after, Page))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    page.Add(read(reader));
                }
            }

            foreach (T row in page)
            {
                yield return row;
                after = keyOf(row);
            }
        }
        while (page.Count == Page);
    }

    private SqliteConnection OpenToRead()
    {
        SqliteConnection reading = new(new SqliteConnectionStringBuilder(_place.ConnectionString) { Mode = SqliteOpenMode.ReadOnly }.ConnectionString);
        reading.Open();
        return reading;
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
}
