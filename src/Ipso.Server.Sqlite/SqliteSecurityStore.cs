using Ipso.Coap.Oscore;
using Ipso.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite;

/// <summary>Keys, and how far their numbers have been used.</summary>
/// <param name="file">The file.</param>
internal sealed class SqliteSecurityStore(SqliteFile file) : ISecurityStore
{
    // RFC 8613, 7.2.1.
    private const long SequenceEnd = 1L << 40;

    public async ValueTask PutPskAsync(PskRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        await file.WriteAsync(
            statements => statements.Execute(
                "insert into psk values ($1, $2) on conflict (identity) do update set key = $2", record.Identity.ToArray(), record.Key.ToArray()),
            cancellationToken).ConfigureAwait(false);
    }

    // Not on the caller's thread, which may be the server's: it may have to wait for another process that has the file.
    public async ValueTask<PskRecord?> FindPskAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default) =>
        await Task.Run(
            () => file.Find(
                "select identity, key from psk where identity = $1", identity.ToArray(),
                static reader => new PskRecord(reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1))),
            cancellationToken).ConfigureAwait(false);

    public ValueTask<bool> RemovePskAsync(ReadOnlyMemory<byte> identity, CancellationToken cancellationToken = default) => file.WriteAsync(
        statements => statements.Execute("delete from psk where identity = $1", identity.ToArray()) > 0, cancellationToken);

    public async ValueTask PutOscoreAsync(OscoreRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        await file.WriteAsync(
            statements => statements.Execute(
                """
                insert into oscore values ($1, $2, $3, $4, $5, $6, $7, 0) on conflict (kid, context) do update set
                    next = iif(sender = $3 and secret = $4 and salt = $5 and algorithm = $6 and hmac = $7, next, 0),
                    sender = $3, secret = $4, salt = $5, algorithm = $6, hmac = $7
                """,
                record.RecipientId.ToArray(), record.IdContext.ToArray(), record.SenderId.ToArray(), record.MasterSecret.ToArray(),
                record.MasterSalt.ToArray(), (long)record.Algorithm, (long)record.Hmac),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<OscoreRecord>> FindOscoreAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> kidContext, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        const string Columns = "kid, context, sender, secret, salt, algorithm, hmac";
        return await Task.Run<IReadOnlyList<OscoreRecord>>(
            () => kidContext.IsEmpty
                ? file.List($"select {Columns} from oscore where kid = $1 order by context limit $2", kid.ToArray(), max, Context)
                : file.List($"select {Columns} from oscore where kid = $1 and context = $2", kid.ToArray(), kidContext.ToArray(), Context),
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> RemoveOscoreAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> idContext, CancellationToken cancellationToken = default) => file.WriteAsync(
        statements => statements.Execute("delete from oscore where kid = $1 and context = $2", kid.ToArray(), idContext.ToArray()) > 0,
        cancellationToken);

    public async ValueTask<ulong?> ReserveSequenceAsync(
        ReadOnlyMemory<byte> kid, ReadOnlyMemory<byte> idContext, int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        object? end = await file.WriteAsync(
            statements => statements.Scalar(
                "update oscore set next = next + $1 where kid = $2 and context = $3 and next + $1 <= $4 returning next",
                count, kid.ToArray(), idContext.ToArray(), SequenceEnd),
            cancellationToken).ConfigureAwait(false);
        return end is long next ? (ulong)(next - count) : null;
    }

    private static OscoreRecord Context(SqliteDataReader reader) => new(
        reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3),
        reader.GetFieldValue<byte[]>(4))
    {
        Algorithm = (AeadAlgorithm)reader.GetInt64(5), Hmac = (HmacAlgorithm)reader.GetInt64(6),
    };
}
