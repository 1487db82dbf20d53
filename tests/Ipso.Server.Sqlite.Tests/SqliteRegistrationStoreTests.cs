using Ipso.Server.Stores;
using Ipso.Server.Tests.Stores;
using Microsoft.Data.Sqlite;

namespace Ipso.Server.Sqlite.Tests;

/// <summary>The contract, by a file of SQLite, and what is said of files that are none.</summary>
public sealed class SqliteRegistrationStoreTests : RegistrationStoreContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-sqlite-").FullName;

    private string File => Path.Combine(_folder, "server.db");

    private protected override IRegistrationStore Open() => SqliteRegistrationStore.Open(File);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_is_none_of_ours_is_named()
    {
        System.IO.File.WriteAllText(File, new string('x', 4096));
        IOException thrown = Assert.Throws<IOException>(() => SqliteRegistrationStore.Open(File));
        Assert.StartsWith($"'{File}' cannot be used for registrations: ", thrown.Message, StringComparison.Ordinal);
        string nowhere = Path.Combine(_folder, "none", "server.db");
        Assert.StartsWith($"'{nowhere}'", Assert.Throws<IOException>(() => SqliteRegistrationStore.Open(nowhere)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_later_version_is_left_alone()
    {
        await SqliteRegistrationStore.Open(File).DisposeAsync();
        using (SqliteConnection connection = new($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "pragma user_version = 99";
            command.ExecuteNonQuery();
        }

        Assert.Contains("later version", Assert.Throws<IOException>(() => SqliteRegistrationStore.Open(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_is_said_and_the_store_goes_on()
    {
        await using SqliteRegistrationStore store = SqliteRegistrationStore.Open(File);
        using (SqliteConnection other = new($"Data Source={File};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = "create trigger full before insert on registration begin select raise(abort, 'the disk is full'); end";
            command.ExecuteNonQuery();
            IOException thrown = await Assert.ThrowsAsync<IOException>(async () => await store.ClaimAsync(new("a", new(1), 0, null, new byte[1])));
            Assert.Contains("the disk is full", thrown.Message, StringComparison.Ordinal);
            command.CommandText = "drop trigger full";
            command.ExecuteNonQuery();
        }

        Assert.Equal(1, await store.ClaimAsync(new("a", new(1), 0, null, new byte[1])));
    }

    [Fact]
    public async Task Whatever_goes_wrong_who_waits_is_told_and_the_next_one_is_written()
    {
        await using SqliteRegistrationStore store = SqliteRegistrationStore.Open(File);
        IOException thrown = await Assert.ThrowsAsync<IOException>(async () => await store.ClaimAsync(new(null!, new(1), 0, null, new byte[1])));
        Assert.IsType<InvalidOperationException>(thrown.InnerException);
        Assert.Equal(1, await store.ClaimAsync(new("a", new(1), 0, null, new byte[1])));
    }

    [Fact]
    public async Task What_waits_when_it_is_closed_is_written()
    {
        Task<long>[] writes;
        await using (SqliteRegistrationStore store = SqliteRegistrationStore.Open(File))
        {
            writes = [.. Enumerable.Range(0, 500).Select(i => store.ClaimAsync(new($"d{i}", new(1), 0, null, new byte[1])).AsTask())];
        }

        Assert.Equal(500, (await Task.WhenAll(writes)).Distinct().Count());
        await using SqliteRegistrationStore again = SqliteRegistrationStore.Open(File);
        int count = 0;
        await foreach (RegistrationRecord _ in again.ScanAsync())
        {
            count++;
        }

        Assert.Equal(500, count);
    }
}
