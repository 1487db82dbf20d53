namespace Ipso.Server.Tests.Stores;

/// <summary>What the contracts of stores have in common: a class for each store derives from each of them.</summary>
/// <typeparam name="T">The store.</typeparam>
public abstract class StoreContract<T> : IAsyncDisposable
{
    /// <summary>Opens the store of the test: the first time an empty one, then the same again.</summary>
    private protected abstract T Open();

    /// <summary>Closes it.</summary>
    private protected virtual ValueTask CloseAsync() => default;

    /// <summary>Closes what a test has left open.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return CloseAsync();
    }

    /// <summary>Opens the store until what is returned is disposed of.</summary>
    private protected IAsyncDisposable Begin(out T store)
    {
        store = Open();
        return new Session(this);
    }

    private sealed class Session(StoreContract<T> contract) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => contract.CloseAsync();
    }
}
