using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

// Observations.
public sealed partial class SqliteServerStore
{
    /// <inheritdoc/>
    public async ValueTask PutAsync(ObservationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        await _writer.RunAsync(
            statements => statements.Execute(
                """
                insert into observation values ($1, $2, $3, $4)
                on conflict (token) do update set endpoint = $2, epoch = $3, request = $4
                """,
                record.Token.Bytes.ToArray(), record.Endpoint, record.Epoch, record.Request.ToArray()),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(CoapToken token, CancellationToken cancellationToken = default) => await _writer.RunAsync(
        statements => statements.Execute("delete from observation where token = $1", token.Bytes.ToArray()), cancellationToken)
        .ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<ObservationRecord?> FindAsync(CoapToken token, CancellationToken cancellationToken = default)
    {
        using SqliteConnection reading = OpenToRead();
        using SqliteStatements statements = new(reading);
        using SqliteDataReader reader = statements.Read(
            "select token, endpoint, epoch, request from observation where token = $1", token.Bytes.ToArray());
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Observation(reader) : null;
    }

    /// <inheritdoc/>
    async IAsyncEnumerable<ObservationRecord> IObservationStore.ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SqliteConnection reading = OpenToRead();
        using SqliteStatements statements = new(reading);
        byte[] after = [];
        List<ObservationRecord> page = [];
        do
        {
            page.Clear();
            using (SqliteDataReader reader = statements.Read(
                "select token, endpoint, epoch, request from observation where token > $1 order by token limit $2", after, Page))
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    page.Add(Observation(reader));
                }
            }

            foreach (ObservationRecord record in page)
            {
                yield return record;
                after = record.Token.Bytes.ToArray();
            }
        }
        while (page.Count == Page);
    }

    private static ObservationRecord Observation(SqliteDataReader reader) => new(
        new(reader.GetFieldValue<byte[]>(0)), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));
}
