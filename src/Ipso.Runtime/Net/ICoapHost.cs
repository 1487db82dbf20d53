using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>What a client needs of what drives its engine, over UDP or TCP.</summary>
internal interface ICoapHost : IAsyncDisposable
{
    /// <summary>Ends when the host has stopped.</summary>
    Task Completion { get; }

    /// <summary>Calls the engine from any thread, under the lock, and sends what comes of it.</summary>
    void Invoke<TState>(TState state, Action<TState, Instant> action);

    /// <inheritdoc cref="Invoke{TState}"/>
    TResult Invoke<TState, TResult>(TState state, Func<TState, Instant, TResult> function);
}
