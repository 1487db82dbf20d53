using Ipso.Server.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite.Tests;

/// <summary>What is said of files that are none, or that cannot be written.</summary>
public sealed class SqliteServerStoreTests : IDisposable
{
    private readonly StoreFile _file = new();

    private string File => _file.Path;

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_file_that_is_none_of_ours_is_named()
    {
        System.IO.File.WriteAllText(File, new string('x', 4096));
        IOException thrown = Assert.Throws<IOException>(() => SqliteServerStore.Open(File));
        Assert.StartsWith($"'{File}' cannot be used as a server's store: ", thrown.Message, StringComparison.Ordinal);
        string nowhere = _file.Nowhere;
        Assert.StartsWith($"'{nowhere}'", Assert.Throws<IOException>(() => SqliteServerStore.Open(nowhere)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_later_version_is_left_alone()
    {
        await SqliteServerStore.Open(File).DisposeAsync();
        using (SqliteConnection connection = new($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "pragma user_version = 99";
            command.ExecuteNonQuery();
        }

        Assert.Contains("later version", Assert.Throws<IOException>(() => SqliteServerStore.Open(File)).Message, StringComparison.Ordinal);
    }

    // Of form 1 a file has registrations alone.
    [Fact]
    public async Task A_file_of_an_earlier_version_is_gone_on_with()
    {
        using (SqliteConnection connection = new($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = """
                create table registration (
                    endpoint text primary key, id integer not null, epoch integer not null, expires integer, data blob not null) without rowid;
                create table counter (name text primary key, value integer not null) without rowid;
                insert into counter values ('epoch', 41);
                insert into registration values ('a', 7, 41, null, x'01');
                pragma user_version = 1;
                """;
            command.ExecuteNonQuery();
        }

        await using SqliteServerStore store = SqliteServerStore.Open(File);
        Assert.Equal((41, default), ((await store.Registrations.FindAsync("a"))!.Epoch, (await store.Registrations.FindAsync("a"))!.Node));
        Assert.Equal(42, await store.Registrations.ClaimAsync(new("b", new(1), 0, null, new byte[1])));
        await store.Observations.PutAsync(new(new("t"u8), "a", 41, default));
        Assert.Equal("a", (await store.Observations.FindAsync(new("t"u8)))!.Endpoint);
    }

    [Fact]
    public async Task Nothing_is_written_after_it_is_closed()
    {
        SqliteServerStore store = SqliteServerStore.Open(File);
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.Registrations.RemoveAsync("a", 1));
    }

    [Fact]
    public async Task What_cannot_be_written_is_said_and_the_store_goes_on()
    {
        await using SqliteServerStore store = SqliteServerStore.Open(File);
        using (SqliteConnection other = new($"Data Source={File};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = "create trigger full before insert on registration begin select raise(abort, 'the disk is full'); end";
            command.ExecuteNonQuery();
            IOException thrown = await Assert.ThrowsAsync<IOException>(async () => await store.Registrations.ClaimAsync(new("a", new(1), 0, null, new byte[1])));
            Assert.Contains("the disk is full", thrown.Message, StringComparison.Ordinal);
            command.CommandText = "drop trigger full";
            command.ExecuteNonQuery();
        }

        Assert.Equal(1, await store.Registrations.ClaimAsync(new("a", new(1), 0, null, new byte[1])));
    }

    [Fact]
    public async Task Whatever_goes_wrong_who_waits_is_told_and_the_next_one_is_written()
    {
        using SqliteConnection connection = new($"Data Source={File};Pooling=False");
        connection.Open();
        await using SqliteWriter writer = new(connection, File);
        IOException thrown = await Assert.ThrowsAsync<IOException>(
            async () => await writer.RunAsync<int>(static _ => throw new InvalidOperationException("no"), default));
        Assert.Equal($"'{File}' could not be written: no", thrown.Message);
        Assert.Equal(7L, await writer.RunAsync(static statements => statements.Scalar("select $1 + 1", 6), default));
    }

    [Fact]
    public async Task What_waits_when_it_is_closed_is_written()
    {
        Task<long>[] writes;
        await using (SqliteServerStore store = SqliteServerStore.Open(File))
        {
            writes = [.. Enumerable.Range(0, 500).Select(i => store.Registrations.ClaimAsync(new($"d{i}", new(1), 0, null, new byte[1])).AsTask())];
        }

        Assert.Equal(500, (await Task.WhenAll(writes)).Distinct().Count());
        await using SqliteServerStore again = SqliteServerStore.Open(File);
        int count = 0;
        await foreach (RegistrationRecord _ in again.Registrations.ScanAsync())
        {
            count++;
        }

        Assert.Equal(500, count);
    }
}
