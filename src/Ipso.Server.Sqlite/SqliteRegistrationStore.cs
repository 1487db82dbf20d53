using Ipso.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>Registrations.</summary>
/// <param name="file">The file.</param>
internal sealed class SqliteRegistrationStore(SqliteFile file) : IRegistrationStore
{
    private const string Columns = "endpoint, id, epoch, expires, data, node, joined";

    public ValueTask<long> ClaimAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return file.WriteAsync(
            statements =>
            {
                long epoch = (long)statements.Scalar("update counter set value = value + 1 where name = 'epoch' returning value")!;
                statements.Execute(
                    """
                    insert into registration values ($1, $2, $3, $4, $5, $6, $7)
                    on conflict (endpoint) do update set id = $2, epoch = $3, expires = $4, data = $5, node = $6, joined = $7
                    """,
                    record.Endpoint, (long)record.Id.Value, epoch, record.ExpiresAt?.UtcTicks, record.Data.ToArray(), (long)record.Node.Id,
                    record.Node.Epoch);
                return epoch;
            },
            cancellationToken);
    }

    public ValueTask<WriteOutcome> UpdateAsync(RegistrationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return file.WriteAsync(
            statements => OutcomeOf(
                statements.Execute(
                    "update registration set id = $1, expires = $2, data = $3 where endpoint = $4 and epoch = $5",
                    (long)record.Id.Value, record.ExpiresAt?.UtcTicks, record.Data.ToArray(), record.Endpoint, record.Epoch),
                record.Endpoint,
                statements),
            cancellationToken);
    }

    public ValueTask<WriteOutcome> RemoveAsync(string endpoint, long epoch, CancellationToken cancellationToken = default) => file.WriteAsync(
        statements => OutcomeOf(
            statements.Execute("delete from registration where endpoint = $1 and epoch = $2", endpoint, epoch), endpoint, statements),
        cancellationToken);

    public ValueTask<IReadOnlyList<RegistrationRecord>> RemoveExpiredAsync(
        DateTimeOffset before, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        return file.WriteAsync(
            statements =>
            {
                List<RegistrationRecord> expired = [];
                using (SqliteDataReader reader = statements.Read(
                    $"select {Columns} from registration where expires <= $1 order by expires limit $2", before.UtcTicks, max))
                {
                    while (reader.Read())
                    {
                        expired.Add(Registration(reader));
                    }
                }

                foreach (RegistrationRecord one in expired)
                {
                    statements.Execute("delete from registration where endpoint = $1", one.Endpoint);
                }

                return (IReadOnlyList<RegistrationRecord>)expired;
            },
            cancellationToken);
    }

    public ValueTask<RegistrationRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default) => new(file.Find(
        $"select {Columns} from registration where endpoint = $1", endpoint, Registration));

    public IAsyncEnumerable<RegistrationRecord> ScanAsync(CancellationToken cancellationToken = default) => file.ScanAsync(
        $"select {Columns} from registration where endpoint > $1 order by endpoint limit $2", "", Registration,
        static record => record.Endpoint, cancellationToken);

    private static WriteOutcome OutcomeOf(int rows, string endpoint, SqliteStatements statements) => rows > 0 ? WriteOutcome.Applied
        : statements.Scalar("select 1 from registration where endpoint = $1", endpoint) is null ? WriteOutcome.Unknown
        : WriteOutcome.Fenced;

    private static RegistrationRecord Registration(SqliteDataReader reader) => new(
        reader.GetString(0), new((ulong)reader.GetInt64(1)), reader.GetInt64(2),
        reader.IsDBNull(3) ? null : new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero), reader.GetFieldValue<byte[]>(4))
    {
        Node = new((byte)reader.GetInt64(5), reader.GetInt64(6)),
    };
}
