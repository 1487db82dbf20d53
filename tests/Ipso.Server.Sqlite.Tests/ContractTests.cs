using Ipso.Server.Events;
using Ipso.Server.Stores;
using Ipso.Server.Tests.Stores;

namespace Ipso.Server.Sqlite.Tests;

/// <summary>The contract of registrations, by a file of SQLite.</summary>
public sealed class SqliteRegistrationTests : RegistrationStoreContract
{
    private readonly StoreFile _file = new();

    private protected override IRegistrationStore Open() => _file.Open().Registrations;

    private protected override ValueTask CloseAsync() => _file.CloseAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

/// <summary>The contract of observations, by a file of SQLite.</summary>
public sealed class SqliteObservationTests : ObservationStoreContract
{
    private readonly StoreFile _file = new();

    private protected override IObservationStore Open() => _file.Open().Observations;

    private protected override ValueTask CloseAsync() => _file.CloseAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

/// <summary>The contract of commands, by a file of SQLite.</summary>
public sealed class SqliteCommandTests : CommandStoreContract
{
    private readonly StoreFile _file = new();

    private protected override ICommandStore Open() => _file.Open().Commands;

    private protected override ValueTask CloseAsync() => _file.CloseAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

/// <summary>The contract of bootstrap configurations, by a file of SQLite.</summary>
public sealed class SqliteBootstrapTests : BootstrapStoreContract
{
    private readonly StoreFile _file = new();

    private protected override IBootstrapStore Open() => _file.Open().Bootstraps;

    private protected override ValueTask CloseAsync() => _file.CloseAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

/// <summary>The contract of outboxes of events, by a file of SQLite.</summary>
public sealed class SqliteEventOutboxTests : EventOutboxContract
{
    private readonly StoreFile _file = new();

    private protected override IEventOutbox Open() => _file.Open(Capacity).Events;

    private protected override ValueTask CloseAsync() => _file.CloseAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

/// <summary>The contract of keys, by a file of SQLite.</summary>
public sealed class SqliteSecurityTests : SecurityStoreContract
{
    private readonly StoreFile _file = new();

    private protected override ISecurityStore Open() => _file.Open().Security;

    private protected override ValueTask CloseAsync() => _file.CloseAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _file.Dispose();
    }
}

/// <summary>A file that goes with its test.</summary>
internal sealed class StoreFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ipso-sqlite-").FullName;
    private SqliteServerStore? _store;

    internal string Path => System.IO.Path.Combine(_folder, "server.db");

    internal string Nowhere => System.IO.Path.Combine(_folder, "none", "server.db");

    internal SqliteServerStore Open(int maxEvents = 1000) => _store = SqliteServerStore.Open(Path, maxEvents: maxEvents);

    internal ValueTask CloseAsync() => _store?.DisposeAsync() ?? default;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
