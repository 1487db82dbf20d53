using Ipso.Server.Stores;

namespace Ipso.Server.Sqlite;

/// <summary>What devices are to have that ask to be bootstrapped.</summary>
/// <param name="file">The file.</param>
internal sealed class SqliteBootstrapStore(SqliteFile file) : IBootstrapStore
{
    public async ValueTask PutAsync(BootstrapRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        await file.WriteAsync(
            statements => statements.Execute(
                "insert into bootstrap values ($1, $2) on conflict (endpoint) do update set configuration = $2",
                record.Endpoint, record.Configuration.ToArray()),
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> RemoveAsync(string endpoint, CancellationToken cancellationToken = default) => file.WriteAsync(
        statements => statements.Execute("delete from bootstrap where endpoint = $1", endpoint) > 0, cancellationToken);

    // Not on the caller's thread, which is the server's: it may have to wait for another process that has the file.
    public async ValueTask<BootstrapRecord?> FindAsync(string endpoint, CancellationToken cancellationToken = default) =>
        await Task.Run(
            () => file.Find(
                "select endpoint, configuration from bootstrap where endpoint = $1", endpoint,
                static reader => new BootstrapRecord(reader.GetString(0), reader.GetFieldValue<byte[]>(1))),
            cancellationToken).ConfigureAwait(false);
}
