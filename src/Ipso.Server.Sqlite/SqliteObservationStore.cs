using System.Runtime.CompilerServices;
using Ipso.Coap;
using Ipso.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>Observations.</summary>
/// <param name="file">The file.</param>
internal sealed class SqliteObservationStore(SqliteFile file) : IObservationStore
{
    public async ValueTask PutAsync(ObservationRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        await file.WriteAsync(
            statements => statements.Execute(
                """
                insert into observation values ($1, $2, $3, $4)
                on conflict (token) do update set endpoint = $2, epoch = $3, request = $4
                """,
                record.Token.Bytes.ToArray(), record.Endpoint, record.Epoch, record.Request.ToArray()),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(CoapToken token, CancellationToken cancellationToken = default) => await file.WriteAsync(
        statements => statements.Execute("delete from observation where token = $1", token.Bytes.ToArray()), cancellationToken)
        .ConfigureAwait(false);

    public async ValueTask<ObservationRecord?> FindAsync(CoapToken token, CancellationToken cancellationToken = default)
    {
        using SqliteConnection reading = file.OpenToRead();
        using SqliteStatements statements = new(reading);
        using SqliteDataReader reader = statements.Read(
            "select token, endpoint, epoch, request from observation where token = $1", token.Bytes.ToArray());
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Observation(reader) : null;
    }

    public async IAsyncEnumerable<ObservationRecord> ScanAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using SqliteConnection reading = file.OpenToRead();
        using SqliteStatements statements = new(reading);
        byte[] after = [];
        List<ObservationRecord> page = [];
        do
        {
            page.Clear();
            using (SqliteDataReader reader = statements.Read(
                "select token, endpoint, epoch, request from observation where token > $1 order by token limit $2", after, SqliteFile.Page))
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
        while (page.Count == SqliteFile.Page);
    }

    private static ObservationRecord Observation(SqliteDataReader reader) => new(
        new(reader.GetFieldValue<byte[]>(0)), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));
}
