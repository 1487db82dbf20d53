using Ipso.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>Commands.</summary>
/// <param name="file">The file.</param>
internal sealed class SqliteCommandStore(SqliteFile file) : ICommandStore
{
    private const string Columns =
        "id, endpoint, key, enqueued, expires, idempotent, state, epoch, incarnation, request, answer";

    public ValueTask<CommandRecord> EnqueueAsync(CommandRecord command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return file.WriteAsync(
            statements => First(
                statements,
                $"""
                insert into command (endpoint, key, enqueued, expires, idempotent, state, epoch, incarnation, request, answer)
                values ($1, $2, $3, $4, $5, 0, 0, 0, $6, x'')
                on conflict (endpoint, key) where key is not null do nothing
                returning {Columns}
                """,
                command.Endpoint, command.Key, command.EnqueuedAt.UtcTicks, command.ExpiresAt.UtcTicks, command.IsIdempotent,
                command.Request.ToArray())
                ?? First(statements, $"select {Columns} from command where endpoint = $1 and key = $2", command.Endpoint, command.Key)!,
            cancellationToken);
    }

    public ValueTask<IReadOnlyList<CommandRecord>> TakeAsync(
        string endpoint, CommandOwner owner, DateTimeOffset now, int max, CancellationToken cancellationToken = default) => file.WriteAsync(
        statements =>
        {
            List<CommandRecord> found = All(
                statements,
                $"""
                select {Columns} from command
                where endpoint = $1 and (state = 0 and expires > $2 or state = 1 and incarnation <> $3 and epoch <= $4) order by id limit $5
                """,
                endpoint, now.UtcTicks, owner.Incarnation, owner.Epoch, max);
            for (int i = 0; i < found.Count; i++)
            {
                bool isOver = found[i] is { State: CommandState.UnderWay, IsIdempotent: false };
                found[i] = found[i] with { State = isOver ? CommandState.Unknown : CommandState.UnderWay, Owner = owner };
                statements.Execute(
                    "update command set state = $1, epoch = $2, incarnation = $3 where id = $4",
                    (long)found[i].State, owner.Epoch, owner.Incarnation, found[i].Id);
            }

            return (IReadOnlyList<CommandRecord>)found;
        },
        cancellationToken);

    public ValueTask<WriteOutcome> CompleteAsync(
        long id, CommandOwner owner, CommandState state, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken = default) =>
        file.WriteAsync(
            statements => OutcomeOf(
                statements.Execute(
                    "update command set state = $1, answer = $2 where id = $3 and state = 1 and epoch = $4 and incarnation = $5",
                    (long)state, answer.ToArray(), id, owner.Epoch, owner.Incarnation),
                id,
                statements),
            cancellationToken);

    public ValueTask<WriteOutcome> CancelAsync(long id, CancellationToken cancellationToken = default) => file.WriteAsync(
        statements => OutcomeOf(statements.Execute("delete from command where id = $1 and state = 0", id), id, statements), cancellationToken);

    public ValueTask<CommandRecord?> FindAsync(long id, CancellationToken cancellationToken = default) =>
        new(file.Find($"select {Columns} from command where id = $1", id, Command));

    public ValueTask<IReadOnlyList<CommandRecord>> RemoveExpiredAsync(
        DateTimeOffset now, int max, CancellationToken cancellationToken = default) => file.WriteAsync(
        statements =>
        {
            statements.Execute("delete from command where expires <= $1 and state > 1", now.UtcTicks);
            List<CommandRecord> told = All(
                statements,
                $"select {Columns} from command where expires <= $1 and (state = 0 or state = 1 and expires <= $2) order by id limit $3",
                now.UtcTicks, (now - CommandRecord.LongestUnderWay).UtcTicks, max);
            for (int i = 0; i < told.Count; i++)
            {
                statements.Execute("delete from command where id = $1", told[i].Id);
                told[i] = told[i] with { State = told[i].State == CommandState.Waiting ? CommandState.Expired : CommandState.Unknown };
            }

            return (IReadOnlyList<CommandRecord>)told;
        },
        cancellationToken);

    private static WriteOutcome OutcomeOf(int rows, long id, SqliteStatements statements) => rows > 0 ? WriteOutcome.Applied
        : statements.Scalar("select 1 from command where id = $1", id) is null ? WriteOutcome.Unknown
        : WriteOutcome.Fenced;

    private static CommandRecord? First(SqliteStatements statements, string text, params ReadOnlySpan<object?> values)
    {
        using SqliteDataReader reader = statements.Read(text, values);
        return reader.Read() ? Command(reader) : null;
    }

    private static List<CommandRecord> All(SqliteStatements statements, string text, params ReadOnlySpan<object?> values)
    {
        List<CommandRecord> all = [];
        using SqliteDataReader reader = statements.Read(text, values);
        while (reader.Read())
        {
            all.Add(Command(reader));
        }

        return all;
    }

    private static CommandRecord Command(SqliteDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), Moment(reader, 3), Moment(reader, 4),
        reader.GetBoolean(5), (CommandState)reader.GetInt64(6), new(reader.GetInt64(7), reader.GetInt64(8)), reader.GetFieldValue<byte[]>(9),
        reader.GetFieldValue<byte[]>(10));

    private static DateTimeOffset Moment(SqliteDataReader reader, int column) => new(reader.GetInt64(column), TimeSpan.Zero);
}
