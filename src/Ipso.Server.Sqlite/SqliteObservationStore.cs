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

    public ValueTask<ObservationRecord?> FindAsync(CoapToken token, CancellationToken cancellationToken = default) => new(file.Find(
        "select token, endpoint, epoch, request from observation where token = $1", token.Bytes.ToArray(), Observation));

    public IAsyncEnumerable<ObservationRecord> ScanAsync(CancellationToken cancellationToken = default) => file.ScanAsync(
        "select token, endpoint, epoch, request from observation where token > $1 order by token limit $2", Array.Empty<byte>(), Observation,
        static record => record.Token.Bytes.ToArray(), cancellationToken);

    private static ObservationRecord Observation(SqliteDataReader reader) => new(
        new(reader.GetFieldValue<byte[]>(0)), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));
}
