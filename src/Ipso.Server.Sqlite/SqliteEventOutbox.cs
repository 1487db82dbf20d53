using Ipso.Server.Events;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>Events that somebody is to take on.</summary>
/// <param name="file">The file.</param>
/// <param name="capacity">How many there may be.</param>
internal sealed class SqliteEventOutbox(SqliteFile file, int capacity) : IEventOutbox
{
    public async ValueTask PublishAsync(ReadOnlyMemory<DeviceEvent> batch, CancellationToken cancellationToken = default)
    {
        // Before the call is over, since the batch is the server's after that.
        (DeviceEventId Id, byte[] Data)[] rows = new (DeviceEventId, byte[])[batch.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = (batch.Span[i].Id, batch.Span[i].ToBytes());
        }

        if (!await file.WriteAsync(statements => TryAdd(statements, rows), cancellationToken).ConfigureAwait(false))
        {
            throw new IOException($"There are as many events as there may be ({capacity}).");
        }
    }

    public async ValueTask<IReadOnlyList<OutboxEntry>> ReadAsync(long after, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return await Task.Run(
            () => file.List("select position, data from event where position > $1 order by position limit $2", after, max, Entry),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(long upTo, CancellationToken cancellationToken = default) => await file.WriteAsync(
        statements => statements.Execute("delete from event where position <= $1", upTo), cancellationToken).ConfigureAwait(false);

    // They go in the order in which they came, so that the first and the last say how many there are, at most.
    private bool TryAdd(SqliteStatements statements, (DeviceEventId Id, byte[] Data)[] rows)
    {
        long count = statements.Scalar("select (select max(position) from event) - (select min(position) from event) + 1") as long? ?? 0;
        if (count + rows.Length > capacity)
        {
            return false;
        }

        foreach ((DeviceEventId id, byte[] data) in rows)
        {
            statements.Execute(
                "insert into event (incarnation, number, data) values ($1, $2, $3) on conflict (incarnation, number) do nothing",
                id.Incarnation, id.Number, data);
        }

        return true;
    }

    private static OutboxEntry Entry(SqliteDataReader reader) => new(reader.GetInt64(0), DeviceEvent.TryRead(reader.GetFieldValue<byte[]>(1)));
}
