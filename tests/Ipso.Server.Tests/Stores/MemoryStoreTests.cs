using Ipso.Server.Events;
using Ipso.Server.Stores;

namespace Ipso.Server.Tests.Stores;

/// <summary>The contract, by the store in memory, which outlives its owner.</summary>
public sealed class MemoryRegistrationStoreTests : RegistrationStoreContract
{
    private readonly MemoryRegistrationStore _store = new();

    private protected override IRegistrationStore Open() => _store;
}

/// <summary>The contract, by the store in memory, which outlives its owner.</summary>
public sealed class MemoryObservationStoreTests : ObservationStoreContract
{
    private readonly MemoryObservationStore _store = new();

    private protected override IObservationStore Open() => _store;
}

/// <summary>The contract, by the store in memory, which outlives its owner.</summary>
public sealed class MemoryCommandStoreTests : CommandStoreContract
{
    private readonly MemoryCommandStore _store = new();

    private protected override ICommandStore Open() => _store;
}

/// <summary>The contract, by the store in memory, which outlives its owner.</summary>
public sealed class MemoryBootstrapStoreTests : BootstrapStoreContract
{
    private readonly MemoryBootstrapStore _store = new();

    private protected override IBootstrapStore Open() => _store;
}

/// <summary>The contract, by the outbox in memory, which outlives its owner.</summary>
public sealed class MemoryEventOutboxTests : EventOutboxContract
{
    private readonly MemoryEventOutbox _outbox = new(Capacity);

    private protected override IEventOutbox Open() => _outbox;
}

/// <summary>The contract, by the store in memory, which outlives its owner.</summary>
public sealed class MemorySecurityStoreTests : SecurityStoreContract
{
    private readonly MemorySecurityStore _store = new();

    private protected override ISecurityStore Open() => _store;
}
