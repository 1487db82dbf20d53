using Ipso.Server.Stores;

namespace Ipso.Server.Tests.Stores;

/// <summary>The contract, by the store in memory, which outlives its disposal.</summary>
public sealed class MemoryRegistrationStoreTests : RegistrationStoreContract, IAsyncDisposable
{
    private readonly MemoryRegistrationStore _store = new();

    private protected override IRegistrationStore Open() => _store;

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}

/// <summary>The contract, by the store in memory, which outlives its disposal.</summary>
public sealed class MemoryObservationStoreTests : ObservationStoreContract, IAsyncDisposable
{
    private readonly MemoryObservationStore _store = new();

    private protected override IObservationStore Open() => _store;

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}

/// <summary>The contract, by the store in memory, which outlives its disposal.</summary>
public sealed class MemoryCommandStoreTests : CommandStoreContract, IAsyncDisposable
{
    private readonly MemoryCommandStore _store = new();

    private protected override ICommandStore Open() => _store;

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
