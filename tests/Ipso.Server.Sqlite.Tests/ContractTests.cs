using Ipso.Server.Stores;
using Ipso.Server.Tests.Stores;

namespace Ipso.Server.Sqlite.Tests;

/// <summary>The contract of registrations, by a file of SQLite.</summary>
public sealed class SqliteRegistrationTests : RegistrationStoreContract, IDisposable
{
    private readonly StoreFile _file = new();

    private protected override IRegistrationStore Open() => SqliteServerStore.Open(_file.Path);

    public void Dispose() => _file.Dispose();
}

/// <summary>The contract of observations, by a file of SQLite.</summary>
public sealed class SqliteObservationTests : ObservationStoreContract, IDisposable
{
    private readonly StoreFile _file = new();

    private protected override IObservationStore Open() => SqliteServerStore.Open(_file.Path);

    public void Dispose() => _file.Dispose();
}

/// <summary>The contract of commands, by a file of SQLite.</summary>
public sealed class SqliteCommandTests : CommandStoreContract, IDisposable
{
    private readonly StoreFile _file = new();

    private protected override ICommandStore Open() => SqliteServerStore.Open(_file.Path);

    public void Dispose() => _file.Dispose();
}

/// <summary>A file that goes with its test.</summary>
internal sealed class StoreFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-sqlite-").FullName;

    internal string Path => System.IO.Path.Combine(_folder, "server.db");

    internal string Nowhere => System.IO.Path.Combine(_folder, "none", "server.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
