namespace Ipso.Tests;

/// <summary>
/// Tests that own what has to be awaited when it ends. The framework does that for its own interface alone: a class of tests that is no more than
/// <see cref="IAsyncDisposable"/> would never be disposed of.
/// </summary>
public abstract class AsyncTests : IAsyncLifetime, IAsyncDisposable
{
    /// <inheritdoc/>
    public virtual Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}
