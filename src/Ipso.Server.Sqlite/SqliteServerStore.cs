using Ipso.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>
/// What a server is to know after it has started again, in a SQLite file (WAL): registrations, observations and commands. Writes are made by one
/// thread: what has come while it was writing goes into the next transaction together, so that a commit to the disk is shared by all that
/// wait, and nobody waits longer than for two.
/// </summary>
public sealed partial class SqliteServerStore : IRegistrationStore, IObservationStore, ICommandStore
{
    private const int Form = 2;

    // How long another process may keep the file to itself.
    private const int LockSeconds = 5;

    private readonly SqliteConnectionStringBuilder _place;
    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;

    private SqliteServerStore(SqliteConnectionStringBuilder place, SqliteConnection connection)
    {
        (_place, _connection) = (place, connection);
        _writer = new(connection, place.DataSource);
    }

    /// <summary>Opens a file, which is made where there is none.</summary>
    /// <param name="path">The file; SQLite makes two others beside it.</param>
    /// <param name="isDurable">Whether what is written outlives a loss of power, and not only the end of the process. True; false is faster,
    /// and loses the last moments with the power.</param>
    /// <returns>The store, which is disposed of by its owner after the server.</returns>
    /// <exception cref="IOException">The file cannot be opened, is none of SQLite, or was made by a later version.</exception>
    public static SqliteServerStore Open(string path, bool isDurable = true)
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

            // A file of form 1 has registrations alone.
            Execute(connection, """
                create table if not exists registration (
                    endpoint text primary key, id integer not null, epoch integer not null, expires integer, data blob not null) without rowid;
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
                """);
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
