using Ipso.Coap.Engine;

namespace Ipso.Net;

/// <summary>What client and server need of what drives their engine, over UDP or TCP.</summary>
internal interface ICoapHost : IAsyncDisposable, IPeerDirectory
{
    /// <summary>Ends when the host has stopped.</summary>
    Task Completion { get; }

    /// <summary>Whether it has been told to stop, so that it can be called no longer.</summary>
    bool IsStopping { get; }

    /// <summary>Goes through a cycle soon. For any thread, whatever locks it holds.</summary>
    void Wake();

    /// <summary>Calls the engine from any thread, under the lock, and sends what comes of it.</summary>
    void Invoke<TState>(TState state, Action<TState, Instant> action);

    /// <inheritdoc cref="Invoke{TState}"/>
    TResult Invoke<TState, TResult>(TState state, Func<TState, Instant, TResult> function);
}
